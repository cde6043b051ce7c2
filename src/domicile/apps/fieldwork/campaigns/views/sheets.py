"""Sheets: whose there are, one on paper, and one entered at a desk in one table."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.fieldwork.campaigns import forms, printing, selectors, words
from domicile.apps.fieldwork.campaigns import sheets as reading
from domicile.apps.fieldwork.campaigns.actions import doors as at_door
from domicile.apps.fieldwork.campaigns.models import Campaign, Door
from domicile.apps.fieldwork.campaigns.views.doors import ALL, PEOPLE, day_of, ids
from domicile.apps.fieldwork.campaigns.views.leading import SEE, shell
from domicile.apps.tasks.words import PARTS
from domicile.core.policy.parameters import parameter

PAGE = 40


@require_safe
@requires(*SEE)
def sheets(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Whose sheets there are; each is printed, and entered when it comes back."""
    found = selectors.campaign(request.viewer, pk)
    context = shell(request, found, "sheets")
    context |= {"sheets": reading.sheets(request.viewer, found), "parts": range(1, found.parts + 1)}
    return render(request, "campaigns/sheets.html", context)


@require_safe
@requires(PEOPLE)
def printed(request: ViewerRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One sheet as PDF; `?part=2` for one part."""
    found = selectors.campaign(request.viewer, pk)
    part = request.GET.get("part", "")
    return printing.printed(
        request.viewer, found, key, int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0
    )


@dataclass
class Line:
    """One door of the table, with what was typed and what is wrong with it."""

    door: Door
    people: list[Any]
    status: Any
    open: bool
    outcome: str = ""
    confirmed: list[str] = field(default_factory=list)
    left_on: str = ""
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PEOPLE)
def enter(request: ViewerRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """A sheet as one table: day and part of the day once, then each door. Lines that are wrong stay, the others are kept."""
    viewer, today = request.viewer, timezone.localdate()
    found = selectors.campaign(viewer, pk)
    rows = reading.doors_of(viewer, found, key)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    parts = [(name, str(PARTS.get(name, name))) for name in parameter("tasks.parts_of_day", today)]
    arguments: dict[str, Any] = {
        "parts": parts,
        "first": found.starts_on,
        "last": min(today, max(found.ends_on, found.starts_on)),
    }
    lines = _lines(list(page))
    form = forms.SheetDayForm(request.POST or None, initial={"on": today}, **arguments)
    if request.method == "POST" and form.is_valid():
        _keep(request, found, [line for line in lines if line.open], form.cleaned_data)
        if not any(line.problem for line in lines):
            return redirect(f"{reverse('campaigns:enter_sheet', args=[pk, key])}?page={page.number}")
    elif request.method == "POST":
        for line in lines:
            _typed(request, line)
    record_look(viewer, question="campaign_sheet", persons=[one.person_id for line in lines for one in line.people])
    wrong = any(line.problem for line in lines) or bool(form.errors)
    context = shell(request, found, "sheets") | {
        "form": form, "lines": lines, "page": page, "name": reading.sheet_name(key), "key": key,
        "outcomes": [(ALL, _("All on file live here")), ("met", _("Only those ticked live here")),
                     *((one, label) for one, label in words.OUTCOMES.items() if one != "met")],
    }  # fmt: skip
    return render(request, "campaigns/enter.html", context, status=422 if wrong else 200)


def _lines(doors: list[Any]) -> list[Line]:
    people = selectors.residents(doors)
    return [Line(row, people[row.pk], words.STATUSES[row.status], row.status in selectors.WITHOUT) for row in doors]


def _typed(request: ViewerRequest, line: Line) -> None:
    key = line.door.dwelling_id
    line.outcome = request.POST.get(f"outcome-{key}", "")
    line.confirmed = [str(one) for one in ids(request.POST.getlist(f"confirmed-{key}"))]
    line.left_on = request.POST.get(f"left-{key}", "")


def _keep(request: ViewerRequest, found: Campaign, lines: list[Line], told: dict[str, Any]) -> None:
    """Note each line that says something; each stands alone."""
    hour = parameter("tasks.parts_of_day", told["on"])[told["part"]][0]
    moment = timezone.make_aware(dt.datetime.combine(told["on"], dt.time(hour)))
    kept, proposed = 0, 0
    for line in lines:
        _typed(request, line)
        if not line.outcome:
            continue
        everybody = [one.person_id for one in line.people]
        try:
            noted = at_door.check(
                actor=request.viewer, campaign_id=found.pk, dwelling_id=line.door.dwelling_id, moment=moment,
                checked=at_door.Checked(
                    at_door.MET if line.outcome == ALL else line.outcome,
                    everybody if line.outcome == ALL else ids(line.confirmed), day_of(line.left_on),
                ),
            )  # fmt: skip
        except Refused as refusal:
            line.problem = str(refusal.message)
            continue
        kept, proposed = kept + 1, proposed + len(noted.proposed)
        line.open, line.status = False, _("kept")
        for problem in noted.problems:
            text = _("{address}: not proposed: {problem}")
            messages.warning(request, text.format(address=line.door.dwelling.address, problem=problem))
    if kept:
        text = ngettext("{count} door kept.", "{count} doors kept.", kept).format(count=kept)
        more = _("Proposals waiting for review: {count}.").format(count=proposed) if proposed else ""
        messages.success(request, f"{text} {more}".strip())
