"""The start page: what to do today, by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.administration.granting import to_decide
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens import start
from domicile.apps.screens.reminders import REMINDERS
from domicile.apps.tasks.selectors import counts as task_counts

AREA_SIZE, GRID_SIZE = 12, 15
Ways = tuple[tuple[str, str, tuple[str, ...]], ...]
# What the role's day consists of: page, sentence, permissions that open it.
TASKS: Ways = (
    ("tasks:today", "tasks", ("do_task", "manage_tasks")),
    ("collect:proposals", "decide", ("review_change",)),
    ("collect:proposals", "propose", ("propose_change",)),
    ("moves:leaving", "moves", ("view_ledger",)),
    ("backcheck:start", "back_checks", ("review_change", "do_task")),
    ("web:quality", "quality", ("view_ledger", "merge_person", "import")),
    ("exchange:imports", "import", ("import",)),
    ("administration:grants", "grants", ("grant_access",)),
    ("staffing:communities", "chain", ("view_staff",)),
    ("campaigns:campaigns", "campaigns", ("do_task", "manage_tasks")),
    ("staffing:own_training", "training", ("do_task",)),
    ("staffing:my_month", "month", ("do_task",)),
    ("administration:users", "accounts", ("manage_accounts",)),
    ("administration:looks", "looks", ("view_access_log",)),
)
# Where the register is made true.
QUALITY: Ways = (
    ("quality:rules", "rules", ("view_ledger",)),
    ("duplicates:list", "duplicates", ("merge_person",)),
    ("comparisons:list", "comparisons", ("merge_person",)),
    ("sources:overview", "lists", ("import", "view_ledger")),
    ("cleanup:rounds", "cleanup", ("view_ledger",)),
    ("backcheck:start", "back_checks", ("review_change", "do_task")),
    ("indicators:overview", "indicators", ("view_ledger",)),
)


def home(request: HttpRequest) -> HttpResponse:
    """Search, and today's ways to go."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rules = matrix(timezone.localdate())
    role = rules.roles.get(viewer.role)
    context = {
        "role": role.label.name(get_language() or "zh") if role else "",
        "scopes": scope_names(viewer.scopes),
        "search_url": address("people:search") if reachable(viewer, ("search", "search_places"), rules) else "",
        "tasks": ways(viewer, TASKS),
        **start.head(viewer),
    }
    return render(request, "web/home.html", context)


def quality(request: HttpRequest) -> HttpResponse:
    """Where errors of the register are found, worked off and counted."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return render(request, "web/quality.html", {"tasks": ways(viewer, QUALITY)})


def scope_names(scopes: tuple[str, ...]) -> list[str]:
    """The viewer's areas and grids by name and code; by code alone where the area is not loaded yet."""
    padded = {scope: scope if len(scope) == GRID_SIZE else scope.ljust(AREA_SIZE, "0") for scope in scopes}
    names = dict(Area.objects.filter(code__in=padded.values(), valid_to__isnull=True).values_list("code", "name"))
    names |= dict(Grid.objects.filter(code__in=padded.values(), valid_to__isnull=True).values_list("code", "name"))
    return [f"{names.get(padded[scope], '')} {scope}".strip() for scope in scopes]


def ways(viewer: Viewer, offered: Ways) -> list[dict[str, str]]:
    """Title, explanation and address of each of these pages that this viewer may open."""
    rules, words = matrix(timezone.localdate()), sentences()
    found: list[dict[str, str]] = []
    for url_name, key, permissions in offered:
        way = address(url_name)
        if not way or not reachable(viewer, permissions, rules) or any(task["url"] == way for task in found):
            continue
        if key == "grants" and not to_decide(viewer, timezone.localdate()):
            continue
        title, explanation = words[key]
        remind = REMINDERS.get(key)
        found.append(
            {"url": way, "title": title, "explanation": explanation, **(remind(viewer) if remind is not None else {})}
        )
    return found


def reminder(viewer: Viewer) -> dict[str, str]:
    """What stands on the way to the tasks: how many are overdue, else how many are due soon; nothing without a purpose."""
    counts = task_counts(viewer, timezone.localdate())
    if counts.overdue:
        return {"badge": _("overdue: {count}").format(count=counts.overdue), "badge_kind": "error"}
    if counts.soon:
        return {"badge": _("due soon: {count}").format(count=counts.soon), "badge_kind": "care"}
    return {"badge": _("open: {count}").format(count=counts.open), "badge_kind": "info"} if counts.open else {}


REMINDERS.setdefault("tasks", reminder)


def sentences() -> dict[str, tuple[str, str]]:
    """Titles and explanations, in the language of the request."""
    return {
        "tasks": (_("Today's tasks"), _("Which doors to go to today, in the order of a walk.")),
        "decide": (_("Review proposals"), _("Changes from the door wait here until you accept or return them.")),
        "propose": (_("My proposals"), _("What you proposed, and what became of it.")),
        "moves": (_("Moves"), _("Who leaves and who arrives, whose turn it is, and until when.")),
        "quality": (
            _("Quality"),
            _("Duplicates, lists of other offices, rules and indicators: whether the register is true."),
        ),
        "rules": (_("Rules"), _("What cannot be as it stands on file, and how it is put right.")),
        "duplicates": (
            _("Duplicates"),
            _("Records that may be of one person: compared side by side, merged or kept apart."),
        ),
        "comparisons": (
            _("Comparisons with other registers"),
            _("Who may live in two registers at once: found without either telling whom it holds."),
        ),
        "lists": (_("Outside lists"), _("Births, deaths, school rolls and other lists, held against the register.")),
        "cleanup": (
            _("Registration clean-up"),
            _(
                "Before a census: the lists of who is registered where they should not be or nowhere, worked off case by case."
            ),
        ),
        "indicators": (_("Indicators"), _("How much stands on file, how right, how complete and how soon.")),
        "import": (
            _("Import a spreadsheet"),
            _("Households, areas and grids, checked row by row before anything is kept."),
        ),
        "grants": (_("Decide on roles"), _("A colleague gave a role that a second administrator approves: you.")),
        "chain": (
            _("Who answers for which grid"),
            _("The responsibility chain, what is lacking in it, meetings and training."),
        ),
        "back_checks": (
            _("Back-checks"),
            _("Accepted records asked about again by somebody else, and what others found about my own."),
        ),
        "campaigns": (
            _("Campaigns"),
            _("Dated rounds of checks: how far they are, and what was found beside what was on file."),
        ),
        "month": (_("My month"), _("How my own work stands, and the honoraria for it. Only I see the running month.")),
        "training": (_("My training"), _("A course, a short test, and the badge that says what you may do.")),
        "accounts": (_("Accounts and roles"), _("Who works here, over which area and until when.")),
        "looks": (_("Who looked at whom"), _("Every look at a person, with its purpose.")),
    }


def address(url_name: str) -> str:
    """The path of a page; '' when it is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
