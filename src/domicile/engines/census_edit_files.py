"""The folder of an edited census: records, changes, questions and rates, written whole or not at all; and the way back.

persons.parquet, households.parquet   the records with their changes, all columns as they came
changes.parquet                       every changed cell: before, after, rule, method, donor
questions.parquet                     what is unusual and was not changed, and what no rule could settle
rules.csv, items.csv                  rates by rule and by item, of each community and of all (area is empty)
edit.json                             versions, seed, counts
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domicile.core.enumeration.edits import plan
from domicile.core.enumeration.model import HOUSEHOLD, PERSON, Of
from domicile.engines.census_edit_records import FILES, EditRefused, Work, changes, edited, last_notes, write
from domicile.engines.census_edits import Edited, area_codes
from domicile.engines.folders import folder_of_a_job, sweep

PREFIX: Final = ".edit-"
RULE_COLUMNS: Final = (
    "rule", "of", "severity", "area", "asked", "failed_before", "failed_after", "rate_before", "rate_after", "undecided_before",
)  # fmt: skip
ITEM_COLUMNS: Final = ("item", "of", "area", "records", "changed", "rate", "filled", "blanked", "replaced")


def save(done: Edited, folder: Path, *, seed: int) -> dict[str, Any]:
    """Write everything into a folder that is not there yet; returns what edit.json says. Raises EditRefused where it is there.

    It is made beside its place and renamed when it is whole: whoever is killed leaves nothing that looks done.
    """
    if folder.exists():
        raise EditRefused(f"{folder} is there already. Name a new folder; nothing is written over.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent, PREFIX)
    with folder_of_a_job(folder.parent, PREFIX) as making:
        whole = making / "whole"
        whole.mkdir(mode=0o700)
        changed = changes(done.work)
        for of, name in FILES.items():
            write(edited(done.work.sides[of]), whole / f"{name}.parquet")
        write(changed, whole / "changes.parquet")
        write(questions(done), whole / "questions.parquet")
        _csv(whole / "rules.csv", RULE_COLUMNS, rule_rates(done))
        _csv(whole / "items.csv", ITEM_COLUMNS, item_rates(done.work))
        told = summary(done, changed.num_rows, seed)
        (whole / "edit.json").write_text(
            json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        whole.rename(folder)
    return told


def summary(done: Edited, changed: int, seed: int) -> dict[str, Any]:
    """Versions, seed and counts."""
    errors = [one.code for one in done.rules if one.severity == "error"]
    return {
        "version": plan().version, "seed": seed, "persons": len(done.work.sides[PERSON]),
        "households": len(done.work.sides[HOUSEHOLD]),
        "rules": len(done.rules), "rules_without_columns": list(done.left_out), "changes": changed,
        "errors_before": sum(len(done.before.rows[code]) for code in errors),
        "errors_after": sum(len(done.after.rows[code]) for code in errors),
        "questions": sum(len(done.after.rows[one.code]) for one in done.rules if one.severity != "error"),
        "without_donor": dict(sorted(done.unfilled.items())),
    }  # fmt: skip


def questions(done: Edited) -> pa.Table:
    """What a rule finds and does not change, and what still fails: household, person (null of a household) and rule."""
    parts = [QUESTIONS.empty_table()]
    for check in done.rules:
        rows = done.after.rows[check.code]
        side = done.work.sides[check.of]  # type: ignore[index]
        at = pa.array(rows)
        person = (
            side.table["person"].cast(pa.int64()).take(at) if check.of == PERSON else pa.nulls(len(rows), pa.int64())
        )
        columns = [
            pa.array([check.of] * len(rows), pa.string()), side.table["household"].cast(pa.string()).take(at), person, at,
            pa.array([check.code] * len(rows), pa.string()), pa.array([check.severity] * len(rows), pa.string()),
        ]  # fmt: skip
        parts.append(pa.table(columns, schema=QUESTIONS))
    return pa.concat_tables(parts).combine_chunks()


QUESTIONS: Final = pa.schema(
    {
        "of": pa.string(), "household": pa.string(), "person": pa.int64(), "row": pa.int64(), "rule": pa.string(),
        "severity": pa.string(),
    }
)  # fmt: skip


def rule_rates(done: Edited) -> Iterator[list[Any]]:
    """Of each rule, of all records and of each community in which it fails: how many records there are, and how many fail."""
    areas = {of: area_codes(done.work, of) for of in (PERSON, HOUSEHOLD)}
    for check in done.rules:
        number, codes = areas[check.of]  # type: ignore[index]
        whole = np.bincount(number, minlength=len(codes))
        before, after = (
            np.bincount(number[found.rows[check.code]], minlength=len(codes)) for found in (done.before, done.after)
        )
        start = [check.code, check.of, check.severity]
        asked = done.before.asked[check.code]
        yield [*start, "", asked, *_rates(asked, before.sum(), after.sum()), done.before.undecided[check.code]]
        for at in np.flatnonzero(before + after):
            yield [*start, codes[at], whole[at], *_rates(whole[at], before[at], after[at]), ""]


def _rates(asked: int, before: int, after: int) -> list[Any]:
    return [before, after, *(f"{count / asked:.6f}" if asked else "" for count in (before, after))]


def item_rates(work: Work) -> Iterator[list[Any]]:
    """Of each item, of all records and of each community: how many records there are, and how many cells were changed and how."""
    for of in (HOUSEHOLD, PERSON):
        number, codes = area_codes(work, of)
        whole = np.bincount(number, minlength=len(codes))
        side = work.sides[of]
        for item in side.notes:
            rows = last_notes(work, of, item)[0]
            was, now = np.isnan(side.before[item][rows]), np.isnan(side.columns[item][rows])
            kinds = [
                np.bincount(number[some], minlength=len(codes))
                for some in (rows, rows[was], rows[now], rows[~was & ~now])
            ]
            yield [item, of, "", *_item(len(side), [int(kind.sum()) for kind in kinds])]
            for at in np.flatnonzero(kinds[0]):
                yield [item, of, codes[at], *_item(int(whole[at]), [int(kind[at]) for kind in kinds])]


def _item(records: int, kinds: list[int]) -> list[Any]:
    changed, filled, blanked, replaced = kinds
    return [records, changed, f"{changed / records:.6f}", filled, blanked, replaced]


def _csv(path: Path, columns: tuple[str, ...], rows: Iterator[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def undo(folder: Path, into: Path) -> dict[str, int]:
    """The records of an edited folder as they were before, from its changes; returns how many cells were put back, by item.

    Raises EditRefused where a file is missing, `into` is there, or a cell does not hold what the changes say.
    """
    if into.exists():
        raise EditRefused(f"{into} is there already. Name a new folder; nothing is written over.")
    tables: dict[Of, pa.Table] = {}
    try:
        told = pq.read_table(folder / "changes.parquet")
        for of, name in FILES.items():
            tables[of] = pq.read_table(folder / f"{name}.parquet")
    except (OSError, pa.ArrowInvalid) as problem:
        raise EditRefused(f"{folder} is no folder of an edited census: {problem}.") from problem
    counts: dict[str, int] = {}
    for of in FILES:
        mine = told.filter(pc.equal(told["of"], of))
        for item in pc.unique(mine["item"]).to_pylist():
            some = mine.filter(pc.equal(mine["item"], item))
            tables[of] = _put_back(tables[of], item, some)
            counts[item] = some.num_rows
    into.parent.mkdir(parents=True, exist_ok=True)
    with folder_of_a_job(into.parent, PREFIX) as making:
        whole = making / "whole"
        whole.mkdir(mode=0o700)
        for of, name in FILES.items():
            write(tables[of], whole / f"{name}.parquet")
        whole.rename(into)
    return counts


def _put_back(table: pa.Table, item: str, some: pa.Table) -> pa.Table:
    field = table.schema.field(item)
    column = table[item].combine_chunks()
    rows = some["row"].combine_chunks()
    if column.take(rows).cast(pa.int64()).to_pylist() != some["after"].to_pylist():
        raise EditRefused(f"{item} was changed after the edit: it does not hold what changes.parquet says.")
    flags = np.zeros(len(column), dtype=bool)
    flags[rows.to_numpy()] = True
    order = np.argsort(rows.to_numpy(), kind="stable")
    values = some["before"].combine_chunks().cast(field.type).take(pa.array(order))
    return table.set_column(
        table.column_names.index(item), field, pc.replace_with_mask(column, pa.array(flags), values)
    )


def read_summary(folder: Path) -> Mapping[str, Any]:
    """What edit.json of an edited folder says."""
    found: Mapping[str, Any] = json.loads((folder / "edit.json").read_text(encoding="utf-8"))
    return found


__all__ = ["item_rates", "questions", "read_summary", "rule_rates", "save", "summary", "undo"]
