"""Take a committed batch back."""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import orjson
import polars as pl
from django.db.models import Max
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import locks, tables
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.messages import ImportRefused, issue, refuse
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers import undoing as movers
from domicile.apps.exchange.movers.checking import LAYOUTS as OF_MOVERS
from domicile.apps.fieldwork.campaigns.frames import stands_on

Decision = Literal["keep", "overwrite"]
ACTION = "import.undo"
AT_ONCE = 20_000
# What hangs on others goes first.
TABLES = (
    "tenure_tenant", "tenure_rental", "tenure_holding", "tenure_holder", "places_unit",
    "people_remark", "people_visibility", "people_spell", "people_member", "people_phone", "people_document", "people_formername",
    "people_parentage", "people_person", "vault_subjectkey", "people_household", "places_formeraddress", "places_dwelling",
    "places_building", "areas_gridbuilding", "areas_gridstaff", "areas_grid", "areas_areachange", "areas_area",
)  # fmt: skip
KEY = {"vault_subjectkey": "subject_id"}
SEALED_SUBJECTS = ("people_person", "areas_gridstaff", "tenure_holder", "places_unit")


@dataclass(frozen=True)
class Conflict:
    """A subject of the batch that was changed afterwards."""

    subject_kind: str  # as in the log of changes: person, dwelling, rental, grid …
    subject_id: uuid.UUID
    label: str  # name or address
    action: str  # what was done afterwards (Change.action)
    at: str  # when, ISO
    place_code: str


def conflicts(batch: Batch) -> list[Conflict]:
    """What was changed after the batch, on subjects of the batch; each needs a decision before `undo`."""
    if batch.layout in OF_MOVERS:
        return [_of_step(change) for change in movers.touched(batch)]
    return [conflict for conflict, _ in _conflicts(batch)]


def _of_step(change: Change) -> Conflict:
    label = change.evidence or change.subject_id.hex
    return Conflict(
        change.subject_kind, change.subject_id, label, change.action, change.at.isoformat(), change.place_code
    )


def _conflicts(batch: Batch) -> list[tuple[Conflict, list[int]]]:
    """Conflicts with the ids of the later changes that make them."""
    touched = _touched_later(batch)
    if not touched:
        return []
    found = []
    own = Change.objects.filter(batch_id=batch.pk, action="import")
    for change in own.order_by("id").iterator(chunk_size=5000):
        entries = orjson.loads(change.values)
        ids = {change.subject_id.hex, *(str(entry[1]) for entry in entries)}
        later = sorted({number for key in ids & touched.keys() for number in touched[key]})
        if later:
            last = Change.objects.get(pk=later[-1])
            found.append((_conflict(change, entries, last), later))
    return found


def _conflict(change: Change, entries: list[Any], last: Change) -> Conflict:
    fields: dict[str, Any] = next((entry[3] for entry in entries if entry[1] == change.subject_id.hex), {})
    label = next(
        (str(fields[name][1]) for name in ("name", "address", "key", "code") if name in fields), change.subject_id.hex
    )
    return Conflict(change.subject_kind, change.subject_id, label, last.action, last.at.isoformat(), change.place_code)


def _touched_later(batch: Batch) -> dict[str, list[int]]:
    """Ids of rows that later changes wrote or refer to, with the ids of those changes. Undone batches count for nothing."""
    last = Change.objects.filter(batch_id=batch.pk).aggregate(last=Max("id"))["last"] or 0
    undone = list(Batch.objects.filter(state=Batch.State.UNDONE).values_list("pk", flat=True))
    later = Change.objects.filter(id__gt=last).exclude(batch_id__in=undone)
    touched: dict[str, list[int]] = {}
    for change in later.order_by("id").iterator(chunk_size=5000):
        ids = {change.subject_id.hex}
        for _, key, _, fields in orjson.loads(change.values):
            ids.add(str(key))
            ids.update(
                str(value)
                for name, pair in fields.items()
                if name.endswith("_id")
                for value in pair
                if value is not None
            )
        for key in ids:
            touched.setdefault(key, []).append(change.pk)
    for key, numbers in stands_on(last).items():
        touched.setdefault(key, []).extend(numbers)
    return touched


def undo(
    actor: Viewer,
    batch: Batch,
    decisions: Mapping[uuid.UUID, Decision] | None = None,
    *,
    everything: Decision | None = None,
) -> Batch:
    """Restore exactly what was before the batch; the state becomes `undone`.

    `decisions` say for each conflicting subject whether its present state is kept (and what it stands on) or overwritten
    (the later changes are taken back first); `everything` decides all. Raises ImportRefused (code `conflicts`), changing
    nothing, while a conflict is undecided.
    """
    actor.require("undo_import")
    with locks.held(batch.pk):
        batch.refresh_from_db()
        if batch.state != Batch.State.COMMITTED:
            raise refuse("not_ready", detail=batch.state)
        if not all(actor.covers(scope) for scope in batch.report.get("scopes", [])):
            raise refuse("outside_scope_batch", detail="、".join(batch.report.get("scopes", [])))
        if batch.layout in OF_MOVERS:
            movers.undo(actor, batch, decisions or {}, everything)
            batch.refresh_from_db()
            return batch
        found = _conflicts(batch)
        chosen = {conflict.subject_id: (decisions or {}).get(conflict.subject_id, everything) for conflict, _ in found}
        if None in chosen.values():
            raise ImportRefused([issue("conflicts", detail=str(len(found)))])
        kept = {key for key, decision in chosen.items() if decision == "keep"}
        later = sorted(
            {number for conflict, numbers in found if conflict.subject_id not in kept for number in numbers},
            reverse=True,
        )
        taken = [Change.objects.get(pk=number) for number in later]
        if beyond := sorted({row.place_code for row in taken if row.place_code and not actor.covers(row.place_code)}):
            raise refuse("outside_scope_batch", detail="、".join(beyond))  # another office's work: it can be kept
        with tables.writing(foreign_keys=True) as connection:
            taker = _Taker(Journal(connection, actor, batch.pk, timezone.now()), {key.hex for key in kept})
            taker.take(taken)
            for changes in _descending(batch):
                taker.take(changes)
            _mark(connection, batch)
    batch.refresh_from_db()
    return batch


