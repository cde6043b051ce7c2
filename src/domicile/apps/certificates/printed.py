"""The paper of a certificate, Chinese with English lines and the code; and the slip of an application for a permit."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps import printing
from domicile.apps.certificates import words
from domicile.apps.certificates.selectors.cards import CertificateCard
from domicile.apps.certificates.selectors.permits import PermitCard
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.qr import qr_svg
from domicile.core.policy.parameters import parameter

FOLDER = Path(__file__).resolve().parent / "typst"
CERTIFICATE, SLIP = FOLDER / "certificate.typ", FOLDER / "slip.typ"
NAME = "居民证明"
TITLE = gettext_lazy("Certificate of a resident")
RIGHTS = gettext_lazy(
    "Free of charge. The holder chose what it says. Nobody may require it, ask for more than it says, or keep a record of "
    "who holds one."
)
HOW = gettext_lazy(
    "Scan the code, or open the address: the page checks the certificate in the browser and sends nothing. Without a line: "
    "domicile certificate verify."
)
#: What stands in a frame of its own beneath.
ABOUT = ("office", "issued", "last_day", "number")


def certificate_data(viewer: Viewer, card: CertificateCard, address: str) -> dict[str, Any]:
    """The page of a certificate; `address` is the page that checks it. The look was recorded with the card."""
    frame = printing.frame(viewer, title=NAME, watermark=False) | {"language": "zh"}
    with translation.override("zh-hans"):
        lines = [(name, str(label), words.value(card.certificate, name)) for name, label in words.LABELS.items()]
        texts = {"title": str(TITLE), "rights": str(RIGHTS), "how": str(HOW)}
        frame["words"] = frame["words"] | {"page": _("Page {page} of {pages}")}
    with translation.override("en"):
        english = {name: (str(label), words.value(card.certificate, name)) for name, label in words.LABELS.items()}
        texts |= {f"{name}_en": str(text) for name, text in (("title", TITLE), ("rights", RIGHTS), ("how", HOW))}
    rows = [
        {"name": name, "label": label, "value": value, "label_en": english[name][0],
         "value_en": english[name][1] if english[name][1] != value else ""}
        for name, label, value in lines if value
    ]  # fmt: skip
    return {
        "frame": frame | {"mark": "domicile"},
        "said": [row for row in rows if row["name"] not in ABOUT],
        "about": [row for row in rows if row["name"] in ABOUT],
        "svg": qr_svg(f"{address}#{card.text}", error="m"),
        "text": card.text,
        "address": address,
        "ended": card.row.ended_on is not None,
        **texts,
    }


def slip_data(viewer: Viewer, card: PermitCard, today: dt.date) -> dict[str, Any]:
    """The slip of an application: how it stands, what comes next, what it does not decide."""
    days = parameter("certificates.permit_days", today)
    pairs = [
        (_("Name of the person"), card.name, 2),
        (_("Lives at"), card.address, 2),
        (_("Lives there since"), card.since.isoformat() if card.since else ""),
        (_("Half a year reached on"), card.half_year.isoformat() if card.half_year else ""),
        (_("Applied on"), card.application.applied_on.isoformat()),
        (_("State"), card.state),
    ]
    notes = [
        _("The stay is registered; that does not depend on this application."),
        _("Bring the identity document, a photograph, and a paper on one of: the home, the work, the school."),
        _("The issuing office makes the permit within {days} days of receiving the application. The first one is free.")
        .format(days=days),
        _("Schools, health services and help at the community are open to everybody who lives here, with or without it."),
    ]  # fmt: skip
    return {
        "frame": printing.frame(viewer, title=_("Slip of an application for a residence permit"), watermark=False),
        "facts": pairs,
        "steps": [[step.day.isoformat(), label, step.note] for step, label in card.steps],
        "heads": [_("Day"), _("Progress of the application"), _("Note")],
        "notes": notes,
    }
