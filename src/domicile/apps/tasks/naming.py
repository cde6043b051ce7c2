"""What subjects are called in lists. Upper apps register a namer for each kind of subject; this app knows none of them."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from domicile.apps.common.viewer import Viewer


@dataclass(frozen=True)
class Named:
    """What a subject is called in a list, and the persons that the name names, for the log of looks."""

    text: str
    persons: tuple[uuid.UUID, ...] = ()


Namer = Callable[[Viewer, Collection[uuid.UUID]], Mapping[uuid.UUID, Named]]
_namers: dict[str, Namer] = {}


def register_namer(kind: str, namer: Namer) -> None:
    """Tell how subjects of a kind are called: `namer(viewer, ids)` names those inside the viewer's areas."""
    if kind in _namers:
        raise ValueError(f"{kind} has a namer already")
    _namers[kind] = namer


def names(viewer: Viewer, subjects: Collection[tuple[str, uuid.UUID]]) -> dict[uuid.UUID, Named]:
    """What (kind, id) subjects are called, as far as the viewer may know: a fixed number of queries a kind."""
    found: dict[uuid.UUID, Named] = {}
    for kind, namer in _namers.items():
        ids = {subject for of, subject in subjects if of == kind}
        if ids:
            found.update(namer(viewer, ids))
    return found
