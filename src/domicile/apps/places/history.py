"""Who changed what of a dwelling, and the dwelling as known on a day (PE-8)."""

import datetime as dt
from dataclasses import dataclass, replace

from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.collect.known import KnownLine
from domicile.apps.collect.told import ToldChange, told_by, told_fields
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import words
from domicile.apps.places.models import Dwelling, FormerAddress

DWELLING, FORMER = Dwelling._meta.db_table, FormerAddress._meta.db_table
SHOWN = ("address", "use", "floor_area", "rooms", "in_use_from", "in_use_to")


@dataclass(frozen=True, slots=True)
class KnownDwelling:
    """What stood in the register, as rows of `audit.past`."""

    dwelling: past.Row
    former_addresses: list[past.Row]

    def lines(self) -> list[KnownLine]:
        """In words, what was not known left out."""
        lines = [KnownLine(words.LABELS[name], _value(name, self.dwelling.get(name))) for name in SHOWN]
        lines += [KnownLine(words.LABELS["text"], str(row.get("text") or "")) for row in self.former_addresses]
        return [line for line in lines if line.value]


def dwelling_known_on(dwelling: Dwelling, day: dt.date) -> KnownDwelling | None:
    """The dwelling as known at the end of a day; None when it was not on file. Three queries.

    Its address changes with the building's and the street's: their changes name it.
    """
    rows = {
        DWELLING: past.plainly([dwelling]),
        FORMER: past.plainly(FormerAddress.objects.filter(dwelling=dwelling)),
    }
    past.rewind(rows, past.naming(dwelling.pk, dwelling.place_code), past.end_of(day))
    then = rows[DWELLING].get(dwelling.pk.hex)
    if then is None:
        return None
    former = [row for row in rows[FORMER].values() if row.get("dwelling_id") == dwelling.pk.hex]
    return KnownDwelling(then, sorted(former, key=lambda row: (row.get("until") or "", row["id"])))


def dwelling_changes(viewer: Viewer, dwelling: Dwelling) -> list[ToldChange]:
    """Who changed what of it, the latest first, also with its building or its street. Four queries.

    What was done to the building or the street is undone there.
    """
    former = {row.hex for row in FormerAddress.objects.filter(dwelling=dwelling).values_list("pk", flat=True)}

    def own(change: Change) -> list[past.Entry]:
        return [entry for entry in past.entries(change) if _touches(entry, dwelling.pk.hex, former)]

    changes = [change for change in past.naming(dwelling.pk, dwelling.place_code) if own(change)]
    lines = told_by(viewer, changes, lambda change: told_fields(own(change), words.told))
    about = {change.pk for change in changes if change.subject_id == dwelling.pk}
    return [replace(line, may_undo=line.may_undo and line.id in about) for line in lines]


def _touches(entry: past.Entry, dwelling: str, former: set[str]) -> bool:
    if entry.table == DWELLING:
        return entry.row == dwelling
    return entry.table == FORMER and (entry.row in former or dwelling in entry.fields.get("dwelling_id", ()))


def _value(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    if name == "use":
        return words.use(str(value))
    return f"{value} m²" if name == "floor_area" else str(value)
