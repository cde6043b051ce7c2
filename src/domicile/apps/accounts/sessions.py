"""Sessions: when the second factor was given, when somebody last worked in them, and how many there may be."""

import time
import uuid
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session as StoredSession
from django.db import transaction
from django.utils import timezone

from domicile.apps.accounts import policies
from domicile.apps.accounts.models import OpenSession

Session = SessionBase | dict[str, Any]
SECOND_FACTOR = "second_factor_at"
LAST_SEEN = "last_seen"
# Work is noted at most this often, in seconds, so that reading pages does not write each time.
TOUCH_EVERY = 60
DATABASE = "log"


def mark_second_factor(session: Session, *, at: float) -> None:
    """Note that the second factor was given at `at` (seconds since 1970)."""
    session[SECOND_FACTOR] = at
    session[LAST_SEEN] = at


def has_second_factor(session: Session) -> bool:
    """Whether the second factor was given in this session."""
    return SECOND_FACTOR in session


def has_ended(session: Session, *, now: float) -> bool:
    """Whether nobody worked here for too long, or the session is too old in any case."""
    idle = now - float(session.get(LAST_SEEN, now)) >= policies.idle_minutes() * 60
    return idle or now - float(session.get(SECOND_FACTOR, now)) >= policies.session_seconds()


def touch(session: Session, *, now: float) -> None:
    """Note that somebody works here."""
    if now - float(session.get(LAST_SEEN, 0)) >= TOUCH_EVERY:
        session[LAST_SEEN] = now


def open_session(session: SessionBase, user_id: uuid.UUID) -> None:
    """Count a session that begins; the account's oldest ones beyond the limit end."""
    if session.session_key is None:
        session.save()
    key = session.session_key or ""
    with transaction.atomic(using=DATABASE):
        OpenSession.objects.filter(session_key=key).delete()
        OpenSession.objects.create(user_id=user_id, session_key=key, started_at=timezone.now())
        newest_first = OpenSession.objects.filter(user_id=user_id).order_by(
            "-id"
        )  # as they came, whatever the clock said
        keys = list(newest_first.values_list("session_key", flat=True))
        live = set(StoredSession.objects.filter(session_key__in=keys).values_list("session_key", flat=True))
        staying = [key for key in keys if key in live][: policies.sessions_at_once()]
        _end([key for key in keys if key not in staying])


def end_all(user_id: uuid.UUID) -> None:
    """Remove every stored session of an account."""
    _end(list(OpenSession.objects.filter(user_id=user_id).values_list("session_key", flat=True)))


def _end(keys: list[str]) -> None:
    StoredSession.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(session_key__in=keys).delete()


def now() -> float:
    """Seconds since 1970."""
    return time.time()
