"""What upper apps keep under area and grid codes. They register here at start-up; this app knows none of them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domicile.apps.areas.recoding import Recoding
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

    `move(recoding)` rewrites codes while the table of old and new ones stands; it raises Refused where that cannot be.
    `tally(codes)` counts what is kept under some codes of either length, by what it is: the proof that nothing was lost.
    `dwellings(viewer)` counts dwellings by place code inside the viewer's areas. `standing(codes)` gives the buildings
    under some place codes. `follow(moved, change)` takes what lies in some buildings along to their new place codes: like
    `move`, but for single buildings; carriers are asked in no particular order. None: the app has no such thing.
    """

    name: str
    move: Callable[[Recoding], None]
    tally: Callable[[Collection[str]], Mapping[str, int]] | None = None
    dwellings: Callable[[Viewer], Mapping[str, int]] | None = None
    standing: Callable[[Collection[str]], list[Standing]] | None = None
    follow: Callable[[Sequence[Moved], Recorder], None] | None = None


_carriers: dict[str, Carrier] = {}


def register(carrier: Carrier) -> None:
    """Make an app known that carries codes. Registering the same name twice is a programming error."""
    if carrier.name in _carriers:
        raise ValueError(f"{carrier.name} is registered already")
    _carriers[carrier.name] = carrier


def move(recoding: Recoding) -> None:
    """Rewrite codes wherever they are kept."""
    with recoding.applied():
        for carrier in _carriers.values():
            carrier.move(recoding)


def tally(codes: Collection[str]) -> dict[str, int]:
    """How much is kept under the codes, by what it is."""
    found: dict[str, int] = {}
    for carrier in _carriers.values():
        if carrier.tally is not None:
            found |= carrier.tally(codes)
    return found


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
