"""Limits of sign-in and sessions, from core/policy/parameters/accounts.yaml."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from domicile.core.policy.parameters import parameter


def _today(name: str) -> int:
    return int(parameter(f"accounts.{name}", timezone.localdate()))


def failure_limit(request: HttpRequest | None = None, credentials: Any = None) -> int:
    """Failures in a row after which an account is closed for a while."""
    return _today("failures_before_lockout")


def lockout_time(request: HttpRequest | None = None) -> dt.timedelta:
    """How long it is closed."""
    return dt.timedelta(minutes=_today("lockout_minutes"))


def idle_minutes() -> int:
    """After so many minutes without a request a session ends."""
    return _today("idle_minutes")


def session_seconds() -> int:
    """After so many seconds a session ends in any case."""
    return _today("session_hours") * 3600


def sessions_at_once() -> int:
    """So many sessions one account may have; the oldest makes room."""
    return _today("sessions_at_once")


def password_length() -> int:
    """The least length of a password."""
    return _today("password_length")
