"""Unified social credit codes of units (统一社会信用代码, GB 32100-2015): 18 places, the last one a check character."""

from __future__ import annotations

from typing import Final

from stdnum.cn import uscc

from domicile.core.codes.text import fold_width

LENGTH: Final = 18
CHARACTERS: Final = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
MESSAGES: Final = {
    "length": "A unified social credit code has 18 places; copy it again from the licence.",
    "checksum": "The check character does not fit, so a character is wrong or two are swapped; copy the code again.",
    "characters": "The code has a character that cannot stand there (I, O, S, V and Z are never used, places 3 to 8 are "
    "digits); copy it again.",
}


class CreditCodeError(ValueError):
    """A code that cannot be; `code` is a key of MESSAGES."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message)


def parse_credit_code(text: str) -> str:
    """Return the code in half width and upper case without blanks; '' for none; raise CreditCodeError.

    The first two places name who registered the unit and may be letters: N1 to N3 are rural collectives, which
    stdnum's own `validate` refuses.
    """
    code = "".join(fold_width(text).split()).replace("-", "").upper().lstrip("'‘’`")
    if not code:
        return ""
    if len(code) != LENGTH:
        raise CreditCodeError("length")
    if not set(code) <= CHARACTERS or not code[2:8].isdigit():
        raise CreditCodeError("characters")
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise CreditCodeError("checksum")
    return code
