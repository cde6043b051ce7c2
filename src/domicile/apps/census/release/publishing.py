"""Writes a release from the cells of a tabulation: every table in every format, charts, pages, descriptions, the report of risk.

Every file is a function of the cells, the edition and the version of the product: done twice, it is the same byte for byte, so that
a job that was killed goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from domicile.apps.census.release import drawing, risk, work
from domicile.apps.census.release.risk import Protected
from domicile.apps.common.refusals import Refused
from domicile.core.enumeration import Words
from domicile.core.publication import (
    Edition,
    Sheet,
    sheet,
    site,
    to_csv,
    to_ddi,
    to_json_stat,
    to_px,
    to_sdmx_csv,
    to_structure,
    to_xlsx,
)  # fmt: skip

Tell = Callable[[str, int, int], None]
SUMS: Final = "SHA256SUMS"
_UNFINISHED: Final = ".unfinished"
_NOTES: Final = {
    "zh": "人数和户数都加了随机的小误差（最多{D}），1到{js}不公布，所以各部分相加不一定等于合计；每个数字本身都是无偏的。\n"
    "人数太少的地区和相邻地区合在一起公布，代码写成“首-末”。合计数（面积、间数、出生、死亡）里贡献户数少的格子不公布。\n"
    "长表的数字是由抽样推算的，附标准误和质量标记。",
    "en": "Every count of people and households has a small random change (at most {D}), and 1 to {js} are never shown, "
    "so that parts do not add up to totals; each figure by itself is unbiased.\n"
    "Areas with too few people are shown together with their neighbours, their code being the first and the last. "
    "Sums (floor area, rooms, births, deaths) to which few households contribute are not shown.\n"
    "Figures of the long form are estimated from a sample, with their standard error and a mark of quality.",
}


@dataclass(frozen=True, slots=True)
class Publication:
    """Of what a release is made besides the cells. names: of areas by code of 12 digits; polygons: GeoJSON geometries by code.

    checked_by: who has looked at the report of risk and lets the release out (ST-7); checked: the SHA-256 of what they looked at,
    or how it begins.
    """

    title: Words
    publisher: Words
    moment: Any
    published: Any
    version: str
    checked_by: str
    checked: str
    names: Mapping[str, str] = field(default_factory=dict)
    polygons: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What stands in the release now."""

    tables: int
    files: int
    withheld: int
    close_pairs: int | None
    resumed: bool


def publish(folder: Path, release: Path, given: Publication, *, tell: Tell = lambda *_: None) -> Published:
    """folder: of a tabulation that ended. release: a new or empty folder, or one that this did not finish.

    Raises Refused, among others where nobody has looked at the report of risk of just these tables (risk.check_signed).
    """
    made = _Release(folder, given, risk.state_of(folder))
    looked_at = made.assess(given.names)
    risk.check_signed(looked_at, given.checked_by, given.checked)
    resumed = _begin(release, made.key)
    files = list(made.files())
    for at, (name, content) in enumerate(files):
        if at % 10 == 0:
            tell("files", at, len(files))
        if not (release / name).exists():
            work.write(release / name, content())
    names = sorted(str(path.relative_to(release)) for path in release.rglob("*") if path.is_file())
    kept = [name for name in names if name not in (SUMS, _UNFINISHED)]
    work.write(release / SUMS, "".join(f"{work.digest(release / name)}  {name}\n" for name in kept).encode())
    said = {
        "checked_by": given.checked_by,
        "title": given.title.zh,
        "version": given.version,
        "published": str(given.published),
    }
    risk.sign(folder, looked_at, said)
    (release / _UNFINISHED).unlink()
    tell("files", len(files), len(files))
    return Published(len(made.sheets), len(kept), made.withheld, made.pairs, resumed)


def _begin(release: Path, key: str) -> bool:
    """Whether the folder goes on from an earlier run. Raises Refused where something else stands in it."""
    release.mkdir(parents=True, exist_ok=True)
    mark = release / _UNFINISHED
    if mark.exists() and mark.read_text() == key:
        return True
    if mark.exists():
        for path in [path for path in release.iterdir() if path != mark]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif any(release.iterdir()):
        raise Refused(f"{release} is not empty. A release is written into a folder of its own.")
    work.write(mark, key.encode())
    return False


