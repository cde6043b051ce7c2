"""Pages of webhooks: made, listed, stopped, and what became of their messages."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.api import actions, policies, selectors
from domicile.apps.api.forms import HAPPENED, KINDS, WebhookForm
from domicile.apps.api.models import Delivery, Webhook
from domicile.apps.api.views.tokens import WHO, when
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Column, TableView

PAGE = 50
STATES = {
    Delivery.State.WAITING: gettext_lazy("waits to be sent"),
    Delivery.State.DELIVERED: gettext_lazy("delivered"),
    Delivery.State.DEAD: gettext_lazy("not delivered"),
}
PROBLEMS = {
    "not_public": gettext_lazy("the address leads into an inner network"),
    "not_https": gettext_lazy("not https"),
    "port": gettext_lazy("not the port of https"),
    "not_an_address": gettext_lazy("no address"),
    "credentials": gettext_lazy("a password stands in the address"),
    "tls": gettext_lazy("the certificate is not valid"),
    "timeout": gettext_lazy("no answer in time"),
    "no_such_host": gettext_lazy("the host is not found"),
    "no_answer": gettext_lazy("the server does not answer"),
    "redirect": gettext_lazy("the server sends us elsewhere, which is not followed"),
    "refused": gettext_lazy("the server refused it"),
    "no_right": gettext_lazy("the owner no longer works in this area"),
    "no_secret": gettext_lazy("the secret is gone"),
}


def webhook_url(webhook: Webhook) -> str:
    return reverse("api:webhook", args=[webhook.pk])


def state_of(webhook: Webhook) -> str:
    """Running, stopped, or with messages that did not arrive."""
    if webhook.stopped_at is not None:
        return _("stopped")
    dead = getattr(webhook, "dead", 0)
    return _("%(count)s not delivered") % {"count": dead} if dead else _("running")


class Webhooks(TableView):
    """Webhooks of one's own programs; administrators see those of their areas."""

    permissions = WHO
    heading = gettext_lazy("Webhooks")
    lead = gettext_lazy(
        "A program is told that something happened in an area: ids of batches and counts, never a person."
    )
    template_name = "api/webhooks.html"
    empty_title = gettext_lazy("No webhooks yet")
    empty_help = gettext_lazy("Without one a program asks now and then what changed.")
    columns = (
        Column(gettext_lazy("Program"), lambda webhook: webhook.client, webhook_url),
        Column(pgettext_lazy("program", "Owner"), lambda webhook: webhook.owner.real_name),
        Column(gettext_lazy("Area"), lambda webhook: webhook.area),
        Column(gettext_lazy("Address"), lambda webhook: webhook.url),
        Column(gettext_lazy("State"), state_of),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.webhooks(viewer)

    def context(self, viewer: Viewer) -> dict[str, Any]:
        return {"may_make": viewer.may(policies.MAKE)}


@requires(*WHO)
def webhook(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One webhook with its messages."""
    found = selectors.webhook(request.viewer, pk)
    page = Paginator(selectors.deliveries(found), PAGE).get_page(request.GET.get("page"))
    kinds = [str(KINDS[row.kind]) for row in found.subscriptions.all() if row.kind in KINDS]  # type: ignore[index]
    context = {
        "heading": found.client,
        "webhook": found,
        "page": page,
        "deliveries": [_line(delivery) for delivery in page],
        "facts": [
            {"label": pgettext("program", "Owner"), "value": found.owner.real_name},
            {"label": _("Address"), "value": found.url},
            {"label": _("Area"), "value": found.area},
            {"label": _("Told when"), "value": "；".join(kinds)},
            {"label": _("State"), "value": state_of(found)},
            {"label": _("Made on"), "value": when(found.made_at)},
        ],
    }
    return render(request, "api/webhook.html", context)


def _line(delivery: Delivery) -> dict[str, Any]:
    problem = str(PROBLEMS.get(delivery.problem, delivery.problem))
    answered = _("answer %(status)s") % {"status": delivery.answered} if delivery.answered else ""
    return {
        "pk": delivery.pk,
        "made_at": when(delivery.made_at),
        "kind": delivery.kind,
        "happened": HAPPENED.get(delivery.kind, delivery.kind),  # type: ignore[call-overload]
        "state": str(STATES[Delivery.State(delivery.state)]),
        "attempts": delivery.attempts,
        "note": "，".join(part for part in (problem, answered) if part),
        "again": delivery.state != Delivery.State.WAITING,
        "body": delivery.body,
    }


@never_cache
@requires(policies.MAKE)
def add(request: ViewerRequest) -> HttpResponse:
    """Make a webhook; the secret of its signatures is shown once."""
    viewer = request.viewer
    form = WebhookForm(request.POST or None, initial={"area": viewer.scopes[0][:12] if viewer.scopes else ""})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_webhook(actor=viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return render(request, "api/shown_once.html", {
                "heading": _("Secret of the webhook, shown once"), "name": made.webhook.client,
                "label": _("Secret for checking signatures"), "secret": made.secret, "next_url": webhook_url(made.webhook),
            })  # fmt: skip
    context = {
        "heading": _("Add a webhook"), "form": form, "cancel_url": reverse("api:webhooks"),
        "submit_label": _("Add"),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@requires(*WHO)
def stop(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop a webhook, after a question."""
    found = selectors.webhook(request.viewer, pk)
    if request.method == "POST":
        with suppress(Refused):  # somebody was quicker; the page says that it is stopped
            actions.stop_webhook(actor=request.viewer, webhook_id=pk)
        return redirect(webhook_url(found))
    context = {
        "heading": _("Stop the webhook of %(name)s") % {"name": found.client},
        "consequence": _("The program is told nothing any more, and what waits is not sent."),
        "cancel_url": webhook_url(found), "submit_label": _("Stop"),
    }  # fmt: skip
    return render(request, "screens/confirm.html", context)


@require_POST
@requires(*WHO)
def again(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a message once more."""
    delivery = actions.send_again(actor=request.viewer, delivery_id=pk)
    messages.success(request, _("It is sent again within a minute."))
    return redirect("api:webhook", delivery.webhook_id)
