"""What upper apps keep under area and grid codes. They register here at start-up; this app knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer


@dataclass(frozen=True)
class Carrier:
    """An app whose rows carry codes.

    `move(old, new, change)` rewrites one code, both of 15 digits (place codes) or both of 12 (areas), and notes in the
    record of the change how many rows it moved; it raises Refused where that cannot be. `dwellings(viewer)` counts
    dwellings by place code inside the viewer's areas; None for an app that has none.
    """

    name: str
    move: Callable[[str, str, Recorder], None]
    dwellings: Callable[[Viewer], Mapping[str, int]] | None = None


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
