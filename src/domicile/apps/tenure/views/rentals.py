"""Pages of rentals: the card, adding, correcting, extending, visiting, ending, undoing."""

import uuid
from dataclasses import fields
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.proposing import ChangeView, take_back
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tenure import actions, forms, selectors
from domicile.apps.tenure.actions import rentals
from domicile.apps.tenure.models import Rental


@require_safe
@requires("view_dwelling")
def rental(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of a rental."""
    return _card(request, pk, show_numbers=False)


@require_POST
@requires("view_number_full")
def numbers(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The same page with numbers and phones in full: a look of its own."""
    response = _card(request, pk, show_numbers=True)
    response["Cache-Control"] = "no-store"
    return response


def _card(request: ViewerRequest, pk: uuid.UUID, *, show_numbers: bool) -> HttpResponse:
    viewer = request.viewer
    card = selectors.rental_card(viewer, pk, today=timezone.localdate(), show_numbers=show_numbers)
    people = [card.line.landlord, *card.line.tenants]
    context = {
        "card": card,
        "rental": card.line.rental,
        "waiting": card.waiting,
        "may_change": viewer.may("propose_change") or viewer.may("apply_change"),
        "may_see_people": viewer.may("view_person"),
        "may_see_numbers": viewer.may("view_number_full") and any(one.phone or one.number for one in people),
    }
    return render(request, "tenure/rental.html", context)


@require_POST
@requires("propose_change", "apply_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change found in the history of a rental, or of the owners of a dwelling."""
    return take_back(request, pk, actions.ACTIONS, _page_of)


def _page_of(change: Change) -> str:
    if change.subject_kind == "dwelling":
        return reverse("tenure:owners", args=[change.subject_id])
    if not Rental.objects.filter(pk=change.subject_id).exists():  # it had only just been added
        return reverse("tenure:ledger")
    return reverse("tenure:rental", args=[change.subject_id])


class TenureView(ChangeView):
    """A change of tenure. The forms name people: to show one is a look."""

    def looked(self, viewer: Viewer, persons: list[uuid.UUID]) -> None:
        viewer.require("view_person")
        record_look(viewer, question="change_form", persons=persons)

    def submitted(
        self, viewer: Viewer, action: str, subject: Subject, arguments: Any, values: dict[str, Any]
    ) -> Outcome:
        return submit(actor=viewer, action=action, subject=subject, arguments=arguments, reason=values["reason"])


class AddRental(TenureView):
    heading, form_class, kind = gettext_lazy("Add a rental"), forms.AddRentalForm, rentals.ADD

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return dwelling_in_scope(viewer, kwargs["pk"])

    def place(self, subject: Dwelling) -> str:
        return subject.place_code

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        residents = selectors.residents(subject.pk)
        landlords, persons = selectors.landlords(viewer, subject)
        self.looked(viewer, [*(key for key, _name in residents), *persons])
        return {"residents": residents, "landlords": [(key.hex, name) for key, name in landlords]}

    def change(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Outcome:
        chosen = values.get("landlord", "")
        named = not chosen or chosen == forms.SOMEBODY_ELSE
        known = known_values(actions.AddRental, values)
        if not named:
            known |= {
                "landlord_id": uuid.UUID(chosen),
                "landlord_name": "",
                "landlord_number": "",
                "landlord_phone": "",
            }
        if values["safety"] == Rental.Safety.SIGNED:
            known["safety_signed_on"] = values.get("last_visit")
        arguments = actions.AddRental(dwelling_id=subject.pk, **known)
        where = Subject("dwelling", subject.pk, subject.place_code)
        return self.submitted(viewer, rentals.ADD, where, arguments, values)

    def back(self, subject: Dwelling, result: Any = None) -> str:
        return reverse("tenure:rental", args=[result]) if result else reverse("people:dwelling", args=[subject.pk])


class OfRental(TenureView):
    """A change of one rental."""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Rental:
        return selectors.find_rental(viewer, kwargs["pk"])

    def place(self, subject: Rental) -> str:
        return subject.dwelling.place_code

    def context(self, viewer: Viewer, subject: Rental) -> dict[str, Any]:
        return {"lead": subject.dwelling.address}

    def back(self, subject: Rental, result: Any = None) -> str:
        return reverse("tenure:rental", args=[subject.pk])

    def about(self, rental: Rental) -> Subject:
        return Subject("rental", rental.pk, rental.dwelling.place_code)


class CorrectRental(OfRental):
    heading, form_class, kind = gettext_lazy("Correct a rental"), forms.CorrectRentalForm, rentals.CORRECT

    def form_arguments(self, viewer: Viewer, subject: Rental) -> dict[str, Any]:
        line = selectors.rental_lines(viewer, [subject], today=timezone.localdate(), numbers=False)[0]
        persons = selectors.tenant_persons(subject)
        residents = [pair for pair in selectors.residents(subject.dwelling_id) if pair[0] not in persons]
        self.looked(viewer, [*persons, *(key for key, _name in residents)])
        held = [(tenant.id.hex, tenant.name) for tenant in line.tenants]
        names = ("part", "contract_start", "last_day", "safety", "safety_signed_on")
        initial = {**{name: getattr(subject, name) for name in names}, "keep": [key for key, _name in held]}
        return {"residents": residents, "held": held, "initial": initial}

    def change(self, viewer: Viewer, subject: Rental, values: dict[str, Any]) -> Outcome:
        known = known_values(actions.CorrectRental, values) | {"keep": tuple(values["keep"])}
        if values["safety"] != Rental.Safety.SIGNED:
            known["safety_signed_on"] = None
        arguments = actions.CorrectRental(rental_id=subject.pk, **known)
        return self.submitted(viewer, rentals.CORRECT, self.about(subject), arguments, values)


class ExtendContract(OfRental):
    heading, form_class, kind = gettext_lazy("Extend the contract"), forms.ExtendForm, rentals.EXTEND

    def form_arguments(self, viewer: Viewer, subject: Rental) -> dict[str, Any]:
        return {"initial": {"last_day": longer(subject)}}

    def change(self, viewer: Viewer, subject: Rental, values: dict[str, Any]) -> Outcome:
        arguments = actions.ExtendContract(subject.pk, values["contract_end"])
        return self.submitted(viewer, rentals.EXTEND, self.about(subject), arguments, values)


class EndRental(OfRental):
    heading, form_class, kind = gettext_lazy("End a rental"), forms.EndRentalForm, rentals.END

    def form_arguments(self, viewer: Viewer, subject: Rental) -> dict[str, Any]:
        others = Rental.objects.filter(dwelling=subject.dwelling_id, ended_on=None).exclude(pk=subject.pk)
        asks_use = subject.dwelling.use == Dwelling.Use.LET and not others.exists()
        return {"asks_use": asks_use}

    def change(self, viewer: Viewer, subject: Rental, values: dict[str, Any]) -> Outcome:
        arguments = actions.EndRental(subject.pk, values["ended_on"], values.get("use", ""))
        return self.submitted(viewer, rentals.END, self.about(subject), arguments, values)


class RecordVisit(OfRental):
    heading, form_class, kind = gettext_lazy("Record a visit"), forms.VisitForm, rentals.VISIT

    def change(self, viewer: Viewer, subject: Rental, values: dict[str, Any]) -> Outcome:
        arguments = actions.RecordVisit(subject.pk, values["visited_on"], values["safety"])
        return self.submitted(viewer, rentals.VISIT, self.about(subject), arguments, values)


def longer(rental: Rental) -> Any:
    """The last day of a contract as long again as the one on file; None where that is not known."""
    if rental.contract_start is None or rental.contract_end is None or rental.last_day is None:
        return None
    try:
        years = rental.contract_end.year - rental.contract_start.year
        if years and rental.contract_end == rental.contract_start.replace(year=rental.contract_end.year):
            return rental.last_day.replace(year=rental.last_day.year + years)
        return rental.last_day + (rental.contract_end - rental.contract_start)
    except (ValueError, OverflowError):
        return None


def known_values(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """The cleaned values that an action's arguments have; ticked choices as tuples."""
    names = {field.name for field in fields(kind)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items() if name in names}
