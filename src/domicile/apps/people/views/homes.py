"""Who lives where: end stays, move, split, join, another head, a wrong address."""

import uuid
from dataclasses import replace
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.people import actions
from domicile.apps.people.forms import (
    ChangeHeadForm,
    EndStayForm,
    LeaveForm,
    RegroupForm,
    WrongDwellingForm,
)
from domicile.apps.people.models import Household, Member
from domicile.apps.people.scope import household_in_scope, household_of_stay, spell_in_scope
from domicile.apps.people.selectors.placing import Places, members_of, places
from domicile.apps.people.views.changing import effect, handle, start

MODES = {
    "move": gettext_lazy("Move to another dwelling"),
    "split": gettext_lazy("Split the household"),
    "join": gettext_lazy("Join another household"),
}


@requires("propose_change")
def end_stay(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """End a stay; when the head of a household leaves, another is named."""
    viewer = request.viewer
    spell = spell_in_scope(viewer, pk)
    members = household_of_stay(spell)
    leaves_as_head = any(member.person_id == spell.person_id and member.relation == actions.HEAD for member in members)
    others = [member for member in members if member.person_id != spell.person_id]
    form = EndStayForm(
        request.POST or None, others=others, leaves_as_head=leaves_as_head,
        initial=start(viewer, end=timezone.localdate()),
    )  # fmt: skip

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action="people.end_stay", reason=values["reason"],
            subject=Subject("person", spell.person_id, spell.dwelling.place_code),
            arguments=actions.EndStay(pk, values["end"], form.new_head(), form.relations()),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[spell.person_id, *(other.person_id for other in form.others)])
    back = reverse("people:person", args=[spell.person_id])
    context = {
        "heading": _("End a stay"),
        "lead": f"{spell.person.name or _('no name yet')} · {spell.dwelling.address}",
        "effect": effect(viewer, "people.end_stay", spell.dwelling.place_code),
        "cancel_url": back,
    }
    return handle(request, form, change, back, context)


def _household_page(
    request: ViewerRequest, pk: uuid.UUID, action: str
) -> tuple[Household, list[Member], dict[str, Any]]:
    """The household of a page of changes, its members (their names are a look), and what the page shows of it."""
    household = household_in_scope(request.viewer, pk)
    members = members_of(household)
    record_look(request.viewer, question="change_form", persons=[member.person_id for member in members])
    context = {
        "lead": household.dwelling.address,
        "effect": effect(request.viewer, action, household.dwelling.place_code),
        "cancel_url": reverse("people:household", args=[pk]),
    }
    return household, members, context


@requires("propose_change")
def leave(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Members, or all, moved away."""
    household, members, context = _household_page(request, pk, "people.leave_household")
    everybody = [str(member.person_id) for member in members]
    initial = start(request.viewer, end=timezone.localdate(), who=everybody)
    form = LeaveForm(request.POST or None, members=members, initial=initial)
    context |= {"heading": _("Moved away")}
    if form.is_bound and form.round_missing():
        form.without_errors()
        return render(request, "people/regroup.html", {"form": form, **context})

    def change(values: dict[str, Any]) -> Outcome:
        who = tuple(uuid.UUID(person) for person in values["who"])
        return submit(
            actor=request.viewer, action="people.leave_household", reason=values["reason"],
            subject=Subject("household", pk, household.dwelling.place_code),
            arguments=actions.LeaveHousehold(pk, who, values["end"], form.new_head(), form.relations()),
        )  # fmt: skip

    return handle(request, form, change, context["cancel_url"], context, template="people/regroup.html")


@requires("propose_change")
def change_head(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Another member becomes the head."""
    household, members, context = _household_page(request, pk, "people.change_head")
    form = ChangeHeadForm(request.POST or None, members=members, initial=start(request.viewer))
    context |= {"heading": _("Change the head of a household")}

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=request.viewer, action="people.change_head", reason=values["reason"],
            subject=Subject("household", pk, household.dwelling.place_code),
            arguments=actions.ChangeHead(pk, form.new_head() or uuid.UUID(int=0), form.relations()),
        )  # fmt: skip

    return handle(request, form, change, context["cancel_url"], context)


