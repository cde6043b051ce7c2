"""What may stand on a page, in a log or in a list: numbers typed where none belongs are told in part only."""

import re

from domicile.apps.exchange.issues import mask

# Eleven digits are a phone, fifteen to eighteen an identity number; blanks or dashes between them hide nothing. A
# spreadsheet's exponent form tells most of a number too.
_LONG = re.compile(r"\d(?:[ \u3000\t-]?\d){10,}[Xx]?|\d\.\d{9,}[Ee]\+?\d+")
# Area and grid codes, which are about places.
_PLACE_CODE = re.compile(r"\d{12}|\d{15}")


def discreet(text: str, *, codes: bool = False) -> str:
    """`text` with every long number masked. `codes`: numbers of 12 or 15 digits are codes of places and stay."""

    def told(found: re.Match[str]) -> str:
        number = found.group()
        return number if codes and _PLACE_CODE.fullmatch(number) else mask(number)

    return _LONG.sub(told, text)


def holds_number(text: str) -> bool:
    """Whether a phone or an identity number may stand in `text`."""
    return _LONG.search(text) is not None
