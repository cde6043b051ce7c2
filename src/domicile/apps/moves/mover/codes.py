"""The text of a mover's code: twelve characters in groups of four, 54 random bits (access.handed_codes)."""

from django.utils import timezone

from domicile.apps.access.handed_codes import HandedCodes, TurnedAway
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.mover.models import MoverCode
from domicile.core.policy.parameters import parameter

#: Who says it: nobody with an account.
MOVER = Viewer(user_id=None, name="", role="mover", channel="mover")
# Under the key of search terms, apart from these by what stands before it: a new key file would stop an upgrade.
CODES = HandedCodes("mover code", "mover-wrong", MOVER, "mover_code_refused", "moves")
new_code, normalised, digest_of = CODES.new, CODES.normalised, CODES.digest

__all__ = ["MOVER", "TurnedAway", "days_good", "digest_of", "enter", "is_good", "new_code", "normalised"]


def enter(typed: str, address: str) -> MoverCode:
    """The code that was given, used or not. Raises TurnedAway, and counts what is wrong.

    A right one is let in however many wrong ones came. A used one opens what was said with it, for as long as a fresh one
    would be good.
    """
    found = MoverCode.objects.filter(digest=digest_of(typed)).select_related("move", "person").first()
    if found is None or not normalised(typed) or not is_good(found):
        raise CODES.wrong(address)
    return found


def is_good(code: MoverCode) -> bool:
    """Whether it opens something today."""
    return code.stopped_at is None and timezone.localdate() <= code.good_until


def days_good() -> int:
    """A code is good for so many days."""
    return int(parameter("moves.code_days", timezone.localdate()))
