"""Slips for households: where, the code as a QR picture and as text, what to do. They name nobody."""

import base64
from collections.abc import Sequence
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum.actions import Given
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.qr import qr_svg

SLIPS = Path(__file__).resolve().parent.parent / "printed" / "slips.typ"


def page_url(request: HttpRequest) -> str:
    """The address that is typed."""
    return request.build_absolute_uri(reverse("census:selfenum"))


def qr_text(request: HttpRequest, text: str) -> str:
    """What the QR code holds. The code stands behind the #, which no browser sends: it comes into no log."""
    return f"{page_url(request)}#{text}"


def picture(request: HttpRequest, text: str) -> str:
    """The QR code as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(qr_text(request, text)).encode()).decode()


def address_of(household: Household) -> str:
    """Where a household is asked: building, door, and which of several there."""
    dwelling = household.dwelling
    serial = f" ({household.serial})" if household.serial > 1 else ""
    return f"{dwelling.building.address} {dwelling.number}{serial}"


def print_slips(request: HttpRequest, viewer: Viewer, given: Sequence[Given]) -> HttpResponse:
    """The slips of codes that were just given. Their texts are kept nowhere."""
    data = {
        "frame": printing.frame(viewer, title=_("Answer the census at home"), watermark=False),
        "url": page_url(request).split("://", 1)[1],
        "says": _("QR code that opens the census page with this code"),
        "slips": [
            {"where": address_of(one.code.household), "code": one.text, "svg": qr_svg(qr_text(request, one.text), error="m")}
            for one in given
        ],
        "steps": [
            _("Scan the QR code with a phone, or type the address and then the code."),
            _("Answer for everybody who lives here, and for everybody who is registered here and lives elsewhere."),
            _("Look through it, send it, and write down the receipt."),
        ],
        "notes": [
            _("The code belongs to this door and is good once. Show it to nobody else."),
            _("Whoever does not want to or cannot: the enumerator comes and fills in the form with you."),
            _("What you answer serves statistics alone. Nothing follows from it for anybody."),
        ],
    }  # fmt: skip
    return printing.respond(SLIPS, data, name=_("Slips for households"))
