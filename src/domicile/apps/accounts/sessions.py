"""What a session knows of its sign-in: when the second factor was given, and when somebody last worked in it."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

Session = SessionBase | dict[str, Any]
SECOND_FACTOR = "second_factor_at"
LAST_SEEN = "last_seen"


def mark_second_factor(session: Session, *, at: float) -> None:
    """Note that the second factor was given at `at` (seconds since 1970)."""
    session[SECOND_FACTOR] = at
    session[LAST_SEEN] = at


def has_second_factor(session: Session) -> bool:
    return SECOND_FACTOR in session


def is_idle(session: Session, *, now: float, minutes: int) -> bool:
    """Whether nobody worked in this session for `minutes`."""
    return now - float(session.get(LAST_SEEN, now)) >= minutes * 60


def touch(session: Session, *, now: float, every: int) -> None:
    """Note that somebody works here, at most once in `every` seconds, so that reading does not write each time."""
    if now - float(session.get(LAST_SEEN, 0)) >= every:
        session[LAST_SEEN] = now
