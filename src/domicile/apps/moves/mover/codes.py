"""The text of a mover's code: twelve characters in groups of four, of which only the keyed hash is kept.

Its letters and digits are told apart in any handwriting (no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V); 23 to the power of 12 are 54
random bits. Wrong ones are counted by address and in all; from either limit on all wrong ones are told to wait for a while,
and a right one is let in as ever.
"""

import secrets
import unicodedata

from django.core.cache import cache
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.mover.models import MoverCode
from domicile.apps.vault.keyring import blind
from domicile.core.policy.parameters import parameter

CHARACTERS = "34679ACDEFGHJKMNPQRTWXY"
LENGTH, GROUP = 12, 4
# Under the key of search terms, apart from these by what stands before it: a new key file would stop an upgrade.
APART = "mover code\x1f"
#: Who says it: nobody with an account.
MOVER = Viewer(user_id=None, name="", role="mover", channel="mover")


class TurnedAway(Exception):
    """The code opens nothing: unknown, stopped and expired are answered alike. `for_a_while`: too many wrong ones came."""

    def __init__(self, *, for_a_while: bool = False) -> None:
        super().__init__("for a while" if for_a_while else "")
        self.for_a_while = for_a_while


def new_code() -> str:
    """A fresh code, as it is printed: ACDE-3467-HJKM."""
    text = "".join(secrets.choice(CHARACTERS) for _place in range(LENGTH))
    return "-".join(text[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def normalised(typed: str) -> str:
    """What was typed without blanks and strokes, in capitals; '' where it cannot be a code."""
    text = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(character for character in text if character.isalnum())
    return text if len(text) == LENGTH and set(text) <= set(CHARACTERS) else ""


def digest_of(typed: str) -> bytes:
    """The keyed hash of a code."""
    return blind("term", APART + normalised(typed))


def enter(typed: str, address: str) -> MoverCode:
    """The code that was given, used or not. Raises TurnedAway, and counts what is wrong.

    A right one is let in however many wrong ones came: nobody guesses one of 54 bits, and many phones may share an address.
    A used one opens what was said with it, for as long as a fresh one would be good.
    """
    found = MoverCode.objects.filter(digest=digest_of(typed)).select_related("move", "person").first()
    if found is None or not normalised(typed) or not is_good(found):
        raise TurnedAway(for_a_while=_closed(address) or _count(address))
    return found


def is_good(code: MoverCode) -> bool:
    """Whether it opens something today."""
    return code.stopped_at is None and timezone.localdate() <= code.good_until


def days_good() -> int:
    """A code is good for so many days."""
    return int(parameter("moves.code_days", timezone.localdate()))


def _limits(address: str) -> list[tuple[str, int]]:
    """The counters of this quarter of an hour, and how much each bears."""
    today = timezone.localdate()
    window = int(timezone.now().timestamp()) // _seconds()
    own = blind("term", f"{APART}{address}").hex()
    return [
        (f"mover-wrong:{own}:{window}", int(parameter("moves.wrong_codes", today))),
        (f"mover-wrong:{window}", int(parameter("moves.wrong_codes_in_all", today))),
    ]


def _seconds() -> int:
    return int(parameter("moves.code_lockout_minutes", timezone.localdate())) * 60


def _closed(address: str) -> bool:
    return any(int(cache.get(counter, 0)) >= most for counter, most in _limits(address))


def _count(address: str) -> bool:
    """Count a wrong code; whether it closed the page for the address or for all."""
    closed = False
    for counter, most in _limits(address):
        count = int(cache.get(counter, 0)) + 1
        cache.set(counter, count, timeout=_seconds())
        if count == most:
            record_look(MOVER, question="mover_code_refused")
        closed = closed or count >= most
    return closed
