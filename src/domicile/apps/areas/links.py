"""Ways that upper apps offer on the page of an area; this app knows none of them.

In `AppConfig.ready`: `links.on_area(plan_of)`, where `plan_of(viewer, area)` gives a Link, or None where there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domicile.apps.areas.models import Area
from domicile.apps.common.viewer import Viewer


@dataclass(frozen=True)
class Link:
    """A way to go."""

    label: Any
    url: str


Provider = Callable[[Viewer, Area], Link | None]
_on_area: list[Provider] = []


def on_area(provider: Provider) -> None:
    """Offer a way on the page of an area. Twice offers it once."""
    if provider not in _on_area:
        _on_area.append(provider)


def of_area(viewer: Viewer, area: Area) -> list[Link]:
    """The ways from this area, in the order of the apps."""
    found = (provider(viewer, area) for provider in _on_area)
    return [link for link in found if link is not None]
