"""Which grants hold on a day."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from domicile.apps.access.models import Grant


def grants_on(user_id: uuid.UUID, today: dt.date) -> "QuerySet[Grant]":
    """The user's grants that hold, with valid_from <= today < valid_to, by role and scope."""
    open_or_later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    held = Grant.objects.filter(open_or_later, user_id=user_id, valid_from__lte=today, state=Grant.State.HOLDS)
    return held.order_by("role", "scope")
