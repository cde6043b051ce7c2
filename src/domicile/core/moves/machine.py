"""How a move goes, as data (`machine.yaml`): states, steps from one to another, who may take them, what they need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from domicile.core import declared

Owner = Literal["origin", "destination"]
Residence = Literal["stays", "to_destination", "to_outside", "to_origin", "as_before"]
NEW: Final = ""
#: Who may take a step: an end, a level above both, or nobody in particular.
PARTIES: Final = ("origin", "destination", "above", "rule", "clock", "for_origin", "for_destination")
#: The parties that write down what the other end answered, and so name the letter or the call.
ON_PAPER: Final = frozenset({"for_origin", "for_destination"})


class IllegalStep(ValueError):
    """A step that the state, the party, the step before, or a missing reason or evidence does not allow: see `why`."""

    def __init__(self, why: str, message: str) -> None:
        self.why = why
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class State:
    """A state; `owner` is the end at which the person counts, None where that is decided when the state begins."""

    key: str
    zh: str
    en: str
    owner: Owner | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from one state to another. `ways` are its legal (before, after) pairs.

    `follows`: the steps that it comes right after, each with the end of whose word it was; empty where any may.
    """

    key: str
    zh: str
    en: str
    ways: tuple[tuple[str, str], ...]
    who: tuple[str, ...]
    needs: tuple[str, ...]
    residence: Residence
    follows: tuple[tuple[str, str], ...] = ()

    def befores(self) -> tuple[str, ...]:
        """The states that it leads from."""
        return tuple(dict.fromkeys(before for before, _after in self.ways))

    def afters(self, before: str) -> tuple[str, ...]:
        """The states that it leads to from `before`."""
        return tuple(after for start, after in self.ways if start == before)


@cache
def states() -> Mapping[str, State]:
    """Every state by its key, in the order of the file."""
    return {
        key: State(key, row["zh"], row["en"], None if row["owner"] == "either" else row["owner"], row["open"])
        for key, row in _read()["states"].items()
    }


@cache
def steps() -> Mapping[str, Step]:
    """Every step by its key, in the order of the file."""
    return {key: _step(key, row) for key, row in _read()["steps"].items()}


def open_states() -> tuple[str, ...]:
    """The states in which a move is under way."""
    return tuple(key for key, state in states().items() if state.is_open)


def check_step(
    key: str, *, before: str, after: str, by: str, reason: str = "", evidence: str = "", in_reach: bool = True,
    last: tuple[str, str] | None = None,
) -> Step:  # fmt: skip
    """Return the step when it is legal, else raise IllegalStep; an unknown key raises KeyError.

    `in_reach` tells whether the end that would otherwise speak can be asked in this register: where it can, nobody
    writes its answer for it. `last` is the step before with the end of whose word it was, where a step asks for it.
    """
    step = steps()[key]
    if (before, after) not in step.ways:
        raise IllegalStep("state", f"'{key}' does not lead from '{before}' to '{after}'.")
    if by not in step.who:
        raise IllegalStep("who", f"'{key}' is not for: {by}.")
    if by in ON_PAPER and in_reach:
        raise IllegalStep("who", "The other end is in reach and speaks for itself.")
    if step.follows and last not in step.follows:
        raise IllegalStep("state", f"'{key}' does not come after {last}.")
    if ("evidence" in step.needs or by in ON_PAPER) and not evidence.strip():
        raise IllegalStep("evidence", f"'{key}' names the letter, the call or the paper that it rests on.")
    if "reason" in step.needs and not reason.strip():
        raise IllegalStep("reason", f"'{key}' says why.")
    return step


def possible(state: str, parties: Collection[str]) -> list[Step]:
    """Return the steps that one of `parties` may take from `state`, in the order of the file."""
    return [step for step in steps().values() if state in step.befores() and set(parties) & set(step.who)]


def owner_of(state: str, *, origin_counts: bool) -> Owner:
    """Return the end that owns the person in `state`: exactly one, also while nothing can be heard of the other.

    `origin_counts` matters where either may: whether the origin is in reach and the person lives there by its record.
    """
    fixed = states()[state].owner
    if fixed is not None:
        return fixed
    return "origin" if origin_counts else "destination"


def _step(key: str, row: Mapping[str, Any]) -> Step:
    before: list[str] = row["from"]
    if row["to"] == "same":
        ways = tuple((state, state) for state in before)
    else:
        ways = tuple((state, after) for state in before for after in row["to"])
    follows = tuple(row.get("follows", {}).items())
    return Step(
        key, row["zh"], row["en"], ways, tuple(row["who"]), tuple(row.get("needs", ())), row["residence"], follows
    )


@cache
def _read() -> Mapping[str, Any]:
    text = (resources.files("domicile.core.moves") / "machine.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = declared.read(text)
    return found
