"""Which grants hold on a day."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from domicile.apps.access.models import Grant


def grants_on(user_id: uuid.UUID, today: dt.date) -> "QuerySet[Grant]":
    """The user's grants that hold, with valid_from <= today < valid_to, by role and scope."""
    return grants_of([user_id], today)


def grants_of(user_ids: Collection[uuid.UUID], today: dt.date) -> "QuerySet[Grant]":
    """The same of many users."""
    open_or_later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    held = Grant.objects.filter(open_or_later, user_id__in=user_ids, valid_from__lte=today, state=Grant.State.HOLDS)
    return held.order_by("role", "scope")
