"""What stands on file of moves and of those who move: each asked for in one way, and in a turn (common.turns) read once."""

import uuid
from collections.abc import Collection, Sequence

from domicile.apps.common import turns
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson, MoveRequest
from domicile.apps.people.models import Household, Member, Spell


def move_of(key: uuid.UUID) -> Move | None:
    """A move, for change."""
    return turns.row(Move, key, lock=True)


def ends_of(move: Move) -> dict[str, MoveEnd]:
    """Both ends by their side."""
    return {row.side: row for row in turns.rows(MoveEnd, "move_id", [move.pk], related=("dwelling", "household"))}


def movers_of(move: Move | uuid.UUID) -> list[MovePerson]:
    """Everybody of a move, in the order in which they were named."""
    return turns.rows(MovePerson, "move_id", [move.pk if isinstance(move, Move) else move])


def steps_of(move: Move | uuid.UUID) -> list[MoveChange]:
    """The steps of a move, in their order."""
    held = turns.rows(MoveChange, "move_id", [move.pk if isinstance(move, Move) else move])
    return sorted(held, key=lambda row: row.number)


def last_step(move: Move | uuid.UUID) -> MoveChange | None:
    """The last step of a move."""
    return next(reversed(steps_of(move)), None)


def lines_of(move: Move) -> list[Correspondence]:
    """The other registers with which a move is spoken of."""
    return turns.rows(Correspondence, "move_id", [move.pk], related=("peer",))


def waiting_of(move: Move | uuid.UUID) -> list[MoveRequest]:
    """The requests about a move that its keeper has not answered."""
    held = turns.rows(MoveRequest, "move_id", [move.pk if isinstance(move, Move) else move])
    return [row for row in held if row.answered_at is None]


def moves_of(people: Collection[uuid.UUID]) -> list[MovePerson]:
    """Every part that these take in a move, with the move."""
    return turns.rows(MovePerson, "person_id", people, related=("move",))


def spells_of(people: Collection[uuid.UUID], *, lock: bool = False) -> list[Spell]:
    """Where these live and lived, of either kind."""
    return turns.rows(Spell, "person_id", people, lock=lock)


def spells_at(person: uuid.UUID, dwelling: uuid.UUID) -> Sequence[Spell]:
    """Where somebody lives or lived in one dwelling."""
    return [row for row in spells_of([person]) if row.dwelling_id == dwelling]


def stays_of(people: Collection[uuid.UUID]) -> dict[uuid.UUID, Spell]:
    """The open usual residence of each who has one."""
    return {row.person_id: row for row in spells_of(people) if row.kind == Spell.Kind.USUAL and row.end is None}


def members_of(people: Collection[uuid.UUID]) -> list[Member]:
    """The memberships of living households that these have or had, with the households."""
    held = turns.rows(Member, "person_id", people, related=("household",))
    return [row for row in held if row.side == Household.Side.LIVING]


def members_in(household: uuid.UUID) -> list[Member]:
    """The present members of a household."""
    return [row for row in turns.rows(Member, "household_id", [household]) if row.left_on is None]
