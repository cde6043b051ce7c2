"""A sheet of the register in an official layout: who takes it, for what, is on record and stands in the file."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.official import dwellings, people, places
from domicile.apps.exchange.official.local import NONE, LocalCells, cells_for
from domicile.apps.exchange.official.writers import WRITERS
from domicile.apps.screens.downloads import File, mark

EXPORTS: dict[str, Callable[..., places.Lines]] = {
    "people": people.people,
    "dwellings": dwellings.dwellings,
    "rentals": dwellings.rentals,
    "units": places.units,
    "grids": places.grids,
    "areas": places.areas,
}
WITHOUT_NUMBERS = ("areas",)


def may_export(viewer: Viewer, layout: str) -> bool:
    """Whether the viewer may take this sheet: it holds numbers and phones in full, but for that of areas."""
    return viewer.may("export") and (layout in WITHOUT_NUMBERS or viewer.may("view_number_full"))


def require(viewer: Viewer, layout: str, place: str) -> None:
    """Raise NotAllowed unless the viewer may export this layout there."""
    if not may_export(viewer, layout) or not place or not viewer.covers(place):
        raise NotAllowed(f"{viewer.role}/{viewer.purpose or '-'} may not export {layout} of {place or '-'}")


def rows(viewer: Viewer, layout: str, place: str, local: LocalCells | None = None) -> Iterator[list[Any]]:
    """The rows of a layout inside `place`, a code prefix in the viewer's areas, with the cells of local fields behind.
    What is shown is on record before it is handed on. Raises NotAllowed.
    """
    require(viewer, layout, place)
    return _read(viewer, layout, place, local)


def _read(viewer: Viewer, layout: str, place: str, local: LocalCells | None) -> Iterator[list[Any]]:
    for persons, lines in EXPORTS[layout](viewer, place, *([local] if local and local.fields else [])):
        if persons:
            record_look(viewer, question=f"export_{layout}", persons=persons)
        yield from lines


def export(viewer: Viewer, layout: str, place: str, form: str, *, local_fields: bool = False) -> HttpResponseBase:
    """The sheet as a file of a form of writers.WRITERS, also with the local fields in force there. Raises NotAllowed."""
    local = cells_for(viewer, layout, place) if local_fields else NONE
    found = rows(viewer, layout, place, local)
    number = record_look(viewer, question=f"export_{layout}")
    declared = LAYOUTS[layout]
    file = File(
        name=f"{layout}-{place}-{timezone.localdate():%Y%m%d}",
        title=declared.zh,
        mark=mark(viewer, f"No. {number}"),
        header=[*(column.zh for column in declared.columns), *local.header],
        rows=found,
    )
    return WRITERS[form](file)
