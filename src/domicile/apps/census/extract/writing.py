"""Write the records of a census into a folder: persons.parquet and households.parquet, as `domicile census edit` and `tabulate`
read them.

No name, no identity number and no text that somebody wrote leaves the database: whole numbers only. What is written still
tells of single households; it is for the user of the process alone, and to be deleted when the tables stand. Both files stand
there whole or not at all.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import opening, quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coding.actions import TEXTS, Codes
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import reckoning
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing
from domicile.core.coding import lists
from domicile.core.disclosure import record_keys
from domicile.core.enumeration import Item, forms

EXTRACT = "census.extract"
PERMISSION = "plan_census"
FILES = ("persons", "households")
#: Households a row group: what is in memory at a time.
AT_ONCE = 20_000
#: Of reckoning.ages: born after the reference moment.
BORN_AFTER = -2
#: Codes that coders give to what was written.
CODES = ("occupation", "industry")
KINDS = {"weight": pa.float64(), "occupation": pa.string(), "industry": pa.string()}
Tell = Callable[[int, int], None]


class Columns:
    """Columns of one file while they are filled, and the file."""

    def __init__(self, path: Path, texts: Iterable[str], items: Iterable[Item], more: Iterable[str]) -> None:
        self.path, self.items = path, tuple(items)
        self.names = (*texts, *more, *(item.name for item in self.items))
        kinds = {name: pa.string() for name in texts}
        self.schema = pa.schema([(name, kinds.get(name, KINDS.get(name, pa.int64()))) for name in self.names])
        self.rows: dict[str, list[Any]] = {name: [] for name in self.names}
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")
        self.count = 0

    def add(self, told: Mapping[str, Any], own: Mapping[str, Any]) -> None:
        """A row: `own` columns, and the items of a form."""
        for name, value in own.items():
            self.rows[name].append(value)
        for item in self.items:
            self.rows[item.name].append(whole(told.get(item.name)))
        self.count += 1

    def write(self) -> None:
        """Write what was added since, and forget it."""
        if self.rows[self.names[0]]:
            self.writer.write_table(pa.table({name: self.rows[name] for name in self.names}, schema=self.schema))
            self.rows = {name: [] for name in self.names}


def whole(value: Any) -> int | None:
    """A whole number, from one or from its digits; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def may_extract(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer plans for the whole of a census."""
    return viewer.may(PERMISSION) and viewer.covers(census.scope)


def extract(*, actor: Viewer, census: Census, folder: Path, tell: Tell = lambda done, total: None) -> dict[str, int]:
    """Write the records of the forms that count; how many of each. Raises Refused where there is none, or the folder has some.

    Born after the reference moment is nobody's age: such persons are left out, as they are from all figures.
    """
    if not may_extract(actor, census):
        raise NotAllowed("extract the records of the census")
    if (folder / f"{FILES[0]}.parquet").exists():  # the last to come: where it is, both are whole
        raise Refused(_("This folder holds records already. Delete them, or name another folder."), "folder")
    total = Answer.objects.filter(census=census, state=Answer.State.COUNTS, form__in=("short", "long")).count()
    if not total:
        raise Refused(_("No form has come in yet."))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with recording(
        actor=actor, action=EXTRACT, subject_kind="census", subject_id=census.pk, place_code=census.scope
    ) as change:
        change.values.append([Answer._meta.db_table, "", "extract", {"folder": [None, folder.name]}])
        record_look(actor, question="extract")
    parts = _written(census, folder, total, tell)
    for name in reversed(FILES):
        os.replace(parts[name].path, folder / f"{name}.parquet")
    return {name: part.count for name, part in parts.items()}


def _written(census: Census, folder: Path, total: int, tell: Tell) -> dict[str, Columns]:
    """Both files beside their places, form by form."""
    items = forms()["long"]
    common = ("area", "household", "form")
    people = _coded(items.person_items, but=("birth_year", "birth_month"))
    own = ("person", "age", "weight", "household_size", "record_key", *CODES)
    persons = Columns(folder / "persons.parquet.part", common, people, own)
    homes = ("weight", "household_size", "record_key")
    households = Columns(folder / "households.parquet.part", common, _coded(items.household_items), homes)
    drawn = Household.objects.filter(census=census, form="long").values_list("pk", "weight")
    weights = {key.hex: float(weight) for key, weight in drawn if weight is not None}
    fill, done = _Filling(census, persons, households), 0
    try:
        for form in ("short", "long"):
            for place, household, content in opening.contents(census, forms=(form,)):
                fill.household(place, household, form, weights.get(household) if form == "long" else None, content)
                done += 1
                if done % AT_ONCE == 0:
                    persons.write()
                    households.write()
                    tell(done, total)
        persons.write()
        households.write()
    finally:
        persons.writer.close()
        households.writer.close()
    tell(total, total)
    return {"persons": persons, "households": households}


def _coded(items: Iterable[Item], *, but: Iterable[str] = ()) -> list[Item]:
    """Items whose answers are whole numbers."""
    return [item for item in items if item.kind in ("choice", "count") and item.name not in {*but, *CODES}]


@dataclass
class _Filling:
    """Rows of both files, from the forms."""

    census: Census
    persons: Columns
    households: Columns

    def __post_init__(self) -> None:
        # Destroyed with the forms: the key of the census itself, beside those of its areas.
        self.seed = sealing.ensure_subject(self.census.pk)
        self.moment = timezone.localdate(self.census.reference_at)
        self.codes = Codes(self.census)

    def household(self, place: str, key: str, form: str, weight: float | None, content: Mapping[str, Any]) -> None:
        """A household and its persons."""
        packed = np.frombuffer(quick.pack(content)[quick.WIDTH :], dtype=quick.PERSON)
        ages = reckoning.ages(packed["birth_year"], packed["birth_month"], self.moment).tolist()
        told = zip(quick.persons_of(content), ages, strict=True)
        here = [(at, one, age) for at, (one, age) in enumerate(told, start=1) if age != BORN_AFTER]
        keys = record_keys(self.seed, [key, *(f"{key}/{at}" for at, _one, _age in here)]).tolist()
        # The size of a household is that of its residents, as in published tables; whoever is registered and away is none.
        residents = int((reckoning.is_resident(packed) & (np.array(ages) != BORN_AFTER)).sum()) if ages else 0
        common = {"area": place, "household": key, "form": form, "weight": weight, "household_size": residents or None}
        self.households.add(content, common | {"record_key": keys[0]})
        for (at, one, age), record_key in zip(here, keys[1:], strict=True):
            own = {"person": at, "age": age if age >= 0 else None, "record_key": record_key}
            self.persons.add(one, common | own | self._codes(one))

    def _codes(self, person: Mapping[str, Any]) -> dict[str, str | None]:
        """The codes of what somebody wrote about their work, or those that stand on the form."""
        return {name: self.codes.of(name, person.get(TEXTS[name])) or listed(name, person.get(name)) for name in CODES}


def listed(name: str, value: Any) -> str | None:
    """A code of the list; None for what is none, whatever somebody sent in its place."""
    code = str(value).strip() if isinstance(value, (str, int)) else ""
    return code if code in {entry.code for entry in lists()[name]} else None