@requires("propose_change")
def regroup(request: ViewerRequest, pk: uuid.UUID, mode: str) -> HttpResponse:
    """Some or all members move, form a household of their own, or join another."""
    if mode not in MODES:
        raise Http404
    viewer = request.viewer
    household, members, context = _household_page(request, pk, "people.regroup")
    offered = _offered(request, household, mode)
    context |= {"heading": MODES[mode], "places": offered, "find": request.POST.get("find", "")}
    if request.method != "POST" or "search" in request.POST:
        form = RegroupForm(
            members=members, places=offered.choices, kind=household.kind,
            initial=_started(request, members, mode, offered),
        )  # fmt: skip
        return render(request, "people/regroup.html", {"form": form, **context})
    form = RegroupForm(request.POST, members=members, places=offered.choices, kind=household.kind)
    if form.round_missing():
        form.without_errors()
        return render(request, "people/regroup.html", {"form": form, **context}, status=422 if form.errors else 200)

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action="people.regroup", reason=values["reason"],
            subject=Subject("household", pk, household.dwelling.place_code),
            arguments=actions.Regroup(
                household_id=pk, person_ids=tuple(uuid.UUID(person) for person in values["who"]),
                dwelling_id=form.dwelling(), since=values["since"], into_id=form.into(), head_id=form.head(),
                relations=form.relations_there(), new_head_id=form.new_head(), left_relations=form.relations(),
                reason_code=values["reason_code"],
            ),
        )  # fmt: skip

    def back(outcome: Outcome) -> str:
        return reverse("people:household", args=[pk if outcome.waiting else outcome.result])

    return handle(request, form, change, back, context, template="people/regroup.html")


def _offered(request: ViewerRequest, household: Household, mode: str) -> Places:
    """Where one can go: what was searched for, what was chosen before, and what lies at hand."""
    found = places(
        request.viewer,
        household,
        request.POST.get("find", "") if request.method == "POST" else "",
        chosen=request.POST.get("where", ""),
        at_hand=mode != "move",
    )
    if mode == "join":  # only where somebody lives can one join
        joins = [choice for choice in found.choices if not choice[0].endswith("/")]
        found = replace(found, choices=joins, found=len(joins))
    if found.persons:
        record_look(request.viewer, question="change_form", persons=found.persons)
    return found


def _started(request: ViewerRequest, members: list[Member], mode: str, offered: Places) -> dict[str, Any]:
    """What the form shows at first, or again after a search."""
    if request.method == "POST":
        kept = {name: request.POST.get(name, "") for name in ("since", "reason_code", "reason", "where")}
        return {**kept, "who": request.POST.getlist("who")}
    one = request.GET.get("who", "")
    everybody = [str(member.person_id) for member in members]
    who = [one] if one in everybody else [] if mode == "split" else everybody
    where = offered.choices[0][0] if mode != "move" and len(offered.choices) == 1 else ""
    return start(request.viewer, since=timezone.localdate().isoformat(), who=who, where=where)


@requires("propose_change")
def correct_dwelling(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The household was recorded at a wrong address."""
    household, _members, context = _household_page(request, pk, "people.correct_dwelling")
    offered = places(
        request.viewer, household, request.POST.get("find", ""), chosen=request.POST.get("where", ""), at_hand=False,
        households=False,
    )  # fmt: skip
    sent = request.method == "POST" and "search" not in request.POST
    initial = {name: request.POST[name] for name in ("reason", "where") if name in request.POST}
    form: Form = WrongDwellingForm(
        request.POST if sent else None, places=offered.choices, initial=initial or start(request.viewer)
    )
    context |= {"heading": _("Correct the address of a household"), "places": offered}
    context |= {"find": request.POST.get("find", "")}

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=request.viewer, action="people.correct_dwelling", reason=values["reason"],
            subject=Subject("household", pk, household.dwelling.place_code),
            arguments=actions.CorrectDwelling(pk, form.dwelling()),  # type: ignore[attr-defined]
        )  # fmt: skip

    return handle(request, form, change, context["cancel_url"], context, template="people/wrong_dwelling.html")
