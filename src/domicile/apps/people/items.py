"""What of a person's record can be corrected, each as a declaration: its inputs, the row it stands in, where it belongs.

Who decides about each, and on which paper, is a dated table: core/policy/parameters/corrections.yaml.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.models import Document, FormerName, Member, Person, Phone, Remark, Spell

PRECISIONS = {"day": _("to the day"), "month": _("to the month"), "year": _("to the year"), "unknown": _("not known")}
HERE = "here"
REGISTRATIONS = {
    HERE: _("in the dwelling where they live"),
    "area": _("in an area"),
    "abroad": _("abroad"),
    "nowhere": _("nowhere"),
    "unknown": _("not known yet"),
}
#: Of somebody new, seen from the dwelling where they are met.
NEW_REGISTRATIONS = {
    "unknown": _("not known yet"),
    HERE: _("in this dwelling"),
    "elsewhere": _("elsewhere"),
    "abroad": _("abroad"),
    "nowhere": _("nowhere"),
}


@dataclass(frozen=True)
class Input:
    """One input. `codes` is a code list's name or (code, label) pairs; `sealed` values are never shown before."""

    name: str
    label: Any
    kind: str = "text"  # text, date, choice, long
    codes: Any = None
    required: bool = True
    sealed: bool = False
    help: Any = ""
    longest: int = 64


@dataclass(frozen=True)
class Item:
    """One kind of correction. `rows`: the model of which a person may have several; None for the person's own row."""

    key: str
    label: Any
    group: str
    inputs: tuple[Input, ...]
    rows: type[models.Model] | None = None
    may_add: bool = False
    may_remove: bool = False

    @property
    def action(self) -> str:
        """The name under which the correction is proposed, reviewed and recorded."""
        return f"people.correct_{self.key}"


GROUPS = {
    "identity": _("Identity"),
    "numbers": _("Documents and phones"),
    "registration": _("Registration"),
    "stay": _("Stay and household"),
    "other": _("Other"),
}
_FROM_TO = _("As far as known.")
ITEMS: dict[str, Item] = {
    item.key: item
    for item in (
        Item("education", _("Education"), "identity",
             (Input("education", _("Education"), "choice", "education", required=False),)),
        Item("marital", _("Marital status"), "identity",
             (Input("marital", _("Marital status"), "choice", "marital", required=False),)),
        Item("sex", _("Sex"), "identity", (Input("sex", _("Sex"), "choice", "sex"),)),
        Item("birth_date", _("Birth date"), "identity",
             (Input("birth_date", _("Birth date"), "date"),
              Input("birth_precision", _("How sure the birth date is"), "choice", tuple(PRECISIONS.items())))),
        Item("former_names", _("Former names"), "identity",
             (Input("name", _("Former name")), Input("until", _("Used until"), "date", required=False, help=_FROM_TO)),
             FormerName, may_add=True, may_remove=True),
        Item("document_number", _("Document number"), "numbers",
             (Input("kind", _("Document"), "choice", "document_kind", required=False),
              Input("number", _("Document number"), sealed=True, longest=40)),
             Document, may_add=True, may_remove=True),
        Item("document_type", _("Kind of document"), "numbers",
             (Input("kind", _("Document"), "choice", "document_kind"),), Document),
        Item("phones", _("Phones"), "numbers",
             (Input("number", _("Phone"), sealed=True, longest=40),
              Input("belongs_to", _("Whose phone, when it is not the person's own"), required=False)),
             Phone, may_add=True, may_remove=True),
        Item("registered_address", _("Registered address"), "registration",
             (Input("registered_text", _("Address on the household register"), longest=160),)),
        Item("registered_area", _("Area of registration"), "registration",
             (Input("registration", _("Registered"), "choice", tuple(REGISTRATIONS.items())),
              Input("registered_code", _("Code of the area"), required=False, longest=15,
                    help=_("As many digits as known: county 6, township 9, village or community 12.")),
              Input("registered_text", _("Address on the household register"), required=False, longest=160))),
        Item("inflow_date", _("Living here since"), "stay", (Input("start", _("Living here since"), "date"),), Spell),
        Item("inflow_reason", _("Reason for coming"), "stay",
             (Input("reason", _("Reason for coming"), "choice", "inflow_reason"),), Spell),
        Item("relation", _("Relationship to the head"), "stay",
             (Input("relation", _("Relationship to the head"), "choice", "relation"),), Member),
        Item("remark", _("Remark"), "other",
             (Input("text", _("Remark"), "long", sealed=True, longest=300,
                    help=_("The person can read it. It expires. No opinions, and no numbers.")),),
             Remark, may_add=True, may_remove=True),
    )
}  # fmt: skip


def rows_of(item: Item, person: Person) -> list[models.Model]:
    """The rows of the person that the item can correct: open stays and memberships (not a head's), all others."""
    if item.rows is None:
        return []
    rows = item.rows._default_manager.filter(person__in=person.ids).order_by("id")
    if item.rows is Spell:
        rows = rows.filter(end__isnull=True).select_related("dwelling")
    elif item.rows is Member:
        rows = rows.filter(left_on__isnull=True).exclude(relation="02").select_related("household__dwelling")
    return list(rows)


def value_of(row: models.Model, name: str) -> str:
    """A value that is not sealed, as a form shows it."""
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, dt.date) else str(value if value is not None else "")
