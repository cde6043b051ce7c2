"""Counts and notes in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domicile.core.disclosure import SMALL


def count(shown: int | None, below: int, *, grouped: bool = True) -> str:
    """A count as it may be shown: 12, 1,167, <3, about 12; '' for one that is not shown at all. A file is not `grouped`."""
    if shown is None:
        return ""
    if shown == SMALL:
        return f"<{below}"
    written = f"{abs(shown):,}" if grouped else str(abs(shown))
    return written if shown >= 0 else _("about {count}").format(count=written)


def people_and_dwellings(own: tuple[int, int, int], below: int) -> str:
    """The line under the name of a building: 5 people, 2 dwellings."""
    people = ngettext("{count} person", "{count} people", own[0]).format(count=count(own[0], below))
    dwellings = ngettext("{count} dwelling", "{count} dwellings", own[2]).format(count=count(own[2], below))
    return f"{people} · {dwellings}"


def page_texts() -> dict[str, Any]:
    """What the map says by itself."""
    return {
        "about": _("about {count}"),
        "people": [ngettext("{count} person", "{count} people", number) for number in (1, 2)],
        "dwellings": [ngettext("{count} dwelling", "{count} dwellings", number) for number in (1, 2)],
        "grids": [ngettext("{count} grid", "{count} grids", number) for number in (1, 2)],
        "buildings": [ngettext("{count} building", "{count} buildings", number) for number in (1, 2)],
        "noGrid": _("in no grid"),
        "noPlace": _("no place on the map"),
        "noBorder": _("no border yet"),
        "shown": _("{shown} of {total}"),
        "follows": _("Show what follows"),
        "nameIt": _("Go on: name the new grid"),
        "nothing": _("Nothing matches. Try another name, address or code."),
        "none": _("Nothing to mend: the grids fit without gap or overlap, and every building is in one."),
        "more": _("Only the first {count} are listed. Mend these, then look again."),
        "noMap": _("The map cannot be drawn on this device. The list shows and does the same."),
        "noData": _("The map's data did not arrive. Check the connection and load the page again."),
        "noStyle": _("The background map did not arrive: only your own areas are drawn."),
        "zoomThere": _("Zoom there"),
        "loading": _("Loading …"),
        "redrawHint": _("Drag the points of the border. A point in the middle of a line makes a new one."),
        "splitHint": _("Draw a line across the grid, from border to border. Double-click or press Enter at its end."),
        "drawHint": _("Click the corners of the new grid one by one. Click the first again, or press Enter, to close."),
        "placeHint": _("Click where the building stands."),
        "mergeHint": _("Click the neighbours that become part of this grid. Click again to leave one out."),
        "chosen": _("Chosen: {names}"),
        "asOf": _("As of {time}"),
        "map": _("Map of grids and buildings"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
    }


def done(action: str) -> str:
    """What a change of borders did."""
    return {
        "areas.redraw_grid": _("border redrawn"),
        "areas.split_grid": _("grid split"),
        "areas.merge_grids": _("grids merged"),
        "areas.draw_grid": _("grid drawn"),
        "areas.move_buildings": _("buildings moved"),
    }.get(action, action)
