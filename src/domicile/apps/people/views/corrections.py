"""Correct a person's record: what can be corrected and where it is decided, one form for all, names, parents."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.models import ReviewRule
from domicile.apps.collect.policies import rules_over, takes_effect_at_once
from domicile.apps.collect.registry import handler
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import actions
from domicile.apps.people.describing import in_words
from domicile.apps.people.forms import PAPERS, CorrectForm, CorrectNameForm, GiveNameForm, ParentForm
from domicile.apps.people.forms.corrections import field_name
from domicile.apps.people.items import GROUPS, ITEMS, Item, rows_of, value_of
from domicile.apps.people.models import Document, Member, Person, Phone, Spell
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.opening import Opener, opener
from domicile.apps.people.selectors.placing import holder_of, neighbours
from domicile.apps.people.selectors.relatives import relatives
from domicile.apps.people.views.changing import done, effect, handle, level_name, start
from domicile.core.codes.identity import mask
from domicile.core.codes.phones import mask_phone


@dataclass(frozen=True)
class Entry:
    """One line of the page of corrections."""

    label: str
    value: str
    url: str
    level: str


@requires("propose_change")
def overview(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything that can be corrected, with what is on file and who decides."""
    viewer = request.viewer
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    sealed = opener(*person.ids)
    over, groups = rules_over(place), []
    for group, label in GROUPS.items():
        entries = [_name_entry(viewer, person, place, over)] if group == "identity" else []
        for item in ITEMS.values():
            if item.group == group:
                entries += _entries(viewer, item, person, place, sealed, over)
        groups.append((label, entries))
    record_look(viewer, question="change_form", persons=[pk])
    context = {
        "heading": _("Correct the record"),
        "name": words.name(person.name),
        "person": person,
        "groups": [(label, entries) for label, entries in groups if entries],
    }
    return render(request, "people/corrections.html", context)


def _decides(viewer: Viewer, action: str, place: str, over: list[ReviewRule]) -> str:
    """'' where the viewer's word is enough, else who decides."""
    level = handler(action).level()
    return "" if takes_effect_at_once(viewer, place, action, level, over) else level_name(level)


def _name_entry(viewer: Viewer, person: Person, place: str, over: list[ReviewRule]) -> Entry:
    name = "correct_name" if person.name else "give_name"
    url = reverse(f"people:{name}", args=[person.pk])
    return Entry(_("Person's name"), words.name(person.name), url, _decides(viewer, f"people.{name}", place, over))


def _entries(
    viewer: Viewer, item: Item, person: Person, place: str, sealed: Opener, over: list[ReviewRule]
) -> list[Entry]:
    decides = _decides(viewer, item.action, place, over)
    if item.rows is None:
        shown = " · ".join(filter(None, (in_words(one, value_of(person, one.name)) for one in item.inputs)))
        return [Entry(str(item.label), shown, reverse("people:correct", args=[person.pk, item.key]), decides)]
    entries = [
        Entry(
            str(item.label), _row_in_words(item, row, sealed),
            reverse("people:correct_row", args=[person.pk, item.key, row.pk]), decides,
        )
        for row in rows_of(item, person) if _near(viewer, row)
    ]  # fmt: skip
    if item.may_add:
        label = _("Add: {what}").format(what=item.label)
        entries.append(Entry(label, "", reverse("people:correct", args=[person.pk, item.key]), decides))
    return entries


def _near(viewer: Viewer, row: models.Model) -> bool:
    """Whether the dwelling of a stay or household, where the row has one, lies inside the viewer's areas."""
    if isinstance(row, Spell):
        return viewer.covers(row.dwelling.place_code)
    return not isinstance(row, Member) or viewer.covers(row.household.dwelling.place_code)


def _row_in_words(item: Item, row: Any, sealed: Opener) -> str:
    """A row as a list shows it: numbers masked, remarks whole, stays with their address."""
    parts = []
    if isinstance(row, Spell | Member):
        parts.append((row.dwelling if isinstance(row, Spell) else row.household.dwelling).address)
    if isinstance(row, Document):
        parts.append(words.coded("document_kind", row.kind))
    for one in item.inputs:
        if one.sealed:
            opened = sealed.value(row, one.name)
            parts.append(opened if one.kind == "long" else _masked(row, opened))
        elif not (isinstance(row, Document) and one.name == "kind"):
            parts.append(in_words(one, value_of(row, one.name)))
    return " · ".join(filter(None, parts))


def _masked(row: Any, number: str) -> str:
    return mask_phone(number) if isinstance(row, Phone) else mask(number)


