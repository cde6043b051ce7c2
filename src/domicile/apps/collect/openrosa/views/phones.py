"""Pages about phones: set up, shown once as a QR code, stopped."""

import uuid
from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.collect.openrosa import actions, codes, policies, selectors, tokens
from domicile.apps.collect.openrosa.forms import PhoneForm
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Column, TableView

STATES = {
    policies.LIVE: gettext_lazy("in use"),
    policies.DRAINING: gettext_lazy("may only send what it still holds"),
    policies.ENDED: gettext_lazy("ended"),
}


def when(moment: Any) -> str:
    """A moment to the minute, in local time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


def phone_url(phone: AppUser) -> str:
    return reverse("openrosa:phone", args=[phone.pk])


class Phones(TableView):
    """Phones of the viewer's areas."""

    permissions = (policies.MANAGE,)
    heading = gettext_lazy("Phones that collect")
    lead = gettext_lazy(
        "Each is set up for one worker and shows the dwellings of that worker's areas, also without a network."
    )
    template_name = "collect/phones.html"
    empty_title = gettext_lazy("No phone is set up yet")
    empty_help = gettext_lazy("Set one up for each worker who collects with the ODK Collect app.")
    columns = (
        Column(gettext_lazy("Worker"), lambda phone: phone.worker.real_name, phone_url),
        Column(gettext_lazy("Which phone"), lambda phone: phone.label or "—"),
        Column(gettext_lazy("Area codes"), lambda phone: phone.scopes),
        Column(gettext_lazy("State"), lambda phone: STATES[policies.state(phone)]),
        Column(gettext_lazy("Set up on"), lambda phone: when(phone.made_at)),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.phones(viewer)


@requires(policies.MANAGE)
def phone(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One phone: whose, for which areas, and whether it is in use."""
    found = selectors.phone(request.viewer, pk)
    state = policies.state(found)
    context = {
        "heading": _("Phone of %(name)s") % {"name": found.worker.real_name},
        "phone": found,
        "live": state == policies.LIVE,
        "open": state != policies.ENDED,
        "facts": [
            {"label": _("State"), "value": STATES[state]},
            {"label": _("Which phone"), "value": found.label},
            {"label": _("Area codes"), "value": found.scopes},
            {"label": _("Set up on"), "value": when(found.made_at)},
            {"label": _("Stopped on"), "value": when(found.draining_at)},
            {"label": _("Ended on"), "value": when(found.ended_at)},
        ],
    }
    return render(request, "collect/phone.html", context)


@never_cache
@requires(policies.MANAGE)
def add(request: ViewerRequest) -> HttpResponse:
    """Set up a phone; its QR code is shown once."""
    viewer = request.viewer
    form = PhoneForm(request.POST or None, held=selectors.workers(viewer))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = actions.make_phone(
                actor=viewer, worker_id=values["worker"], scopes=values["scopes"], label=values["label"]
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            svg = codes.qr_svg(request, made.app_user, made.token)
            context = {"phone": made.app_user, "token": made.token, "picture": codes.data_url(svg)}
            return render(request, "collect/phone_code.html", context)
    context = {
        "heading": _("Set up a phone"),
        "form": form,
        "cancel_url": reverse("openrosa:phones"),
        "lead": _("What comes from the phone goes to review in the worker's name."),
        "submit_label": _("Show the QR code"),
    }
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@sensitive_post_parameters("token")
@requires(policies.MANAGE)
def card(request: ViewerRequest) -> HttpResponse:
    """The QR code just shown, as a printed card. The token comes from that page; it is kept nowhere."""
    text = request.POST.get("token", "")
    found = selectors.phones(request.viewer).filter(digest=tokens.digest_of(text), ended_at=None).first()
    if found is None:
        return redirect("openrosa:phones")
    return codes.print_card(request, request.viewer, found, text)


@requires(policies.MANAGE)
def stop(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Let it only send what it still holds, after a question."""
    return _stop(
        request, pk, at_once=False, label=_("Stop fetching"),
        consequence=_("The phone gets no lists and forms any more. What it still holds can be sent: nothing is lost."),
    )  # fmt: skip


@requires(policies.MANAGE)
def end(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Let it do nothing any more, after a question: for a phone that was lost."""
    return _stop(
        request, pk, at_once=True, label=_("End at once"),
        consequence=_(
            "For a phone that is lost or stolen. What it still holds can no longer be sent. This cannot be taken back."
        ),
    )  # fmt: skip


def _stop(request: ViewerRequest, pk: uuid.UUID, *, at_once: bool, label: str, consequence: str) -> HttpResponse:
    found = selectors.phone(request.viewer, pk)
    if request.method == "POST":
        with suppress(Refused):  # somebody was quicker; the page says so
            actions.stop_phone(actor=request.viewer, phone_id=pk, at_once=at_once)
        return redirect(phone_url(found))
    context = {
        "heading": _("Phone of %(name)s") % {"name": found.worker.real_name},
        "consequence": consequence,
        "cancel_url": phone_url(found),
        "submit_label": label,
    }
    return render(request, "screens/confirm.html", context)
