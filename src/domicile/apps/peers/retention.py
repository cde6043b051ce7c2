"""Contents of settled messages are erased when their time is over; numbers, times and digests stay for the audit (AC-7)."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from domicile.apps.peers import bodies
from domicile.apps.peers.models import InMessage, OutMessage
from domicile.apps.vault.sealing import erase
from domicile.core.policy.parameters import parameter


def erase_settled(now: dt.datetime) -> int:
    """Erase bodies that were settled longer ago than they are kept, and the keys of days that seal nothing any more."""
    days = int(parameter("retention.message_days", timezone.localdate(now)))
    last, erased = now - dt.timedelta(days=days), 0
    with transaction.atomic():
        under: set[uuid.UUID] = set()
        for model in (OutMessage, InMessage):
            over = model.objects.filter(settled_at__lt=last, body__isnull=False)
            under |= set(over.values_list("sealed_under", flat=True).distinct())
            erased += over.update(body=None)
        still = bodies.in_use(under)
        for subject in under - still:
            erase(subject)
    return erased
