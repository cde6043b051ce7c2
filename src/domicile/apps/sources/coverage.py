"""How much of what there is does each side know? Dual-system estimates by area and month, with their interval (VE-3).

Counted are the rows as the two sides stood when they were compared. What staff found to be wrong on the list, or another
county's, belongs to neither. A row of which it is not sure who is meant counts as being on both; `doubtful` says how many, and
`if_none` what the estimate would be if none of them were.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import Substr

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import policies
from domicile.apps.sources.models import ListRow, Load
from domicile.core.demography import Cells, Estimate, chapman, stratified
from domicile.core.disclosure import SmallCells
from domicile.core.policy.parameters import parameter

#: Digits of an area code by level; the level below that of the list is shown.
LEVELS = (6, 9, 12, 15)
Pile, Outcome = ListRow.Pile, ListRow.Outcome
NOT_THEIRS = frozenset({Outcome.WRONG.value, Outcome.ELSEWHERE.value})


@dataclass
class Line:
    """One area or month: on both, on the list alone, in the register alone; exact, or as they may be shown."""

    key: str
    both: int = 0
    there: int = 0
    here: int = 0
    doubtful: int = 0

    @property
    def cells(self) -> Cells:
        """The list first, the register second."""
        both, there, here = (abs(count) for count in (self.both, self.there, self.here))
        return Cells(both + there, both + here, both)

    @property
    def hidden(self) -> bool:
        """Whether a small count in it may not be told."""
        return -1 in (self.both, self.there, self.here)


@dataclass(frozen=True)
class Shown:
    """A line with its estimate; None where a small count forbids it, or nobody stands on both."""

    line: Line
    estimate: Estimate | None
    of_register: float | None
    of_list: float | None


@dataclass(frozen=True)
class Coverage:
    """Of a list: altogether, by area and by month. `summed` is the sum over areas, where there are several."""

    whole: Shown
    areas: list[Shown]
    months: list[Shown]
    summed: Estimate | None
    if_none: Estimate | None
    exact: bool
    level: float
    left_out: int = field(default=0)


def coverage(viewer: Viewer, load: Load, today: dt.date) -> Coverage:
    """The coverage of a list inside the viewer's areas. Two queries. Raises NotAllowed, OutOfReach."""
    policies.check_sees_figures(viewer)
    policies.check_may_see(viewer, load)
    exact = viewer.may("view_person")
    rule = SmallCells(parameter("small_cells.below", today), parameter("small_cells.counted_as", today))
    level = float(parameter("lists.coverage_level", today))
    digits = next((size for size in LEVELS if size > len(load.scope)), LEVELS[-1])
    rows = restrict(ListRow.objects.filter(load=load), viewer, "place_code")
    grouped = rows.annotate(area=Substr("place_code", 1, digits)).values_list(
        "area", "month", "pile", "outcome", "sure"
    )
    areas: dict[str, Line] = {}
    months: dict[str, Line] = {}
    left_out = 0
    for area, month, pile, outcome, sure, count in grouped.annotate(n=Count("pk")).order_by():
        if outcome in NOT_THEIRS and pile != Pile.DIFFER:
            left_out += count
            continue
        _add(areas, area, pile, count, sure)
        if month is not None:
            _add(months, month.isoformat()[:7], pile, count, sure)
    by_area = [_may_show(areas[key], rule, exact) for key in sorted(areas)]
    by_month = [_may_show(months[key], rule, exact) for key in sorted(months)]
    whole = _sum(by_area, rule, exact)
    strata = [line.cells for line in by_area if not line.hidden and line.both]
    several = len(strata) > 1 and len(strata) == len(by_area)
    sure_ones = Line("", whole.both - whole.doubtful, whole.there + whole.doubtful, whole.here + whole.doubtful)
    return Coverage(
        _shown(whole, level), [_shown(line, level) for line in by_area], [_shown(line, level) for line in by_month],
        stratified(strata, level=level) if several else None,
        chapman(sure_ones.cells, level=level) if exact and whole.doubtful and sure_ones.both else None,
        exact, level, left_out if exact else 0,
    )  # fmt: skip


def _add(lines: dict[str, Line], key: str, pile: str, count: int, sure: bool) -> None:
    line = lines.setdefault(key, Line(key))
    if pile in {Pile.AGREE, Pile.DIFFER}:
        line.both += count
        line.doubtful += 0 if sure else count
    elif pile == Pile.THERE:
        line.there += count
    else:
        line.here += count


def _may_show(line: Line, rule: SmallCells, exact: bool) -> Line:
    if exact:
        return line
    return Line(line.key, rule.cell(line.both), rule.cell(line.there), rule.cell(line.here))


def _sum(lines: Iterable[Line], rule: SmallCells, exact: bool) -> Line:
    listed = list(lines)
    if exact:
        names = ("both", "there", "here", "doubtful")
        return Line("", *(sum(getattr(line, name) for line in listed) for name in names))
    return Line("", *(rule.total(getattr(line, name) for line in listed) for name in ("both", "there", "here")))


def _shown(line: Line, level: float) -> Shown:
    if line.hidden:
        return Shown(line, None, None, None)
    cells = line.cells
    estimate = chapman(cells, level=level) if cells.both else None
    return Shown(line, estimate, cells.second_coverage, cells.first_coverage)
