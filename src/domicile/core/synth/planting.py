"""Plant the errors of the frozen model on the rows and write each into the ledger."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth.documents import replace
from domicile.core.synth.error_model import kinds, rate
from domicile.core.synth.faults import FAULTS, Generator
from domicile.core.synth.lexicon import Bools, Ints, stream
from domicile.core.synth.records import Ledger, faults_on_added, share_of

FIELDS = {"number": "document_number", "name": "name", "birth": "birth_date", "sex": "sex", "phone": "phone"}


def plant(
    people: pl.DataFrame, records: pl.DataFrame, added: pl.DataFrame, seed: int, today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with the model's errors on them, and the ledger of everything planted."""
    rng = stream(seed, "planting")
    ledger = Ledger()
    original = np.ones(len(records), dtype=np.bool_)
    original[added["record_id"].to_numpy()] = False
    first = np.zeros(len(people), dtype=np.int64)
    first[records["person_id"].to_numpy()[original]] = np.flatnonzero(original)
    _natural(people, first, ledger)
    records = _on_added(records, added, ledger, rng, today)
    numbered = original & (records["document_type"] == "resident_id").to_numpy()
    spoilt = np.zeros(len(records), dtype=np.bool_)
    for group, column in FIELDS.items():
        if group == "phone":
            spoilt = np.zeros(len(records), dtype=np.bool_)
        for kind in kinds(group):
            allowed = numbered if group == "number" else original & records[column].is_not_null().to_numpy()
            if group in ("number", "birth"):
                allowed = allowed & ~spoilt
            total = int(numbered.sum()) if group == "number" else len(people)
            if kind == "borrowed_number":
                records, touched = _borrow(records, np.flatnonzero(_neighbours(records, allowed)), total, ledger, rng)
            else:
                records, touched = _apply(records, column, kind, np.flatnonzero(allowed), total, ledger, rng, today)
            spoilt[touched] |= group in ("number", "birth")
    return records, ledger.frame()


def _natural(people: pl.DataFrame, first: Ints, ledger: Ledger) -> None:
    """Twins, siblings of one name, strangers who share name and birth date: found in the truth, not put on rows."""
    before = people.shift(1)
    children = ["22", "23", "32", "33"]
    sibling = people["relation"].is_in(children) & before["relation"].is_in(children)
    sibling = sibling & (people["household_id"] == before["household_id"])
    twins = sibling & (people["birth_date"] == before["birth_date"])
    same = sibling & (people["name"] == before["name"])
    for kind, mask in (("twins", twins), ("same_name_sibling", same)):
        for person in np.flatnonzero(mask.fill_null(False).to_numpy()).tolist():
            other = person - 1
            ledger.add(kind, other, int(first[other]), other_person=person, other_record=int(first[person]))
    pairs = people.filter(pl.col("name").is_not_null()).filter(pl.len().over("name", "birth_date", "sex") > 1)
    for (_, _, _), group in pairs.group_by("name", "birth_date", "sex", maintain_order=True):
        known = group["person_id"].to_list()
        for person in known[1:]:
            ledger.add("namesake", known[0], int(first[known[0]]), other_person=person, other_record=int(first[person]))


def _on_added(records: pl.DataFrame, added: pl.DataFrame, ledger: Ledger, rng: Generator, today: date) -> pl.DataFrame:
    for kind in kinds("records"):
        rows = added.filter(pl.col("kind") == kind)
        where = rows["record_id"].to_numpy()
        truth = records["address"].gather(rows["first_record"])
        written = records["address"].gather(where)
        for record, person, one, before, after in zip(
            where.tolist(), rows["person_id"], rows["first_record"], truth, written, strict=True
        ):
            ledger.add(kind, person, one, other_record=record, column="address", before=before, after=after)
        for fault, share in faults_on_added(kind).items():
            column = next(FIELDS[group] for group in FIELDS if fault in kinds(group))
            allowed = where
            if column == "document_number":
                allowed = where[(records["document_type"].gather(where) == "resident_id").to_numpy()]
            rest = np.array(allowed, dtype=np.int64)
            records, _ = _apply(records, column, fault, rest, len(where), ledger, rng, today, share)
    return records


def _apply(
    records: pl.DataFrame,
    column: str,
    kind: str,
    eligible: Ints,
    total: int,
    ledger: Ledger,
    rng: Generator,
    today: date,
    share: float | None = None,
) -> tuple[pl.DataFrame, Ints]:
    """Put one kind of fault on round(total × rate) rows; rows that cannot bear it are passed over."""
    group = next(name for name in FIELDS if kind in kinds(name))
    wanted = min(round(total * (rate(group, kind) if share is None else share)), len(eligible))
    if not wanted:
        return records, np.zeros(0, dtype=np.int64)
    person = records["person_id"]
    pool = rng.permutation(eligible)
    touched: list[int] = []
    values: list[str | None] = []
    # Read candidates in slices: most kinds fit nearly every row, a few (day_month_swapped) one in three.
    for begin in range(0, len(pool), 4 * wanted):
        rows = pool[begin : begin + 4 * wanted]
        texts = records[column].gather(rows).cast(pl.String)
        for row, text in zip(rows.tolist(), texts, strict=True):
            if len(touched) == wanted:
                break
            slip = FAULTS[kind](text, rng) if text is not None else None
            if slip is None or slip == text or (column == "birth_date" and slip > today.isoformat()):
                continue
            touched.append(row)
            values.append(slip or None)
            ledger.add(kind, person[row], row, column=column, before=text, after=slip or None)
        if len(touched) == wanted:
            break
    index = np.array(touched, dtype=np.int64)
    written = pl.Series(values, dtype=pl.String)
    return replace(records, index, **{column: written.str.to_date() if column == "birth_date" else written}), index


def _neighbours(records: pl.DataFrame, allowed: Bools) -> Bools:
    """Rows whose row before is of the same household and has a number too."""
    block = records["block"].to_numpy()
    same = np.r_[False, block[1:] == block[:-1]]
    return np.asarray(allowed & same & np.r_[False, allowed[:-1]])


def _borrow(
    records: pl.DataFrame, eligible: Ints, total: int, ledger: Ledger, rng: Generator
) -> tuple[pl.DataFrame, Ints]:
    """Rows that carry the number of the person on the row before."""
    rows = share_of(total, rate("number", "borrowed_number"), eligible, rng)
    rows = rows[np.r_[True, np.diff(rows) > 1]] if len(rows) else rows  # never a chain of borrowers
    numbers = records["document_number"]
    for row in rows.tolist():
        ledger.add(
            "borrowed_number",
            records["person_id"][row],
            row,
            other_person=records["person_id"][row - 1],
            other_record=row - 1,
            column="document_number",
            before=numbers[row],
            after=numbers[row - 1],
        )
    touched = np.unique(np.r_[rows, rows - 1]).astype(np.int64)
    return replace(records, rows, document_number=numbers.gather(rows - 1)), touched
