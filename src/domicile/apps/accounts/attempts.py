"""Failures that are counted, wherever a password or a code is asked for, and under which name."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from domicile.apps.vault.keyring import blind

DIGITS = 10


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """The user name that was tried; one of many digits, perhaps somebody's number, only as its keyed hash."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("username")
    if name is None or sum(character.isdigit() for character in str(name)) < DIGITS:
        return name
    return f"hidden-{blind('term', str(name)).hex()}"


def check_open(request: HttpRequest, username: str) -> None:
    """Raise ValidationError while the account is closed after failures; the answer becomes the page that says so."""
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        raise forms.ValidationError(_("This account is closed for a while."))


def count_failure(request: HttpRequest, username: str) -> None:
    """Count one failure, whatever was wrong: of what was typed only the name counts, so that all kinds add up."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def is_locked_out(request: HttpRequest) -> bool:
    """Whether this request found the account closed, or closed it."""
    return bool(getattr(request, "axes_locked_out", False))
