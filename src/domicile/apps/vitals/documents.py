"""What registers write to each other about births, as it travels. Only what sends or reads a message imports this."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domicile.apps.moves.messages.documents import Code, Day, Short, Told, Words, place_of, read, written


class Parent(Told):
    """A parent as far as known: what somebody is found by."""

    role: Annotated[str, StringConstraints(pattern="^(mother|father)$")]
    name: Short = ""
    birth_date: Day | None = None
    number: Short = ""


class Question(Told):
    """A child was born, or is told of late: are these registered with you?"""

    asked: Code
    home: Code
    child: Short = ""
    day: Day
    precision: Annotated[str, StringConstraints(pattern="^(day|month|year|unknown)$")] = "day"
    late: bool = False
    missing: list[Annotated[str, StringConstraints(pattern="^[a-z_]{1,24}$")]] = Field(default=[], max_length=4)
    parents: list[Parent] = Field(max_length=2)


class Answer(Told):
    """What somebody there answers."""

    answer: Annotated[str, StringConstraints(pattern="^(registered|differs|not_found)$")]
    words: Words = ""
    by: Short = ""


__all__ = ["Answer", "Parent", "Question", "place_of", "read", "written"]
