"""What is divided: the buildings of a community as atoms with their weight, and the graph between them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from domicile.core.districting import Town


class Divisible(Protocol):
    """A building, or a part of one that is too large for an area.

    `key` names it in a plan, `name` on a map; `people` is what it weighs; `place_code` is its area of today, or its community
    followed by 000.
    """

    @property
    def key(self) -> str: ...
    @property
    def house(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def people(self) -> float: ...
    @property
    def dwellings(self) -> int: ...
    @property
    def place_code(self) -> str: ...


A = TypeVar("A", bound=Divisible)


@dataclass(frozen=True)
class Ground(Generic[A]):
    """A community to be divided: atoms in the order of their numbers, the graph between them, streets and lines (name, points).

    `located`: whether the place of any building is known; without one the town is a scheme, and no border is drawn from it.
    """

    community: str
    atoms: list[A]
    town: Town
    streets: list[tuple[str, Any]]
    barriers: list[tuple[str, Any]]
    located: bool

    @property
    def people(self) -> Any:
        """The weight of each atom (n,)."""
        return np.array([atom.people for atom in self.atoms])

    @property
    def unplaced(self) -> int:
        """How many atoms stand where nobody knows."""
        return int((~self.town.placed).sum()) if self.located else len(self.atoms)

    def place(self) -> dict[str, int]:
        """Key → number of the atom."""
        return {atom.key: number for number, atom in enumerate(self.atoms)}

    def today(self) -> Any:
        """The serial of the area of each atom today (n,), -1 for none."""
        serials = [int(atom.place_code[12:]) for atom in self.atoms]
        return np.array([serial or -1 for serial in serials])

    def labels(self, kept: Mapping[str, int]) -> Any:
        """The labels (n,) of a plan; -1 for an atom that came later."""
        return np.array([kept.get(atom.key, -1) for atom in self.atoms])
