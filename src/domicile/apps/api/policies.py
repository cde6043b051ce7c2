"""What a token may hold, how long, and when wrong ones are turned away (core/policy/parameters/api.yaml)."""

import datetime as dt

from django.utils import timezone

from domicile.core.policy.parameters import parameter

MAKE = "make_token"
#: What a program can be given. Deciding about proposals, imports, exports and accounts stay with people at a screen.
GRANTABLE = (
    "view_areas",
    "search_places",
    "view_dwelling",
    "view_household",
    "search",
    "view_person",
    "view_number_full",
    "view_history",
    "propose_change",
    "apply_change",
)


def _today(name: str) -> int:
    return int(parameter(f"api.{name}", timezone.localdate()))


def longest_days() -> int:
    """The longest time that a token made today holds."""
    return _today("token_days")


def wrong_tokens() -> int:
    """Wrong tokens after which an address is turned away."""
    return _today("wrong_tokens_before_lockout")


def lockout_seconds() -> int:
    """How long it is turned away."""
    return _today("lockout_minutes") * 60


def answers_kept() -> dt.timedelta:
    """How long answers are kept under their Idempotency-Key."""
    return dt.timedelta(hours=_today("idempotency_hours"))


def retry_after(attempts: int) -> dt.timedelta | None:
    """The time until the next attempt after so many; None when it was the last."""
    waits = parameter("api.webhook_retry_minutes", timezone.localdate())
    return dt.timedelta(minutes=int(waits[attempts - 1])) if attempts <= len(waits) else None


def deliveries_kept() -> dt.timedelta:
    """How long what was delivered stays on the list."""
    return dt.timedelta(days=_today("delivery_days"))
