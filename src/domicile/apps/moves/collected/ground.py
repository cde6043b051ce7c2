"""What is on file where forms of leaving and arriving were filled, for many of them in a few queries."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from domicile.apps.areas.models import Area
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.collected.ground import Ground, Pairs, of_dwellings
from domicile.apps.moves.models import Move, MovePerson, Side
from domicile.apps.moves.selectors.candidates import blinds_of, expected
from domicile.apps.people.identity.reading import STANDING
from domicile.apps.people.models import Document, Person
from domicile.core.linkage.names import query_sounds
from domicile.core.messages.submissions import Broken
from domicile.core.moves import Candidate, Mover, candidates


class Row(NamedTuple):
    """A newcomer as a form tells of them: who asks, the name, the birth date, and the keyed hashes of the number."""

    viewer: Viewer
    name: str
    birth_date: Any
    numbers: frozenset[bytes]


@dataclass(frozen=True)
class Found:
    """Whose declarations a newcomer may belong to, the surest first; and who on file holds that number and that name."""

    declared: tuple[tuple[MovePerson, Candidate], ...] = ()
    on_file: tuple[uuid.UUID, ...] = ()


NOBODY = Found()
COMMUNITY, NO_GRID = 12, "000"


@dataclass
class MoveGround(Ground):
    """With what is known of newcomers, by form and row; and the codes of areas that people go to."""

    newcomers: dict[tuple[uuid.UUID, int], Found] = field(default_factory=dict)
    areas: dict[uuid.UUID, str] = field(default_factory=dict)
    # Moves under way of those who are said to be gone, with both ends and everybody in them.
    moving: dict[uuid.UUID, Move] = field(default_factory=dict)


def of_leaving(pairs: Pairs) -> MoveGround:
    """For forms of who left. Four queries more than for the dwellings."""
    ground = MoveGround(**vars(of_dwellings(pairs)))
    _left(ground, pairs)
    return ground


def of_arriving(pairs: Pairs) -> MoveGround:
    """For forms of who came. Five queries more than for the dwellings."""
    ground = MoveGround(**vars(of_dwellings(pairs)))
    _came(ground, pairs)
    return ground


def of_visits(pairs: Pairs) -> MoveGround:
    """For visits, which tell of both in a part of their own. Nine queries more than for the dwellings."""
    ground = MoveGround(**vars(of_dwellings(pairs)))
    within = [(receipt, answers.group("home")) for receipt, answers in pairs]
    _left(ground, within)
    _came(ground, within)
    return ground


def _left(ground: MoveGround, pairs: Pairs) -> None:
    """Where people go to, and which of them are on the move already."""
    named: set[uuid.UUID] = set()
    gone: set[uuid.UUID] = set()
    for _receipt, answers in pairs:
        try:
            where = answers.id("to_area")
            named |= {where} if where is not None else set()
            gone.update(answers.ids("left"))
        except Broken:
            continue
    ground.areas = dict(Area.objects.filter(pk__in=named).values_list("pk", "code")) if named else {}
    rows = MovePerson.objects.filter(person__in=gone, under_way=True).select_related("move")
    known = rows.prefetch_related("move__ends", "move__people") if gone else ()
    ground.moving = {row.person_id: row.move for row in known}


def _came(ground: MoveGround, pairs: Pairs) -> None:
    rows: dict[tuple[uuid.UUID, int], Row] = {}
    for receipt, answers in pairs:
        for place, row in enumerate(answers.rows("newcomer")):
            try:
                born = row.day("birth_date")
            except Broken:
                continue
            numbers = frozenset(blinds_of(row.text("document_number")))
            rows[receipt.submission.pk, place] = Row(receipt.viewer, row.text("name"), born, numbers)
    ground.newcomers = found_for(rows)


def found_for(rows: dict[Any, Row]) -> dict[Any, Found]:
    """What is known of each of these. Five queries at most."""
    numbers = {one for row in rows.values() for one in row.numbers}
    holders: dict[bytes, set[uuid.UUID]] = defaultdict(set)
    for blind, person, stands in (
        Document.objects.filter(blind__in=numbers).values_list("blind", *STANDING) if numbers else ()
    ):
        holders[bytes(blind)].add(stands or person)
    held = {person for people in holders.values() for person in people}
    people = Person.objects.filter(pk__in=held, died_on__isnull=True).values_list("pk", "sound") if held else ()
    sounds = dict(people)
    movers = _movers(held, rows.values())
    found = {}
    for key, row in rows.items():
        named = query_sounds(row.name) if row.name else set()
        declared = _fitting(row, movers, holders)
        mine = {person for one in row.numbers for person in holders.get(one, ())}
        on_file = tuple(sorted(person for person in mine if sounds.get(person) in named))
        found[key] = Found(declared, on_file)
    return found


def _movers(held: Iterable[uuid.UUID], rows: Iterable[Row]) -> dict[Any, list[MovePerson]]:
    """Those who are expected, by who they are and by the day on which they were born."""
    born = {row.birth_date for row in rows if row.birth_date and row.name}
    sounds = {one for row in rows if row.name for one in query_sounds(row.name)}
    by: dict[Any, list[MovePerson]] = defaultdict(list)
    asked = Q(person__in=list(held)) | Q(person__birth_date__in=born, person__sound__in=sounds)
    for row in expected().filter(asked).order_by("pk") if held or born else ():
        by[row.person_id].append(row)
        by[row.person.birth_date].append(row)
    return by


def _fitting(
    row: Row, movers: dict[Any, list[MovePerson]], holders: dict[bytes, set[uuid.UUID]]
) -> tuple[tuple[MovePerson, Candidate], ...]:
    """As selectors.candidates: by number wherever they were declared to, by name only what an end here was told of."""
    mine = [mover for one in row.numbers for person in holders.get(one, ()) for mover in movers.get(person, ())]
    alike = [mover for mover in movers.get(row.birth_date, ()) if row.birth_date and _told(row.viewer, mover)]
    known = {mover.pk: mover for mover in [*mine, *alike]}
    arriving = Mover(numbers=row.numbers, name=row.name, birth_date=row.birth_date)
    listed = [
        Mover(
            key=mover.pk, numbers=frozenset(bytes(one.blind) for one in mover.person.documents.all()),
            name=mover.person.name, birth_date=mover.person.birth_date,
            origin=next((end.code for end in mover.move.ends.all() if end.side == Side.ORIGIN), ""),
        )
        for mover in known.values()
    ]  # fmt: skip
    return tuple((known[one.key], one) for one in candidates(arriving, listed) if isinstance(one.key, uuid.UUID))


def _told(viewer: Viewer, mover: MovePerson) -> bool:
    """Whether an end is of the worker's areas, or the whole community in which the worker has a grid: it is told, not a grid."""
    codes = [end.code for end in mover.move.ends.all() if end.code]
    whole = tuple(code[:COMMUNITY] for code in codes if code.endswith(NO_GRID))
    return any(viewer.covers(code) for code in codes) or any(
        scope.startswith(whole) for scope in viewer.scopes if whole
    )
