"""How sign-in behaves: no self-registration, second-factor secrets sealed at rest."""

import base64
import os
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts import sessions
from domicile.apps.accounts.events import tell
from domicile.apps.accounts.models import User
from domicile.site.secrets import ensure_key

NONCE = 12
BOUND_TO = b"second factor"


@cache
def _cipher() -> AESGCM:
    return AESGCM(ensure_key(Path(settings.KEYS) / "totp.key"))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; nobody registers, and no mail is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("User name or password is wrong. Check both and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signing in and out show on the page itself."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """After password and code: count the session, note the sign-in, speak the user's language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        now = sessions.now()
        if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
            sessions.mark_second_factor(request.session, at=now)
        sessions.touch(request.session, now=now)
        sessions.open_session(request.session, user.pk)
        tell("sign_in", user.pk, user.real_name)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.HTTPS)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors and recovery codes lie in the register as ciphertext; their key is totp.key."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], BOUND_TO).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None
