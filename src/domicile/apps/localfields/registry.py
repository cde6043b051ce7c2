"""How areas are called: an upper app tells; this one knows their codes only."""

from collections.abc import Callable, Collection, Mapping

Names = Callable[[Collection[str]], Mapping[str, str]]
_names: list[Names] = []


def name_areas(names: Names) -> None:
    """Tell how to name areas: `names(scopes)` gives names by code cut to its level. The last one told counts."""
    _names[:] = [names]


def area_names(scopes: Collection[str]) -> Mapping[str, str]:
    """Names of areas by code cut to its level; the code itself where nothing is known."""
    found = _names[0](scopes) if _names and scopes else {}
    return {scope: found.get(scope, scope) for scope in scopes}
