"""What somebody meant by what they typed into the search box: a number, a phone, an address, a birth date, a name."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from domicile.core.codes import identity
from domicile.core.codes.text import clean_name, fold_width

LONGEST = 160
_CHINESE = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_AGES = re.compile(
    r"(?:(?<![a-z])age[sd]?\s*)?(?<!\d)(?P<low>\d{1,3})\s*(?:[-~至到]|to)\s*(?P<high>\d{1,3})"
    r"\s*(?:周?岁|years?(?: old)?)"
    r"|(?<![a-z])age[sd]?\s*(?P<low2>\d{1,3})(?:\s*(?:[-~至到]|to)\s*(?P<high2>\d{1,3}))?"
    r"|(?<!\d)(?P<one>\d{1,3})\s*周?岁",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<!\d)(?P<y>1[89]\d\d|20\d\d)(?:"
    r"(?P<m8>0[1-9]|1[0-2])(?P<d8>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|[-./年](?P<m>\d{1,2})(?:[-./月](?P<d>\d{1,2})日?|月)"
    r"|年)\s*(?:出生|生)?"
)
_PHONE = re.compile(r"^(?:\+?86)?(1\d{10}|0\d{2,3}\d{7,8}|[2-9]\d{6,7})$")
_DOOR = re.compile(r"^\d{1,3}[-\s]\d{1,2}[-\s]\d{1,4}$|^\d{1,3}-\d{1,4}$")
_ADDRESS_END = re.compile(r"(?:路|街|大道|道|巷|弄|胡同|村|小区|花园|苑|园|新村|公寓|大厦|广场)$")
_ADDRESS_NUMBER = re.compile(
    r"[0-9一二三四五六七八九十百零〇]+\s*(?:号|栋|幢|座|单元|室|组|楼|弄|附)|[路街道巷弄村园区苑]\s*[0-9]"
)


@dataclass(frozen=True, slots=True)
class Question:
    """The readings of a typed text. A text may have more than one: eight digits are a permit or a phone.

    `born` is a half-open range of birth dates. `problem` names why nothing can be looked for: empty, short_number,
    long_text, impossible_age.
    """

    document: str = ""
    phone: str = ""
    name: str = ""
    address: str = ""
    born: tuple[dt.date, dt.date] | None = None
    problem: str = ""


def read_question(text: str, *, today: dt.date) -> Question:
    """Read what was typed. Never raises: a text that says nothing has a `problem`."""
    if len(text) > LONGEST:
        return Question(problem="long_text")
    folded = " ".join(fold_width(text).split())
    if not folded:
        return Question(problem="empty")
    by_number = None if _AGES.search(folded) else _number(folded)
    if by_number is not None:
        return by_number
    born, rest = _born(folded, today)
    if born is not None:
        if born[0] >= born[1]:
            return Question(problem="impossible_age")
        return Question(born=born, name=clean_name(rest))
    return _name_or_address(folded)


def _number(folded: str) -> Question | None:
    compact = identity.normalise_number(re.sub(r"(?<=[0-9A-Za-z])[\s-]+(?=[0-9A-Za-z])", "", folded))
    if not compact.isascii() or not any(character.isdigit() for character in compact):
        return None
    plus = compact.lstrip("+")
    phone_match = _PHONE.match(plus)
    phone = phone_match[1] if phone_match else ""
    if re.match(identity.EIGHTEEN, compact) or re.match(identity.OLD_FOREIGN, compact):
        return Question(document=compact)
    if re.match(identity.FIFTEEN, compact):
        return Question(document=compact)
    if re.match(identity.HK_MACAO, compact):
        return Question(document=compact[:9])
    if re.match(identity.DATE_LIKE, compact):
        return None
    if re.match(identity.TAIWAN, compact):
        return Question(document=compact, phone=phone)
    if phone:
        return Question(phone=phone)
    if re.match(identity.PASSPORT_DECLARED, compact) and re.search("[A-Z]", compact):
        # Latin letters with digits and no blank between words: a passport or another document.
        return Question(document=compact) if " " not in folded or compact[:1].isalpha() else None
    # 3-2-501 are building, unit and room as they stand on doors.
    if plus.isdigit() and len(plus) >= 5 and not _DOOR.match(folded):
        return Question(problem="short_number")
    return None


def _born(folded: str, today: dt.date) -> tuple[tuple[dt.date, dt.date] | None, str]:
    """(range of birth dates, what is left of the text); (None, text) when it names neither date nor age."""
    found = _AGES.search(folded)
    if found is not None:
        low = int(found["low"] or found["low2"] or found["one"])
        high = int(found["high"] or found["high2"] or low)
        rest = (folded[: found.start()] + " " + folded[found.end() :]).strip(" ,，、")
        if low > high or high > 150:
            return (today, today), rest
        # Somebody is aged a on the day: born after the day a+1 years ago, up to and on the day a years ago.
        return (
            _years_before(today, high + 1) + dt.timedelta(days=1),
            _years_before(today, low) + dt.timedelta(days=1),
        ), rest
    found = _DATE.search(folded)
    if found is None:
        return None, folded
    rest = (folded[: found.start()] + " " + folded[found.end() :]).strip(" ,，、")
    year, month, day = int(found["y"]), found["m8"] or found["m"], found["d8"] or found["d"]
    try:
        if month is None:
            return (dt.date(year, 1, 1), dt.date(year + 1, 1, 1)), rest
        if day is None:
            first = dt.date(year, int(month), 1)
            return (first, first + dt.timedelta(days=calendar.monthrange(year, int(month))[1])), rest
        exact = dt.date(year, int(month), int(day))
    except ValueError:
        return (today, today), rest
    return (exact, exact + dt.timedelta(days=1)), rest


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _name_or_address(folded: str) -> Question:
    chinese = bool(_CHINESE.search(folded))
    if not chinese and any(character.isdigit() for character in folded):
        return Question(address=folded)
    if chinese and (_ADDRESS_NUMBER.search(folded) or any(character.isdigit() for character in folded)):
        return Question(address=folded)
    name = clean_name(folded)
    if chinese and len(name) >= 3 and _ADDRESS_END.search(name):
        return Question(name=name if len(name) <= 4 else "", address=folded)
    return Question(name=name)
