"""Identity documents: resident numbers (GB 11643-1999), permits, passports.

Sources of the rules: GB 11643-1999 (structure, check character after ISO 7064 MOD 11-2), the residence permits of
residents from Hong Kong, Macao and Taiwan (prefixes 810000, 820000, 830000, same structure) and the foreign permanent
resident's card of 2023-12-01 (18 places beginning with 9) and of 2017 (three letters and twelve digits).

A county part is never checked against a list of counties: counties are newer, renamed or gone, and the number stays.
The same rules for whole columns stand in `identity_columns`; a property test holds the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from domicile.core.codes.text import fold_width

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
#: Serials of the 15-digit numbers that were given to centenarians: born in the 1800s.
CENTENARIAN_SERIALS: Final = frozenset({"996", "997", "998", "999"})
EARLIEST_BIRTH_YEAR: Final = 1850
HMT_PREFIXES: Final = {"810000": "HKG", "820000": "MAC", "830000": "TWN"}
KINDS: Final = (
    "resident_id",
    "hk_macao_permit",
    "taiwan_permit",
    "hmt_residence",
    "foreign_pr",
    "passport",
    "other",
    "none",
)
#: Kinds whose number has the structure and check character of GB 11643.
NUMBERED_KINDS: Final = frozenset({"resident_id", "hmt_residence", "foreign_pr"})

# Anchored patterns in the subset of syntax that Python and the column engine read alike.
EIGHTEEN: Final = r"^[0-9]{17}[0-9X]$"
FIFTEEN: Final = r"^[0-9]{15}$"
OLD_FOREIGN: Final = r"^[A-Z]{3}[0-9]{12}$"
HK_MACAO: Final = r"^[HM][0-9]{8}(?:[0-9]{2})?$"
TAIWAN: Final = r"^[0-9]{8}$"
DATE_LIKE: Final = r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"
PASSPORT_EVIDENT: Final = r"^[A-Z]{1,2}[0-9]{7,8}$"
PASSPORT_DECLARED: Final = r"^[A-Z0-9]{5,17}$"
DIGITS: Final = r"^[0-9]+X?$"
ROUNDED: Final = r"^[0-9]\.?[0-9]*E\+?[0-9]+$|^[0-9]{15,}\.0*$"
MASKED: Final = r"[*＊]"
OTHER_LONGEST: Final = 40

MESSAGES: Final = {
    "length": "The number has neither 18 nor 15 characters; copy it again from the document.",
    "characters": "The number holds characters that no such number has; copy it again from the document.",
    "masked": "Part of the number is hidden by asterisks; enter the whole number or leave it empty.",
    "looks_rounded": "A spreadsheet kept the number as a figure and lost its last digits; format the column as text"
    " and enter the number again from the document.",
    "birth_date_impossible": "Places 7 to 14 of the number are no date; copy it again from the document.",
    "birth_date_future": "The birth date inside the number lies in the future; copy it again from the document.",
    "serial": "Places 15 to 17 of the number are 000, which is never given out; copy it again from the document.",
    "checksum": "The check character does not fit, so a digit is wrong or two are swapped; copy the number again.",
    "pattern": "The number does not have the form of the document type that was stated; correct the one or the other.",
}
ERROR_CODES: Final = tuple(MESSAGES)


class NumberError(ValueError):
    """A document number that cannot be; `code` is one of ERROR_CODES, `message` says what to do."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message if message is not None else MESSAGES[code]
        super().__init__(self.message)


class Document(NamedTuple):
    """The kind of a document (one of KINDS) and its number in the one form in which it is compared."""

    kind: str
    canonical: str


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """The parts of a number of GB 11643 structure.

    `county` is the first six places: the county of first registration, or the prefix of a permit; `sex` is 1 or 2
    (GB/T 2261.1); `upgraded` tells that 15 places were given.
    """

    number18: str
    county: str
    birth_date: date
    sex: str
    serial: str
    upgraded: bool = False

    @property
    def kind(self) -> str:
        return _kind_of_18(self.number18)


def normalise_number(text: str) -> str:
    """Return the text in half width and upper case, without blanks or the apostrophe that marks text in a cell.

    A multiplication sign and the Cyrillic and Greek letters that look like X become X.
    """
    folded = "".join(fold_width(text).split()).upper().lstrip("'‘’`")
    return folded.translate(_LOOKALIKES)


_LOOKALIKES: Final = str.maketrans({"×": "X", "Χ": "X", "Х": "X"})


