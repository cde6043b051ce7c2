"""The QR code that sets up the ODK Collect app, on the screen and on a printed card."""

import base64
import io
from pathlib import Path

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.collect.openrosa.views.phone import base_url
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.pages import frame, respond
from domicile.core.messages.openrosa import settings_code

TEMPLATE = Path(__file__).resolve().parent.parent / "printed" / "phone.typ"


def project_name(phone: AppUser) -> str:
    """What the app calls this server: a phone may know several."""
    return f"{phone.worker.real_name} {phone.scopes}"[:80]


def qr_svg(request: HttpRequest, phone: AppUser, token: str) -> str:
    """The QR code as SVG. It holds the token: whoever scans it collects in the worker's name."""
    held = io.BytesIO()
    text = settings_code(base_url(request, token), project_name(phone))
    segno.make(text, error="l", micro=False).save(held, kind="svg", border=2, xmldecl=False, scale=4, light="#fff")
    return held.getvalue().decode()


def data_url(svg: str) -> str:
    """The picture as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def print_card(request: HttpRequest, viewer: Viewer, phone: AppUser, token: str) -> HttpResponse:
    """The card that is given to the worker and cut up once it was scanned."""
    data = {
        "frame": frame(viewer, title=_("Set up ODK Collect"), area=phone.scopes, watermark=False),
        "facts": [
            [_("Worker"), phone.worker.real_name],
            [_("Which phone"), phone.label],
            [_("Area codes"), phone.scopes],
        ],
        "svg": qr_svg(request, phone, token),
        "says": _("QR code with the settings of the app"),
        "steps": [
            _("Install ODK Collect and open it."),
            _("Choose: configure with a QR code, and scan this one."),
            _("Fetch the forms while there is a network. At the door none is needed."),
            _("Destroy this card afterwards: whoever scans it collects in your name."),
        ],
    }
    return respond(TEMPLATE, data, name=f"ODK-Collect-{phone.worker.real_name}")