class _Release(Protected):
    """The protected tables, and how each file is made."""

    def __init__(self, folder: Path, given: Publication, state: Mapping[str, Any]) -> None:
        super().__init__(folder, state, given.published)
        self.given = given
        self.key = hashlib.sha256(
            json.dumps([state, asdict(given)], sort_keys=True, default=str).encode()
        ).hexdigest()  # fmt: skip
        self.sheets = [sheet(one, given.names) for one in self.told]
        words = {"D": self.numbers["noise_greatest"], "js": self.numbers["noise_blocked"]}
        self.edition = Edition(
            given.title, given.publisher, "DOMICILE_CENSUS", given.moment, given.published, given.version,
            {language: note.format(**words) for language, note in _NOTES.items()},
        )  # fmt: skip

    def files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Every file of the release, by its name in it, and what makes it."""
        for one in self.sheets:
            yield from self._of_table(one)
        pictures, drawn = drawing.charts(self.sheets, self.given)
        yield from drawn
        listed = site.Files({one.code: self._formats(one) for one in self.sheets}, self._whole())
        yield "sdmx/structure.xml", lambda: to_structure(self.sheets, self.edition)
        yield "ddi.xml", lambda: to_ddi(self.sheets, self.edition, {name: label for label, name in self._whole()})
        yield "ptable.csv", self._ptable
        sample = self.folder / "sample" / "sample.parquet"
        if sample.exists():
            yield "sample/persons.parquet", sample.read_bytes
            yield "sample/persons.csv", lambda: _sample_csv(sample)
        yield "index.html", lambda: site.front(self.edition)
        for name, content in site.assets().items():
            yield name, lambda content=content: content  # type: ignore[misc]
        for language in ("zh", "en"):
            yield (
                f"site/{language}/index.html",
                lambda language=language: site.index(self.sheets, self.edition, listed, pictures, language),  # type: ignore[misc]
            )
            for one in self.sheets:
                yield (
                    f"site/{language}/{one.code}.html",
                    lambda one=one, language=language: site.page(one, self.edition, listed, language),  # type: ignore[misc]
                )

    def _of_table(self, one: Sheet) -> Iterator[tuple[str, Callable[[], bytes]]]:
        yield f"xlsx/{one.code}.xlsx", lambda: to_xlsx(one, self.edition)
        yield f"csv/{one.code}.csv", lambda: to_csv(one)
        for language in ("zh", "en"):
            yield (
                f"json-stat/{one.code}.{language}.json",
                lambda language=language: to_json_stat(one, self.edition, language),  # type: ignore[misc]
            )
        yield f"px/{one.code}.px", lambda: to_px(one, self.edition)
        yield f"sdmx/{one.code}.csv", lambda: to_sdmx_csv(one, self.edition)

    def _formats(self, one: Sheet) -> list[tuple[str, str]]:
        return [
            ("Excel", f"xlsx/{one.code}.xlsx"), ("CSV", f"csv/{one.code}.csv"), ("JSON-stat", f"json-stat/{one.code}.zh.json"),
            ("JSON-stat (en)", f"json-stat/{one.code}.en.json"), ("PX", f"px/{one.code}.px"), ("SDMX-CSV", f"sdmx/{one.code}.csv"),
        ]  # fmt: skip

    def _whole(self) -> list[tuple[str, str]]:
        found = [
            ("SDMX-ML", "sdmx/structure.xml"),
            ("DDI", "ddi.xml"),
            ("p-table", "ptable.csv"),
            (SUMS, SUMS),
        ]
        if (self.folder / "sample" / "sample.parquet").exists():
            found += [("Parquet", "sample/persons.parquet"), ("persons.csv", "sample/persons.csv")]
        return found

    def _ptable(self) -> bytes:
        text = io.StringIO()
        write = csv.writer(text, lineterminator="\r\n")
        write.writerow(["count", "published", "noise", "probability"])
        write.writerows([row.i, row.j, row.v, f"{row.p:.10f}"] for row in self.rules.ptable.transitions())
        return text.getvalue().encode()


def _sample_csv(path: Path) -> bytes:
    import pyarrow.parquet as pq

    rows = pq.read_table(path)
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow(rows.column_names)
    columns = [np.asarray(column.to_pylist(), dtype=object) for column in rows.columns]
    write.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8-sig")
