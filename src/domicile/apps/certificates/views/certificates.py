"""The page of a certificate, the form that issues one, its revocation, its print, and the list of one's own office."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.certificates import actions, forms, policies, printed, words
from domicile.apps.certificates.selectors import cards
from domicile.apps.certificates.selectors.sayable import FULL, Sayable, sayable
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.core.certificates import last_day_of
from domicile.core.policy.parameters import parameter


@require_safe
@requires(policies.ISSUE)
def desk(request: ViewerRequest) -> HttpResponse:
    """What ends soon and what was issued lately, in the viewer's own areas."""
    found = cards.desk(request.viewer, today=timezone.localdate())
    lists = [
        (found.ending, _("They end soon"), _("None ends soon."), "ending"),
        (found.recent, _("Issued in the last 30 days"), _("None was issued lately."), "recent"),
    ]
    return render(request, "certificates/desk.html", {"lists": lists})


@require_safe
@requires(policies.ISSUE)
def certificate(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What a certificate says, and how it stands."""
    card = cards.certificate_card(request.viewer, pk, today=timezone.localdate())
    context = {
        "card": card, "row": card.row, "said": cards.says(request.viewer, card),
        "may_print": not card.number or request.viewer.may(policies.NUMBERS),
    }  # fmt: skip
    response = render(request, "certificates/certificate.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@requires(policies.ISSUE)
def print_certificate(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The paper, as often as it is needed: each print is a look on record."""
    card = cards.card_to_print(request.viewer, pk, today=timezone.localdate())
    address = request.build_absolute_uri(reverse("certificates:check"))
    data = printed.certificate_data(request.viewer, card, address)
    return printing.respond(printed.CERTIFICATE, data, name=f"{printed.NAME}-{card.name}")


class Issue(ActionView):
    """Choose what it says, look at it, issue it."""

    heading, form_class, permissions = _("Issue a certificate"), forms.IssueForm, (policies.ISSUE,)
    lead = _(
        "Free of charge. The holder chooses what it says; nothing else is on it. Nobody may require it, or more than the "
        "holder wants to show."
    )
    submit_label, saved = _("Show what it will say"), _("Issued. Print it, or let the holder photograph the code.")
    renews: uuid.UUID | None = None
    initial: dict[str, Any] | None = None

    def subject(self, viewer: Viewer, **kwargs: Any) -> Sayable:
        return self.sayable(viewer, kwargs["pk"])

    def sayable(self, viewer: Viewer, person_id: uuid.UUID) -> Sayable:
        """What could be said, after the look is recorded: everything stands on the form but the number."""
        try:
            found = sayable(viewer, person_id)
        except Refused as refusal:
            raise Refusal(refusal) from refusal
        record_look(viewer, question="certificate_form", persons=[person_id, *(key for key, *_rest in found.members)])
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            return render(
                request, "certificates/not_here.html", {"cause": refusal.message, "pk": kwargs["pk"]}, status=422
            )

    def form_arguments(self, viewer: Viewer, subject: Sayable) -> dict[str, Any]:
        return {"found": subject} | ({"initial": self.initial} if self.initial else {})

    def context(self, viewer: Viewer, subject: Sayable) -> dict[str, Any]:
        return {"lead": f"{subject.person.name} · {self.lead}"}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """First what it will say, then the certificate; or back to the choices."""
        step = request.POST.get("step", "")
        if step == "issue":
            return super().post(request, **kwargs)
        form = self.form_class(request.POST, **self.form_arguments(self.viewer, self.found))
        if step == "change" or not form.is_valid():
            return self.shown(request, form)
        return self.preview(request, form)

    def preview(self, request: HttpRequest, form: forms.IssueForm) -> HttpResponse:
        """What it will say, word for word."""
        today = timezone.localdate()
        said = self.found.said(
            form.chosen(), number="", issued=today,
            last_day=last_day_of(today, int(parameter("certificates.valid_years", today))),
        )  # fmt: skip
        if form.chosen().document == FULL:
            record_look(self.viewer, question="number", persons=[self.found.person.pk])
        context = {
            "heading": _("What the certificate will say"), "lead": "", "form": form,
            "said": words.lines(said, about=True), "cancel_url": self.back(self.found),
        }  # fmt: skip
        response = render(request, "certificates/preview.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def act(self, viewer: Viewer, subject: Sayable, values: dict[str, Any]) -> Any:
        form = self.form_class(self.request.POST, **self.form_arguments(viewer, subject))
        form.is_valid()
        return actions.issue(
            actor=viewer, person_id=subject.person.pk, chosen=form.chosen(), asked_by=values["asked_by"],
            reason=values["reason"], renews=self.renews,
        )  # fmt: skip

    def back(self, subject: Sayable, result: Any = None) -> str:
        if result is not None:
            return reverse("certificates:certificate", args=[result.pk])
        return reverse("people:person", args=[subject.person.pk])


class Refusal(Exception):
    """No certificate of somebody is issued here; the page says why."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal.message))
        self.message = refusal.message


class Renew(Issue):
    """The same again, from today on; the one before ends."""

    heading = _("Renew a certificate")

    def subject(self, viewer: Viewer, **kwargs: Any) -> Sayable:
        old = cards.certificate_card(viewer, kwargs["pk"], today=timezone.localdate())
        if old.row.ended_on is not None or old.renewal_id is not None:
            raise OutOfReach([old.row.person_id])
        found = self.sayable(viewer, old.row.person_id)
        self.renews, self.initial = old.row.pk, forms.as_before(old.certificate, found)
        return found


class End(ActionView):
    """Revoke a certificate."""

    heading, form_class, permissions = _("Revoke a certificate"), forms.EndForm, (policies.ISSUE,)
    consequence = _("Whoever checks it with the list of revoked ones is told so. The paper may still be about.")
    submit_label, saved = _("Revoke it"), _("Revoked: it stands in the list of revoked certificates.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> cards.CertificateCard:
        return cards.certificate_card(viewer, kwargs["pk"], today=timezone.localdate())

    def context(self, viewer: Viewer, subject: cards.CertificateCard) -> dict[str, Any]:
        return {"lead": f"{subject.name} · {subject.row.issued_on:%Y-%m-%d}"}

    def act(self, viewer: Viewer, subject: cards.CertificateCard, values: dict[str, Any]) -> Any:
        return actions.end(
            actor=viewer, certificate_id=subject.row.pk, day=values["day"], why=values["why"], reason=values["reason"]
        )

    def back(self, subject: cards.CertificateCard, result: Any = None) -> str:
        return reverse("certificates:certificate", args=[subject.row.pk])
