"""Forms that register an event, from the card of a household or a person."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Household, Member, Person
from domicile.apps.people.scope import home_code, household_in_scope, person_in_scope
from domicile.apps.people.selectors.placing import living_household_of, members_of, neighbours
from domicile.apps.people.selectors.words import name as person_name
from domicile.apps.people.views.changing import effect, handle, start
from domicile.apps.vitals import actions, forms
from domicile.apps.vitals.actions import births, deaths
from domicile.apps.vitals.models import Kind, VitalEvent
from domicile.apps.vitals.selectors.cards import reach_event
from domicile.apps.vitals.selectors.twice import likely_twice
from domicile.apps.vitals.selectors.unions import spouse_of
from domicile.apps.vitals.views.others import holder, into_household

COUNTY = 6


@requires("propose_change")
def birth(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A child was born, or is told of late; also another child of the same birth (?same=event)."""
    viewer, today = request.viewer, timezone.localdate()
    household = household_in_scope(viewer, pk)
    members = members_of(household)
    form = forms.BirthForm(
        request.POST or None, members=members, today=today, initial=_first(viewer, household, members, request)
    )
    record_look(viewer, question="change_form", persons=[member.person_id for member in members])
    code = household.dwelling.place_code
    context: dict[str, Any] = {
        "heading": _("Register a birth"), "effect": effect(viewer, births.ACTION, code),
        "lead": f"{household.dwelling.address} · {_('Registered at once, whatever papers are missing.')}",
        "cancel_url": reverse("people:household", args=[pk]),
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        values, parents = form.cleaned_data, [uuid.UUID(key) for key in form.parents()]
        found = likely_twice(viewer, values["birth_date"], values["name"], parents, pk, today=today)
        context["likely"] = found
        if found and not values["another_child"]:
            form.add_error("another_child", _("Look whether it is one of these before you save."))
            return render(request, "vitals/birth.html", {"form": form, **context}, status=422)

    def change(values: dict[str, Any]) -> Outcome:
        fields = ("birth_date", "relation", "name", "sex", "registered", "mother_name", "father_name", "found",
                  "ask_code", "ask_text", "another_child")  # fmt: skip
        arguments = actions.Birth(
            household_id=pk, parents=form.parents(), **{name: values[name] for name in fields}, **form.told()
        )
        return submit(
            actor=viewer, action=births.ACTION, reason=values["reason"], arguments=arguments,
            subject=Subject("household", pk, code),
        )  # fmt: skip

    return handle(request, form, change, _to_event(context["cancel_url"]), context, template="vitals/birth.html")


@requires("propose_change")
def death(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody died: all that follows is done with it; when the head of a household died, another is named."""
    viewer = request.viewer
    person, place = _person(viewer, pk)
    household = living_household_of(viewer, pk)
    members = members_of(household) if household else []
    others = [member for member in members if member.person_id != pk]
    spouse = spouse_of(viewer, pk)
    spouses = [(str(row.person_id), person_name(row.person.name)) for row in others]
    if spouse is not None and str(spouse) not in dict(spouses):
        spouses += [(str(key), name) for key, name in _names(viewer, [spouse])]
    form = forms.DeathForm(
        request.POST or None, others=others, spouses=spouses, today=timezone.localdate(),
        leaves_as_head=any(row.person_id == pk and row.relation == HEAD for row in members),
        initial=start(viewer, reason="", spouse_id=str(spouse or "")),
    )  # fmt: skip

    def change(values: dict[str, Any]) -> Outcome:
        chosen = values.get("spouse_id")
        arguments = actions.Death(
            person_id=pk, died_on=values["died_on"], new_head_id=form.new_head(), relations=form.relations(),
            spouse_id=uuid.UUID(chosen) if chosen else None, despite=values["despite"], **form.told(),
        )  # fmt: skip
        return submit(
            actor=viewer, action=deaths.ACTION, reason=values["reason"], arguments=arguments,
            subject=Subject("person", pk, place),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk, *(row.person_id for row in others)])
    back = reverse("people:person", args=[pk])
    context = {
        "heading": _("Register a death"), "lead": person_name(person.name), "cancel_url": back,
        "effect": effect(viewer, deaths.ACTION, place),
        "followed": _("Stays, memberships, certificates and a move under way end with it; it can be undone or corrected."),
    }  # fmt: skip
    return handle(request, form, change, _to_event(back), context, template="vitals/death.html")


@requires("propose_change")
def marriage(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Two people married."""
    return _union(request, pk, Kind.MARRIAGE)


@requires("propose_change")
def divorce(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Two people divorced."""
    return _union(request, pk, Kind.DIVORCE)


def _union(request: ViewerRequest, pk: uuid.UUID, kind: Kind) -> HttpResponse:
    viewer = request.viewer
    person, place = _person(viewer, pk)
    near = neighbours(viewer, person)
    spouse, married = spouse_of(viewer, pk), kind == Kind.MARRIAGE
    if spouse is not None and not married and spouse not in dict(near):
        near += _names(viewer, [spouse])
    chosen = str(spouse) if spouse is not None and not married else ""
    form = forms.UnionForm(
        request.POST or None, kind=kind.value, people=[(str(key), name) for key, name in near],
        today=timezone.localdate(), initial=start(viewer, spouse_id=chosen),
    )  # fmt: skip
    action = "vitals.marry" if married else "vitals.divorce"

    def change(values: dict[str, Any]) -> Outcome:
        named = {
            "person_id": pk, "day": values["day"], "spouse_name": values["spouse_name"],
            "spouse_id": holder(viewer, values["spouse_number"], "spouse_number")
            if values["spouse_number"] else uuid.UUID(values["spouse_id"]) if values.get("spouse_id") else None,
        }  # fmt: skip
        arguments: Any = (
            actions.Marry(in_household=values.get("in_household", False), **named, **form.told())
            if married
            else actions.Divorce(**named, **form.told())
        )
        return submit(
            actor=viewer, action=action, reason=values["reason"], arguments=arguments,
            subject=Subject("person", pk, place),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk, *dict(near)])
    back = reverse("people:person", args=[pk])
    context = {
        "heading": _("Register a marriage") if married else _("Register a divorce"), "lead": person_name(person.name),
        "cancel_url": back, "effect": effect(viewer, action, place),
    }  # fmt: skip
    return handle(request, form, change, _to_event(back), context)


@requires("propose_change")
def adoption(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A child was adopted: new ties beside the old ones."""
    viewer = request.viewer
    person, place = _person(viewer, pk)
    near = neighbours(viewer, person)
    form = forms.AdoptionForm(
        request.POST or None, people=[(str(key), name) for key, name in near], today=timezone.localdate(),
        initial=start(viewer),
    )  # fmt: skip

    def change(values: dict[str, Any]) -> Outcome:
        numbers = [(name, values[name]) for name in ("number", "other_number") if values[name]]
        adopters = form.chosen() + [holder(viewer, number, field) for field, number in numbers]
        arguments = actions.Adopt(
            child_id=pk, day=values["day"], adopters=tuple(adopters), adopter_name=values["adopter_name"],
            household_id=into_household(viewer, adopters) if values["moves_in"] else None, relation=values["relation"],
            **form.told(),
        )  # fmt: skip
        return submit(
            actor=viewer, action="vitals.adopt", reason=values["reason"], arguments=arguments,
            subject=Subject("person", pk, place),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk, *dict(near)])
    back = reverse("people:person", args=[pk])
    context = {
        "heading": _("Register an adoption"), "cancel_url": back, "effect": effect(viewer, "vitals.adopt", place),
        "lead": f"{person_name(person.name)} · {_('The ties by birth stay on file.')}",
    }  # fmt: skip
    return handle(request, form, change, _to_event(back), context)


def _to_event(back: str) -> Any:
    """After a registration at once its own page, which says what is still open; else where one came from."""
    return lambda outcome: back if outcome.waiting else reverse("vitals:event", args=[outcome.result])


def _person(viewer: Viewer, pk: uuid.UUID) -> tuple[Person, str]:
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    if not place:
        raise OutOfReach([pk])
    return person, place


def _names(viewer: Viewer, keys: list[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Names of those inside the viewer's areas."""
    found = []
    for key in keys:
        try:
            found.append((key, person_name(person_in_scope(viewer, key).name)))
        except OutOfReach:
            continue
    return found


def _first(viewer: Viewer, household: Household, members: list[Member], request: ViewerRequest) -> dict[str, Any]:
    """What the form of a birth shows at first: where all who live there are registered elsewhere in one place, that place, since
    nobody knows yet who of them is a parent; of a twin, its like.
    """
    initial = start(viewer, birth_date=timezone.localdate())
    places = {(member.person.registered_code, member.person.registered_text) for member in members}
    code, text = places.pop() if len(places) == 1 else ("", "")
    if code and not code.startswith(household.dwelling.place_code[:COUNTY]):
        initial |= {"ask_text": text, "ask_code": code[:12]}
    same = _same(viewer, request.GET.get("same", ""))
    if same is not None:
        parents = {row.role: row for row in same.named.all()}
        asked = same.questions.order_by("pk").first()
        initial |= {"birth_date": same.day, "place": same.place, "told_by": same.told_by}
        initial |= {"ask_text": asked.to_text, "ask_code": asked.to_code[:12]} if asked else {}
        for role in ("mother", "father"):
            if role in parents:
                initial |= {role: str(parents[role].person_id or ""), f"{role}_name": parents[role].name}
    return initial


def _same(viewer: Viewer, text: str) -> VitalEvent | None:
    try:
        return reach_event(viewer, uuid.UUID(text))
    except (ValueError, OutOfReach):
        return None
