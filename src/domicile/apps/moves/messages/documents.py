"""What travels between two registers about a move, and no more than the receiving end needs.

A person goes with name, sex, birth date, documents, phones, place of registration and relationship to the head: what an
arrival is matched and registered by. Addresses of dwellings stay at home; of an end only the community is told.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import ground
from domicile.apps.moves.models import Move, MoveChange, MoveEnd, MovePerson
from domicile.apps.people.models import Document, Member, Person, Phone
from domicile.apps.vault.sealing import open_many

COMMUNITY = 12
DECLARATION, NOTICE, ANSWER = "move.declaration", "move.notice", "move.answer"
ARRIVAL, QUESTION, CORRECTION, WITHDRAWAL = "move.arrival", "move.question", "move.correction", "move.withdrawal"

Code = Annotated[str, StringConstraints(pattern=r"^([0-9]{2,15})?$")]
Short = Annotated[str, StringConstraints(max_length=64)]
Words = Annotated[str, StringConstraints(max_length=200)]
#: Days that can be reckoned with: no register's move lies beyond.
Day = Annotated[dt.date, Field(ge=dt.date(1850, 1, 1), lt=dt.date(2200, 1, 1))]
MOST_PEOPLE = 200


class Told(BaseModel):
    """A piece of a message. What a newer register adds is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Numbered(Told):
    """A document or a phone."""

    kind: Short = ""
    number: Short


class Somebody(Told):
    """Somebody who moves; `mover` is the key of this person in this move, the same at both ends."""

    mover: uuid.UUID
    person: uuid.UUID
    name: Short = ""
    sex: Annotated[str, StringConstraints(pattern="^[0129]$")] = "9"
    birth_date: Day | None = None
    birth_precision: Annotated[str, StringConstraints(pattern="^(day|month|year|unknown)$")] = "day"
    documents: list[Numbered] = Field(default=[], max_length=8)
    phones: list[Numbered] = Field(default=[], max_length=8)
    registration: Annotated[str, StringConstraints(pattern="^(area|abroad|nowhere|unknown)$")] = "unknown"
    registered_code: Code = ""
    registered_text: Annotated[str, StringConstraints(max_length=160)] = ""
    relation: Annotated[str, StringConstraints(max_length=2)] = ""


class End(Told):
    """What one end says."""

    code: Code = ""
    to_where: Annotated[str, StringConstraints(pattern="^(area|elsewhere|abroad|unknown)?$")] = ""
    to_code: Code = ""
    to_text: Annotated[str, StringConstraints(max_length=160)] = ""
    day: Day | None = None
    evidence: Words = ""
    said_at: AwareDatetime | None = None
    said_by: Short = ""


class Step(Told):
    """A step that was taken; those of before this end was told come without words."""

    number: int = Field(ge=1, le=10_000)
    step: Short
    before: Short = ""
    after: Short
    by: Short
    day: Day | None = None
    reason: Words = ""
    evidence: Words = ""
    who: Short = ""
    at: AwareDatetime
    side: Annotated[str, StringConstraints(pattern="^(origin|destination)?$")] = ""


class Mover(Told):
    """By whose word somebody moves."""

    mover: uuid.UUID
    by_origin: bool
    by_destination: bool


class Declaration(Told):
    """A move that leads to the receiving register, whole."""

    move: uuid.UUID
    part_of: uuid.UUID | None = None
    made_at: AwareDatetime
    reason: Annotated[str, StringConstraints(max_length=2)] = ""
    expected_return: Day | None = None
    origin: End
    people: list[Somebody] = Field(min_length=1, max_length=MOST_PEOPLE)
    steps: list[Step] = Field(min_length=1, max_length=1000)


class Notice(Told):
    """Steps that were taken since, with who moves and what both ends say now. `gone`: it leads elsewhere from now on."""

    move: uuid.UUID
    origin: End
    destination: End
    people: list[Mover] = Field(max_length=MOST_PEOPLE)
    steps: list[Step] = Field(max_length=1000)
    gone: bool = False


class Request(Told):
    """What the destination asks the keeper to do."""

    request: uuid.UUID
    move: uuid.UUID
    reason: Words = ""
    evidence: Words = ""
    who: Short = ""


class Arrival(Request):
    """These of a move have arrived."""

    people: list[uuid.UUID] = Field(min_length=1, max_length=MOST_PEOPLE)
    destination: End


class Correction(Request):
    """The day of arrival was another one. `step` accept: what was said in the step of this `number` is accepted, and they
    count from `day` on; not_yet: nobody has arrived by then. A register that does not know `step` takes a correction to `day`,
    or refuses in words where there is none to correct.
    """

    day: Day
    step: Annotated[str, StringConstraints(pattern="^(accept|not_yet)?$")] = ""
    number: int = Field(default=0, ge=0, le=10_000)


