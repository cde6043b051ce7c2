"""The code as a QR picture, and the slip that the mover takes along."""

import base64
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.mover import actions, selectors
from domicile.apps.moves.mover.models import MoverCode
from domicile.apps.printing.qr import qr_svg

SLIP = Path(__file__).resolve().parent.parent / "printed" / "slip.typ"


def page_url(request: HttpRequest) -> str:
    """The address that is typed."""
    return request.build_absolute_uri(reverse("moves:mover"))


def qr_text(request: HttpRequest, text: str) -> str:
    """What the QR code holds. The code stands behind the #, which no browser sends: it comes into no log."""
    return f"{page_url(request)}#{text}"


def picture(request: HttpRequest, text: str) -> str:
    """The QR code as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(qr_text(request, text)).encode()).decode()


def print_slip(request: HttpRequest, viewer: Viewer, code: MoverCode, text: str) -> HttpResponse:
    """The slip. It names nobody in full: it may be lost."""
    people = actions.going(code)
    names = selectors.masked_names(people if code.move_id is not None else people[:1])
    record_look(viewer, question="print_mover_slip", persons=list(names))
    for_move = code.move_id is not None
    data = {
        "frame": printing.frame(viewer, title=_("Tell us yourself how your move goes") if for_move else
                                _("Declare your move yourself"), watermark=False),
        "code": text,
        "url": page_url(request).split("://", 1)[1],
        "svg": qr_svg(qr_text(request, text)),
        "says": _("QR code that opens the page with this code"),
        "names": "、".join(names.values()),
        "steps": [
            _("Scan the QR code with your phone, or type the address and then the code."),
            _("Say that you have arrived, go elsewhere, are not going, or are back.") if for_move else
            _("Say who goes, when and where to."),
            _("It is read by the staff of the place you leave and of the place you go to, and by nobody else."),
        ],
        "notes": [
            _("Good once, until {day}.").format(day=code.good_until.isoformat()),
            _("Nobody has to use it, and nothing follows when you do not."),
            _("Where you travel is not followed."),
        ],
    }  # fmt: skip
    return printing.respond(SLIP, data, name=_("Slip for the mover"))
