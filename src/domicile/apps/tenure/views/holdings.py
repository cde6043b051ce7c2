"""Pages of the owners and managers of a dwelling."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.collect.actions import Outcome, Subject
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tenure import actions, forms, selectors
from domicile.apps.tenure.actions import holdings
from domicile.apps.tenure.holders import name_of
from domicile.apps.tenure.models import Holding
from domicile.apps.tenure.views.rentals import TenureView, known_values


@require_safe
@requires("view_dwelling")
def owners(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who owns and manages a dwelling, and who did."""
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
    card = selectors.owners_card(viewer, pk, show_numbers=show_numbers)
    people = [line.holder for line in [*card.present, *card.past]]
    context = {
        "card": card,
        "waiting": card.waiting,
        "may_change": (viewer.may("propose_change") or viewer.may("apply_change")) and viewer.may("view_person"),
        "may_see_people": viewer.may("view_person"),
        "may_see_numbers": viewer.may("view_number_full") and any(one.phone or one.number for one in people),
    }
    return render(request, "tenure/owners.html", context)


class ChangeHolder(TenureView):
    heading, form_class, kind = gettext_lazy("Change owner or manager"), forms.ChangeHolderForm, holdings.CHANGE

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return dwelling_in_scope(viewer, kwargs["pk"])

    def place(self, subject: Dwelling) -> str:
        return subject.place_code

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        residents = selectors.residents(subject.pk)
        present = [row for row in selectors.holdings_of(subject) if row.end is None]
        owners = [row.holder.person_id for row in present if row.holder.person_id]
        self.looked(viewer, [*(key for key, _name in residents), *owners])
        return {"residents": residents, "held": [(row, name_of(row.holder)) for row in present]}

    def change(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Outcome:
        known = known_values(actions.ChangeHolder, values)
        if values.get("person"):
            known |= {"person_id": uuid.UUID(values["person"]), "name": "", "number": "", "phone": ""}
        arguments = actions.ChangeHolder(dwelling_id=subject.pk, **known)
        where = Subject("dwelling", subject.pk, subject.place_code)
        return self.submitted(viewer, holdings.CHANGE, where, arguments, values)

    def back(self, subject: Dwelling, result: Any = None) -> str:
        return reverse("tenure:owners", args=[subject.pk])


class EndHolding(TenureView):
    heading, form_class, kind = gettext_lazy("End an owner or manager"), forms.EndHoldingForm, holdings.END

    def subject(self, viewer: Viewer, **kwargs: Any) -> Holding:
        return actions.holding_in_scope(viewer, kwargs["pk"])

    def place(self, subject: Holding) -> str:
        return subject.dwelling.place_code

    def form_arguments(self, viewer: Viewer, subject: Holding) -> dict[str, Any]:
        self.looked(viewer, [subject.holder.person_id] if subject.holder.person_id else [])
        return {}

    def context(self, viewer: Viewer, subject: Holding) -> dict[str, Any]:
        return {"lead": f"{subject.dwelling.address} · {name_of(subject.holder)}"}

    def change(self, viewer: Viewer, subject: Holding, values: dict[str, Any]) -> Outcome:
        arguments = actions.EndHolding(subject.pk, values["end"])
        where = Subject("dwelling", subject.dwelling_id, subject.dwelling.place_code)
        return self.submitted(viewer, holdings.END, where, arguments, values)

    def back(self, subject: Holding, result: Any = None) -> str:
        return reverse("tenure:owners", args=[subject.dwelling_id])
