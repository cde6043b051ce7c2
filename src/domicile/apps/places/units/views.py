"""Pages of units: the card, adding, correcting, closing, undoing."""

import uuid
from dataclasses import fields
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.placefilter import place_choices
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.proposing import ChangeView, take_back
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.places.units import actions, forms, selectors


@require_safe
@requires("view_dwelling")
def unit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The card; of a unit that is only proposed, the proposal."""
    try:
        return _card(request, pk, show_number=False)
    except OutOfReach:
        for proposal in waiting_about(request.viewer, [pk]):
            return redirect("collect:proposal", proposal.pk)
        raise


@require_POST
@requires("view_number_full")
def numbers(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The same card with the phone in full: a look of its own."""
    response = _card(request, pk, show_number=True)
    response["Cache-Control"] = "no-store"
    return response


def _card(request: ViewerRequest, pk: uuid.UUID, *, show_number: bool) -> HttpResponse:
    viewer = request.viewer
    card = selectors.unit_card(viewer, pk, show_number=show_number)
    context = {
        "card": card,
        "waiting": [(row, label(row.action)) for row in card.waiting],
        "may_change": viewer.may("propose_change") or viewer.may("apply_change"),
        "may_see_number": viewer.may("view_number_full") and card.phone and not show_number,
    }
    return render(request, "places/unit.html", context)


@require_POST
@requires("propose_change", "apply_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change found in the history of a unit."""
    return take_back(request, pk, actions.ACTIONS, _page_of)


def _page_of(change: Change) -> str:
    if not Unit.objects.filter(pk=change.subject_id).exists():  # it had only just been added
        return reverse("units:ledger")
    return reverse("units:unit", args=[change.subject_id])


class _UnitView(ChangeView):
    def submitted(
        self, viewer: Viewer, action: str, subject: Subject, arguments: Any, values: dict[str, Any]
    ) -> Outcome:
        return submit(actor=viewer, action=action, subject=subject, arguments=arguments, reason=values["reason"])


class AddUnitHere(_UnitView):
    """A unit in the dwelling that the address names."""

    heading, form_class, kind = gettext_lazy("Add a unit"), forms.UnitHereForm, actions.ADD

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return dwelling_in_scope(viewer, kwargs["pk"])

    def place(self, subject: Dwelling) -> str:
        return subject.place_code

    def change(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Outcome:
        arguments = actions.AddUnit(unit_id=new_id(), dwelling_id=subject.pk, **_known(actions.AddUnit, values))
        where = Subject("unit", arguments.unit_id, subject.place_code)
        return self.submitted(viewer, actions.ADD, where, arguments, values)

    def back(self, subject: Dwelling, result: Any = None) -> str:
        if result is not None:
            return reverse("units:unit", args=[result])
        return reverse("people:dwelling", args=[subject.pk])


class AddUnit(_UnitView):
    """A unit whose address is typed."""

    heading, form_class = gettext_lazy("Add a unit"), forms.UnitSomewhereForm

    def form_arguments(self, viewer: Viewer, subject: None) -> dict[str, Any]:
        return {"places": [place for place in place_choices(viewer) if len(place[0]) >= actions.COMMUNITY]}

    def change(self, viewer: Viewer, subject: None, values: dict[str, Any]) -> Outcome:
        dwelling, building = selectors.place_of(viewer, values["address"])
        arguments = actions.AddUnit(
            unit_id=new_id(), dwelling_id=dwelling.pk if dwelling else None, building_id=building.pk if building else None,
            place_code=values["place"], **_known(actions.AddUnit, values),
        )  # fmt: skip
        home = dwelling or building
        code = home.place_code if home else actions.full_code(values["place"])
        if not code:
            raise Refused(_("No building on file has this address. Choose the community or grid it lies in."), "place")
        return self.submitted(viewer, actions.ADD, Subject("unit", arguments.unit_id, code), arguments, values)

    def back(self, subject: None, result: Any = None) -> str:
        return reverse("units:unit", args=[result]) if result else reverse("units:ledger")


class _OfUnit(_UnitView):
    def subject(self, viewer: Viewer, **kwargs: Any) -> Unit:
        return actions.unit_in_scope(viewer, kwargs["pk"])

    def place(self, subject: Unit) -> str:
        return subject.place_code

    def back(self, subject: Unit, result: Any = None) -> str:
        return reverse("units:unit", args=[subject.pk])

    def about(self, unit: Unit) -> Subject:
        return Subject("unit", unit.pk, unit.place_code)


class CorrectUnit(_OfUnit):
    heading, form_class, kind = gettext_lazy("Correct a unit"), forms.CorrectUnitForm, actions.CORRECT

    def form_arguments(self, viewer: Viewer, subject: Unit) -> dict[str, Any]:
        names = ("name", "kind", "credit_code", "responsible", "employees", "lodged", "remark")
        return {"initial": {**{name: getattr(subject, name) for name in names}, "since": subject.in_use_from}}

    def change(self, viewer: Viewer, subject: Unit, values: dict[str, Any]) -> Outcome:
        arguments = actions.CorrectUnit(unit_id=subject.pk, **_known(actions.CorrectUnit, values))
        return self.submitted(viewer, actions.CORRECT, self.about(subject), arguments, values)


class CloseUnit(_OfUnit):
    heading, form_class, kind = gettext_lazy("Close a unit"), forms.CloseUnitForm, actions.CLOSE

    def change(self, viewer: Viewer, subject: Unit, values: dict[str, Any]) -> Outcome:
        arguments = actions.CloseUnit(subject.pk, values["closed_on"])
        return self.submitted(viewer, actions.CLOSE, self.about(subject), arguments, values)


def _known(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
