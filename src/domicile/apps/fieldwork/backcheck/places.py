"""The areas and grids that a viewer can choose from, by code shortened to its level."""

from collections.abc import Iterable

from domicile.apps.areas.recoding import scope_of
from domicile.apps.areas.selectors import area_names, grid_names, in_one, scope_names, trails
from domicile.apps.common.viewer import Viewer

#: A list of more grids than this helps nobody: the areas alone are offered then.
MOST_GRIDS = 60


def choices(viewer: Viewer) -> list[tuple[str, str]]:
    """The viewer's areas first, then what lies inside. Three queries."""
    found = dict(scope_names(viewer))
    for scope in viewer.scopes:
        found.setdefault(scope, scope)
    for code, name, _level in area_names(viewer):
        found.setdefault(scope_of(code), name)
    grids = grid_names(viewer, at_most=MOST_GRIDS + 1)
    if len(grids) <= MOST_GRIDS:
        for code, name in grids:
            found.setdefault(code, name)
    return [(code, f"{name} {code}".strip() if name != code else code) for code, name in found.items()]


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of grids by place code, each with its community; the code where neither is known. One query."""
    return {code: in_one(steps) or code for code, steps in trails(codes, from_level=5).items()}
