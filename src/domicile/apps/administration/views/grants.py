"""Roles that wait for a second administrator, and what one decides about them."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps.access import actions, policies
from domicile.apps.access.decorators import requires
from domicile.apps.access.models import Grant
from domicile.apps.administration import granting
from domicile.apps.administration.forms import ConfirmForm, NoteForm
from domicile.apps.administration.words import role_name
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView


@require_safe
@requires(policies.PERMISSION)
def grants(request: HttpRequest) -> HttpResponse:
    """What waits, what was given alone, and what was decided lately."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {
        "waiting": granting.lines(viewer, granting.waiting(viewer), today),
        "alone": granting.lines(viewer, granting.given_alone(viewer, today), today),
        "decided": granting.lines(viewer, granting.decided(viewer, timezone.now()), today),
        "days": granting.DECIDED_DAYS,
    }
    return render(request, "administration/grants.html", context)


class GrantView(ActionView):
    """Something done with one role."""

    permissions = (policies.PERMISSION,)
    form_class: ClassVar[type[forms.Form]] = ConfirmForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Grant:
        return granting.grant(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Grant) -> dict[str, Any]:
        words = {"name": subject.user.real_name, "role": role_name(subject.role), "scope": subject.scope}
        return {"lead": _("%(name)s: %(role)s, %(scope)s") % words}

    def back(self, subject: Grant, result: Any = None) -> str:
        return reverse("administration:grants")


class Approve(GrantView):
    heading, submit_label = gettext_lazy("Approve a role"), gettext_lazy("Approve")
    saved = gettext_lazy("Done. You can take the decision back below.")
    template_name = "administration/decide.html"

    def context(self, viewer: Viewer, subject: Grant) -> dict[str, Any]:
        line = granting.lines(viewer, Grant.objects.filter(pk=subject.pk).select_related("user"), timezone.localdate())
        told = {**super().context(viewer, subject), "line": line[0]}
        if subject.alone:
            told |= {"heading": _("Confirm a role given by one administrator alone"), "submit_label": _("Confirm")}
        return told

    def act(self, viewer: Viewer, subject: Grant, values: dict[str, Any]) -> Grant:
        return actions.approve_grant(actor=viewer, grant_id=subject.pk, today=timezone.localdate())


class Refuse(GrantView):
    heading, submit_label = gettext_lazy("Refuse a role"), gettext_lazy("Refuse")
    saved = gettext_lazy("Refused. Whoever asked reads your reason.")
    form_class = NoteForm

    def act(self, viewer: Viewer, subject: Grant, values: dict[str, Any]) -> Grant:
        return actions.refuse_grant(actor=viewer, grant_id=subject.pk, note=values["note"], today=timezone.localdate())


class Withdraw(GrantView):
    heading, submit_label = gettext_lazy("Take back what you asked for"), gettext_lazy("Take it back")
    saved = gettext_lazy("Taken back. Nobody decides on it any more.")

    def act(self, viewer: Viewer, subject: Grant, values: dict[str, Any]) -> Any:
        return actions.withdraw_grant(actor=viewer, grant_id=subject.pk)


class Reopen(GrantView):
    heading, submit_label = gettext_lazy("Take your decision back"), gettext_lazy("Take it back")
    lead = gettext_lazy("The role waits again for a second administrator, or is again marked as given alone.")
    saved = gettext_lazy("Your decision is taken back.")

    def act(self, viewer: Viewer, subject: Grant, values: dict[str, Any]) -> Grant:
        return actions.reopen_grant(actor=viewer, grant_id=subject.pk, today=timezone.localdate())
