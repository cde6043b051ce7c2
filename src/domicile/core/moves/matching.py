"""Which declarations an arrival may belong to: a simple cascade, and never a silent choice.

First the number, which hardly errs; then the sound of the name with the birth date and the place left. All that fit are
given, the surest first; who chooses sees them side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from domicile.core.linkage.names import NameLikeness, query_sounds, same_name, sound
from domicile.core.moves.ends import lies_in

Way = Literal["number", "name"]
WAYS: Final[tuple[Way, ...]] = ("number", "name")


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who arrives or was declared: whatever is known. `numbers` may be keyed hashes: they are only compared."""

    key: Hashable = None
    numbers: frozenset[bytes] = field(default_factory=frozenset)
    name: str = ""
    birth_date: date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A declaration that fits, by which way, and what of it differs: `name`, `birth_date`, `number`, `origin`."""

    key: Hashable
    way: Way
    differs: tuple[str, ...]


def candidates(arriving: Mover, declared: Iterable[Mover]) -> list[Candidate]:
    """Return every declaration that may be this arrival's, the surest first; declarations that fit alike keep their order."""
    found = [
        Candidate(mover.key, way, _differs(arriving, mover))
        for mover in declared
        if (way := _way(arriving, mover)) is not None
    ]
    return sorted(found, key=lambda one: (WAYS.index(one.way), len(one.differs)))


def _way(arriving: Mover, mover: Mover) -> Way | None:
    if arriving.numbers & mover.numbers:
        return "number"
    if arriving.birth_date is None or arriving.birth_date != mover.birth_date:
        return None
    if not arriving.name or sound(mover.name) not in query_sounds(arriving.name):
        return None
    if arriving.origin and mover.origin and not lies_in(arriving.origin, mover.origin):
        return None
    return "name"


def _differs(arriving: Mover, mover: Mover) -> tuple[str, ...]:
    found = []
    if arriving.name and mover.name and same_name(arriving.name, mover.name) < NameLikeness.SAME_SCRIPT:
        found.append("name")
    if arriving.birth_date and mover.birth_date and arriving.birth_date != mover.birth_date:
        found.append("birth_date")
    if arriving.numbers and mover.numbers and not arriving.numbers & mover.numbers:
        found.append("number")
    if arriving.origin and mover.origin and not lies_in(arriving.origin, mover.origin):
        found.append("origin")
    return tuple(found)
