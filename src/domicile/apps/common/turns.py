"""A turn: many changes for which is read together and that are written together, in one transaction.

Rules ask for rows by `rows` and `row`, put pieces that fail alone into `atomic`, and write through a Recorder. Outside a turn
each of them speaks to the database at once. Inside one (`turn`) what was read is held in memory, as the only copy of its row;
what is written is kept back and goes out in statements of many rows at the end; a piece that fails is put back in memory.

Code that knows nothing of turns stays right inside one: before a statement of its own everything kept back is written, and
what it writes itself makes the turn forget what it held. That is only slower.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError, OperationalError, connections, models, router, transaction

from domicile.apps.common import writing
from domicile.apps.common.held import Table, key_of

Row = TypeVar("Row", bound=models.Model)
Found = TypeVar("Found")
#: What reads alone; whatever else comes from elsewhere may have changed any row.
READS, MARKS, BACK = ("SELECT",), ("SAVEPOINT", "RELEASE"), "ROLLBACK"


class Unsettled(Exception):
    """What was kept back cannot be written together: all of the turn is put back. One by one tells whose fault it is."""


_current: ContextVar["Turn | None"] = ContextVar("the turn under way", default=None)


def current() -> "Turn | None":
    """The turn under way."""
    return _current.get()


@contextmanager
def turn(using: type[models.Model]) -> Iterator["Turn"]:
    """Run the block as a turn, in a transaction on the database of a model. Raises Unsettled, with nothing written."""
    held = Turn(router.db_for_write(using))
    token = _current.set(held)
    try:
        with transaction.atomic(held.alias), held.connection.execute_wrapper(held.watch):
            yield held
            held.flush()
    finally:
        _current.reset(token)


def atomic(*, savepoint: bool = True) -> AbstractContextManager[None]:
    """All or nothing, as transaction.atomic; in a turn without a statement, unless something had to be written in between."""
    held = current()
    return held.piece() if held is not None else transaction.atomic(savepoint=savepoint)


def rows(
    model: type[Row], column: str, keys: Collection[Any], *, related: Sequence[str] = (), lock: bool = False
) -> list[Row]:
    """Rows with one of `keys` in a column, by their own keys, with the rows that `related` foreign keys name.

    One statement; none in a turn that holds them. `lock`: for change, where the database locks rows.
    """
    held = current()
    if held is not None:
        return held.rows(model, column, keys, related, lock)
    if not keys:
        return []
    found = model._default_manager.filter(**_by(column, keys)).order_by("pk")
    found = found.select_related(*related) if related else found
    return list(found.select_for_update(of=("self",)) if lock else found)


def row(model: type[Row], key: Any, *, lock: bool = False) -> Row | None:
    """The row with this key. One statement; none in a turn that holds it."""
    return next(iter(rows(model, key_of(model), [key], lock=lock)), None)


def once(what: Hashable, ask: Callable[[], Found]) -> Found:
    """What `ask` gives; in a turn it is asked once, until something else has written."""
    held = current()
    if held is None:
        return ask()
    if what not in held.answers:
        held.answers[what] = ask()
    found: Found = held.answers[what]
    return found


def _by(column: str, keys: Collection[Any]) -> dict[str, Any]:
    return {column: next(iter(keys))} if len(keys) == 1 else {f"{column}__in": list(keys)}


@dataclass
class _Piece:
    """How far a turn was when a piece began; `savepoint` once something of it was written."""

    undo: int
    kept: int
    savepoint: str | None = None


class Turn:
    """What is held, and what is kept back."""

    def __init__(self, alias: str) -> None:
        self.alias, self.connection = alias, connections[alias]
        self.answers: dict[Hashable, Any] = {}
        self._tables: dict[type[models.Model], Table] = {}
        self._kept: list[writing.Write] = []
        self._undo: list[tuple[Any, ...]] = []
        self._pieces: list[_Piece] = []
        self._own = False
        #: Whether a row is to be changed that is not held: what is read next has to show it.
        self._beneath = False

    # --- reading ----------------------------------------------------------------------------------------------------------

    def rows(
        self, model: type[Row], column: str, keys: Collection[Any], related: Sequence[str] = (), lock: bool = False
    ) -> list[Row]:
        """As the function of this name."""
        table = self._table(model)
        missing = table.missing(column, keys)
        if missing:
            if self._beneath:
                self.flush()
            found = model._default_manager.filter(**_by(column, missing)).order_by("pk")
            with self._by_itself():
                table.hold(column, missing, list(found.select_for_update() if lock else found))
        found_rows: list[Row] = table.find(column, keys)
        for name in related:
            self._relate(found_rows, name)
        return found_rows

    def _relate(self, found: Sequence[models.Model], name: str) -> None:
        """Give rows the one copy of each row that a foreign key of theirs names."""
        if not found:
            return
        field: Any = found[0]._meta.get_field(name)
        bare = [row for row in found if not field.is_cached(row) and getattr(row, field.attname) is not None]
        if bare:
            model = field.related_model
            named = self.rows(model, key_of(model), {getattr(row, field.attname) for row in bare})
            by_key = {row.pk: row for row in named}
            for row in bare:
                if getattr(row, field.attname) in by_key:
                    field.set_cached_value(row, by_key[getattr(row, field.attname)])

    def _table(self, model: type[models.Model]) -> Table:
        found = self._tables.get(model)
        if found is None:
            found = self._tables[model] = Table(model)
        return found

    def forget(self) -> None:
        """Hold nothing: the database may be otherwise by now."""
        self._tables.clear()
        self.answers.clear()

    # --- writing ----------------------------------------------------------------------------------------------------------

    def insert(self, row: models.Model, entry: list[Any] | None = None) -> None:
        """Insert a row. `entry` of the log is given its key as soon as the database has counted it."""
        model = type(row)
        if writing.can_wait(model):
            self._kept.append(writing.insert(row, entry))
            row._state.adding, row._state.db = False, self.alias
        else:
            self.flush(anyway=True)
            with self._by_itself():
                row.save(force_insert=True)
            if entry is not None:
                entry[1] = row.pk
        self._undo.append((None, row))
        self._table(model).add(row)

    def update(self, row: models.Model, before: Mapping[str, Any]) -> None:
        """Write the columns that were set on a row, given with what stood in them before."""
        self._kept.append(writing.update(row, tuple(before)))
        table = self._tables.get(type(row))
        held = table.by_key.get(row.pk) if table is not None else None
        self._beneath = self._beneath or held is None
        for name, value in before.items():
            self._undo.append((name, row, value))
            if held is not None and held is not row:  # read by somebody who knows nothing of the turn
                self._undo.append((name, held, getattr(held, name)))
                setattr(held, name, getattr(row, name))
            if table is not None:
                table.moved(held if held is not None else row, name)

    def delete(self, gone: Sequence[models.Model]) -> None:
        """Delete rows of one model to which no other rows point."""
        if any(row.pk is None for row in gone):
            self.flush()
        table = self._table(type(gone[0]))
        for row in gone:
            self._kept.append(writing.delete(row))
            self._undo.append((False, row))
            table.drop(row)

    def append(self, model: type[models.Model], fields: Callable[[], dict[str, Any]]) -> None:
        """Insert a row of a log when all else is written; its columns are asked for then."""
        self._kept.append(writing.append(model, fields))

    def flush(self, *, anyway: bool = False) -> None:
        """Write what is kept back; `anyway`: something else is about to be written. Raises Unsettled."""
        self._beneath = False
        if not (self._kept or anyway):
            return
        try:
            with self._by_itself(), self.connection.wrap_database_errors:  # COPY raises what its driver does
                begin = 0
                for piece in self._pieces:
                    if piece.savepoint is None:
                        writing.write(self.connection, self._kept[begin : piece.kept])
                        begin = piece.kept
                        piece.savepoint = transaction.savepoint(self.alias)
                writing.write(self.connection, self._kept[begin:])
        except OperationalError:
            raise
        except DatabaseError as problem:
            raise Unsettled from problem
        for written in self._kept:
            if written.entry is not None:
                self._table(type(written.values)).add(written.values)
        self._kept.clear()

    # --- what fails alone -------------------------------------------------------------------------------------------------

    @contextmanager
    def piece(self) -> Iterator[None]:
        """All or nothing."""
        piece = _Piece(len(self._undo), len(self._kept))
        self._pieces.append(piece)
        try:
            yield
        except (Unsettled, OperationalError):  # nothing of the turn stays
            raise
        except BaseException:
            self._put_back(piece)
            raise
        else:
            if piece.savepoint is not None:
                with self._by_itself():
                    transaction.savepoint_commit(piece.savepoint, self.alias)
        finally:
            self._pieces.pop()

    def _put_back(self, piece: _Piece) -> None:
        for name, row, *value in reversed(self._undo[piece.undo :]):
            if name is None:
                self._table(type(row)).drop(row)
            elif name is False:
                self._table(type(row)).add(row)
            else:
                setattr(row, name, value[0])
                self._table(type(row)).moved(row, name)
        del self._undo[piece.undo :]
        # Without a savepoint nothing of the piece has reached the database: nothing there is broken.
        self.connection.needs_rollback = False
        if piece.savepoint is None:
            del self._kept[piece.kept :]
            return
        self._kept.clear()
        with self._by_itself():
            transaction.savepoint_rollback(piece.savepoint, self.alias)
            transaction.savepoint_commit(piece.savepoint, self.alias)
        self.forget()

    # --- what others do meanwhile -----------------------------------------------------------------------------------------

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        before, self._own = self._own, True
        try:
            yield
        finally:
            self._own = before

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Keep the order of statements: those of others see what is kept back, and may change what is held."""
        if self._own:
            return execute(sql, params, many, context)
        if sql.startswith(BACK):
            self._kept.clear()
            self.forget()
            return execute(sql, params, many, context)
        reads = sql.startswith(READS)
        self.flush(anyway=not reads)
        found = execute(sql, params, many, context)
        if not (reads or sql.startswith(MARKS)):
            self.forget()
        return found
