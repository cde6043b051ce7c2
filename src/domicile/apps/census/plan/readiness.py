"""The readiness board: by township or census area, how far each part of the preparation is, and where it is put right."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan import selectors
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff import proposals
from domicile.apps.census.staff.picture import Member, Picture, read
from domicile.apps.common.viewer import Viewer

AREA, TOWNSHIP = 12, 9

#: What is looked at, in the order of the work.
HEADS: dict[str, str | Promise] = {
    "frame": pgettext_lazy("readiness", "In the frame"),
    "divided": _("Divided"),
    "named": pgettext_lazy("readiness", "Enumerators"),
    "led": pgettext_lazy("readiness", "Supervisors"),
    "trained": _("Trained"),
    "tested": _("Tested"),
    "signed": _("Undertakings"),
    "badged": pgettext_lazy("readiness", "Badges"),
    "phones": _("Phones"),
    "supplies": _("Supplies"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing of one area: so much of so much. `state`: done, care (begun), error (not begun), info (waits for another)."""

    label: str | Promise
    done: int
    all: int
    state: str
    url: str

    @property
    def text(self) -> str:
        """As it stands in the board; a dash where there is nothing yet of which it could be done."""
        if not self.all:
            return "—"
        return f"{self.done} / {self.all}" if self.all != self.done else str(self.done)


@dataclass(frozen=True, slots=True)
class Row:
    """A township (9 digits) or a census area (12 digits)."""

    code: str
    name: str
    url: str
    cells: list[Cell]

    @property
    def ready(self) -> bool:
        """Whether nothing is lacking."""
        return all(cell.state == "done" for cell in self.cells)


Counts = dict[str, tuple[int, int]]


def board(viewer: Viewer, census: Census, today: dt.date, *, township: str = "") -> list[Row]:
    """The board of the viewer's areas: townships where there are several, else the census areas of one. About fifteen queries.

    A census area without any building has nothing done. Each cell leads to the page where it is put right.
    """
    areas = {code: name for code, name in selectors.areas_of(viewer, census).items() if code.startswith(township)}
    counts = _counts(viewer, census, areas, today)
    townships = {code[:TOWNSHIP] for code in areas}
    if len(townships) <= 1:
        return [
            Row(code, name, reverse("census:staff_area", args=[census.code, code]), _cells(census, code, counts[code]))
            for code, name in areas.items()
        ]
    names = names_of(f"{code}000" for code in townships)
    return [_township(census, code, names.get(f"{code}000", code), counts) for code in sorted(townships)]


def _township(census: Census, code: str, name: str, counts: dict[str, Counts]) -> Row:
    inside = [one for area, one in counts.items() if area.startswith(code)]
    summed = {key: (sum(one[key][0] for one in inside), sum(one[key][1] for one in inside)) for key in HEADS}
    url = f"{reverse('census:readiness', args=[census.code])}?township={code}"
    cells = [Cell(cell.label, cell.done, cell.all, cell.state, url) for cell in _cells(census, code, summed)]
    return Row(code, name, url, cells)


def _counts(viewer: Viewer, census: Census, areas: Iterable[str], today: dt.date) -> dict[str, Counts]:
    """So much of so much, by census area and head."""
    picture = read(viewer, census, today)
    stocks = selectors.stocks(viewer, census)
    most = proposals.team_size(today)[1]
    by_area: dict[str, list[Member]] = defaultdict(list)
    for one in picture.members.values():
        if one.busy and not one.gone:
            by_area[one.worker.place_code[:AREA]].append(one)
    inside: dict[str, list[str]] = defaultdict(list)
    for code in picture.areas:
        inside[code[:AREA]].append(code)
    return {area: _of_area(picture, area, inside[area], by_area[area], stocks.get(area, []), most) for area in areas}


def _of_area(
    picture: Picture, area: str, codes: list[str], busy: list[Member], stocks: list[selectors.Stock], most: int
) -> Counts:
    own = [picture.areas[code] for code in codes]
    loose = picture.undivided.get(area, (0, 0))[0]
    divided = sum(one.buildings for one in own)
    led = {one.team.pk for one in own if one.team is not None}
    with_lead = sum(picture.teams[team][1] is not None for team in led)
    needed = [one for one in stocks if one.needed]

    def of(test: Callable[[Member], bool]) -> tuple[int, int]:
        return sum(map(test, busy)), len(busy)

    return {
        "frame": (divided + loose, divided + loose),
        "divided": (divided, divided + loose),
        "named": (sum(one.holding is not None for one in own), len(own)),
        "led": (with_lead, max(len(led), -(-len(own) // most))),
        "trained": of(lambda one: one.trained),
        "tested": of(lambda one: one.tested),
        "signed": of(lambda one: one.signed),
        "badged": of(lambda one: one.badged),
        "phones": of(lambda one: one.phone),
        "supplies": (sum(not one.lacking for one in needed), len(needed)),
    }


def _cells(census: Census, area: str, counts: Counts) -> list[Cell]:
    return [
        Cell(label, *counts[key], _state(key, *counts[key]), _url(key, census, area)) for key, label in HEADS.items()
    ]


def _state(key: str, done: int, whole: int) -> str:
    if (
        not whole
    ):  # what comes later waits for the frame and for names; supplies wait for somebody to say what is needed
        return "error" if key in {"frame", "named"} else "info"
    return "done" if done >= whole else "care" if done else "error"


def _url(key: str, census: Census, area: str) -> str:
    """Where it is put right."""
    staff = reverse("census:staff_area", args=[census.code, area]) if len(area) == AREA else ""
    if key in {"frame", "divided"}:
        return _frame(census, area) or staff
    if key in {"trained", "tested"}:
        return reverse("staffing:courses", args=[area]) if len(area) == AREA else ""
    if key == "phones":
        return reverse("openrosa:phones")
    if key == "supplies":
        return reverse("census:supplies", args=[census.code])
    return staff


def _frame(census: Census, area: str) -> str:
    """The page of the frame of a census area; '' for a township, and where the frame is not installed."""
    if len(area) != AREA:
        return ""
    try:
        return reverse("census:frame_community", args=[census.code, area])
    except NoReverseMatch:
        return ""
