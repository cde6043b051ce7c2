"""The undertaking to sign and the badge to wear. They name staff in their duty, no resident: no look is recorded."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.staff import badge, conditions
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import DUTIES, SUBJECT
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.qr import qr_svg
from domicile.apps.staffing import badges
from domicile.apps.staffing.prints import CARDS, LETTER
from domicile.apps.staffing.words import chinese, told
from domicile.core.policy.parameters import parameter

__all__ = ["CARDS", "LETTER", "badge_data", "undertaking_data"]
AREA = 12


def undertaking_data(viewer: Viewer, row: Recruit, *, today: dt.date) -> dict[str, Any]:
    """The undertaking of confidentiality with the name of who signs it."""
    entry = parameter("census_plan.undertaking", today)
    area = _area(row)
    return {
        "frame": printing.frame(viewer, title=told(entry), area=area, day=today, watermark=False),
        "facts": [
            [_("Real name"), row.worker.name], [_("Worker number"), row.worker.number], [_("Duty"), str(DUTIES[row.duty])],
            [_("Census"), row.census.name],
        ],
        "intro": _("For this census I work at doors or with forms. What I learn there is entrusted to me. I undertake:"),
        "points": list(entry["points_zh" if chinese() else "points_en"]),
        "ending": _("This undertaking is made out twice; each side keeps one. It holds after the work has ended, too."),
        "signers": [{"who": row.worker.name}, {"who": _("For {area}").format(area=area)}],
        "words": {"signature": _("Signature"), "date": _("Date")},
    }  # fmt: skip


def badge_data(viewer: Viewer, row: Recruit, *, where: str, today: dt.date) -> dict[str, Any]:
    """The badge with the QR code of the page that checks it (`where`). Raises NotPrinted before test and undertaking."""
    area = _area(row)
    lines = [line for line in badges.lines(row.worker, today) if line.badge.subject == SUBJECT and line.valid]
    if not lines or not conditions.signed(row, today) or row.left_on is not None:
        raise printing.NotPrinted(
            _("There is no badge yet."), _("The undertaking, the course and the test come first.")
        )
    code = badge.code_of(row)
    address = f"{where}?{urlencode({'number': row.worker.number, 'code': code})}"
    card = {
        "head": _("Census · {area}").format(area=area), "name": row.worker.name,
        "lines": [str(DUTIES[row.duty]), row.census.name, _("valid until {day}").format(day=lines[0].last_day.isoformat()),
                  _("Code {code}").format(code=code)],
        "number": row.worker.number, "svg": qr_svg(address), "says": address,
        "foot": _("Check this badge: scan the code, or open {address} and type number and code.").format(address=where),
    }  # fmt: skip
    title = _("Badge of the census")
    notes = _("The QR code holds the address of the page that checks the badge, its number and its code.")
    return {
        "frame": printing.frame(viewer, title=title, area=area, day=today, watermark=False, notes=notes),
        "cards": [card],
    }


def _area(row: Recruit) -> str:
    code = row.worker.place_code[:AREA]
    return names_of([code]).get(code, code)
