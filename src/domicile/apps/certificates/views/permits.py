"""The guide to the residence permit, an application, its steps, and the slip that the person takes along."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.certificates import actions, forms, printed
from domicile.apps.certificates.selectors import permits
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person, Spell
from domicile.apps.people.selectors.reach import reach_person
from domicile.apps.people.selectors.words import name as person_name
from domicile.apps.screens.changing import ActionView
from domicile.core.policy.parameters import parameter


@require_safe
@requires("view_dwelling")
def guide(request: ViewerRequest) -> HttpResponse:
    """What residence registration and the permit are, what papers help, and that no service depends on them."""
    today = timezone.localdate()
    context = {
        "months": parameter("certificates.permit_months", today), "days": parameter("certificates.permit_days", today)
    }  # fmt: skip
    return render(request, "certificates/permit_guide.html", context)


@require_safe
@requires("apply_change")
def permit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """How an application stands."""
    card = permits.permit_card(request.viewer, pk, today=timezone.localdate())
    return render(request, "certificates/permit.html", {"card": card})


@require_safe
@requires("apply_change")
def slip(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The slip for the person."""
    card = permits.permit_card(request.viewer, pk, today=timezone.localdate(), question="print_permit")
    data = printed.slip_data(request.viewer, card, timezone.localdate())
    return printing.respond(printed.SLIP, data, name=f"{_now('Slip of an application')}-{card.name}")


class Apply(ActionView):
    """Note an application."""

    heading, form_class, permissions = _("Apply for a residence permit"), forms.PermitForm, ("apply_change",)
    saved = _("The application is noted. Print the slip for the person.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Person, Spell]:
        viewer.require("view_person")
        person = reach_person(viewer, kwargs["pk"])
        home = permits.home_of(viewer, person.pk)
        if home is None:
            raise OutOfReach([person.pk])
        record_look(viewer, question="change_form", persons=[person.pk])
        return person, home

    def context(self, viewer: Viewer, subject: tuple[Person, Spell]) -> dict[str, Any]:
        person, home = subject
        half_year = permits.half_year_of(home.start, timezone.localdate())
        lead = f"{person_name(person.name)} · {home.dwelling.address}"
        told: Any
        if half_year is None:
            told = _("It is not on file since when they live here: the issuing office asks for a paper on it.")
        elif half_year > timezone.localdate():
            told = _("Half a year is reached on {day}. The application is noted all the same.").format(day=half_year)
        else:
            told = _("They have lived here for half a year.")
        return {"lead": lead, "effect": told}

    def act(self, viewer: Viewer, subject: tuple[Person, Spell], values: dict[str, Any]) -> Any:
        return actions.apply_for_permit(
            actor=viewer, person_id=subject[0].pk, ground=values["ground"], day=values["day"], reason=values["reason"]
        )

    def back(self, subject: tuple[Person, Spell], result: Any = None) -> str:
        if result is not None:
            return reverse("certificates:permit", args=[result.pk])
        return reverse("people:person", args=[subject[0].pk])


class Step(ActionView):
    """Note what became of an application."""

    heading, form_class, permissions = _("Progress of the application"), forms.PermitStepForm, ("apply_change",)
    saved = _("Noted.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> permits.PermitCard:
        return permits.permit_card(viewer, kwargs["pk"], today=timezone.localdate(), question="change_form")

    def form_arguments(self, viewer: Viewer, subject: permits.PermitCard) -> dict[str, Any]:
        return {"follows": subject.follows}

    def context(self, viewer: Viewer, subject: permits.PermitCard) -> dict[str, Any]:
        return {"lead": f"{subject.name} · {subject.state}"}

    def act(self, viewer: Viewer, subject: permits.PermitCard, values: dict[str, Any]) -> Any:
        return actions.step_permit(
            actor=viewer, application_id=subject.application.pk, state=values["state"], day=values["day"],
            reason=values["reason"],
        )  # fmt: skip

    def back(self, subject: permits.PermitCard, result: Any = None) -> str:
        return reverse("certificates:permit", args=[subject.application.pk])