def _descending(batch: Batch) -> Iterator[list[Change]]:
    """The batch's own changes from the last to the first, in slices."""
    own = Change.objects.filter(batch_id=batch.pk, action="import").order_by("-id")
    some = list(own[:AT_ONCE])
    while some:
        yield some
        some = list(own.filter(id__lt=some[-1].pk)[:AT_ONCE])


def _mark(connection: Any, batch: Batch) -> None:
    sqlite, at = connection.vendor == "sqlite", timezone.now()
    moment: Any = at.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else at
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_batch SET state = %s, undone_at = %s WHERE id = %s",
            [Batch.State.UNDONE.value, moment, batch.pk.hex if sqlite else batch.pk],
        )


@dataclass
class _Taker:
    """Writes the inverse of changes, newest first, and the record of it."""

    journal: Journal
    kept: set[str]  # subjects whose present state stays
    standing: set[str] = field(default_factory=set)  # rows that kept ones stand on

    def take(self, changes: list[Change]) -> None:
        gone: dict[str, list[Any]] = {}
        rest: list[Callable[[], None]] = []
        logged: list[tuple[str, str, str, str]] = []
        for change in changes:
            entries = orjson.loads(change.values)
            subject = change.subject_id.hex
            rows = {str(entry[1]) for entry in entries}
            if subject in self.kept or subject in self.standing or rows & self.standing:
                for _, _, _, fields in entries:
                    self.standing.update(
                        str(pair[1]) for name, pair in fields.items() if name.endswith("_id") and pair[1]
                    )
                continue
            inverse = [self._inverse(entry, gone, rest) for entry in reversed(entries)]
            logged.append((change.subject_kind, subject, change.place_code, orjson.dumps(inverse).decode()))
        self._delete(gone)  # first: a dwelling is let as long as its rental is there
        for write in rest:
            write()
        frame = pl.DataFrame(
            logged, schema=["kind", "subject_id", "place_code", "values"], orient="row", infer_schema_length=None
        )
        for kind in frame["kind"].unique().to_list() if logged else []:
            self.journal.write(ACTION, kind, frame.filter(pl.col("kind") == kind).drop("kind"))

    def _inverse(self, entry: list[Any], gone: dict[str, list[Any]], rest: list[Callable[[], None]]) -> list[Any]:
        """Undo one entry: creations are gathered in `gone`, what else is to be written in `rest`. Returns the inverse."""
        table, key, operation, fields = entry
        backwards = {name: [pair[1], pair[0]] for name, pair in fields.items()}
        if table not in TABLES:
            raise refuse("not_ready", detail=table)
        if operation == "create":
            gone.setdefault(table, []).append(key)
            if table in SEALED_SUBJECTS:
                gone.setdefault("vault_subjectkey", []).append(key)
            return [table, key, "delete", backwards]
        if operation == "update":
            rest.append(partial(self._update, table, key, backwards))
            return [table, key, "update", backwards]
        rest.append(partial(self._reinsert, table, key, backwards))
        return [table, key, "create", backwards]

    def _update(self, table: str, key: Any, fields: dict[str, list[Any]]) -> None:
        sets = ", ".join(f"{_q(name)} = %s" for name in fields)
        statement = f"UPDATE {_q(table)} SET {sets} WHERE {_q(KEY.get(table, 'id'))} = %s"  # noqa: S608
        with self.journal.connection.cursor() as cursor:
            cursor.execute(statement, [*(_stored(pair[1]) for pair in fields.values()), self._key(key)])

    def _reinsert(self, table: str, key: Any, fields: dict[str, list[Any]]) -> None:
        names = [KEY.get(table, "id"), *fields]
        marks = ", ".join(["%s"] * len(names))
        with self.journal.connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_q(table)} ({', '.join(map(_q, names))}) VALUES ({marks})",  # noqa: S608
                [self._key(key), *(_stored(pair[1]) for pair in fields.values())],
            )

    def _key(self, key: Any) -> Any:
        return uuid.UUID(key) if isinstance(key, str) and self.journal.connection.vendor != "sqlite" else key

    def _delete(self, gone: dict[str, list[Any]]) -> None:
        for table in TABLES:
            keys = gone.get(table, [])
            for start in range(0, len(keys), AT_ONCE):
                some, column = keys[start : start + AT_ONCE], _q(KEY.get(table, "id"))
                with self.journal.connection.cursor() as cursor:
                    if self.journal.connection.vendor == "sqlite":
                        wanted = "SELECT value FROM json_each(%s)"
                        statement = f"DELETE FROM {_q(table)} WHERE {column} IN ({wanted})"  # noqa: S608
                        cursor.execute(statement, [orjson.dumps(some).decode()])
                    else:
                        statement = f"DELETE FROM {_q(table)} WHERE {column} = ANY(%s)"  # noqa: S608
                        cursor.execute(statement, [[self._key(key) for key in some]])


def _q(name: str) -> str:
    return f'"{name}"'


def _stored(value: Any) -> Any:
    """A value of the change log as it is stored."""
    if isinstance(value, str) and value.startswith("b64:"):
        return base64.b64decode(value[4:])
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return value
