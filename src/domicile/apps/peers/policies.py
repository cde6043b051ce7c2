"""What the state of a line and of a message allows; the numbers stand in core/policy/parameters/peers.yaml."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from domicile.core.policy.parameters import parameter

MANAGE = "manage_peers"


def number(name: str) -> int:
    """A parameter in force today."""
    return int(parameter(f"peers.{name}", timezone.localdate()))


def tries() -> int:
    """How often an error is tried again before a message is set aside."""
    return number("tries_of_an_error")


def wait_after(attempts: int) -> dt.timedelta:
    """How long a message waits that could not be applied: twice as long each time, up to the longest."""
    first, longest = number("wait_seconds"), number("longest_wait_seconds")
    return dt.timedelta(seconds=min(longest, first * 2 ** min(attempts - 1, 20)))


def due(field: str, now: dt.datetime) -> Q:
    """Whether the time in a field has come. Nothing is put off longer than the longest wait: what is was put off, or came, while
    the clock was fast, and does not wait until that time comes again.
    """
    longest = dt.timedelta(seconds=number("longest_wait_seconds"))
    return Q((f"{field}__lte", now)) | Q((f"{field}__gt", now + longest))
