"""Whether a certificate holds: genuine, in time, not revoked. And the list of those that were revoked, signed and dated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS
from jwt.exceptions import InvalidTokenError

from domicile.core.certificates.keys import KeySet, PublicKey
from domicile.core.certificates.text import (
    KIND,
    LONGEST_READ,
    Certificate,
    Unreadable,
    body,
    contents,
    header,
    seal,
)

KIND_OF_LIST = "dr1"
_AT = "%Y-%m-%dT%H:%M:%SZ"
#: The days of keys are days of registers; these are all of one time zone.
_THEIRS = timezone(timedelta(hours=8))


class State(StrEnum):
    """What a check finds. Of all but the first four nothing that the text says is to be believed."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    EARLY = "early"  # issued on a day to come: one of two clocks is wrong
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; `certificate` only where the signature proves it.

    `listed`: it was compared with a list of the register that issued it. Else nothing is said of revocation.
    """

    state: State
    certificate: Certificate | None = None
    kid: str = ""
    listed: bool = False


@dataclass(frozen=True, slots=True)
class RevokedList:
    """Numbers of certificates that were revoked before their time, as of a moment (to the second).

    `register`: whose list it is, by what tells its keys from others'. It says nothing of certificates of another one.
    """

    at: datetime
    numbers: frozenset[str]
    register: str = ""


def check(text: str, keys: KeySet, *, today: date, revoked: RevokedList | None = None) -> Verdict:
    """Check a text as `find_text` gives it. Without a list of its own register nothing is said of revocation."""
    if len(text) > LONGEST_READ:
        return Verdict(State.UNREADABLE)
    try:
        head = header(text)
    except Unreadable:
        return Verdict(State.UNREADABLE)
    if head["typ"] != KIND:
        return Verdict(State.UNREADABLE)
    key = keys.find(head["kid"])
    if key is None:
        return Verdict(State.UNKNOWN_KEY, kid=head["kid"])
    if not _signed(text, key):
        return Verdict(State.FORGED, kid=key.kid)
    try:
        certificate = contents(text)
    except Unreadable:
        return Verdict(State.UNREADABLE, kid=key.kid)
    if not key.used_on(certificate.issued):
        return Verdict(State.FORGED, kid=key.kid)
    own = revoked if revoked is not None and revoked.register == key.register else None
    return Verdict(_state(certificate, today, own), certificate, key.kid, own is not None)


def _state(certificate: Certificate, today: date, revoked: RevokedList | None) -> State:
    if revoked is not None and certificate.number in revoked.numbers:
        return State.REVOKED
    if today > certificate.last_day:
        return State.EXPIRED
    return State.EARLY if today < certificate.issued else State.VALID


def write_list(revoked: RevokedList, key: Ed25519PrivateKey, kid: str) -> str:
    """The list as a signed text."""
    return seal(KIND_OF_LIST, {"at": revoked.at.astimezone(UTC).strftime(_AT), "i": sorted(revoked.numbers)}, key, kid)


def read_list(text: str, keys: KeySet) -> RevokedList:
    """The list, when a known key signed it in its days. Raises Unreadable else: it is not to be relied on."""
    text = text.strip()
    head = header(text)
    key = keys.find(head["kid"])
    if head["typ"] != KIND_OF_LIST or key is None or not _signed(text, key):
        raise Unreadable("no list that a known key signed")
    try:
        said = body(text)
        at = datetime.strptime(said["at"], _AT).replace(tzinfo=UTC)
        found = RevokedList(at, frozenset(_texts(said["i"])), key.register)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("a list of another version") from error
    if not key.used_on(at.astimezone(_THEIRS).date()):
        raise Unreadable("a list signed with a key that was not in use on its day")
    return found


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if not isinstance(value, str):
            raise TypeError("no number of a certificate")
        yield value


def _signed(text: str, key: PublicKey) -> bool:
    try:
        PyJWS().decode(text, key.opened(), algorithms=["EdDSA"])
    except InvalidTokenError:
        return False
    return True
