"""Which declarations an arrival may belong to (MO-3): several are shown, none is chosen for anybody."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.models import MoveEnd, MovePerson, Side
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.people.identity.reading import standing_q, stands_of
from domicile.apps.people.models import Document, Person
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.finding import document_candidates
from domicile.apps.vault.keyring import blind
from domicile.core.codes import identity
from domicile.core.linkage.names import query_sounds
from domicile.core.moves import Candidate, Mover, candidates

#: A move that somebody may still arrive by.
EXPECTED = ("declared", "told", "away", "lapsed")
MOST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of somebody who arrives."""

    number: str = ""
    name: str = ""
    birth_date: dt.date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration that fits, as the page shows it; `other_area`: declared to a place outside the viewer's areas."""

    move_id: uuid.UUID
    names: list[str]
    born: str
    left: str
    going_to: str
    day: dt.date | None
    state: str
    way: str
    differs: list[str]
    other_area: bool


@dataclass(frozen=True, slots=True)
class OnFile:
    """Somebody on file of whom no declaration is, found by number and name."""

    person_id: uuid.UUID
    name: str


def blinds_of(number: str) -> list[bytes]:
    """The keyed hashes under which a typed number may stand."""
    text = identity.normalise_number(number)
    return [blind("document", candidate) for candidate in document_candidates(text)] if text else []


def holds_number(person_ids: Collection[uuid.UUID], number: str) -> bool:
    """Whether one of these persons has this document number, exactly or as it was upgraded: its holder is present."""
    found = blinds_of(number) if number.strip() else []
    own = Q(person_id__in=person_ids) | Q(person__stood_for__stands_id__in=person_ids)
    return bool(found) and Document.objects.filter(own, blind__in=found).exists()


def declared_moves(viewer: Viewer, asked: Asked) -> list[Declared]:
    """The declarations that may be this arrival's, the surest first; looked at on record.

    By number wherever they were declared to, since the holder is there with the document; by name, birth date and place
    left only those told to the viewer's areas. A fixed number of queries.
    """
    viewer.require("view_person")
    rows = _by_number(asked) | _by_name(viewer, asked)
    movers = [
        Mover(
            key=row.pk, numbers=frozenset(bytes(one.blind) for one in row.person.documents.all()), name=row.person.name,
            birth_date=row.person.birth_date,
            origin=next((end.code for end in row.move.ends.all() if end.side == Side.ORIGIN), ""),
        )
        for row in rows.values()
    ]  # fmt: skip
    numbers = frozenset(blinds_of(asked.number)) if asked.number.strip() else frozenset()
    arriving = Mover(numbers=numbers, name=asked.name, birth_date=asked.birth_date, origin=asked.origin)
    found = [(rows[one.key], one) for one in candidates(arriving, movers) if isinstance(one.key, uuid.UUID)][:MOST]
    shown = _shown(viewer, asked, found)
    record_look(viewer, question="move_candidates", term=asked.number or asked.name,
                persons=[row.person_id for row, _one in found])  # fmt: skip
    return shown


def persons_on_file(viewer: Viewer, asked: Asked) -> list[OnFile]:
    """Persons on file who have this number and a name that sounds as typed, wherever they are: one identity for good.

    What is told of them is what was typed. A number alone gives nobody's name.
    """
    viewer.require("view_person")
    if not asked.number.strip() or not asked.name:
        return []
    holders = Document.objects.filter(blind__in=blinds_of(asked.number)).values("person_id")
    rows = Person.objects.filter(pk__in=holders, died_on__isnull=True, sound__in=query_sounds(asked.name)).order_by(
        "pk"
    )
    found = list(dict.fromkeys(stands_of([row.pk for row in rows[:MOST]]).values()))
    record_look(viewer, question="move_candidates", term=asked.number, persons=found)
    return [OnFile(person, asked.name) for person in found]


def expected() -> "QuerySet[MovePerson]":
    """Those of moves by which somebody may still arrive, with both ends and their documents."""
    return (
        MovePerson.objects.filter(move__state__in=EXPECTED)
        .select_related("move", "person")
        .prefetch_related("move__ends", "person__documents")
    )


def _by_number(asked: Asked) -> dict[uuid.UUID, MovePerson]:
    if not asked.number.strip():
        return {}
    holders = Document.objects.filter(blind__in=blinds_of(asked.number)).values("person_id")
    return _read(expected().filter(standing_q(holders)))


def _by_name(viewer: Viewer, asked: Asked) -> dict[uuid.UUID, MovePerson]:
    if not asked.name or asked.birth_date is None:
        return {}
    told = restrict(MoveEnd.objects.filter(side=Side.DESTINATION), viewer, "code").values("move_id")
    mine = restrict(MoveEnd.objects.filter(side=Side.ORIGIN), viewer, "code").values("move_id")
    rows = expected().filter(
        Q(move_id__in=told) | Q(move_id__in=mine),
        person__birth_date=asked.birth_date, person__sound__in=query_sounds(asked.name),
    )  # fmt: skip
    return _read(rows)


def _read(rows: "QuerySet[MovePerson]") -> dict[uuid.UUID, MovePerson]:
    found = {}
    for row in rows.order_by("pk")[: 2 * MOST]:
        found[row.pk] = row
    return found


def _shown(viewer: Viewer, asked: Asked, found: Sequence[tuple[MovePerson, Candidate]]) -> list[Declared]:
    """The lines; of a mover who was declared to another area only what was typed is told, and the area left."""
    moves = {row.move_id for row, _one in found}
    named: dict[uuid.UUID, list[str]] = {move: [] for move in moves}
    for move, name in (
        MovePerson.objects.filter(move_id__in=moves).order_by("pk").values_list("move_id", "person__name")
    ):
        named[move].append(people_words.name(name))
    ends = {row.move_id: {end.side: end for end in row.move.ends.all()} for row, _one in found}
    areas = area_names(viewer, [end for pair in ends.values() for end in pair.values()])
    lines = []
    for row, one in found:
        origin, destination = ends[row.move_id][Side.ORIGIN], ends[row.move_id][Side.DESTINATION]
        other = not (destination.code and viewer.covers(destination.code))
        lines.append(
            Declared(
                row.move_id, [asked.name] if other else named[row.move_id],
                "" if other else people_words.birth(row.person), areas.get(origin.code, origin.code),
                words.to_where(origin, areas), origin.day, words.state(row.move.state), str(words.WAYS[one.way]),
                [str(words.DIFFERS[name]) for name in one.differs], other,
            )
        )  # fmt: skip
    return lines
