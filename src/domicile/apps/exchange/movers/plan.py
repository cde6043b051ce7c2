"""What the rows of a sheet come to: steps of moves, what stands already, what is left for staff; each with its finding."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from domicile.apps.collect.actions import Subject
from domicile.apps.moves.selectors.candidates import blinds_of
from domicile.apps.people.identity.reading import STANDING
from domicile.apps.people.models import Document, Person
from domicile.core.linkage.names import query_sounds

Finding = tuple[str, int, str, str, str, str]
AT_ONCE = 500


@dataclass
class Line:
    """One mover of the file; `dwelling_id` where the sheet leads to one on file."""

    sheet: str
    number: int
    values: dict[str, str]
    dwelling_id: str = ""
    place_code: str = ""
    stood: bool = False
    inside: bool = True

    def __getitem__(self, name: str) -> str:
        return self.values.get(name) or ""


@dataclass(frozen=True)
class Step:
    """What is done for one or several rows."""

    action: str
    subject: Subject
    arguments: Any
    lines: tuple[Line, ...]


@dataclass
class Plan:
    """All that a file comes to."""

    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    left: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, line: Line, code: str, column: str, excerpt: str = "", detail: str = "") -> None:
        """A finding at a cell."""
        self.findings.append((line.sheet, line.number, column, code, excerpt[:60], detail))

    def leave(self, line: Line, code: str, column: str, excerpt: str = "", detail: str = "") -> None:
        """A row that the register has no place for as it stands: staff see to it, nothing is made of it."""
        self.left.append(line)
        self.say(line, code, column, excerpt, detail)

    def stands(self, line: Line, code: str = "", detail: str = "") -> None:
        """A row that is on file as it says."""
        self.unchanged += 1
        if code:
            self.say(line, code, "name", "", detail)

    def step(self, action: str, subject: Subject, arguments: Any, lines: Collection[Line]) -> None:
        """Something to do."""
        self.steps.append(Step(action, subject, arguments, tuple(lines)))

    @property
    def counts(self) -> dict[str, int]:
        """As the report of a batch tells them."""
        made = sum(len(step.lines) for step in self.steps)
        return {"created": made, "changed": 0, "unchanged": self.unchanged, "left_out": len(self.left)}


@dataclass
class Holders:
    """Who holds the numbers of a file: two queries for every five hundred rows."""

    people: dict[Any, Person] = field(default_factory=dict)
    by_blind: dict[bytes, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Collection[Line]) -> "Holders":
        """Of all rows with a number."""
        found, blinds = cls(), sorted({one for line in lines if line["number"] for one in blinds_of(line["number"])})
        for start in range(0, len(blinds), AT_ONCE):
            rows = Document.objects.filter(blind__in=blinds[start : start + AT_ONCE]).values_list("blind", *STANDING)
            for blind, person, stands in rows:
                found.by_blind.setdefault(bytes(blind), []).append(stands or person)
        keys = list({person for people in found.by_blind.values() for person in people})
        for start in range(0, len(keys), AT_ONCE):
            found.people |= Person.objects.in_bulk(keys[start : start + AT_ONCE])
        return found

    def holding(self, line: Line) -> list[Person]:
        """Everybody who has the number of a row, in order."""
        if not line["number"]:
            return []
        keys = {person for blind in blinds_of(line["number"]) for person in self.by_blind.get(blind, ())}
        return sorted((self.people[key] for key in keys if key in self.people), key=lambda person: person.pk)

    def named(self, line: Line) -> list[Person]:
        """Those of them whose name sounds as the row says."""
        sounds = query_sounds(line["name"])
        return [person for person in self.holding(line) if person.sound in sounds]


def chunked(keys: Collection[Any], query: Any) -> list[Any]:
    """The rows of `query(some keys)`, some hundred keys at a time."""
    listed = list(keys)
    return [row for start in range(0, len(listed), AT_ONCE) for row in query(listed[start : start + AT_ONCE])]
