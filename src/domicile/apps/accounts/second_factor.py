"""Setting up, giving and taking away a second factor."""

import segno
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.db import transaction

from domicile.apps.accounts.models import User

SETTING_UP = "second_factor_being_set_up"


def has_one(user: User) -> bool:
    """Whether the account has a second factor."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def secret_being_set_up(session: SessionBase) -> str:
    """The secret shown on the set-up page, sealed in the session until its first code was typed."""
    if SETTING_UP not in session:
        session[SETTING_UP] = get_adapter().encrypt(generate_totp_secret())
    return str(get_adapter().decrypt(session[SETTING_UP]))


def picture(user: User, secret: str) -> str:
    """The QR code for an authenticator app, as a data URI: the secret never becomes an address on a server."""
    address = get_adapter().build_totp_url(user, secret)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#ffffff"))


def fits(user: User, secret: str, code: str) -> bool:
    """Whether an app with this secret shows this code now, one step of 30 s early or late; each code counts once."""
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    return bool(validate_totp_code(secret, code)) and cache.add(
        f"second-factor-used:{user.pk}:{code}", "", timeout=app_settings.TOTP_PERIOD * steps
    )


def accepts(user: User, code: str) -> Authenticator | None:
    """What the code belongs to: the app or the recovery codes; None when it is wrong or was used.

    An app's code writes nothing to the register, so that signing in does not wait for a long import.
    """
    kind = Authenticator.Type.TOTP if len(code) == app_settings.TOTP_DIGITS else Authenticator.Type.RECOVERY_CODES
    found = Authenticator.objects.filter(user=user, type=kind).first()
    if found is None:
        return None
    if kind == Authenticator.Type.TOTP:
        return found if fits(user, get_adapter().decrypt(found.data["secret"]), code) else None
    return found if found.wrap().validate_code(code) else None


def store(user: User, secret: str) -> None:
    """Give the account this second factor and fresh recovery codes, in place of any it had."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        if user.second_factor_taken_by is not None:
            user.second_factor_taken_by = None
            user.save(update_fields=["second_factor_taken_by"])


def new_secret() -> str:
    """A fresh secret: 160 random bits in base 32."""
    return str(generate_totp_secret())


def remove(user: User) -> None:
    """Take the second factor and the recovery codes away."""
    Authenticator.objects.filter(user=user).delete()


def recovery_codes_once(user: User) -> list[str]:
    """The recovery codes, the first time they are asked for; nothing afterwards."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if found is None or found.wrap().did_view:
        return []
    codes: list[str] = found.wrap().get_unused_codes()
    found.wrap().mark_as_viewed()
    return codes
