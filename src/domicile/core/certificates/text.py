"""What a certificate says, and the signed text that holds it: JWS in the compact form (RFC 7515) with EdDSA (RFC 8037).

Names inside are one letter long, since the text has to fit a QR code that a cheap phone reads. What the holder did not
choose is not there at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS

from domicile.core.certificates.keys import decoded

KIND = "dc1"
#: A code of more characters is not printed: beyond this the squares on paper get too small for cheap phones.
LONGEST = 900
#: A text of more characters is not looked at.
LONGEST_READ = 2_000
TEXT = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}(?![A-Za-z0-9_-])")
_PARTS = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[A-Za-z0-9_-]{16}")
_CODE = re.compile(r"[0-9]{1,2}")
_BIRTH = re.compile(r"[0-9]{4}([0-9]{2}([0-9]{2})?)?")
_DAY = re.compile(r"[0-9]{8}")


class Unreadable(ValueError):
    """A text is no certificate of this format: cut off, altered beyond reading, or of another kind."""


class TooLong(ValueError):
    """More is chosen than fits a QR code."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. `number` is random and says nothing of the holder; '' and () are what was not chosen.

    `birth` is a year, a month or a day without hyphens; sex, marital status and relations are codes of GB/T 2261.1,
    GB/T 2261.2 and GB/T 4761; `members` are (relation to the head, name). Both days are included.
    """

    number: str
    issued: date
    last_day: date
    office: str
    name: str
    sex: str = ""
    birth: str = ""
    document: str = ""
    registered: str = ""
    residence: str = ""
    since: date | None = None
    marital: str = ""
    members: tuple[tuple[str, str], ...] = ()


#: Each part by its letter in the text.
LETTERS = {
    "number": "i", "issued": "d", "last_day": "u", "office": "o", "name": "n", "sex": "s", "birth": "b",
    "document": "p", "registered": "g", "residence": "r", "since": "f", "marital": "m", "members": "k",
}  # fmt: skip
_NAMES = {letter: name for name, letter in LETTERS.items()}
_DAYS = {"issued", "last_day", "since"}


def last_day_of(issued: date, years: int) -> date:
    """The last day of so many years from the day of issue. From 29 February on the years are whole, never a day less."""
    try:
        end = issued.replace(year=issued.year + years)
    except ValueError:
        end = date(issued.year + years, 3, 1)
    return end - timedelta(days=1)


def payload(certificate: Certificate) -> dict[str, Any]:
    """What is signed, by its letters."""
    said: dict[str, Any] = {}
    for name, letter in LETTERS.items():
        value = getattr(certificate, name)
        if name in _DAYS and value is not None:
            said[letter] = f"{value:%Y%m%d}"
        elif name == "members" and value:
            said[letter] = [list(member) for member in value]
        elif value:
            said[letter] = value
    return said


def sign(certificate: Certificate, key: Ed25519PrivateKey, kid: str) -> str:
    """The signed text. Raises TooLong where a QR code of it would be too fine; ValueError for what the format refuses."""
    said = payload(certificate)
    if _understood(said) != certificate:
        raise ValueError("the format does not hold this")
    text = seal(KIND, said, key, kid)
    if len(text) > LONGEST:
        raise TooLong(f"{len(text)} characters, {LONGEST} are the most")
    return text


def seal(kind: str, said: dict[str, Any], key: Ed25519PrivateKey, kid: str) -> str:
    """Anything signed in the compact form; `kind` keeps one kind from being taken for another."""
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return PyJWS().encode(content, key, algorithm="EdDSA", headers={"kid": kid, "typ": kind})


def header(text: str) -> dict[str, str]:
    """The header of a signed text, with nothing proved. Raises Unreadable unless it is one of ours."""
    parts = text.split(".")
    if len(parts) != 3 or not all(_PARTS.fullmatch(part) for part in parts):
        raise Unreadable("not three parts")
    try:
        found = [decoded(part) for part in parts]
        head = json.loads(found[0])
    except (ValueError, RecursionError) as error:
        raise Unreadable("cut off or altered") from error
    if not isinstance(head, dict) or set(head) != {"alg", "kid", "typ"} or head["alg"] != "EdDSA":
        raise Unreadable("of another kind")
    if not all(isinstance(value, str) for value in head.values()) or len(found[2]) != 64:
        raise Unreadable("of another kind")
    return head


def body(text: str) -> Any:
    """What a signed text says, with nothing proved. Raises Unreadable."""
    try:
        return json.loads(decoded(text.split(".")[1]))
    except (ValueError, IndexError, RecursionError) as error:
        raise Unreadable("cut off or altered") from error


def contents(text: str) -> Certificate:
    """What a certificate says, its signature not looked at: for one's own. Raises Unreadable."""
    if len(text) > LONGEST_READ:
        raise Unreadable("too long")
    if header(text)["typ"] != KIND:
        raise Unreadable("of another kind")
    try:
        return _understood(body(text))
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("of another version") from error


def find_text(given: str) -> str:
    """The signed text in what somebody scanned, copied or typed: the text, the address with it, or a page around it.

    Line ends that copying put inside are taken out. '' where there is none.
    """
    for candidate in (given, re.sub(r"\s+", "", given)):
        found = TEXT.search(candidate)
        if found:
            return found[0]
    rest = re.sub(r"\s+", "", given).rpartition("#")[2]
    return rest if rest.startswith("eyJ") else ""


def _understood(said: Any) -> Certificate:
    """A payload as a certificate. Raises ValueError, KeyError or TypeError where it is none."""
    if not isinstance(said, dict) or not set(said) <= set(_NAMES):
        raise ValueError("unknown letters")
    values: dict[str, Any] = {}
    for letter, value in said.items():
        name = _NAMES[letter]
        if name == "members":
            values[name] = tuple((_matched(_CODE, relation), _some(who)) for relation, who in value)
        else:
            values[name] = _day(value) if name in _DAYS else _some(value)
    found = Certificate(**values)
    _matched(_NUMBER, found.number)
    for pattern, value in ((_CODE, found.sex), (_CODE, found.marital), (_BIRTH, found.birth)):
        if value:
            _matched(pattern, value)
    if found.last_day <= found.issued:
        raise ValueError("it ends before it begins")
    return found


def _some(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no text")
    return value


def _matched(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_some(value)):
        raise ValueError("not as the format has it")
    return str(value)


def _day(value: Any) -> date:
    return date.fromisoformat(_matched(_DAY, value))
