"""A short walk: stops in the order of streets and numbers, and from one to the nearest where it is known where they lie.

Natural order: 9号 stands before 12号. The walk between stops that have coordinates is the nearest-neighbour tour of
Rosenkrantz, Stearns and Lewis (1977), begun at the first stop of the natural order; it needs no map of streets.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

PARTS = re.compile(r"(\d+)")
#: More stops than this are left in the order of streets: the tour takes time with the square of their number.
MOST = 400


@dataclass(frozen=True)
class Place:
    """A stop: the key of its address, and where it lies in degrees (None: not known)."""

    key: str
    longitude: float | None = None
    latitude: float | None = None


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which texts with numbers in them sort as people count: 9号 before 12号."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in PARTS.split(text) if part)


def tour(places: Sequence[Place]) -> list[int]:
    """The order in which to walk, as positions in `places`.

    Stops without coordinates stand after the one before them in the natural order.
    """
    order = sorted(range(len(places)), key=lambda place: natural(places[place].key))
    known = [place for place in order if places[place].longitude is not None and places[place].latitude is not None]
    if len(known) < 3 or len(known) > MOST:
        return order
    walk = _nearest(places, known)
    following: dict[int | None, list[int]] = {}
    last: int | None = None
    inside = set(known)
    for place in order:
        if place in inside:
            last = place
        else:
            following.setdefault(last, []).append(place)
    found = list(following.get(None, []))
    for place in walk:
        found += [place, *following.get(place, [])]
    return found


def _nearest(places: Sequence[Place], known: list[int]) -> list[int]:
    left = list(known)
    walk = [left.pop(0)]
    while left:
        here = places[walk[-1]]
        nearest = min(left, key=lambda place: _distance(here, places[place]))
        left.remove(nearest)
        walk.append(nearest)
    return walk


def _distance(one: Place, other: Place) -> float:
    """Near enough for a walk: degrees of longitude are as long as the latitude makes them."""
    latitude = math.radians(((one.latitude or 0) + (other.latitude or 0)) / 2)
    east = ((one.longitude or 0) - (other.longitude or 0)) * math.cos(latitude)
    return math.hypot(east, (one.latitude or 0) - (other.latitude or 0))
