"""The page of one move: both ends side by side, what they disagree on, what was done, and what can be done."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies, words
from domicile.apps.moves.actions.stepping import word_of
from domicile.apps.moves.models import Move, MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.selectors.between import Between, between, waits_for_answer
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.people.models import Person, Visibility
from domicile.apps.people.selectors import words as people_words
from domicile.core.moves import Step, differences
from domicile.core.policy.parameters import parameter

COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who moves, with the word of either end; `reachable`: the viewer may open the card."""

    id: uuid.UUID
    name: str
    by_origin: bool
    by_destination: bool
    reachable: bool


@dataclass(frozen=True, slots=True)
class EndCard:
    """What one end is and says, in words; nothing where it has said nothing."""

    side: str
    label: str
    place: str
    address: str
    dwelling_id: uuid.UUID | None
    says_where: str
    day: dt.date | None
    said: bool
    said_at: dt.datetime | None
    said_by: str
    evidence: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A step that was taken."""

    at: dt.datetime
    step: str
    state: str
    by: str
    who: str
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class MoveCard:
    """All that the page shows."""

    move: Move
    state: str
    reason: str
    people: list[Mover]
    ends: list[EndCard]
    differs: list[tuple[str, str, str]]
    changes: list[ChangeLine]
    steps: list[Step]
    parts: list[uuid.UUID]
    registers: list[Between]

    @property
    def names(self) -> str:
        return people_words.listed(one.name for one in self.people)


def find_move(viewer: Viewer, move_id: uuid.UUID) -> Move:
    """The move, when one of its ends lies inside the viewer's areas. Raises OutOfReach else."""
    inside = restrict(MoveEnd.objects.filter(move_id=move_id), viewer, "code")
    move = Move.objects.prefetch_related("ends__dwelling").filter(pk=move_id).first() if inside.exists() else None
    if move is None:
        raise OutOfReach(list(MovePerson.objects.filter(move_id=move_id).values_list("person_id", flat=True)))
    return move


def move_card(viewer: Viewer, move_id: uuid.UUID, *, today: dt.date) -> MoveCard:
    """The page, after the look is recorded. Raises NotAllowed, OutOfReach. A fixed number of queries."""
    viewer.require("view_person")
    move = find_move(viewer, move_id)
    ends, rows = (
        policies.ends_of(move),
        list(MovePerson.objects.filter(move=move).select_related("person").order_by("pk")),
    )
    areas = area_names(viewer, (ends.origin, ends.destination))
    movers = _movers(viewer, rows)
    card = MoveCard(
        move=move,
        state=words.state(move.state),
        reason=people_words.coded("inflow_reason", move.reason),
        people=movers,
        ends=[_end(viewer, move, ends, side, areas) for side in Side.values],
        differs=differs(ends, rows, areas, today),
        changes=[_line(row) for row in MoveChange.objects.filter(move=move).order_by("-number")],
        steps=[] if waits_for_answer(move) else policies.steps_for(viewer, move, ends),
        parts=list(Move.objects.filter(part_of=move).values_list("pk", flat=True)),
        registers=between(move),
    )
    record_look(viewer, question="move", persons=[one.id for one in movers])
    return card


def of_person(viewer: Viewer, person: Person, most: int) -> list[tuple[Move, str]]:
    """The latest moves of somebody inside the viewer's areas, with their states in words. One query."""
    condition = scope_q(viewer, "ends__code")
    if condition is None:
        return []
    rows = Move.objects.filter(condition, people__person__in=person.ids).distinct().order_by("-made_at", "-pk")[:most]
    return [(row, words.state(row.state)) for row in rows]


def movers_of(move: Move) -> list[tuple[uuid.UUID, str]]:
    """Who moves, for the choices of a form: (id, name)."""
    rows = MovePerson.objects.filter(move=move).order_by("pk").values_list("person_id", "person__name")
    return [(person, people_words.name(name)) for person, name in rows]


def _movers(viewer: Viewer, rows: list[MovePerson]) -> list[Mover]:
    inside = scope_q(viewer, "code")
    keys = [row.person_id for row in rows]
    seen = set() if inside is None else set(
        Visibility.objects.filter(inside, person_id__in=keys).values_list("person_id", flat=True)
    )  # fmt: skip
    return [
        Mover(
            row.person_id, people_words.name(row.person.name), row.by_origin, row.by_destination, row.person_id in seen
        )
        for row in rows
    ]


def _end(viewer: Viewer, move: Move, ends: Ends, side: str, areas: dict[str, str]) -> EndCard:
    end = ends.of(side)
    own = bool(end.code) and viewer.covers(end.code)
    home = end.dwelling if own else None
    return EndCard(
        side=side,
        label=str(words.SIDES[side]),
        place=words.end_name(end, areas, other=ends.other(side)),
        address=home.address if home is not None else "",
        dwelling_id=home.pk if home is not None else None,
        says_where=words.to_where(end, areas),
        day=end.day,
        said=end.said_at is not None,
        said_at=end.said_at and timezone.localtime(end.said_at),
        said_by=end.said_by_name,
        evidence=end.evidence,
        counts=move.owner == side,
    )


def differs(ends: Ends, rows: list[MovePerson], areas: dict[str, str], today: dt.date) -> list[tuple[str, str, str]]:
    """What the ends disagree on: matter, the word of the origin, the word of the destination."""
    if ends.origin.said_at is None or ends.destination.said_at is None:
        return []
    named = {row.person_id: people_words.name(row.person.name) for row in rows}
    found = differences(
        word_of(ends.origin, (row.person_id for row in rows if row.by_origin)),
        word_of(ends.destination, (row.person_id for row in rows if row.by_destination)),
        most_days=int(parameter("moves.days_between", today)),
    )
    lines = []
    for one in found:
        if one.matter == "destination":
            said = (words.to_where(ends.origin, areas), words.to_where(ends.destination, areas))
        elif one.matter == "people":
            who = [[named[row.person_id] for row in rows if getattr(row, f"by_{side}")] for side in Side.values]
            said = (people_words.listed(who[0]), people_words.listed(who[1]))
        else:
            said = (str(one.origin), str(one.destination))
        lines.append((str(words.MATTERS[one.matter]), *said))
    return lines


def _line(row: MoveChange) -> ChangeLine:
    return ChangeLine(
        timezone.localtime(row.at), words.step(row.step), words.state(row.after), words.party(row), row.actor_name,
        row.reason, row.evidence,
    )  # fmt: skip
