"""Write a county to files: the official layouts, clean or as people fill them in, and the frames as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import polars as pl

from domicile.core.synth.county import County, Progress, _silent
from domicile.core.synth.files import write_csv, write_workbook
from domicile.core.synth.lexicon import load, stream
from domicile.core.synth.mess import MERGED, Style, messy_people, old_columns, style_of
from domicile.core.synth.sheets import AREAS, GRIDS, PEOPLE, areas_sheet, coded_people, grids_sheet, people_sheet

Form = Literal["csv", "xlsx"]
Split = Literal["county", "township"]


def write_official(
    county: County,
    folder: Path,
    *,
    clean: bool = False,
    form: Form = "csv",
    split: Split = "county",
    progress: Progress = _silent,
) -> list[Path]:
    """Write areas, grids and people in the official layouts; return the files in the order in which to import them.

    `clean` writes canonical forms, otherwise every file has a style of its own. `split` writes people as one file or as
    one a township. Besides them lies `record-rows.csv`, which tells the record and the person of each people row
    (file, row counted from 1 beneath the header, record_id, person_id). Raises ValueError for an unknown form or split,
    and when a workbook would be too large.
    """
    if form not in ("csv", "xlsx") or split not in ("county", "township"):
        raise ValueError("form is csv or xlsx, split is county or township.")
    folder.mkdir(parents=True, exist_ok=True)
    progress("areas and grids", 0.0)
    paths = [
        _plain(areas_sheet(county), folder / f"{AREAS}.{form}", clean),
        _plain(grids_sheet(county), folder / f"{GRIDS}.{form}", clean),
    ]
    rows = coded_people(county)
    keys = []
    parts = list(_parts(county, rows, split))
    for number, (place, part) in enumerate(parts):
        progress(place, 0.05 + 0.95 * number / len(parts))
        name = f"{PEOPLE}-{place}" if split == "township" else PEOPLE
        path = folder / f"{name}.{form}"
        if clean:
            _write(people_sheet(part), path)
        else:
            _write_messy(county, part, path, style_of(county.seed, place, number), number)
        paths.append(path)
        keys.append(
            part.select(
                pl.lit(path.name).alias("file"), (pl.int_range(pl.len()) + 1).alias("row"), "record_id", "person_id"
            )
        )
    pl.concat(keys).write_csv(folder / "record-rows.csv")
    return paths


def _parts(county: County, rows: pl.DataFrame, split: Split) -> Iterator[tuple[str, pl.DataFrame]]:
    if split == "county":
        yield str(load("places.yaml")["county"]["name"]), rows
        return
    townships = county.areas.filter((pl.col("level") == 4) & pl.col("valid_to").is_null())
    for code, name in townships.select("code", "name").rows():
        part = rows.filter(pl.col("grid").str.starts_with(code[:9]))
        if len(part):
            yield name, part


def _write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        write_csv(frame, path)
    else:
        write_workbook(frame, path)


def _plain(frame: pl.DataFrame, path: Path, clean: bool) -> Path:
    """Areas and grids are kept by offices: their mess is no more than a title row and an encoding."""
    titles = () if clean else (path.stem,)
    if path.suffix == ".csv":
        write_csv(frame, path, titles=titles, encoding="utf-8" if clean else "gb18030")
    else:
        write_workbook(frame, path, titles=titles)
    return path


def _write_messy(county: County, rows: pl.DataFrame, path: Path, style: Style, number: int) -> None:
    rng = stream(county.seed, f"mess {number}")
    rows = rows.join(
        county.grids.select("grid", pl.col("name").alias("grid_name")), on="grid", how="left", maintain_order="left"
    )
    truth = county.people[rows["person_id"].to_numpy()].select("document_number", "birth_date")
    messy = messy_people(rows, truth, style, rng)
    frame = messy.select(pl.col(name).alias(header) for name, header in style.headers.items())
    if path.suffix == ".xlsx" and style.spreadsheet_dates:
        frame = frame.with_columns(rows["inflow_date"].alias(style.headers["inflow_date"]))
    frame = frame.with_columns(values.alias(header) for header, values in old_columns(style, len(rows), rng).items())
    if path.suffix == ".csv":
        write_csv(frame, path, titles=style.titles, encoding=style.encoding, line_end=style.line_end)
        return
    merged = [list(style.headers).index(name) for name in MERGED] if style.merged else []
    write_workbook(frame, path, titles=style.titles, merged=merged, block=rows["block"] if merged else None)


def write_frames(
    county: County, folder: Path, *, form: Literal["parquet", "csv"] = "parquet", progress: Progress = _silent
) -> list[Path]:
    """Write every frame of the county, `truth` included, as it is; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = county.frames()
    paths = []
    for number, (name, frame) in enumerate(frames.items()):
        progress(name, number / len(frames))
        path = folder / f"{name}.{form}"
        if form == "parquet":
            frame.write_parquet(path, compression="zstd", compression_level=1, row_group_size=200_000)
        else:
            frame.write_csv(path)
        paths.append(path)
    return paths
