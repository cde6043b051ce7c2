"""The ways of administration: each page with one sentence, for whoever may open it."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.purposes import reachable
from domicile.apps.common.viewer import Viewer
from domicile.core.policy.roles import Matrix

# Who has one of these, at once or with some purpose, finds the start page in the navigation.
DUTIES = ("manage_accounts", "make_token", "view_access_log", "view_change_log", "set_review_rules", "review_change")


@dataclass(frozen=True)
class Way:
    """A page: its address by name, what it is called, what it is for, and the permissions of which one opens it."""

    url_name: str
    title: str | Promise
    about: str | Promise
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A way as the page shows it."""

    url: str
    title: str | Promise
    about: str | Promise


WAYS: tuple[tuple[str | Promise, tuple[Way, ...]], ...] = (
    (
        _("Who may what"),
        (
            Way(
                "administration:users",
                _("Accounts and roles"),
                _("Add colleagues, give them a role over an area, take it away, close the accounts of those who left."),
                ("manage_accounts",),
            ),
            Way(
                "administration:grants",
                _("Roles to decide on"),
                _("A role that opens records or accounts is held once a second administrator has approved it."),
                ("grant_access",),
            ),
            Way(
                "api:tokens",
                _("Programs"),
                _("Connect other programs with tokens and webhooks, and cut them off."),
                ("make_token", "manage_accounts"),
            ),
            Way(
                "peers:peers",
                _("Other registers"),
                _("Link other registers, see how their lines stand, cure messages that were set aside."),
                ("manage_peers",),
            ),
            Way(
                "administration:rules",
                _("Rules in force"),
                _("Which role may do what for which purpose, how long records are kept, who may correct what."),
                DUTIES,
            ),
        ),
    ),
    (
        _("Who did what"),
        (
            Way(
                "administration:looks",
                _("Who looked at whom"),
                _(
                    "Every look with account, role, purpose and time; from a look to everybody who looked at that person."
                ),
                ("view_access_log",),
            ),
            Way(
                "administration:changes",
                _("Who changed what"),
                _("Every change with account, reason and time; area changes with the proof that nobody was lost."),
                ("view_change_log",),
            ),
        ),
    ),
    (
        _("Settings and what is kept for later"),
        (
            Way(
                "collect:review_rules",
                _("What waits for review"),
                _("For each area, which changes of workers wait until somebody has looked at them."),
                ("set_review_rules", "review_change", "manage_accounts"),
            ),
            Way(
                "tasks:rules",
                _("Rules that make tasks"),
                _("When visits are due and contracts followed up; when the rules ran last and what they made."),
                ("manage_tasks",),
            ),
            Way(
                "openrosa:phones",
                _("Phones that collect"),
                _("Set up the ODK Collect app on the phones of workers, and stop them."),
                ("manage_collection",),
            ),
            Way(
                "openrosa:submissions",
                _("Forms from phones"),
                _("What workers sent, what became of it, and what was kept aside and why."),
                ("manage_collection",),
            ),
            Way(
                "localfields:fields",
                _("Local fields"),
                _("What an area asks beyond the common record, for which service, approved by whom, until when."),
                ("manage_local_fields", "view_ledger"),
            ),
            Way(
                "exchange:maps",
                _("Saved columns of files"),
                _("Which column is which in files with unusual headers, named and shared."),
                ("import",),
            ),
            Way(
                "screens:ledgers",
                _("Ledgers and their views"),
                _("Views of ledgers, kept by colleagues and shared with an area."),
                ("view_ledger",),
            ),
        ),
    ),
)


def ways(viewer: Viewer, rules: Matrix) -> list[tuple[str | Promise, list[Shown]]]:
    """What the viewer's role may open, at once or once a purpose is stated, group by group."""
    found = []
    for title, group in WAYS:
        shown = [way for one in group if reachable(viewer, one.permissions, rules) and (way := _shown(one))]
        if shown:
            found.append((title, shown))
    return found


def _shown(way: Way) -> Shown | None:
    """None where the page is not installed."""
    try:
        return Shown(reverse(way.url_name), way.title, way.about)
    except NoReverseMatch:
        return None
