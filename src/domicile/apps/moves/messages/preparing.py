"""What the messages of a turn will ask for, read together: rows by the keys that the messages name."""

import uuid
from collections.abc import Iterator, Sequence

from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import ground
from domicile.apps.moves.messages import documents
from domicile.apps.moves.messages.people import blinds
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson, MoveRequest
from domicile.apps.peers.models import Thread
from domicile.apps.peers.registry import Incoming
from domicile.apps.people import visibility
from domicile.apps.people.models import Document, Member, Person
from domicile.apps.tasks.models import Task
from domicile.apps.vault.models import SubjectKey

Content = (
    documents.Declaration
    | documents.Notice
    | documents.Arrival
    | documents.Correction
    | documents.Withdrawal
    | documents.Answer
)
#: Kind of message: how its content is read. Those that are not here are rare, and read what they need themselves.
CONTENTS: dict[str, type[Content]] = {
    documents.DECLARATION: documents.Declaration, documents.NOTICE: documents.Notice, documents.ARRIVAL: documents.Arrival,
    documents.CORRECTION: documents.Correction, documents.WITHDRAWAL: documents.Withdrawal, documents.ANSWER: documents.Answer,
}  # fmt: skip


def prepare(messages: Sequence[Incoming]) -> None:
    """Read it. Some twenty statements, however many messages."""
    told = list(_contents(messages))
    moves = {one.move for one in told} | {
        one.part_of for one in told if isinstance(one, documents.Declaration) and one.part_of
    }
    coming = [person for one in told if isinstance(one, documents.Declaration) for person in one.people]
    held = turns.rows(Move, "id", moves, lock=True)
    whole = {row.part_of_id for row in held if row.part_of_id is not None}
    turns.rows(Move, "id", whole)
    for model in (MoveChange, MoveRequest, Correspondence):
        turns.rows(model, "move_id", moves)
    turns.rows(MoveEnd, "move_id", moves, related=("dwelling", "household"))
    turns.rows(Task, "subject_id", moves)
    turns.rows(Thread, "subject", {message.subject for message in messages} | moves | whole, lock=True)
    turns.rows(MovePerson, "id", {one.mover for one in coming})
    movers = turns.rows(MovePerson, "move_id", moves)
    holders = turns.rows(Document, "blind", {value for one in coming for value in blinds(one)})
    turns.rows(SubjectKey, "subject_id", {one.person for one in coming})
    _of_people({row.person_id for row in movers} | {row.person_id for row in holders} | {one.person for one in coming})


def _of_people(people: set[uuid.UUID]) -> None:
    """What every step of a mover looks at."""
    turns.rows(Person, "id", people)
    turns.rows(MoveRequest, "move_id", {row.move_id for row in ground.moves_of(people)})
    ground.spells_of(people, lock=True)
    visibility.hold(people)
    members = turns.rows(Member, "person_id", people, related=("household",), lock=True)
    turns.rows(Member, "household_id", {row.household_id for row in members}, lock=True)


def _contents(messages: Sequence[Incoming]) -> Iterator[Content]:
    for message in messages:
        try:
            if message.kind in CONTENTS:
                yield documents.read(CONTENTS[message.kind], message.data)
        except Refused:  # its handler says so
            continue
