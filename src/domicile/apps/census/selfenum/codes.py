"""The text of a household's code: sixteen characters, 68 random bits and a check character (access.handed_codes)."""

from domicile.apps.access.handed_codes import CHARACTERS, HandedCodes, TurnedAway
from domicile.apps.census.answers.receiving import HOUSEHOLDS_OWN
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.vault.keyring import blind

REFUSED = "household_code_refused"
CODES = HandedCodes(
    "census household code", "household-wrong", HOUSEHOLDS_OWN, REFUSED, "census", length=16, checked=True
)
RECEIPT = 8

__all__ = ["CODES", "REFUSED", "TurnedAway", "enter", "receipt_of"]


def enter(typed: str, address: str, *around: str) -> HouseholdCode:
    """The code that was given, used or not, read with its census and `around`. Raises TurnedAway, and counts what is wrong.

    A slip of the pen is seen by its check character: nothing is asked of the database for it. Wrong ones, however many, stop no
    right one.
    """
    text = CODES.normalised(typed)
    found = None
    if text:
        found = (
            HouseholdCode.objects.filter(digest=CODES.digest(text), stopped_at=None)
            .select_related("household__census", *around)
            .first()
        )
    if found is None:
        raise CODES.wrong(address)
    return found


def receipt_of(code: HouseholdCode, instance: str) -> str:
    """The number that a household is told of its form: the same for the same form, and nothing can be read from it."""
    digest = int.from_bytes(blind("term", f"census receipt\x1f{code.pk.hex}{instance}"), "big")
    text = ""
    for _place in range(RECEIPT):
        digest, rest = divmod(digest, len(CHARACTERS))
        text += CHARACTERS[rest]
    return f"{text[:4]}-{text[4:]}"
