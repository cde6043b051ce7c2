"""What askers and the areas asked see of requests."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.requests import finding, rules
from domicile.apps.moves.requests.actions import ANSWERS, ASKS
from domicile.apps.moves.requests.models import OutsideParticular, OutsideRequest
from domicile.apps.people.models import Person
from domicile.apps.vault.sealing import open_many

#: Requests listed at once, the latest.
MOST = 100
COMMUNITY = 12
State, Outcome = OutsideRequest.State, OutsideRequest.Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """A request in a list: whom it names, which areas it is between."""

    row: OutsideRequest
    name: str
    from_name: str
    to_name: str


@dataclass(frozen=True, slots=True)
class Own:
    """A request as its asker sees it: `told` by key while it can be read, `over` once it no longer can."""

    line: Line
    number: str
    reason: str
    told: dict[str, str]
    over: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the area asked sees it: who may be meant there, and what the purpose lets be told."""

    line: Line
    number: str
    reason: str
    people: list[Person]
    may_tell: tuple[str, ...]


def asked_by(viewer: Viewer) -> list[Line]:
    """What the viewer has asked, the latest first. Four queries."""
    viewer.require(ASKS)
    return _lines(list(_of(viewer).order_by("-asked_at", "-pk")[:MOST]))


def asked_of(viewer: Viewer) -> list[Line]:
    """What waits for an answer from the viewer's areas, the oldest first; none for who may not answer. Four queries."""
    if not viewer.may(ANSWERS):
        return []
    rows = restrict(OutsideRequest.objects.filter(state=State.WAITING), viewer, "to_code")
    return _lines(list(rows.order_by("asked_at", "pk")[:MOST]))


def own(viewer: Viewer, request_id: uuid.UUID) -> Own:
    """The viewer's own request; what was told is a look at the person, and noted. Raises NotAllowed, OutOfReach."""
    viewer.require(ASKS)
    row = _of(viewer).filter(pk=request_id).first()
    if row is None:
        raise OutOfReach
    today = timezone.localdate()
    open_still = row.good_until is not None and row.good_until >= today
    told = _told(row) if open_still else {}
    if told:
        record_look(viewer, question="outside_answer", persons=[row.person_id] if row.person_id else [])
    line, number, reason = _opened(row)
    return Own(line, number, reason, told, row.outcome == Outcome.TOLD and not open_still)


def asked(viewer: Viewer, request_id: uuid.UUID) -> Asked:
    """A request that waits for the viewer's area, with who may be meant: a look, and noted. Raises NotAllowed, OutOfReach."""
    viewer.require(ANSWERS)
    row = OutsideRequest.objects.filter(pk=request_id, state=State.WAITING).first()
    if row is None or not viewer.covers(row.to_code):
        raise OutOfReach
    people = finding.candidates(viewer, row)
    record_look(viewer, question="outside_queue", persons=[one.pk for one in people])
    line, number, reason = _opened(row)
    return Asked(line, number, reason, people, _may_tell(row, timezone.localdate()))


def is_own(viewer: Viewer, request_id: uuid.UUID) -> bool:
    """Whether the viewer asked it."""
    return _of(viewer).filter(pk=request_id).exists()


def _of(viewer: Viewer) -> "QuerySet[OutsideRequest]":
    """Those that the viewer has asked; none for whoever has no account."""
    rows = OutsideRequest.objects.all()
    return rows.none() if viewer.user_id is None else rows.filter(asked_by=viewer.user_id)


def _may_tell(row: OutsideRequest, today: dt.date) -> tuple[str, ...]:
    known = rules.purposes(today).get(row.purpose)
    return known.may_tell if known is not None else ()


def _told(row: OutsideRequest) -> dict[str, str]:
    rows = list(OutsideParticular.objects.filter(request=row))
    values = open_many(rows, "value")
    found = {one.key: values[one.pk] for one in rows}
    return {key: found[key] for key in rules.PARTICULARS if key in found}


def _opened(row: OutsideRequest) -> tuple[Line, str, str]:
    number, reason = (open_many([row], column)[row.pk] for column in ("number", "reason"))
    return _lines([row])[0], number, reason


def _lines(rows: list[OutsideRequest]) -> list[Line]:
    names = open_many(rows, "name") if rows else {}
    codes = {code[:COMMUNITY] for row in rows for code in (row.from_code, row.to_code)}
    known = trails(codes) if codes else {}

    def named(code: str) -> str:
        short = code[:COMMUNITY]
        return in_one(known.get(short, [])) or short.rstrip("0")

    return [Line(row, names[row.pk], named(row.from_code), named(row.to_code)) for row in rows]
