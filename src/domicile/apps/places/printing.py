"""Plates with a QR code, and orders of plates, as PDF."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import words
from domicile.apps.places.models import Building, OrderedPlate, PlateOrder
from domicile.apps.places.plates import IN_ORDER, plates_of
from domicile.apps.places.writing import building_address
from domicile.apps.printing.pages import NotPrinted, check_rows, frame, respond
from domicile.apps.printing.qr import qr_svg
from domicile.core.addresses.codes import written

PRINTED = Path(__file__).resolve().parent / "printed"
#: Plates in one document: more take a browser minutes to show, and nobody prints them at once.
MOST_PLATES = 400


def qr_text(code: str, areas: Sequence[str], text: str) -> str:
    """What the QR code of a plate holds: the code and the address, nothing else, so that a scan tells nobody of anybody."""
    return f"{written(code)}\n{''.join(areas)}{text}"


def print_plates(
    viewer: Viewer, lines: Sequence[OrderedPlate], place_code: str, *, title: str, name: str
) -> HttpResponse:
    """Plates to print, eight a page. Raises NotPrinted where there are none or too many."""
    if not lines:
        raise NotPrinted(_("There is no plate to print."), _("Give the building a number first."))
    if len(lines) > MOST_PLATES:
        raise NotPrinted(
            _("{count} plates are too many for one document; {most} are the most.").format(
                count=len(lines), most=MOST_PLATES
            ),
            _("Print them building by building, or order fewer kinds at a time."),
        )
    areas = _areas(place_code)
    data = {
        "frame": frame(
            viewer, title=title, area=" ".join(areas), watermark=False,
            notes=_("The QR code holds the code and the address, and nothing else."),
        ),
        "plates": [_plate(line, areas) for line in lines],
    }  # fmt: skip
    return respond(PRINTED / "plates.typ", data, name=name)


def _plate(line: OrderedPlate, areas: Sequence[str]) -> dict[str, Any]:
    text = qr_text(line.code, areas, line.text)
    return {
        "rows": plate_rows(line.text),
        "small": "".join(areas[-2:]),
        "code": written(line.code),
        "says": text.replace("\n", " "),
        "svg": qr_svg(text),
    }


def plate_rows(text: str) -> list[str]:
    """The lines that stand on a plate: street and number, then what is inside."""
    head, number, rest = text.partition("号")
    return [head + number, rest] if rest else [text]


def _areas(place_code: str) -> list[str]:
    return trails([place_code], from_level=3).get(place_code, [])[:3]


def print_building(viewer: Viewer, building: Building) -> HttpResponse:
    """The plates of one building, its entrances and doors. It need not have been ordered."""
    kinds = [kind for kind in OrderedPlate.Kind.values if kind != OrderedPlate.Kind.STREET]
    lines = plates_of(Building.objects.filter(pk=building.pk), kinds)
    address = building_address(building)
    return print_plates(viewer, lines, building.place_code, title=_("Plates"), name=f"{_('Plates')}-{address}")


def print_order(viewer: Viewer, order: PlateOrder) -> HttpResponse:
    """The order as it goes to the maker."""
    check_rows(order.lines.count())
    lines = list(order.lines.order_by(*IN_ORDER))
    areas = _areas(order.place_code)
    totals = Counter[str]()
    for line in lines:
        totals[line.kind] += line.count
    data: dict[str, Any] = {
        "frame": frame(viewer, title=_("Plate order"), area=" ".join(areas), day=order.ordered_on, watermark=False),
        "facts": [
            [_("Order number"), order.pk.hex[-8:].upper()],
            [_("Ordered on"), order.ordered_on.isoformat()],
            [_("Community"), " ".join(areas)],
            [_("Plates"), str(sum(totals.values()))],
            [_("Note for the maker"), order.note, 2],
        ],
        "totals": {
            "title": _("How many of each kind"),
            "heads": [_("Kind of plate"), _("Count")],
            "rows": [[str(words.PLATE_KINDS[kind]), str(count)] for kind, count in sorted(totals.items())],  # type: ignore[index]
        },
        "title": _("Plates to make"),
        "heads": [_("No."), _("Kind of plate"), _("What stands on it"), _("Code"), _("Why needed"), _("Count"), _("State")],
        "rows": [
            [
                str(number), str(words.PLATE_KINDS[line.kind]), line.text, written(line.code),  # type: ignore[index]
                str(words.PLATE_REASONS[line.reason]), str(line.count), words.plate_state(line),  # type: ignore[index]
            ]
            for number, line in enumerate(lines, 1)
        ],
        "signatures": [_("Ordered by"), _("Maker"), _("Received by")],
    }  # fmt: skip
    return respond(PRINTED / "order.typ", data, name=f"{_('Plate order')}-{''.join(areas[-1:])}-{order.ordered_on}")
