"""Reads of areas and grids. They name nobody: no look is recorded."""

from collections.abc import Iterable

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.viewer import Viewer

AREA_LENGTH = 12
_LEVEL_ENDS = (2, 4, 6, 9, 12)


def chain(code: str) -> list[str]:
    """The full codes from province to grid that a place or area code lies in: 12 digits each, 15 for the grid.

    A place in no grid (…000) and the zeros of a shorter code end the chain.
    """
    found, start = [], 0
    for end in _LEVEL_ENDS:
        if len(code) < end or not code[start:end].strip("0"):
            break
        found.append(code[:end].ljust(AREA_LENGTH, "0"))
        start = end
    if len(code) == 15 and not code.endswith("000"):
        found.append(code)
    return found


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Today's names of areas (12 digits) and grids (15). One query; unknown codes are left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    areas = Area.objects.filter(code__in=wanted, valid_to__isnull=True).values_list("code", "name")
    grids = Grid.objects.filter(code__in=wanted, valid_to__isnull=True).values_list("code", "name")
    return dict(areas.union(grids))


def trails(codes: Iterable[str], *, from_level: int = 3) -> dict[str, list[str]]:
    """For each place or area code the names of the areas it lies in, from the county (level 3) down. One query."""
    chains = {code: chain(code)[from_level - 1 :] for code in set(codes) if code}
    names = names_of(code for steps in chains.values() for code in steps)
    return {code: [names[step] for step in steps if step in names] for code, steps in chains.items()}


def in_one(names: Iterable[str]) -> str:
    """Names of a trail in one line. One that begins with the name before it says both: 柳溪社区第1网格."""
    shown: list[str] = []
    for name in names:
        if shown and name.startswith(shown[-1]):
            shown.pop()
        shown.append(name)
    return " ".join(shown)


def scope_names(viewer: Viewer) -> dict[str, str]:
    """The viewer's areas by name, each with those it lies in from the county down. One query; the unknown are left out."""
    padded = {scope: scope if len(scope) == 15 else scope.ljust(AREA_LENGTH, "0") for scope in viewer.scopes}
    found = trails(padded.values())
    return {scope: " ".join(found[code]) for scope, code in padded.items() if found.get(code)}


def grids(viewer: Viewer) -> list[Grid]:
    """Grids in force inside the viewer's areas, by code, without their polygons."""
    viewer.require("view_areas")
    return list(restrict(Grid.objects.filter(valid_to__isnull=True), viewer, "code").defer("boundary").order_by("code"))


def areas(viewer: Viewer) -> list[Area]:
    """Areas in force inside the viewer's areas, by code, without their polygons."""
    viewer.require("view_areas")
    return list(restrict(Area.objects.filter(valid_to__isnull=True), viewer, "code").defer("boundary").order_by("code"))


def grid_names(viewer: Viewer, *, at_most: int) -> list[tuple[str, str]]:
    """Codes and names of so many grids in force inside the viewer's areas, by code."""
    viewer.require("view_areas")
    rows = restrict(Grid.objects.filter(valid_to__isnull=True), viewer, "code").order_by("code")
    return list(rows.values_list("code", "name")[:at_most])


def area_names(viewer: Viewer) -> list[tuple[str, str, int]]:
    """Codes, names and levels of the areas in force inside the viewer's areas, by code."""
    viewer.require("view_areas")
    rows = restrict(Area.objects.filter(valid_to__isnull=True), viewer, "code").order_by("code")
    return list(rows.values_list("code", "name", "level"))