class Withdrawal(Request):
    """The arrival was none."""


class Question(Told):
    """Somebody has arrived of whom no declaration is known: do they live with you?"""

    move: uuid.UUID
    made_at: AwareDatetime
    reason: Annotated[str, StringConstraints(max_length=2)] = ""
    asked: Code
    people: list[Somebody] = Field(min_length=1, max_length=MOST_PEOPLE)
    destination: End
    step: Step


class Answer(Told):
    """What a request or a question came to where no step was taken; `code`: the area where they went, elsewhere."""

    move: uuid.UUID
    request: uuid.UUID | None = None
    outcome: Annotated[str, StringConstraints(pattern="^(refused|not_known|elsewhere)$")]
    code: Code = ""
    words: Words = ""


Doc = TypeVar("Doc", bound=Told)


def read(model: type[Doc], data: Mapping[str, Any]) -> Doc:
    """The content of a message. Raises Refused naming the first field that does not fit."""
    return turns.once(("content", model, id(data)), lambda: _read(model, data))


def _read(model: type[Doc], data: Mapping[str, Any]) -> Doc:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Refused(
            _("The content of this message cannot be read at: {place}. Ask the other register to look.").format(
                place=place
            )
        ) from error


def text(document: Told) -> str:
    """The content as it is kept, sealed, until somebody has answered."""
    return document.model_dump_json()


def read_text(model: type[Doc], content: str) -> Doc:
    """What `text` gave."""
    return model.model_validate_json(content)


def written(document: Told) -> dict[str, Any]:
    """The content as it is sent."""
    return document.model_dump(mode="json")


def end(row: MoveEnd) -> End:
    """An end as it is told: its community, never its dwelling."""
    return End(
        code=_community(row.code), to_where=row.to_where, to_code=_community(row.to_code), to_text=row.to_text, day=row.day,
        evidence=row.evidence, said_at=row.said_at, said_by=row.said_by_name,
    )  # fmt: skip


def columns(told: End) -> dict[str, Any]:
    """The columns of an end, as another register tells it."""
    return {
        "code": place_of(told.code), "to_where": told.to_where, "to_code": place_of(told.to_code), "to_text": told.to_text,
        "day": told.day, "evidence": told.evidence, "said_at": told.said_at, "said_by": None, "said_by_name": told.said_by,
    }  # fmt: skip


def place_of(code: str) -> str:
    """A code as ends store it: 15 digits, or ''."""
    return code.ljust(15, "0") if code else ""


def step(row: MoveChange, *, words: bool = True) -> Step:
    """A step as it is told; without its words where they were for somebody else."""
    told = {"reason": row.reason, "evidence": row.evidence, "who": row.actor_name} if words else {}
    return Step(
        number=row.number, step=row.step, before=row.before, after=row.after, by=row.by, day=row.day, at=row.at,
        side=row.side, **told,
    )  # fmt: skip


def movers(move: Move) -> list[Mover]:
    """By whose word everybody of a move moves."""
    rows = ground.movers_of(move)
    return [Mover(mover=row.pk, by_origin=row.by_origin, by_destination=row.by_destination) for row in rows]


def somebodies(rows: Iterable[MovePerson]) -> list[Somebody]:
    """Everybody of a move with the particulars that the other end needs. Five queries."""
    held = list(rows)
    keys = [row.person_id for row in held]
    persons = Person.objects.in_bulk(keys)
    documents = list(Document.objects.filter(person_id__in=keys).order_by("pk"))
    phones = list(Phone.objects.filter(person_id__in=keys).order_by("pk"))
    numbers, called = open_many(documents, "number"), open_many(phones, "number")
    relations = dict(
        Member.objects.filter(person_id__in=keys, side="living", left_on=None).values_list("person_id", "relation")
    )
    return [
        Somebody(
            mover=row.pk, person=row.person_id, relation=relations.get(row.person_id, ""),
            documents=[
                Numbered(kind=one.kind, number=numbers[one.pk])
                for one in documents if one.person_id == row.person_id and one.pk in numbers
            ],
            phones=[
                Numbered(kind=one.belongs_to, number=called[one.pk])
                for one in phones if one.person_id == row.person_id and one.pk in called
            ],
            **_particulars(persons[row.person_id]),
        )
        for row in held
    ]  # fmt: skip


def _particulars(person: Person) -> dict[str, Any]:
    names = ("name", "sex", "birth_date", "birth_precision", "registration", "registered_code", "registered_text")
    return {name: getattr(person, name) for name in names} | {"registered_code": _community(person.registered_code)}


def _community(code: str) -> str:
    return code[:COMMUNITY].ljust(15, "0") if len(code) > COMMUNITY else code