@requires("propose_change")
def correct(request: ViewerRequest, pk: uuid.UUID, key: str, row_id: uuid.UUID | None = None) -> HttpResponse:
    """One correction: at once, or for review where the table says that somebody else decides."""
    viewer, item = request.viewer, ITEMS.get(key)
    if item is None:
        raise Http404
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    row: Any = person if item.rows is None else _found(viewer, item, person, row_id)
    before = {field_name(one): value_of(row, one.name) for one in item.inputs if row is not None and not one.sealed}
    form = CorrectForm(
        request.POST or None, item=item, keeps_sealed=row is not None, may_remove=item.may_remove and row_id is not None,
        initial=start(viewer, **before),
    )  # fmt: skip

    def change(values: dict[str, Any]) -> Outcome:
        outcome = submit(
            actor=viewer, action=item.action, reason=values["reason"],
            evidence=str(PAPERS.get(values.get("evidence", ""), "")), subject=Subject("person", pk, place),
            arguments=actions.Correct(pk, item.key, form.values(), row_id, bool(values.get("remove"))),
        )  # fmt: skip
        if outcome.result:
            found = ", ".join(dict.fromkeys(words.finding(code) for code in str(outcome.result).split()))
            messages.warning(request, _("Compare with the document: {what}.").format(what=found))
        return outcome

    record_look(viewer, question="change_form", persons=[pk])
    on_file = _row_in_words(item, row, opener(row.person_id)) if row is not None and item.rows is not None else ""
    heading = _("Add: {what}") if item.rows is not None and row is None else _("Correct: {what}")
    context = {
        "heading": heading.format(what=item.label),
        "lead": " · ".join(filter(None, [words.name(person.name), on_file])),
        "effect": effect(viewer, item.action, place),
        "cancel_url": reverse("people:corrections", args=[pk]),
    }
    return handle(request, form, change, reverse("people:person", args=[pk]), context)


def _found(viewer: Viewer, item: Item, person: Person, row_id: uuid.UUID | None) -> Any:
    """The row that the address names; None to add one. Raises Http404 where there is none to see."""
    if row_id is None:
        if item.may_add:
            return None
        raise Http404
    for row in rows_of(item, person):
        if row.pk == row_id and _near(viewer, row):
            return row
    raise Http404


@requires("propose_change")
def correct_name(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct a name, on the evidence of a paper."""
    viewer = request.viewer
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    form = CorrectNameForm(request.POST or None, initial=start(viewer, name=person.name))
    back = reverse("people:person", args=[pk])

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action="people.correct_name", reason=values["reason"],
            evidence=str(PAPERS[values["evidence"]]), subject=Subject("person", pk, place),
            arguments=actions.CorrectName(pk, values["name"], values["keep_former"]),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk])
    context = {
        "heading": _("Correct a name"),
        "lead": words.name(person.name),
        "effect": effect(viewer, "people.correct_name", place),
        "cancel_url": back,
    }
    return handle(request, form, change, back, context)


@requires("propose_change")
def give_name(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Name somebody who was put on file, newborn, without a name."""
    viewer = request.viewer
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    form = GiveNameForm(request.POST or None, initial=start(viewer))
    back = reverse("people:person", args=[pk])

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action="people.give_name", reason=values["reason"], subject=Subject("person", pk, place),
            arguments=actions.GiveName(pk, values["name"]),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk])
    born = f"{words.sex(person.sex)} {words.birth(person)}"
    context = {
        "heading": _("Name a newborn"),
        "lead": f"{words.name(person.name)} · {born}",
        "effect": effect(viewer, "people.give_name", place),
        "cancel_url": back,
    }
    return handle(request, form, change, back, context)


@requires("propose_change")
def parents(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Name a parent of somebody, or take a tie off the record."""
    viewer = request.viewer
    person, place = person_in_scope(viewer, pk), home_code(viewer, pk)
    ties = [tie for tie in relatives(viewer, person) if tie.id is not None]
    near = neighbours(viewer, person)
    removing = request.POST.get("remove", "")
    form = ParentForm(
        request.POST if request.method == "POST" and not removing else None,
        people=[(str(one), name) for one, name in near], initial=start(viewer, kind="birth"),
    )  # fmt: skip
    record_look(viewer, question="change_form", persons=[pk, *(tie.id for tie in ties if tie.id), *dict(near)])

    def sent(child: uuid.UUID, parent: uuid.UUID, kind: str, reason: str, *, remove: bool = False) -> Outcome:
        return submit(
            actor=viewer, action="people.set_parent", reason=reason, subject=Subject("person", pk, place),
            arguments=actions.SetParent(child, parent, kind, remove),
        )  # fmt: skip

    def change(values: dict[str, Any]) -> Outcome:
        parent = uuid.UUID(values["parent_id"]) if values["parent_id"] else holder_of(viewer, values["number"])
        if parent is None:
            raise Refused(_("Nobody in your area has this number."), "number")
        return sent(pk, parent, values["kind"], values["reason"])

    context: dict[str, Any] = {
        "heading": _("Parents and children"),
        "lead": words.name(person.name),
        "ties": ties,
        "effect": effect(viewer, "people.set_parent", place),
        "cancel_url": reverse("people:person", args=[pk]),
    }
    for place_of, tie in enumerate(ties):
        if removing == str(place_of) and tie.id is not None:
            child, parent = (pk, tie.id) if tie.side == "parent" else (tie.id, pk)
            return _removed(request, sent, child, parent, tie.kind, context)
    return handle(request, form, change, str(context["cancel_url"]), context, template="people/parents.html")


def _removed(
    request: ViewerRequest, sent: Any, child: uuid.UUID, parent: uuid.UUID, kind: str, context: dict[str, Any]
) -> HttpResponse:
    """Take a tie off the record and go back to the card."""
    try:
        outcome = sent(child, parent, kind, _("taken off the record"), remove=True)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return render(request, "people/parents.html", {**context, "form": ParentForm(people=[])}, status=422)
    return done(request, outcome, str(context["cancel_url"]))
