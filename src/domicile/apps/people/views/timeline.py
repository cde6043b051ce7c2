"""Stays as bars over years. Positions are attributes of SVG: the content security policy allows no inline style."""

import datetime as dt
from dataclasses import dataclass

from domicile.apps.people.selectors.person_card import StayLine

WIDTH, ROW, TOP, LEFT = 360, 22, 20, 4
#: Years before the first known day that an unknown beginning is drawn from.
UNKNOWN_YEARS = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One stay; `fades` where its beginning is not known."""

    x: float
    y: float
    width: float
    css: str
    fades: bool


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    year: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of `width` × `height` units."""

    width: int
    height: int
    bars: list[Bar]
    ticks: list[Tick]


def timeline(stays: list[StayLine], today: dt.date) -> Timeline | None:
    """The drawing of stays, oldest at the top; None without a stay whose beginning or end is known."""
    known = [day for stay in stays for day in (stay.start, stay.end) if day is not None]
    if not known:
        return None
    first = dt.date(min(known).year - (UNKNOWN_YEARS if any(stay.start is None for stay in stays) else 0), 1, 1)
    last = dt.date(max([*known, today]).year + 1, 1, 1)
    span = (last - first).days

    def place(day: dt.date) -> float:
        return round(LEFT + (WIDTH - 2 * LEFT) * (day - first).days / span, 1)

    bars = []
    for number, stay in enumerate(reversed(stays)):
        begin, end = place(stay.start or first), place(stay.end or max(today, stay.start or today))
        css = "stay-open" if stay.is_open else "stay-past"
        bars.append(Bar(begin, TOP + number * ROW + 4, max(round(end - begin, 1), 3), css, stay.start is None))
    return Timeline(WIDTH, TOP + ROW * len(stays) + 4, bars, _ticks(first.year, last.year, place))


def _ticks(first: int, last: int, place: object) -> list[Tick]:
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= 6)
    years = [year for year in range(first, last + 1) if year % step == 0 or step == 1]
    ticks = [Tick(place(dt.date(year, 1, 1)), year, "middle") for year in years]  # type: ignore[operator]
    return [
        Tick(tick.x, tick.year, "start" if tick.x < 16 else "end" if tick.x > WIDTH - 16 else "middle")
        for tick in ticks
    ]
