"""The report on a draw, which says all that is needed to draw it again."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan.models import Census
from domicile.apps.census.sample import drawing
from domicile.apps.census.sample.forms import STRATA
from domicile.apps.census.sample.models import SampleDraw
from domicile.apps.common.viewer import Viewer
from domicile.core.sampling import start

TEMPLATE = Path(__file__).resolve().parent / "printed" / "report.typ"


def report_data(viewer: Viewer, census: Census, draw: SampleDraw) -> tuple[Path, dict[str, Any]]:
    """The template and what it prints."""
    areas, digits = drawing.by_area(draw), drawing.DIGITS[draw.strata]
    printing.check_rows(len(areas))
    names = names_of(place for place, _households, _drawn in areas)
    frame = printing.frame(
        viewer, title=_("Report on the sample for the long form"), area=census.name, day=timezone.localdate(draw.drawn_at),
        watermark=False,
    )  # fmt: skip
    return TEMPLATE, {
        "frame": frame,
        "facts": [
            [_("Households of the frame"), str(draw.households)],
            [_("Households drawn"), str(draw.drawn)],
            [_("Sampling interval"), str(draw.interval)],
            [_("Weight of each household drawn"), str(draw.interval)],
            [_("Where a start is drawn"), str(STRATA[draw.strata])],
            [_("Seed"), str(draw.seed)],
            [_("SHA-256 of the frame"), draw.frame],
        ],
        "how": [
            _("How to draw it again:"),
            _("1. Take the frame from the file. Its lines are ordered by area, building, door and household, byte by byte."),
            _("2. The SHA-256 of the lines “area,building,door,household”, each ended by a line feed, is the one above."),
            _(
                "3. The start of a stratum is the SHA-256 of “seed:stratum”, read as a whole number, modulo the interval; "
                "the stratum is the beginning of the area's code ({digits} digits)."
            ).format(digits=digits),
            _("4. Counting the households of a stratum from 0, drawn are the start and every further one at the interval."),
        ],
        "heads": [_("Census area"), _("Households"), _("Drawn"), _("Random start")],
        "rows": [
            [f"{names.get(place, '')} {place}", str(households), str(drawn), str(start(draw.seed, draw.interval, place[:digits]))]
            for place, households, drawn in areas
        ],
    }  # fmt: skip
