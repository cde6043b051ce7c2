"""The figures: who lives where and is registered elsewhere, and the other way round, by community."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.areas.models import Area
from domicile.apps.audit.past import end_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.population import log, policies, snapshot
from domicile.apps.moves.population.past import Past
from domicile.core.disclosure import SmallCells
from domicile.core.policy.parameters import PolicyError, describe
from domicile.core.spells import population

COMMUNITY = 12
#: The columns of figures: which words of the tally they add up.
DISTANCES = {
    "county": ("same_county",),
    "province": ("other_county", "other_prefecture"),
    "beyond": ("other_province",),
}
UNSURE = ("since_unknown", "registration_imprecise")
GONE = ("absent", "residence_unknown")
#: Figures of a row, in order: who lives there; who came, by distance, all, not known; who is away, the same.
FIGURES = (
    "residents",
    "in_county", "in_province", "in_beyond", "in_all", "in_unsure",
    "out_county", "out_province", "out_beyond", "out_all", "out_unsure",
)  # fmt: skip
_TOTALS = {"in_all": ("in_county", "in_province", "in_beyond"), "out_all": ("out_county", "out_province", "out_beyond")}


@dataclass(frozen=True, slots=True)
class Asked:
    """A date, and the day of knowledge."""

    on: dt.date
    known_on: dt.date


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of an area as they may be shown (core.disclosure.small_cells). `rough`: its communities are not known."""

    code: str
    name: str
    figures: Mapping[str, int]
    rough: bool = False


@dataclass(frozen=True)
class Figures:
    """The figures of one date, with what they rest on: the definition, and since when it is in force (None: another one is)."""

    asked: Asked
    definition: str
    in_force_since: dt.date | None
    lines: list[Line]
    total: Mapping[str, int]
    below: int
    exact: bool


def floating_population(viewer: Viewer, dates: Sequence[Asked], *, definition: str = "") -> list[Figures]:
    """The figures of the viewer's areas for some dates. The register is read once, the log from the first date on.

    Raises NotAllowed, PolicyError for an unknown definition, Refused for a day of knowledge before the date or in the
    future, and for days that the viewer may not tell apart (`policies.check_dates`).
    """
    policies.check_may_see(viewer)
    today = timezone.localdate()
    _check(viewer, dates, definition, today)
    if not dates or not viewer.scopes:
        return []
    first = min(min(one.on, one.known_on) for one in dates)
    recodings = log.recodings()
    touched = list(log.touches(end_of(first)))
    scopes = _reading(
        snapshot.scopes_of(viewer), [one for one in recodings if one.on > first or one.at > end_of(first)]
    )
    known = snapshot.read(
        scopes,
        {one.row for one in touched if one.table == log.PERSON}
        | {value for one in touched if (value := one.before.get("person_id"))},
        {one.row for one in touched if one.table == log.STAY},
    )
    past = Past(known, touched, recodings)
    areas = list(
        Area.objects.filter(level__gte=Area.Level.TOWNSHIP)
        .order_by("code")
        .only("code", "name", "level", "valid_from", "valid_to")
    )
    counties = frozenset(area.code[:6] for area in areas if area.level == Area.Level.VILLAGE)
    rule = policies.rule(today)
    return [_figures(viewer, past, asked, definition, areas, counties, rule) for asked in dates]


def _check(viewer: Viewer, dates: Sequence[Asked], definition: str, today: dt.date) -> None:
    for asked in dates:
        if asked.on > today or asked.known_on > today:
            raise Refused(_("That day has not come yet."), "on" if asked.on > today else "known_on")
        if asked.known_on < asked.on:
            raise Refused(
                _("What was known before the day says nothing of it: choose the day itself or a later one."), "known_on"
            )
        try:
            population.definition_on(asked.on, definition or None)
        except PolicyError as unknown:
            raise Refused(str(unknown), "definition") from unknown
        policies.check_dates(viewer, asked.on, asked.known_on)


def _reading(scopes: Collection[str], back: Sequence[log.Recoded]) -> tuple[str, ...]:
    """The scopes, and what was part of them before some changes of areas and has another code now."""
    found = dict.fromkeys(scopes)
    for one in back:
        for old, new in one.pairs.items():
            if len(old) >= COMMUNITY and old.startswith(tuple(found)) and not new.startswith(tuple(found)):
                found[new[:COMMUNITY]] = None
    return tuple(found)


def _figures(
    viewer: Viewer, past: Past, asked: Asked, definition: str, areas: Sequence[Area], counties: frozenset[str],
    rule: SmallCells,
) -> Figures:  # fmt: skip
    name = population.definition_on(asked.on, definition or None)
    parts = past.frames(asked.on, asked.known_on)
    counts = population.together(
        [population.tally(part, asked.on, definition=name, counties=counties) for part in parts]
    )
    back = past.gone_back(asked.on, asked.known_on)
    exact = policies.sees_exact(viewer)
    rows = _by_area(counts)
    lines = []
    for code, label, rough in _listed(viewer, asked.on, areas, back):
        cells = rows.get(code, {})
        if rough and not cells:
            continue
        lines.append(Line(code, label, _shown(cells, rule, exact=exact), rough))
    return Figures(asked, name, _since(asked.on, name), lines, _total(lines, rule), rule.below, exact)


def _listed(
    viewer: Viewer, day: dt.date, areas: Sequence[Area], back: Sequence[log.Recoded]
) -> list[tuple[str, str, bool]]:
    """The viewer's communities and townships as they were on the day: code, name, whether no community is told."""
    found = []
    for area in areas:
        if area.valid_from > day or (area.valid_to is not None and area.valid_to <= day):
            continue
        code = area.code
        for one in back:
            code = one.pairs.get(code, code)
        if area.level == Area.Level.VILLAGE and viewer.covers(code):
            found.append((area.code, area.name, False))
        elif area.level == Area.Level.TOWNSHIP and viewer.covers(code[:9]):
            found.append((area.code[:9], _("{township}, community not known").format(township=area.name), True))
    return found


def _by_area(counts: pl.DataFrame) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    names = {
        (side, word): f"{side}_{name}" for side in ("in", "out") for name, words in DISTANCES.items() for word in words
    }
    names |= {("in", word): "in_unsure" for word in UNSURE}
    names |= {("out", word): "out_unsure" for word in (*UNSURE, *GONE)}
    for side, code, what, count in counts.iter_rows():
        if side == "in":
            rows[code]["residents"] += count
        if (side, what) in names:
            rows[code][names[side, what]] += count
    return rows


def _shown(cells: Mapping[str, int], rule: SmallCells, *, exact: bool) -> dict[str, int]:
    """The counts as they may be shown; those together are made of what is shown."""
    found = {name: cells.get(name, 0) if exact else rule.cell(cells.get(name, 0)) for name in FIGURES}
    for name, parts in _TOTALS.items():
        found[name] = rule.total([found[part] for part in parts])
    return found


def _total(lines: Sequence[Line], rule: SmallCells) -> dict[str, int]:
    """What the lines make together: of the cells themselves, no total of totals."""
    return {
        name: rule.total([line.figures[part] for line in lines for part in _TOTALS.get(name, (name,))])
        for name in FIGURES
    }


def _since(day: dt.date, definition: str) -> dt.date | None:
    """Since when this definition has been the one in force on the day; None where another one is."""
    known = describe("floating_population.definition_in_force").values
    values = [(start, value) for start, value in known if start <= day]
    return values[-1][0] if values and values[-1][1] == definition else None
