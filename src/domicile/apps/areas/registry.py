"""What upper apps keep under area and grid codes. They register here at start-up; this app knows none of them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """A building in use as grids see it: where it stands (None: not known) and how many dwellings it has."""

    id: uuid.UUID
    place_code: str
    address: str
    longitude: float | None
    latitude: float | None
    dwellings: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A building that goes from one place code to another of the same community."""

    id: uuid.UUID
    old: str
    new: str


@dataclass(frozen=True)
class Carrier:
    """An app whose rows carry codes.

    `move(old, new, change)` rewrites one code, both of 15 digits (place codes) or both of 12 (areas), and notes in the
    record of the change how many rows it moved; it raises Refused where that cannot be. `dwellings(viewer)` counts
    dwellings by place code inside the viewer's areas; None for an app that has none. `standing(codes)` gives the buildings
    under some place codes. `follow(moved, change)` takes what lies in some buildings along to their new place codes: like
    `move`, but for single buildings; carriers are asked in no particular order.
    """

    name: str
    move: Callable[[str, str, Recorder], None]
    dwellings: Callable[[Viewer], Mapping[str, int]] | None = None
    standing: Callable[[Collection[str]], list[Standing]] | None = None
    follow: Callable[[Sequence[Moved], Recorder], None] | None = None


_carriers: dict[str, Carrier] = {}


def register(carrier: Carrier) -> None:
    """Make an app known that carries codes. Registering the same name twice is a programming error."""
    if carrier.name in _carriers:
        raise ValueError(f"{carrier.name} is registered already")
    _carriers[carrier.name] = carrier


def move(old: str, new: str, change: Recorder) -> None:
    """Rewrite a code wherever it is kept."""
    for carrier in _carriers.values():
        carrier.move(old, new, change)


def dwellings(viewer: Viewer) -> dict[str, int]:
    """Dwellings by place code inside the viewer's areas."""
    counts: dict[str, int] = {}
    for carrier in _carriers.values():
        if carrier.dwellings is not None:
            for code, count in carrier.dwellings(viewer).items():
                counts[code] = counts.get(code, 0) + count
    return counts


def standing(codes: Collection[str]) -> list[Standing]:
    """The buildings in use under some place codes."""
    return [row for carrier in _carriers.values() if carrier.standing is not None for row in carrier.standing(codes)]


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Take what lies in buildings along to another grid."""
    if moved:
        for carrier in _carriers.values():
            if carrier.follow is not None:
                carrier.follow(moved, change)
