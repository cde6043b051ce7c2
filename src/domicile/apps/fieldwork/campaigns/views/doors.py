"""The doors of a campaign: all of them, call-backs, and one door with what was found there."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.fieldwork.campaigns import policies, selectors, words
from domicile.apps.fieldwork.campaigns.actions import doors as at_door
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Intention
from domicile.apps.fieldwork.campaigns.views.leading import SEE, shell
from domicile.apps.people.models import Household
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.policies import hours_of
from domicile.apps.tasks.words import part as part_name
from domicile.apps.vault.sealing import open_many
from domicile.core.policy.parameters import parameter

PAGE = 50
PEOPLE = "view_person"
#: The answer that confirms everybody on file at once.
ALL = "met_all"


@require_safe
@requires(*SEE)
def at(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """From a task to the door in the campaign under way; to the dwelling where there is none."""
    dwelling_in_scope(request.viewer, pk)
    found = selectors.running_at(request.viewer, pk)
    return redirect("campaigns:door", found.pk, pk) if found else redirect("people:dwelling", pk)


@require_safe
@requires(*SEE)
def doors(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """All doors, narrowed by status, grid and part. It names nobody who lives there."""
    found = selectors.campaign(request.viewer, pk)
    asked = {name: request.GET.get(name, "") for name in ("status", "grid", "part")}
    rows = selectors.doors(request.viewer, found)
    if asked["status"] in selectors.STATUSES:
        rows = rows.filter(status=asked["status"])
    if asked["grid"]:
        rows = rows.filter(place_code=asked["grid"])
    if asked["part"].isascii() and asked["part"].isdigit() and len(asked["part"]) < 4:
        rows = rows.filter(part=int(asked["part"]))
    grids = (
        selectors.doors(request.viewer, found).order_by("place_code").values_list("place_code", flat=True).distinct()
    )
    context = shell(request, found, "doors")
    context |= {
        "asked": asked,
        "statuses": [(key, words.STATUSES[key]) for key in selectors.STATUSES],
        "grids": sorted(names_of(grids).items()),
        "parts": range(1, found.parts + 1) if found.parts > 1 else [],
        **_page(request, rows.select_related("dwelling", "task").order_by("place_code", "dwelling__sort_key", "pk")),
    }
    return render(request, "campaigns/doors.html", context)


@require_safe
@requires(*SEE)
def call_backs(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Doors where nobody was at home, by when to try again; each with its notice."""
    found = selectors.campaign(request.viewer, pk)
    rows = selectors.call_backs(request.viewer, found)
    context = shell(request, found, "call_backs") | _page(request, rows)
    return render(request, "campaigns/call_backs.html", context)


def _page(request: ViewerRequest, rows: Any) -> dict[str, Any]:
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    names = names_of({row.place_code for row in listed})
    staff = selectors.worker_names([row.task.worker for row in listed if row.task])
    lines = [
        {
            "door": row,
            "grid": names.get(row.place_code, row.place_code),
            "status": words.STATUSES[row.status],
            "worker": staff.get(row.task.worker, "") if row.task else "",
            "again": _again(row),
        }
        for row in listed
    ]
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "lines": lines, "query": query.urlencode()}


def _again(row: Door) -> str:
    if row.task is None or row.task.next_try_on is None:
        return ""
    hours = hours_of(row.task.next_try_part, row.task.next_try_on)
    return f"{row.task.next_try_on.isoformat()} {part_name(row.task.next_try_part)} {hours}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PEOPLE)
def door(request: ViewerRequest, pk: uuid.UUID, dwelling: uuid.UUID) -> HttpResponse:
    """One door: who is on file, what was found, what is proposed. The look is noted."""
    found = selectors.campaign(request.viewer, pk)
    row = selectors.door(request.viewer, found, dwelling)
    people = selectors.residents([row])[row.pk]
    if request.method == "POST":
        return _checked(request, found, row, [one.person_id for one in people])
    record_look(request.viewer, question="campaign_door", persons=[one.person_id for one in people])
    return render(request, "campaigns/door.html", _door_context(request, found, row, people))


