"""What an authenticator app would show: the code of a secret at a time (RFC 6238)."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD = 30


def code_of(secret: str, steps: int = 0) -> str:
    """The code now, or so many steps of 30 s later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps))


def wrong_code_of(secret: str) -> str:
    """Six digits that are none of the codes that count now."""
    right = {code_of(secret, step) for step in (-2, -1, 0, 1, 2)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in right)
