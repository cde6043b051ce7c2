"""The card of a register: its name, address, areas and public keys, handed to others and compared by telephone."""

import base64
import binascii
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.peers import keys
from domicile.apps.peers.events import canonical, line, moment
from domicile.apps.peers.models import AREA_LENGTHS, PUBLIC, Peer

KIND, VERSION = "domicile register", 1
LONGEST, MOST_AREAS, MOST_KEYS = 20_000, 400, 4
GROUP = 4
FINGERPRINT = 32


@dataclass(frozen=True)
class Card:
    """What stands on a card. The keys are public halves, 32 bytes each; `ends` has their ends in the same order (None: not
    known yet), or is empty where no key has one.
    """

    id: uuid.UUID
    name: str
    address: str
    areas: tuple[str, ...]
    keys: tuple[bytes, ...]
    ends: tuple[dt.datetime | None, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Eight groups of four characters over everything on the card: what two administrators compare by telephone."""
        return fingerprint(self.id, self.address, self.areas, self.keys)

    def counting(self, now: dt.datetime) -> list[tuple[bytes, dt.datetime | None]]:
        """The keys whose end has not come, with their ends."""
        ends = self.ends or (None,) * len(self.keys)
        return [(key, end) for key, end in zip(self.keys, ends, strict=True) if end is None or end > now]

    def text(self) -> str:
        """The card as it is handed over. Ends stand beside what the fingerprint covers: older versions pass over them."""
        content: dict[str, Any] = {
            "card": KIND, "version": VERSION, "id": str(self.id), "name": self.name, "address": self.address,
            "areas": sorted(self.areas), "keys": [base64.b64encode(key).decode() for key in self.keys],
            "fingerprint": self.fingerprint,
        }  # fmt: skip
        if self.ends:
            content["ends"] = [end and end.astimezone(dt.UTC).isoformat() for end in self.ends]
        return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def fingerprint(register: uuid.UUID, address: str, areas: Sequence[str], public: Sequence[bytes]) -> str:
    """The fingerprint of what stands on a card, in groups."""
    content = [str(register), address, sorted(areas), sorted(key.hex() for key in public)]
    digest = hashlib.sha256(canonical({"": content})).hexdigest()[:FINGERPRINT]
    return " ".join(digest[place : place + GROUP] for place in range(0, FINGERPRINT, GROUP))


def is_of(told: str, card: Card) -> bool:
    """Whether a fingerprint, however it is spaced, is that of a card."""
    return "".join(told.split()).lower() == "".join(card.fingerprint.split())


def card_of(peer: Peer, now: dt.datetime) -> Card:
    """The card of a register as it stands here: its keys that count now."""
    found = list(keys.holding(now).filter(peer=peer).order_by("valid_from", "pk"))
    areas = peer.areas.order_by("prefix").values_list("prefix", flat=True)
    ends = tuple(key.valid_to for key in found)
    return Card(
        peer.pk, peer.name, peer.address, tuple(areas), tuple(bytes(key.public) for key in found),
        ends if any(ends) else (),
    )  # fmt: skip


def read(text: str) -> Card:
    """A card from its text. Raises Refused naming what is wrong with it."""
    if len(text) > LONGEST:
        raise Refused(_("This is too long for a card."), "card")
    try:
        content = orjson.loads(text)
        if content["card"] != KIND or content["version"] != VERSION:
            raise ValueError
        card = Card(
            uuid.UUID(content["id"]), line(content["name"], 64).strip(), check_address(str(content["address"])),
            check_areas([str(area) for area in content["areas"]]),
            tuple(base64.b64decode(key, validate=True) for key in content["keys"]), _ends_of(content),
        )  # fmt: skip
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError, binascii.Error) as problem:
        raise Refused(
            _("This is no card of a register. Paste the whole text that the other register shows, with its brackets."),
            "card",
        ) from problem
    if not card.name or not 1 <= len(card.keys) <= MOST_KEYS or any(len(key) != PUBLIC for key in card.keys):
        raise Refused(_("The card names no register or no key. Ask for a new one."), "card")
    if content.get("fingerprint") != card.fingerprint:
        raise Refused(_("The card was changed on its way: its fingerprint is not that of its content."), "card")
    return card


def _ends_of(content: Mapping[str, Any]) -> tuple[dt.datetime | None, ...]:
    """The ends of the keys on a card, where it names any. Raises ValueError, TypeError."""
    told = content.get("ends") or []
    ends = tuple(end if end is None else moment(end) for end in told)
    if ends and len(ends) != len(content["keys"]):
        raise ValueError("ends")
    return ends if any(ends) else ()


def check_address(address: str) -> str:
    """An address without its closing slash; '' for a register that is reached by file alone. Raises Refused."""
    address = address.strip().rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or not address.isascii() or len(address) > 300 or any(ord(sign) <= 32 for sign in address):
        raise Refused(_("Write a whole address, like https://register.example.org, without blanks."), "address")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Refused(_("Write the address alone: without a name, a password, a question or a fragment."), "address")
    return address


def check_areas(areas: Sequence[str]) -> tuple[str, ...]:
    """Beginnings of place codes, none within another. Raises Refused."""
    found = tuple(sorted(set(areas)))
    if not found or len(found) > MOST_AREAS:
        raise Refused(_("Name the areas that the register answers for."), "areas")
    for area in found:
        if not (area.isascii() and area.isdigit() and len(area) in AREA_LENGTHS):
            raise Refused(_("%(code)s is no code of an area: 2, 4, 6, 9 or 12 digits.") % {"code": area[:12]}, "areas")
    if any(one != other and other.startswith(one) for one in found for other in found):
        raise Refused(_("One of the areas lies in another one: name the larger one alone."), "areas")
    return found
