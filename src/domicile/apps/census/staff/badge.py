"""The badge that the public can check: a number, and a code that only whoever holds the badge knows."""

import datetime as dt
import hmac
from base64 import b32encode
from dataclasses import dataclass

from django.utils.functional import Promise

from domicile.apps.areas.selectors import names_of
from domicile.apps.census.staff import conditions
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import DUTIES, SUBJECT
from domicile.apps.staffing import badges
from domicile.apps.vault.keyring import blind

PURPOSE = "census-badge"
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public is told of a badge: nothing that does not stand on it, and whether it holds today."""

    name: str
    number: str
    duty: str | Promise
    area: str
    holds: bool


def code_of(row: Recruit) -> str:
    """The code of a badge, 40 bits of a keyed hash in eight letters and digits: not to be found by trying."""
    text = b32encode(blind(PURPOSE, f"{row.pk.hex} {row.worker.number}")).decode("ascii")[:DIGITS]
    return f"{text[:4]}-{text[4:]}"


def check(number: str, code: str, today: dt.date) -> Checked | None:
    """What is told of the badge with this number and code; None where there is none, however wrong they are.

    It holds while its bearer is recruited, has signed, has passed the test and was handed the badge.
    """
    typed = "".join(character for character in code.upper() if character.isalnum())
    told = "".join(character for character in number if character.isdigit())
    found = None
    for row in Recruit.objects.filter(worker__number=told).select_related("worker"):
        if hmac.compare_digest(code_of(row).replace("-", "").encode(), typed.encode("utf-8")):
            found = row
    if found is None:
        return None
    area = found.worker.place_code[:12]
    holds = (
        (found.left_on is None or today < found.left_on)
        and conditions.signed(found, today)
        and found.badge_given_on is not None
        and badges.holds(found.worker, SUBJECT, today)
    )
    return Checked(found.worker.name, found.worker.number, DUTIES[found.duty], names_of([area]).get(area, ""), holds)
