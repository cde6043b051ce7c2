"""Certificates for the office that issued them. There is no search, no count and no list beyond one's own areas."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.certificates import policies, words
from domicile.apps.certificates.models import Certificate
from domicile.apps.certificates.selectors.sayable import number_in_full, without_number
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.selectors.words import name as person_name
from domicile.apps.vault.sealing import Erased, open_value
from domicile.core import certificates as core
from domicile.core.policy.parameters import parameter

#: The list of one's own area shows the nearest; whoever wants another opens the card of the person.
MOST = 100
RECENT = dt.timedelta(days=30)


@dataclass(frozen=True)
class CertificateCard:
    """A certificate as its office sees it."""

    row: Certificate
    name: str
    state: str
    ended_why: Any
    asked_by: Any
    text: str
    certificate: core.Certificate
    renewal_id: uuid.UUID | None

    @property
    def number(self) -> str:
        """The number of the holder's document, where the certificate says it in full."""
        return number_in_full(self.certificate)


@dataclass(frozen=True)
class Line:
    """A certificate on a list."""

    row: Certificate
    name: str
    state: str
    ended_why: Any


@dataclass(frozen=True)
class Desk:
    """What an office has to do with certificates: those that end soon, and those just issued."""

    ending: list[Line] = field(default_factory=list)
    recent: list[Line] = field(default_factory=list)


def certificate_card(viewer: Viewer, certificate_id: uuid.UUID, *, today: dt.date) -> CertificateCard:
    """A certificate, after the look is recorded. Raises NotAllowed, OutOfReach."""
    card = _card(viewer, certificate_id, today)
    record_look(viewer, question="certificate", persons=[card.row.person_id])
    return card


def card_to_print(viewer: Viewer, certificate_id: uuid.UUID, *, today: dt.date) -> CertificateCard:
    """A certificate for its paper, after the print is recorded, and the number on it where it stands there in full.

    Raises NotAllowed, OutOfReach; then no print stands on record.
    """
    card = _card(viewer, certificate_id, today)
    if card.number:
        viewer.require(policies.NUMBERS)
    record_look(viewer, question="print_certificate", persons=[card.row.person_id])
    if card.number:
        record_look(viewer, question="number", persons=[card.row.person_id])
    return card


def _card(viewer: Viewer, certificate_id: uuid.UUID, today: dt.date) -> CertificateCard:
    viewer.require(policies.ISSUE)
    rows = Certificate.objects.select_related("person").filter(pk=certificate_id)
    row = restrict(rows, viewer).first()
    if row is None:
        raise OutOfReach()
    try:
        text = open_value(row, "text")
    except Erased:
        raise OutOfReach([row.person_id]) from None
    certificate = core.contents(text)
    return CertificateCard(
        row=row,
        name=person_name(row.person.name),
        state=words.state(row, today),
        ended_why=words.ENDED.get(row.ended_why, ""),
        asked_by=words.ASKED_BY[row.asked_by],
        text=text,
        certificate=certificate,
        renewal_id=Certificate.objects.filter(renews=row).values_list("pk", flat=True).first(),
    )


def says(viewer: Viewer, card: CertificateCard) -> list[tuple[Any, str]]:
    """What a certificate says as (label, text). A number in full is a look of its own; without the permission it is masked."""
    if not card.number:
        return words.lines(card.certificate)
    if not viewer.may(policies.NUMBERS):
        return words.lines(without_number(card.certificate))
    record_look(viewer, question="number", persons=[card.row.person_id])
    return words.lines(card.certificate)


def of_person(viewer: Viewer, person: Person, today: dt.date) -> list[Line]:
    """What the viewer's office issued to somebody, the latest first. One query."""
    rows = restrict(Certificate.objects.filter(person__in=person.ids), viewer).order_by("-issued_on", "-pk")
    return [_line(row, person.name, today) for row in rows]


def desk(viewer: Viewer, *, today: dt.date) -> Desk:
    """Those of the viewer's areas that end soon, and those issued lately, after the look is recorded. Two queries."""
    viewer.require(policies.ISSUE)
    rows = restrict(Certificate.objects.select_related("person"), viewer).filter(ended_on=None, last_day__gte=today)
    soon = today + dt.timedelta(days=int(parameter("certificates.renew_days", today)))
    ending = list(rows.filter(last_day__lte=soon).order_by("last_day", "pk")[:MOST])
    recent = list(rows.filter(issued_on__gte=today - RECENT).order_by("-issued_on", "-pk")[:MOST])
    record_look(viewer, question="certificates", persons=[row.person_id for row in (*ending, *recent)])
    lines = [[_line(row, row.person.name, today) for row in found] for found in (ending, recent)]
    return Desk(*lines)


def _line(row: Certificate, name: str, today: dt.date) -> Line:
    return Line(row, person_name(name), words.state(row, today), words.ENDED.get(row.ended_why, ""))
