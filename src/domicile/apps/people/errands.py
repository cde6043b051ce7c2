"""Errands: a page of an upper app sends somebody to a form of a card, filled with what is known, and hears how it ended.

The address of the form carries `?errand=NAME:KEY`. An upper app registers at start-up:

    errands.register("list", Errand(start, ended))

`start(viewer, key)` gives first values by the names of fields; those that the form has are taken, nothing is sent by them.
`ended(viewer, key, waiting)` is called once the change was made (or, `waiting`, proposed) and says where to go. Both find the
thing inside the viewer's areas; OutOfReach becomes the usual page.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from domicile.apps.common.viewer import Viewer

PARAMETER = "errand"


@dataclass(frozen=True)
class Errand:
    """What an upper app brings along."""

    start: Callable[[Viewer, uuid.UUID], Mapping[str, Any]]
    ended: Callable[[Viewer, uuid.UUID, bool], str]


@dataclass(frozen=True)
class Sent:
    """An errand under way."""

    errand: Errand
    key: uuid.UUID

    def start(self, viewer: Viewer) -> Mapping[str, Any]:
        return self.errand.start(viewer, self.key)

    def ended(self, viewer: Viewer, *, waiting: bool) -> str:
        return self.errand.ended(viewer, self.key, waiting)


_errands: dict[str, Errand] = {}


def register(name: str, errand: Errand) -> None:
    """Make a kind of errand known. Raises ValueError for a name twice."""
    if name in _errands:
        raise ValueError(f"{name} is registered already")
    _errands[name] = errand


def address(url: str, name: str, key: uuid.UUID) -> str:
    """The address of a form with an errand."""
    return f"{url}?{urlencode({PARAMETER: f'{name}:{key}'})}"


def of(request: HttpRequest) -> Sent | None:
    """The errand that the address names; None where it names none that is known."""
    name, _colon, key = request.GET.get(PARAMETER, "").partition(":")
    try:
        return Sent(_errands[name], uuid.UUID(key))
    except (KeyError, ValueError):
        return None
