"""What a certificate says, in the words of the reader's language."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.certificates.models import Certificate as Row
from domicile.apps.certificates.models import PermitApplication
from domicile.apps.people.selectors.words import coded
from domicile.core.certificates import Certificate

LABELS = {
    "name": _("Name of the holder"),
    "sex": _("Sex"),
    "birth": _("Born"),
    "document": _("Identity document"),
    "registered": _("Place of registration"),
    "residence": _("Lives at"),
    "since": _("Lives there since"),
    "marital": _("Marital status"),
    "members": _("Members of the family (relation to the head)"),
    "office": _("Issued by"),
    "issued": _("Issued on"),
    "last_day": _("Valid until (included)"),
    "number": _("Number of the certificate"),
}
#: What is said of the certificate itself.
ABOUT = ("office", "issued", "last_day", "number")
CODED = {"sex": "sex", "marital": "marital"}
ASKED_BY = {Row.AskedBy.PERSON.value: _("the person"), Row.AskedBy.FAMILY.value: _("the family, for the person")}
ENDED = {
    Row.Ended.ASKED.value: _("the holder asked for it"),
    Row.Ended.LOST.value: _("lost"),
    Row.Ended.WRONG.value: _("what it says is wrong, or so no longer"),
    Row.Ended.RENEWED.value: _("renewed"),
    Row.Ended.DIED.value: _("the holder died"),
}
PERMIT = PermitApplication.State
PERMIT_STATES = {
    PERMIT.APPLIED.value: _("applied for"),
    PERMIT.PAPERS.value: _("papers asked for"),
    PERMIT.HANDED.value: _("handed to the issuing office"),
    PERMIT.READY.value: _("ready to be fetched"),
    PERMIT.DONE.value: _("handed over"),
    PERMIT.WITHDRAWN.value: _("application withdrawn"),
}
GROUNDS = {
    PermitApplication.Ground.WORK.value: _("steady work"),
    PermitApplication.Ground.HOME.value: _("a steady home"),
    PermitApplication.Ground.SCHOOL.value: _("goes to school here without a break"),
    PermitApplication.Ground.NONE.value: _("none of these yet, or not said"),
}


def birth(text: str) -> str:
    """A year, a month or a day with hyphens."""
    return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part)


def value(certificate: Certificate, name: str) -> str:
    """One part as text; '' where it says nothing of it."""
    held: Any = getattr(certificate, name)
    if isinstance(held, dt.date):
        return held.isoformat()
    if name == "birth":
        return birth(held)
    if name == "members":
        return "；".join(f"{who}（{coded('relation', relation)}）" for relation, who in held)
    return coded(CODED[name], held) if name in CODED else str(held or "")


def lines(certificate: Certificate, *, about: bool = False) -> list[tuple[Any, str]]:
    """What it says as (label, text), and `about` itself."""
    names = [name for name in LABELS if about or name not in ABOUT]
    return [(LABELS[name], text) for name in names if (text := value(certificate, name))]


def state(row: Row, today: dt.date) -> str:
    """How a certificate stands: valid, ended, over."""
    if row.ended_on is not None:
        return "ended"
    return "over" if row.last_day < today else "valid"
