"""Put people on file at the door: a household, a person, a newborn."""

import uuid
from dataclasses import fields
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import actions
from domicile.apps.people.forms import AddMemberForm, HouseholdForm, PeopleForms
from domicile.apps.people.scope import dwelling_in_scope, household_in_scope, person_in_scope
from domicile.apps.people.selectors.placing import holder_of, members_of
from domicile.apps.people.views.changing import done, effect, handle, start
from domicile.core.codes.text import clean_name

PREFIX = "people"
MEMBER = {field.name for field in fields(actions.AddMember)}
PERSON = {field.name for field in fields(actions.NewPerson)}


@requires("propose_change")
def add_member(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a person to a living household."""
    viewer = request.viewer
    household = household_in_scope(viewer, pk)
    members = members_of(household)
    needs_head = not any(member.relation == actions.HEAD for member in members)
    form = AddMemberForm(request.POST or None, members=members, needs_head=needs_head, initial=start(viewer))

    def change(values: dict[str, Any]) -> Outcome:
        given = {name: values[name] for name in values if name in MEMBER}
        known = _on_file(viewer, values)
        if known is not None:  # joins as who they are: nothing about them is typed anew
            given = {name: given[name] for name in ("relation", "since", "reason_code", "registered")}
        else:
            given |= {"sex": given["sex"] or "9", "parents": form.parents()}
        arguments = actions.AddMember(household_id=pk, person_id=known, **given)
        return submit(
            actor=viewer, action="people.add_member", reason=values["reason"], arguments=arguments,
            subject=Subject("household", pk, household.dwelling.place_code),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[member.person_id for member in members])
    back = reverse("people:household", args=[pk])
    context = {
        "heading": _("Add a person"),
        "lead": household.dwelling.address,
        "effect": effect(viewer, "people.add_member", household.dwelling.place_code),
        "cancel_url": back,
    }
    return handle(request, form, change, back, context, template="people/add_person.html")


def _on_file(viewer: Viewer, values: dict[str, Any]) -> uuid.UUID | None:
    """The person in the viewer's areas who has the number typed. Raises Refused when the name is another one."""
    person_id = holder_of(viewer, values["document_number"]) if values["document_number"] else None
    if person_id is None:
        return None
    record_look(viewer, question="change_form", persons=[person_id])
    person = person_in_scope(viewer, person_id)
    if values["name"] and person.name and clean_name(values["name"]) != person.name:
        raise Refused(_("Somebody of another name has this number on file: compare the document."), "document_number")
    return person_id


@requires("propose_change")
def add_household(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a household with its head and further members in one go."""
    viewer = request.viewer
    dwelling = dwelling_in_scope(viewer, pk)
    record_look(viewer, question="change_form")
    context = {
        "heading": _("Add a household"),
        "lead": dwelling.address,
        "effect": effect(viewer, "people.add_household", dwelling.place_code),
        "cancel_url": reverse("people:dwelling", args=[pk]),
    }
    if request.method != "POST" or "more" in request.POST:
        return render(request, "people/add_household.html", {**context, **_unbound(request)})
    form = HouseholdForm(request.POST)
    people: Any = PeopleForms(request.POST, prefix=PREFIX)
    if form.is_valid() and people.is_valid():
        values = form.cleaned_data
        newcomers = tuple(_newcomer(person) for person in people.people())
        try:
            outcome = submit(
                actor=viewer, action="people.add_household", reason=values["reason"],
                subject=Subject("dwelling", pk, dwelling.place_code),
                arguments=actions.AddHousehold(pk, newcomers, values["since"], values["kind"]),
            )  # fmt: skip
        except Refused as refusal:
            _place(refusal, form, people)
        else:
            found = reverse("people:household", args=[outcome.result]) if not outcome.waiting else ""
            return done(request, outcome, found or str(context["cancel_url"]))
    return render(
        request,
        "people/add_household.html",
        {**context, "form": form, "people": people, "wrong": True, "next_person": len(people.forms) + 1},
        status=422,
    )


def _unbound(request: ViewerRequest) -> dict[str, Any]:
    """The empty forms; or, after "one more person", what was typed with an empty one behind it."""
    if request.method != "POST":
        initial = start(request.viewer, since=timezone.localdate())
        people = PeopleForms(prefix=PREFIX, initial=[{}])
        return {"form": HouseholdForm(initial=initial), "people": people, "next_person": 2}
    names = PeopleForms.form.base_fields
    total = request.POST.get(f"{PREFIX}-TOTAL_FORMS", "1")
    count = min(int(total), PeopleForms.max_num - 1) if total.isdigit() and len(total) < 3 else 1
    typed = [{name: request.POST.get(f"{PREFIX}-{place}-{name}", "") for name in names} for place in range(count)]
    kept = {name: request.POST.get(name, "") for name in HouseholdForm.base_fields}
    people = PeopleForms(prefix=PREFIX, initial=[*typed, {}])
    return {"form": HouseholdForm(initial=kept), "people": people, "next_person": count + 2}


def _newcomer(values: dict[str, Any]) -> actions.NewPerson:
    given = {name: values[name] for name in values if name in PERSON}
    return actions.NewPerson(**{**given, "sex": given.get("sex") or "9", "relation": given.get("relation", "")})


def _place(refusal: Refused, form: HouseholdForm, people: Any) -> None:
    """Put a refusal at the field that it names: `1-document_number` is that of the second person."""
    place, _dash, name = refusal.field.partition("-")
    if place.isdigit() and int(place) < len(people.forms) and name:
        filled = [one for one in people.forms if one.cleaned_data]
        one = filled[int(place)]
        one.add_error(name if name in one.fields else None, str(refusal.message))
    else:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
