"""The worker of webhooks: reads the log, sends what is due, tries again later."""

import datetime as dt
import time
import uuid

from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.api import feed, outbox, policies, sending
from domicile.apps.api.models import Delivery, Webhook
from domicile.apps.vault.sealing import Erased, open_value

#: Messages sent in one run, so that other background work has its turn.
MOST = 100
#: A message that is being sent is left alone by others for so long.
LEASE = 120


def wake() -> bool:
    """Put a run into the queue where there is something to do and none waits; called each minute by the server."""
    if not _has_work():
        return False
    if DBTaskResult.objects.ready().filter(task_path=deliver.module_path).exists():
        return False
    deliver.enqueue()
    return True


def _has_work() -> bool:
    if _due(timezone.now()).exists():
        return True
    end = feed.settled()
    return Webhook.objects.filter(stopped_at__isnull=True, after__lt=end).exists()


@task()
def deliver() -> None:
    """Make the messages that are due, and send what waits."""
    for webhook in Webhook.objects.filter(stopped_at__isnull=True).order_by("pk"):
        outbox.derive(webhook)
    Delivery.objects.filter(
        state=Delivery.State.DELIVERED, made_at__lt=timezone.now() - policies.deliveries_kept()
    ).delete()
    for _turn in range(MOST):
        delivery = _next()
        if delivery is None:
            return
        attempt(delivery)


def _due(now: dt.datetime) -> "QuerySet[Delivery]":
    """Messages to send; those of a stopped webhook are left."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now, webhook__stopped_at__isnull=True)


def _next() -> Delivery | None:
    """The message that is due for longest, kept from other workers for a while."""
    now = timezone.now()
    with transaction.atomic():
        found = _due(now).select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("webhook__owner")
        delivery = found.order_by("next_at", "pk").first()
        if delivery is not None:
            Delivery.objects.filter(pk=delivery.pk).update(next_at=now + dt.timedelta(seconds=LEASE))
    return delivery


def attempt(delivery: Delivery) -> Delivery:
    """Send a message once and note what became of it. No transaction is open while the network is waited for."""
    if not outbox.may_tell(delivery.webhook):
        return _note(delivery, sending.Sent(None, "no_right"), last=True)
    try:
        secret = open_value(delivery.webhook, "secret")
    except Erased:
        return _note(delivery, sending.Sent(None, "no_secret"), last=True)
    sent = sending.send(
        delivery.webhook.url, secret=secret, message_id=message_id(delivery.pk), timestamp=int(time.time()),
        body=delivery.body,
    )  # fmt: skip
    return _note(delivery, sent)


def message_id(delivery: uuid.UUID) -> str:
    """The same for each attempt: the receiver tells a repetition by it."""
    return f"msg_{delivery.hex}"


def _note(delivery: Delivery, sent: sending.Sent, *, last: bool = False) -> Delivery:
    now = timezone.now()
    delivery.attempts += 1
    delivery.answered, delivery.problem = sent.status, sent.problem
    wait = None if last else policies.retry_after(delivery.attempts)
    if sent.done:
        delivery.state, delivery.delivered_at = Delivery.State.DELIVERED, now
    elif wait is None:
        delivery.state = Delivery.State.DEAD
    else:
        delivery.next_at = now + wait
    delivery.save(update_fields=["attempts", "answered", "problem", "state", "delivered_at", "next_at"])
    return delivery


def _can_skip() -> bool:
    return bool(connections[Delivery.objects.db].features.has_select_for_update_skip_locked)
