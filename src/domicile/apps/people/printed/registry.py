"""What upper apps add to a printed dwelling card: owners, tenants, contracts. This app knows none of them.

    registry.dwelling_facts(owners_of)   # owners_of(viewer, dwelling, full) -> Facts | None

A provider checks the viewer's permissions for what it adds; `full` tells whether numbers stand in full.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling


@dataclass(frozen=True)
class Facts:
    """A headed block of labels and values; `persons` are all who are named in it: they go into the look."""

    heading: str
    pairs: Sequence[tuple[str, str]]
    persons: Collection[uuid.UUID] = ()


Provider = Callable[[Viewer, Dwelling, bool], Facts | None]
_dwelling: list[Provider] = []


def dwelling_facts(provider: Provider) -> None:
    """Add a block to the printed card of a dwelling. Twice adds once."""
    if provider not in _dwelling:
        _dwelling.append(provider)


def facts_of(viewer: Viewer, dwelling: Dwelling, full: bool) -> list[Facts]:
    """The blocks that upper apps add, in the order of the apps."""
    found = (provider(viewer, dwelling, full) for provider in _dwelling)
    return [facts for facts in found if facts is not None]