def _door_context(request: ViewerRequest, found: Campaign, row: Any, people: list[Any]) -> dict[str, Any]:
    today = timezone.localdate()
    said = {one.person_id: one for one in Intention.objects.filter(door=row)}
    places = open_many(list(said.values()), "destination")
    lines = [
        {
            "person": one,
            "said": own,
            "plan": words.PLANS[own.plan] if own else "",
            "where": places.get(own.pk, "") if own else "",
        }
        for one in people
        for own in (said.get(one.person_id),)
    ]
    working = found.state == Campaign.State.RUNNING and found.starts_on <= today
    homes = row.dwelling.households.filter(side=Household.Side.LIVING, ended_on=None).order_by("pk")
    return {
        **shell(request, found, "doors"),
        "door": row,
        "status": words.STATUSES[row.status],
        "again": _again(row),
        "lines": lines,
        "plans": list(words.PLANS.items()),
        "kept": [(key, label) for key, label in words.KEPT.items() if key],
        "asking": found.state in (Campaign.State.FROZEN, Campaign.State.RUNNING) and today < found.reference_on,
        "telling": working and bool(said),
        "checking": working and row.task is not None and row.task.state == Task.State.OPEN
        and policies.may_check(request.viewer, row.place_code),
        "done": row.task is not None and row.task.state == Task.State.DONE,
        "homes": [home.pk for home in homes],
        "may_propose": request.viewer.may("propose_change") or request.viewer.may("apply_change"),
        "late": not _by_day(timezone.localtime()),
        "hours": _hours(today),
        "today": today,
    }  # fmt: skip


def _by_day(moment: dt.datetime) -> bool:
    """Whether doors are visited at this hour."""
    parts = parameter("tasks.parts_of_day", moment.date()).values()
    return min(begin for begin, _end in parts) <= moment.hour < max(end for _begin, end in parts)


def _hours(day: dt.date) -> str:
    parts = parameter("tasks.parts_of_day", day).values()
    return f"{min(begin for begin, _end in parts)}:00–{max(end for _begin, end in parts)}:00"


def ids(values: list[str]) -> list[uuid.UUID]:
    """The ids among what a form sent."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def day_of(text: str) -> dt.date | None:
    """A day that a form sent; None for none. Raises Refused for what is no day."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(_("“{text}” is no day. Write it as 2026-11-01.").format(text=text[:20])) from None


def _checked(request: ViewerRequest, found: Campaign, row: Door, people: list[uuid.UUID]) -> HttpResponse:
    answer = request.POST.get("outcome", "")
    confirmed = people if answer == ALL else ids(request.POST.getlist("confirmed"))
    try:
        checked = at_door.Checked(
            outcome=at_door.MET if answer == ALL else answer, confirmed=confirmed,
            left_on=day_of(request.POST.get("left_on", "")),
        )  # fmt: skip
        noted = at_door.check(
            actor=request.viewer, campaign_id=found.pk, dwelling_id=row.dwelling_id, checked=checked,
            moment=timezone.localtime(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("campaigns:door", found.pk, row.dwelling_id)
    messages.success(request, told(noted))
    for problem in noted.problems:
        messages.warning(request, _("Not proposed: {problem}").format(problem=problem))
    return redirect("campaigns:door", found.pk, row.dwelling_id)


def told(noted: at_door.Noted) -> str:
    """What was noted, in words."""
    if noted.proposed:
        return _("Noted. Proposals waiting for review: {count}.").format(count=len(noted.proposed))
    return _("Noted.")


@require_POST
@requires(PEOPLE)
def intentions(request: ViewerRequest, pk: uuid.UUID, dwelling: uuid.UUID) -> HttpResponse:
    """What somebody intends, before the moment; what became of it, after."""
    found = selectors.campaign(request.viewer, pk)
    row = selectors.door(request.viewer, found, dwelling)
    people = [one.person_id for one in selectors.residents([row])[row.pk]]
    today, viewer = timezone.localdate(), request.viewer
    try:
        if today < found.reference_on:
            said = [
                at_door.Said(one, request.POST.get(f"plan-{one}", ""), request.POST.get(f"where-{one}", ""))
                for one in people
            ]
            at_door.ask(actor=viewer, campaign_id=found.pk, dwelling_id=dwelling, said=said, today=today)
        else:
            kept = {one: request.POST.get(f"kept-{one}", "") for one in people}
            at_door.tell(actor=viewer, campaign_id=found.pk, dwelling_id=dwelling, told=kept, today=today)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Noted."))
    return redirect("campaigns:door", found.pk, dwelling)
