"""The text of a phone's token: 64 characters that stand in the path of its addresses. Only its keyed hash is kept."""

import re
import secrets
import string

from django.core.cache import cache

from domicile.apps.access.log import record_look
from domicile.apps.collect.openrosa import policies
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault.keyring import blind

CHARACTERS = string.ascii_letters + string.digits + "!$"
SHAPE = re.compile(r"[A-Za-z0-9!$]{64}")
# Under the key of search terms, apart from these by what stands before it: a new key file would stop an upgrade.
APART = "collect token\x1f"


class TurnedAway(Exception):
    """The token opens nothing, or not this. `status` is what the phone is answered."""

    def __init__(self, status: int = 403) -> None:
        super().__init__(str(status))
        self.status = status


def new_token() -> str:
    """A fresh token: 384 random bits."""
    return "".join(secrets.choice(CHARACTERS) for _i in range(64))


def digest_of(text: str) -> bytes:
    """The keyed hash of a token."""
    return blind("term", APART + text)


def enter(text: str, address: str) -> AppUser:
    """The phone with this token. Raises TurnedAway for one that is unknown or has ended.

    Wrong ones are counted by address; a right one is let in from wherever it comes, since nobody guesses it.
    """
    found = _phone(text) if SHAPE.fullmatch(text) else None
    if found is None or found.ended_at is not None:
        raise TurnedAway(_counted(address))
    return found


def _phone(text: str) -> AppUser | None:
    """As text: it stands before everything that a phone asks or sends."""
    sql = f"SELECT * FROM {AppUser._meta.db_table} WHERE digest = %s"  # noqa: S608
    return next(iter(AppUser.objects.raw(sql, [digest_of(text)])), None)


def _counted(address: str) -> int:
    """Count a wrong token; the status to answer it with."""
    counter = "collect-wrong:" + blind("term", f"{APART}{address}").hex()
    failures = int(cache.get(counter, 0)) + 1
    if failures > policies.wrong_tokens():
        return 429
    cache.set(counter, failures, timeout=policies.lockout_seconds())
    if failures == policies.wrong_tokens():
        nobody = Viewer(user_id=None, name="", role="", channel=policies.CHANNEL)
        record_look(nobody, question="token_refused")
    return 403
