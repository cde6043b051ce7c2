"""Who checks which drawn record: somebody else, the nearest, and among those who has least to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """A drawn record: its key, its place code, and who may not check it: who collected it, who accepted it."""

    key: str
    place_code: str
    barred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checker:
    """Somebody who can be sent: a key, and the area codes (2 to 15 digits) that they work in."""

    key: str
    scopes: tuple[str, ...]


def assign(
    records: Iterable[Record], checkers: Sequence[Checker], load: Mapping[str, int] | None = None
) -> dict[str, str | None]:
    """Return for each record the key of who checks it, or None where nobody may.

    Only somebody whose area holds the place and who is not barred. The nearest is who has the smallest area around the
    place; among equals who has the fewest records, `load` (key to open work) counted in; then the first by key.
    """
    busy = dict(load or {})
    found: dict[str, str | None] = {}
    for record in records:
        near = [
            (-_nearness(checker, record.place_code), busy.get(checker.key, 0), checker.key)
            for checker in checkers
            if checker.key not in record.barred and _nearness(checker, record.place_code)
        ]
        chosen = min(near)[2] if near else None
        found[record.key] = chosen
        if chosen is not None:
            busy[chosen] = busy.get(chosen, 0) + 1
    return found


def _nearness(checker: Checker, place_code: str) -> int:
    """How many digits of the place the smallest of the checker's areas around it has; 0 where none holds it."""
    return max((len(scope) for scope in checker.scopes if scope and place_code.startswith(scope)), default=0)
