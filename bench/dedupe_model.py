"""Trains the model that is shipped, on the tuning seeds: `python -m bench.dedupe_model` writes it into core/linkage/models."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench.dedupe_data import TODAY, TUNING, corrupted_copies, county_records

#: People of each county that is trained on; two of records by the frozen error model, two of corrupted copies.
PEOPLE_EACH = 150_000
NAME = "people-1"


def mixed(people: int = PEOPLE_EACH) -> tuple[pl.DataFrame, pl.Series]:
    """The tuning lists one after the other, each with households, dwellings and people of its own."""
    tables, who = [], []
    for part, (seed, make) in enumerate(zip(TUNING, (county_records, corrupted_copies) * 2, strict=True)):
        table, truth = make(people, seed)
        own = pl.lit(f"{part}-")
        tables.append(
            table.with_columns(
                (own + pl.col(name)).alias(name) for name in ("person_id", "household_id", "dwelling_id")
            )
        )
        who.append(pl.select(own + pl.lit(truth.cast(pl.String))).to_series())
    return pl.concat(tables), pl.concat(who)


def main() -> None:
    from domicile.core import linkage
    from domicile.engines.linkage.training import train

    people, who = mixed()
    model = train(
        people,
        today=TODAY,
        seed=TUNING[0],
        truth=who,
        name=NAME,
        threshold=0.5,
        review=0.05,
        duplicates=0.01,
        pairs=4_000_000,
    )
    folder = Path(str(linkage.__file__)).parent / "models"
    (folder / f"{NAME}.json").write_text(model.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
