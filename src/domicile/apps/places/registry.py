"""What upper apps know of dwellings: whether one may be closed, how many people are tied to it. This app knows none of them.

In `AppConfig.ready`:

    registry.before_change(rentals_agree)   # rentals_agree(dwelling, use, in_use_to) -> None; raises Refused

    registry.count_residents(residents)     # residents(dwelling ids) -> {dwelling id: Tied}

    registry.tell_residents(known_on)       # known_on(viewer, dwelling, day) -> (lines, persons named in them)

Whoever changes the use or the end of a dwelling asks first, with the dwelling locked:

    registry.check_change(dwelling, use=use, in_use_to=day)
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domicile.apps.collect.known import KnownLine
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling

Check = Callable[[Dwelling, str, dt.date | None], None]

_checks: list[Check] = []


def before_change(check: Check) -> None:
    """Have `check` asked before each change. Twice adds once."""
    if check not in _checks:
        _checks.append(check)


def check_change(dwelling: Dwelling, *, use: str, in_use_to: dt.date | None) -> None:
    """Raise Refused where something stands against the dwelling having this use, or being closed on this day."""
    for check in _checks:
        check(dwelling, use, in_use_to)


@dataclass(frozen=True, slots=True)
class Tied:
    """How many live at a dwelling and how many are registered there."""

    living: int = 0
    registered: int = 0


Count = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Tied]]

_counts: list[Count] = []


def count_residents(count: Count) -> None:
    """Have `count` tell how many people are tied to dwellings: figures only, for dwellings inside the viewer's areas.

    It answers for any number of dwellings with a fixed number of queries. Twice adds once.
    """
    if count not in _counts:
        _counts.append(count)


def tied(dwellings: Collection[uuid.UUID]) -> dict[uuid.UUID, Tied]:
    """Dwelling → how many people are tied to it; dwellings without any are left out."""
    found: dict[uuid.UUID, Tied] = {}
    for count in _counts:
        found.update(count(dwellings))
    return found


Tell = Callable[[Viewer, Dwelling, dt.date], tuple[list[KnownLine], set[uuid.UUID]]]

_tellers: list[Tell] = []


def tell_residents(tell: Tell) -> None:
    """Have `tell` say whose a dwelling was, as known at the end of a day. It checks what the viewer may see. Twice adds once."""
    if tell not in _tellers:
        _tellers.append(tell)


def residents_known_on(viewer: Viewer, dwelling: Dwelling, day: dt.date) -> tuple[list[KnownLine], set[uuid.UUID]]:
    """The lines of all tellers, and the persons whom they name."""
    told = [tell(viewer, dwelling, day) for tell in _tellers]
    return [line for lines, _persons in told for line in lines], {one for _lines, persons in told for one in persons}


Offers = Callable[[Viewer, Building], Iterable[tuple[Any, str]]]

_offers: list[Offers] = []


def building_action(offers: Offers) -> None:
    """Have `offers` give entries (label, address) of the page of a building, for what the viewer may do. Twice adds once."""
    if offers not in _offers:
        _offers.append(offers)


def building_actions(viewer: Viewer, building: Building) -> list[tuple[Any, str]]:
    """What upper apps add to the page of a building."""
    return [entry for offers in _offers for entry in offers(viewer, building)]