def check_char(first17: str) -> str:
    """Return the check character (0 to 9 or X) of 17 digits, ISO 7064 MOD 11-2."""
    if len(first17) != len(WEIGHTS) or not (first17.isascii() and first17.isdigit()):
        raise NumberError("characters", "A check character is made from 17 digits.")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def parse_resident_number(text: str, *, today: date) -> ResidentNumber:
    """Read an 18- or 15-place number of GB 11643 structure; raise NumberError with the first fault found.

    Faults are looked for in the order: masked, looks_rounded, length, characters, birth_date_impossible,
    birth_date_future, serial, checksum. Any county part is taken.
    """
    number = normalise_number(text)
    _refuse_unreadable(number)
    upgraded = len(number) == 15
    if upgraded:
        century = "18" if number[12:] in CENTENARIAN_SERIALS else "19"
        first17 = number[:6] + century + number[6:]
    else:
        first17 = number[:17]
    born = _birth_date(first17[6:14], today)
    if first17[14:] == "000":
        raise NumberError("looks_rounded" if _ends_rounded(number) else "serial")
    if not upgraded and check_char(first17) != number[17]:
        raise NumberError("looks_rounded" if _ends_rounded(number) else "checksum")
    return ResidentNumber(
        number18=first17 + check_char(first17) if upgraded else number,
        county=first17[:6],
        birth_date=born,
        sex="1" if int(first17[16]) % 2 else "2",
        serial=first17[14:],
        upgraded=upgraded,
    )


def classify(text: str, declared_kind: str | None = None, *, today: date) -> Document:
    """Tell which document a number is of, and its canonical form; raise NumberError when it can be none.

    `declared_kind` is one of KINDS, or None where the sheet names no type. A stated resident_id, hmt_residence or
    foreign_pr is decided by the number itself, since people mix these up. Eight digits that read as a date are not
    taken for a Taiwan permit unless stated.
    """
    number = normalise_number(text)
    if number == "":
        return Document("none", "")
    if declared_kind == "other":
        if len(number) > OTHER_LONGEST:
            raise NumberError("pattern")
        return Document("other", number)
    if declared_kind in _DECLARED_PATTERNS:
        if re.search(_DECLARED_PATTERNS[declared_kind], number) is None:
            raise NumberError("pattern")
        return Document(declared_kind, number[:9] if declared_kind == "hk_macao_permit" else number)
    if re.search(OLD_FOREIGN, number):
        return Document("foreign_pr", number)
    if declared_kind not in NUMBERED_KINDS:
        evident = _evident_permit(number)
        if evident is not None:
            return evident
    parsed = parse_resident_number(number, today=today)
    return Document(parsed.kind, parsed.number18)


_DECLARED_PATTERNS: Final = {"hk_macao_permit": HK_MACAO, "taiwan_permit": TAIWAN, "passport": PASSPORT_DECLARED}


def _evident_permit(number: str) -> Document | None:
    if re.search(HK_MACAO, number):
        # The two digits after the number count renewals: the person keeps the first nine places.
        return Document("hk_macao_permit", number[:9])
    if re.search(TAIWAN, number) and not re.search(DATE_LIKE, number):
        return Document("taiwan_permit", number)
    if re.search(PASSPORT_EVIDENT, number):
        return Document("passport", number)
    return None


def mask(number: str) -> str:
    """Hide a number for display: the county and the check character stay, or a third of another document.

    The serial is hidden whole: beside a birth date, which cards show, four last places would give the number away.
    """
    if len(number) in (15, 18):
        return number[:6] + "*" * (len(number) - 7) + number[-1:]
    shown = len(number) // 3
    return number[:shown] + "*" * (len(number) - shown)


def variants(number: str) -> list[str]:
    """Return every number one slip away: one place replaced, or two neighbours swapped; without the number itself.

    About 170 for 18 places; X stands only in the last place. For 18-place numbers in canonical form; other documents
    get the slips that their digits allow.
    """
    return near_digits(number, last_place="0123456789X" if len(number) == 18 else "0123456789")


def near_digits(number: str, *, last_place: str = "0123456789") -> list[str]:
    """Return the distinct one-slip neighbours of `number`; letters before the last place are left as they are."""
    found: dict[str, None] = {}
    last = len(number) - 1
    for place, character in enumerate(number):
        if place != last and not character.isdigit():
            continue
        for other in last_place if place == last else "0123456789":
            found[number[:place] + other + number[place + 1 :]] = None
    for place in range(last):
        left, right = number[place], number[place + 1]
        if left.isdigit() and right.isdigit():
            found[number[:place] + right + left + number[place + 2 :]] = None
    found.pop(number, None)
    return list(found)


def _kind_of_18(number: str) -> str:
    if number[:6] in HMT_PREFIXES:
        return "hmt_residence"
    return "foreign_pr" if number[0] == "9" else "resident_id"


def _refuse_unreadable(number: str) -> None:
    if re.search(EIGHTEEN, number) or re.search(FIFTEEN, number):
        return
    if re.search(MASKED, number):
        raise NumberError("masked")
    if re.search(ROUNDED, number):
        raise NumberError("looks_rounded")
    raise NumberError("length" if re.search(DIGITS, number) or len(number) not in (15, 18) else "characters")


def _ends_rounded(number: str) -> bool:
    return len(number) == 18 and number.endswith("000")


def _birth_date(text: str, today: date) -> date:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise NumberError("birth_date_impossible") from None
    if born.year < EARLIEST_BIRTH_YEAR:
        raise NumberError("birth_date_impossible")
    if born > today:
        raise NumberError("birth_date_future")
    return born
