"""Make and stop webhooks, and send a message again."""

import base64
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts.models import User
from domicile.apps.api import feed, policies, targets
from domicile.apps.api.models import Delivery, Kind, Subscription, Webhook
from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault.sealing import seal

SECRET_BYTES = 32


@dataclass(frozen=True)
class NewWebhook:
    """A made webhook and the secret that its messages are signed with, told once."""

    webhook: Webhook
    secret: str


def make_webhook(*, actor: Viewer, client: str, url: str, area: str, kinds: Collection[str]) -> NewWebhook:
    """Have `url` told of events of these kinds in an area (2 to 12 digits), from now on.

    Raises Refused naming the faulty field, NotAllowed without `make_token`.
    """
    actor.require(policies.MAKE)
    if actor.user_id is None:
        raise NotAllowed(policies.MAKE)
    if not client.strip():
        raise Refused(_("Name the program that is told."), "client")
    if not kinds or set(kinds) - set(Kind.values):
        raise Refused(_("Choose of what the program is told."), "kinds")
    if not (area.isascii() and area.isdigit() and len(area) in {2, 4, 6, 9, 12}) or not actor.covers(area):
        raise Refused(_("%(code)s is no area inside your own.") % {"code": without_numbers(area)[:20]}, "area")
    targets.check_address(url)
    owner = User.objects.get(pk=actor.user_id)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    webhook = Webhook(
        owner=owner, client=without_numbers(client.strip())[:64], url=url, area=area, after=feed.settled(),
        made_at=timezone.now(),
    )  # fmt: skip
    with recording(
        actor=actor, action="api.make_webhook", subject_kind="webhook", subject_id=webhook.pk, place_code=area
    ) as change:
        webhook.secret = seal(webhook, "secret", secret)
        change.create(webhook)
        for kind in sorted(set(kinds)):
            change.create(Subscription(webhook=webhook, kind=kind))
    return NewWebhook(webhook, secret)


def stop_webhook(*, actor: Viewer, webhook_id: uuid.UUID) -> Webhook:
    """Tell this address nothing any more; what still waits is not sent."""
    webhook = _own(actor, webhook_id)
    if webhook.stopped_at is not None:
        raise Refused(_("This webhook was stopped already."))
    with recording(
        actor=actor, action="api.stop_webhook", subject_kind="webhook", subject_id=webhook.pk, place_code=webhook.area
    ) as change:
        return change.update(webhook, stopped_at=timezone.now())


def send_again(*, actor: Viewer, delivery_id: uuid.UUID) -> Delivery:
    """Put a message that was not delivered, or was, into the queue once more."""
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotAllowed("webhook of somebody else")
    webhook = _own(actor, delivery.webhook_id)
    if webhook.stopped_at is not None:
        raise Refused(_("This webhook was stopped already."))
    with recording(
        actor=actor, action="api.send_again", subject_kind="webhook", subject_id=webhook.pk, place_code=webhook.area
    ) as change:
        return change.update(delivery, state=Delivery.State.WAITING, attempts=0, next_at=timezone.now(), problem="")


def may_keep(actor: Viewer, webhook: Webhook) -> bool:
    """Whether the actor may stop this webhook: its owner, and whoever manages the owner's account."""
    own = actor.user_id is not None and webhook.owner_id == actor.user_id
    return own or (actor.may("manage_accounts") and actor.covers(webhook.owner.area_code))


def _own(actor: Viewer, webhook_id: uuid.UUID) -> Webhook:
    webhook = Webhook.objects.select_related("owner").filter(pk=webhook_id).first()
    if webhook is None or not may_keep(actor, webhook):
        raise NotAllowed("webhook of somebody else")
    return webhook
