"""One household: calls, forms, which of them counts; a form opened, with a look in the log."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.census.answers import deciding, opening
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import ONE_OF
from domicile.apps.census.fieldwork import actions, forms, selectors, words
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.fieldwork.standing_out import door_of
from domicile.apps.census.fieldwork.views.areas import REVIEW, SEE
from domicile.apps.census.listing import selectors as listing
from domicile.apps.census.listing import words as listed
from domicile.apps.census.listing.changing import HouseholdView
from domicile.apps.census.listing.models import Household
from domicile.apps.census.shell import shell
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.core import enumeration


def page_of(household_id: uuid.UUID) -> str:
    """The page of a household."""
    return reverse("census:household", args=[household_id])


@require_safe
@requires(SEE)
def household(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Calls and forms of a household. What the forms say is on pages of their own."""
    viewer = request.viewer
    row = listing.household(viewer, pk)
    name, phone = listing.head(viewer, row, "census_household")
    answers = list(row.answers.defer("content", "quick").order_by("received_at", "pk"))
    context = {
        **shell(request, row.census, "census:progress"),
        "row": row,
        "door": door_of(row),
        "head": name,
        "phone": phone,
        "form": listed.FORMS[row.form],
        "ended": listed.ENDED.get(row.ended, ""),
        "calls": [(one, words.OUTCOMES[one.outcome], words.PARTS.get(one.part_of_day, "")) for one in selectors.calls_of(row)],
        "answers": [(one, words.FORMS[one.form], words.ROADS[one.road], words.WHYS[one.why]) for one in answers],
        "open": [one for one in answers if one.state == Answer.State.KEPT and one.settled_at is None],
        "may_call": viewer.may(actions.DO),
        "may_decide": deciding.may_decide(viewer, row.place_code),
    }  # fmt: skip
    return render(request, "census/fieldwork/household.html", context)


def _answer(viewer: Viewer, pk: uuid.UUID) -> Answer:
    """A form of the viewer's areas. Raises OutOfReach."""
    rows = Answer.objects.select_related("household__dwelling__building", "household__census")
    found = restrict(rows, viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


@require_safe
@requires(SEE)
def answer(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What a form says, item by item, in the words of the form. The look is in the log."""
    row = _answer(request.viewer, pk)
    content = opening.look_at(request.viewer, row)
    form = enumeration.forms().get(row.form)
    persons = content.get("persons")
    persons = persons if isinstance(persons, list) else []
    context = {
        **shell(request, row.household.census, "census:progress"),
        "row": row,
        "door": door_of(row.household),
        "form": words.FORMS[row.form],
        "road": words.ROADS[row.road],
        "state": words.STATES[row.state],
        "why": words.WHYS[row.why],
        "household": _lines(form.household_items if form else (), content),
        "persons": [_lines(form.person_items if form else (), one) for one in persons if isinstance(one, Mapping)],
        "may_decide": deciding.may_decide(request.viewer, row.place_code),
    }
    return render(request, "census/fieldwork/answer.html", context)


def _lines(items: Any, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and answer of each item that was answered, then of what no item stands for.

    How long it took serves one question alone (standing_out) and is shown beside no answers.
    """
    language = get_language() or "zh-hans"
    found = []
    for item in items:
        if item.name in told:
            said = told[item.name]
            known = {one.value: one.words.of(language) for one in item.choices}
            found.append((item.words.of(language), str(known.get(said, said))))
    named = {item.name for item in items} | {"persons", enumeration.MINUTES}
    return found + [(name, str(value)) for name, value in told.items() if name not in named]


@require_POST
@requires(REVIEW)
def let_count(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """This form counts."""
    row = deciding.let_count(actor=request.viewer, answer=_answer(request.viewer, pk))
    messages.success(request, _now("This form counts now. The other one is kept; you can still decide otherwise."))
    return redirect(page_of(row.household_id))


@require_POST
@requires(REVIEW)
def leave(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What counts goes on counting."""
    row = listing.household(request.viewer, pk)
    asked = row.answers.filter(state=Answer.State.KEPT, settled_at=None).values_list("form", flat=True)
    for form in sorted({"short" if one in ONE_OF else one for one in asked}):
        deciding.leave(actor=request.viewer, household=row, form=form)
    messages.success(request, _now("Left as it is. The question is answered."))
    return redirect(page_of(pk))


class Apart(ActionView):
    """A form that belongs to another household behind the same door."""

    permissions = (REVIEW,)
    heading, submit_label = _("The form of another household"), _("List that household")
    saved, form_class = _("That household is on the list, and the form counts for it."), forms.ApartForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Answer:
        return _answer(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Answer) -> dict[str, Any]:
        return {"lead": door_of(subject.household)}

    def act(self, viewer: Viewer, subject: Answer, values: dict[str, Any]) -> Household:
        return deciding.of_another(actor=viewer, answer=subject, today=timezone.localdate(), **values)

    def back(self, subject: Answer, result: Household | None = None) -> str:
        return page_of(result.pk if result is not None else subject.household_id)


class NoteCall(HouseholdView):
    heading, submit_label = _("How the visit went"), _("Note down")
    saved, form_class = _("Noted."), forms.CallForm

    def act(self, viewer: Viewer, subject: Household, values: dict[str, Any]) -> Call:  # type: ignore[override]
        return actions.note_call(actor=viewer, household=subject, at=timezone.now(), **values)

    def back(self, subject: Household, result: Any = None) -> str:
        return page_of(subject.pk)


class NoteReinterview(ActionView):
    permissions = (REVIEW,)
    heading, submit_label = _("Asked again"), _("Note down")
    saved, form_class = _("Noted."), forms.ReinterviewForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Reinterview:
        rows = Reinterview.objects.select_related("household__dwelling__building", "household__census")
        found = restrict(rows, viewer).filter(pk=kwargs["pk"]).first()
        if found is None:
            raise OutOfReach
        return found

    def context(self, viewer: Viewer, subject: Reinterview) -> dict[str, Any]:
        return {"lead": door_of(subject.household)}

    def act(self, viewer: Viewer, subject: Reinterview, values: dict[str, Any]) -> Reinterview:
        return actions.note_reinterview(actor=viewer, reinterview=subject, today=timezone.localdate(), **values)

    def back(self, subject: Reinterview, result: Any = None) -> str:
        return reverse("census:reinterviews", args=[subject.household.census.code])
