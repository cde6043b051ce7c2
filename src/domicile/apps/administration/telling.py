"""What a change wrote, in words, as far as it names no person: areas, grids, accounts, roles, rules, and codes that moved."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.models import Change

# What is written of areas and of staff is open to whoever reads the log. All else counts as rows only.
OPEN = {
    "areas_area": _("area"),
    "areas_grid": _("grid"),
    "access_grant": _("role"),
    "accounts_user": _("account"),
    "collect_reviewrule": _("rule of review"),
}
TABLES: dict[str, str | Promise] = {
    **OPEN,
    "api_token": _("tokens of programs"),
    "api_webhook": _("webhooks"),
    "api_subscription": _("what webhooks are told of"),
    "areas_areachange": _("codes that came from others"),
    "areas_gridstaff": _("staff of grids"),
    "areas_gridbuilding": _("buildings of grids"),
    "collect_proposal": _("waiting proposals"),
    "exchange_savedmap": _("saved columns of files"),
    "localfields_localfield": _("local fields"),
    "localfields_localchoice": _("answers of local fields"),
    "localfields_localvalue": _("what local fields hold"),
    "screens_savedview": _("views of ledgers"),
    "screens_savedfilter": _("filters of views"),
    "screens_defaultview": _("default views"),
    "people_person": _("records of people"),
    "people_document": _("identity documents"),
    "people_formername": _("former names"),
    "people_parentage": _("ties to parents"),
    "people_phone": _("phones"),
    "people_remark": _("remarks"),
    "people_spell": _("stays"),
    "people_member": _("members of households"),
    "people_household": _("records of households"),
    "people_visibility": _("who may see whom"),
    "places_street": _("streets"),
    "places_building": _("buildings"),
    "places_dwelling": _("records of dwellings"),
    "places_formeraddress": _("former addresses"),
    "places_plate": _("number plates"),
    "places_plateorder": _("orders of plates"),
    "places_orderedplate": _("ordered plates"),
    "places_unit": _("units"),
    "tenure_rental": _("rentals"),
    "tenure_holder": _("owners, managers, landlords and tenants"),
    "tenure_holding": _("who owns or manages a dwelling"),
    "tenure_tenant": _("tenants"),
    # What the proof of a change of areas counts.
    "buildings": _("buildings"),
    "dwellings": _("records of dwellings"),
    "units": _("units"),
    "residents": _("people who live there"),
    "registered": _("people registered there"),
    "lived": _("people who lived there"),
}
FIELDS: dict[str, str | Promise] = {
    "code": _("Code"),
    "name": _("Official name"),
    "short_name": _("Short name"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid until (not included)"),
    "role": _("Role"),
    "scope": _("Area"),
    "state": _("State"),
    "alone": _("Given alone"),
    "decision_note": _("Note"),
    "username": _("User name"),
    "real_name": _("Real name"),
    "area_code": _("Area code of the office"),
    "language": _("Language"),
    "is_active": _("Account open"),
    "closed_on": _("Account closed on"),
    "action": _("Kind of change"),
    "needs_review": _("Waits for review"),
}
MOST = 300


@dataclass(frozen=True)
class Line:
    """One value before and after; of a code that moved, with how many rows carry it."""

    what: str
    before: str
    after: str
    rows: int | None = None


@dataclass
class Told:
    """A change in words: values of open rows, codes that moved, the proof, and the rest as counts of rows."""

    values: list[Line] = field(default_factory=list)
    moves: list[Line] = field(default_factory=list)
    proof: list[Line] = field(default_factory=list)
    others: list[tuple[str, int]] = field(default_factory=list)
    left_out: int = 0


def told(change: Change) -> Told:
    """What stands in the change. At most MOST lines of each kind; `left_out` counts the others."""
    found, counts = Told(), Counter[str]()
    for table, _row, operation, fields in orjson.loads(change.values):
        if operation == "move":
            found.moves.extend(_moved(table, fields))
        elif operation == "proof":
            found.proof.extend(Line(table_name(kind), str(pair[0]), str(pair[1])) for kind, pair in fields.items())
        elif table in OPEN:
            found.values.extend(_values(table, fields))
        else:
            counts[table_name(table)] += 1
    found.left_out = sum(max(0, len(lines) - MOST) for lines in (found.values, found.moves))
    del found.values[MOST:], found.moves[MOST:]
    found.others = sorted(counts.items())
    return found


def table_name(table: str) -> str:
    """What the rows of a table are, in words."""
    return str(TABLES.get(table, table))


def _moved(table: str, fields: dict[str, list[Any]]) -> list[Line]:
    rows = fields.get("rows", [None, None])[1]
    return [Line(table_name(table), _text(a), _text(b), rows) for name, (a, b) in fields.items() if name != "rows"]


def _values(table: str, fields: dict[str, list[Any]]) -> list[Line]:
    kind = table_name(table)
    return [
        Line(f"{kind} · {FIELDS[name]}", _text(before), _text(after))
        for name, (before, after) in fields.items()
        if name in FIELDS
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "" if value is None else str(value)
