"""What is told of a person, and how a request ends."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from django.utils import timezone

from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.models import MoveEnd, Side
from domicile.apps.moves.requests import rules
from domicile.apps.moves.requests.models import OutsideParticular, OutsideRequest
from domicile.apps.moves.requests.returning import answer_back
from domicile.apps.moves.selectors.candidates import blinds_of
from domicile.apps.people.models import Document, Person, Spell
from domicile.apps.vault.sealing import open_value, seal
from domicile.core.codes.areas import AreaCode
from domicile.core.moves import open_states

ANSWER, END = "moves.answer_outside_request", "moves.end_outside_request"
COMMUNITY = 12


def scope_of(code: str) -> str:
    """The area asked, as the beginning of the codes in it."""
    return AreaCode(code[:COMMUNITY]).prefix


def particulars(request: OutsideRequest, person: Person, keys: Collection[str]) -> dict[str, str]:
    """The values of these particulars as the register has them now. A fixed number of queries."""
    inside = scope_of(request.to_code)
    stay = (
        Spell.objects.filter(person=person, kind=Spell.Kind.USUAL, end__isnull=True).select_related("dwelling").first()
    )
    lives = stay is not None and stay.dwelling.place_code.startswith(inside)
    registered = person.registration == Person.Registration.AREA and person.registered_code.startswith(inside)
    found = {
        "registered_here": _yes(registered),
        "registered_address": _registered_address(person) if registered else "",
        "lives_here": _yes(lives),
        "living_community": _community(stay.dwelling.place_code) if stay is not None and lives else "",
        "same_number": _yes(_same_number(request, person)) if request.number is not None else "",
        "same_birth_date": _yes(request.birth_date == person.birth_date) if request.birth_date else "",
        "declared_leaving": _leaving(person, inside),
    }
    return {key: found[key] for key in rules.PARTICULARS if key in keys and found[key]}


def tell(
    actor: Viewer, request: OutsideRequest, told: Mapping[str, str], *, now: dt.datetime, person: Person | None = None,
    by_name: str = "", by: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """End a request with what is told, readable by the asker for a while."""
    days = rules.number("answer_days", timezone.localdate(now))
    with _recording(actor, ANSWER, request) as change:
        change.update(
            request, state=OutsideRequest.State.ENDED, outcome=OutsideRequest.Outcome.TOLD, ended_at=now, person=person,
            answered_by=by, answered_by_name=by_name, good_until=timezone.localdate(now) + dt.timedelta(days=days),
        )  # fmt: skip
        for key, value in told.items():
            _keep(request, key, value, change)
    answer_back(request, told, by_name or actor.name)


def end(
    actor: Viewer, request: OutsideRequest, outcome: str, *, now: dt.datetime, by_name: str = "",
    by: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """End a request without telling anything."""
    with _recording(actor, END, request) as change:
        change.update(
            request, state=OutsideRequest.State.ENDED, outcome=outcome, ended_at=now, answered_by=by,
            answered_by_name=by_name,
        )  # fmt: skip
    answer_back(request, {}, "")


def _recording(actor: Viewer, action: str, request: OutsideRequest):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind="outside_request", subject_id=request.pk, place_code=request.to_code
    )


def _keep(request: OutsideRequest, key: str, value: str, change: Recorder) -> None:
    row = OutsideParticular(request=request, key=key)
    row.value = seal(row, "value", value)
    change.create(row)


def _yes(true: bool) -> str:
    return rules.YES if true else rules.NO


def _registered_address(person: Person) -> str:
    return person.registered_text or _community(person.registered_code)


def _community(code: str) -> str:
    """The community by name; no dwelling."""
    short = code[:COMMUNITY]
    return in_one(trails([short]).get(short, [])) or short


def _same_number(request: OutsideRequest, person: Person) -> bool:
    number = open_value(request, "number")
    return Document.objects.filter(person__in=person.ids, blind__in=blinds_of(number)).exists()


def _leaving(person: Person, inside: str) -> str:
    """Whether a move away from there is under way."""
    ends = MoveEnd.objects.filter(
        prefix_q("code", inside), side=Side.ORIGIN, move__state__in=open_states(), move__people__person=person
    )
    return _yes(ends.exists())
