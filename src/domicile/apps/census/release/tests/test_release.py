"""From records to a release: killed in the middle and done anew it is the same, and nothing leaves that is not protected."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from domicile.apps.census.release import work
from domicile.apps.census.release.publishing import SUMS, Publication, Published
from domicile.apps.census.release.publishing import publish as publish_signed
from domicile.apps.census.release.risk import assess
from domicile.apps.census.release.tabulating import Wanted, forget, tabulate
from domicile.apps.common.refusals import Refused
from domicile.core.disclosure import sample_risk
from domicile.core.enumeration import Words
from domicile.core.tabulation.sampling import KEYS
from tests import census_records

TABLES = ("P01", "P03", "P04", "E07", "M01", "M02", "H02", "H07", "L01", "D01")
WANTED = Wanted(only=TABLES, share=0.05, alike=3)
GIVEN = Publication(
    Words("示例县人口普查", "Census of the example county"), Words("示例县统计局", "Statistics office of the example county"),
    dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.date(2026, 11, 23), "1.0", "王检查", "", {"770101001000": "东街街道"},
)  # fmt: skip
POLYGON = {"type": "Polygon", "coordinates": [[[110, 30], [110.1, 30], [110.1, 30.1], [110, 30]]]}


def publish(folder: Path, release: Path, given: Publication) -> Published:
    """Publish what somebody has looked at."""
    looked_at = assess(folder, given.published, given.names) if (folder / "state.json").exists() else None
    return publish_signed(folder, release, replace(given, checked=looked_at.digest if looked_at else ""))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    census_records.write(folder, 8000, per_community=400)
    return folder


@pytest.fixture(scope="module")
def tabulated(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    assert tabulate(records, folder, WANTED).tables == len(TABLES)
    return folder


@pytest.fixture(scope="module")
def released(tabulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    publish(tabulated, folder, GIVEN)
    return folder


def sums(folder: Path) -> str:
    return (folder / SUMS).read_text()


def test_a_release_has_every_table_in_every_format_and_its_own_checksums(released: Path) -> None:
    for code in TABLES:
        formats = ("xlsx/{}.xlsx", "csv/{}.csv", "json-stat/{}.zh.json", "px/{}.px", "sdmx/{}.csv", "site/zh/{}.html")
        for name in (one.format(code) for one in formats):
            assert (released / name).stat().st_size > 100, name
    for name in ("index.html", "ddi.xml", "sdmx/structure.xml", "ptable.csv", "sample/persons.csv"):
        assert (released / name).exists()
    assert (released / "charts" / "pyramid-770101000000.en.png").read_bytes().startswith(b"\x89PNG")
    assert not list(released.rglob("*risk*"))  # true cells stand behind it: it would tell which zero is none
    for language in ("zh", "en"):
        assert f"pyramid-770101000000.{language}.svg" in (released / "site" / language / "index.html").read_text()
    for line in sums(released).splitlines():
        digest, name = line.split("  ")
        assert work.digest(released / name) == digest


def test_done_twice_a_release_is_the_same_byte_for_byte(records: Path, released: Path, tmp_path: Path) -> None:
    tabulate(records, tmp_path / "work", WANTED)
    publish(tmp_path / "work", tmp_path / "release", GIVEN)
    assert sums(tmp_path / "release") == sums(released)


def test_a_tabulation_that_stopped_in_the_middle_goes_on_and_comes_to_the_same(
    records: Path, tabulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: Callable[..., None] = work.put_cells
    written = []

    def until_the_power_fails(path: Path, cells: object) -> None:
        if len(written) == 4:
            raise KeyboardInterrupt
        written.append(path)
        put(path, cells)

    monkeypatch.setattr(work, "put_cells", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        tabulate(records, tmp_path / "work", WANTED)
    monkeypatch.undo()
    kept = {path: path.stat().st_mtime_ns for path in written}
    assert tabulate(records, tmp_path / "work", WANTED).resumed
    assert len(kept) == 4
    for name in sorted(path.relative_to(tabulated) for path in tabulated.rglob("*.npz")):
        assert (tmp_path / "work" / name).read_bytes() == (tabulated / name).read_bytes(), name


@pytest.mark.slow
def test_killed_outright_the_commands_go_on(records: Path, released: Path, tabulated: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    program = (
        "import sys; from pathlib import Path\n"
        "from domicile.apps.census.release.tests.test_release import GIVEN, publish\n"
        "publish(Path(sys.argv[1]), Path(sys.argv[2]), GIVEN)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tabulated), str(target)], env=os.environ | {"PYTHONPATH": "."}
    )
    until = time.monotonic() + 120
    while len(list(target.rglob("*"))) < 12 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (target / SUMS).exists()
    assert publish(tabulated, target, GIVEN).resumed
    assert sums(target) == sums(released)


def test_other_records_or_words_begin_anew(records: Path, tabulated: Path, tmp_path: Path) -> None:
    tabulate(records, tmp_path / "work", replace(WANTED, only=("P01",), sample=False))
    again = tabulate(records, tmp_path / "work", replace(WANTED, only=("P01", "P04"), sample=False))
    assert not again.resumed
    assert again.tables == 2


def test_what_is_true_stays_in_a_folder_for_one_user_and_never_in_the_release(tabulated: Path, released: Path) -> None:
    assert tabulated.stat().st_mode & 0o077 == 0
    true = work.get_cells(tabulated / "cells" / "P03.npz").n
    lines = (released / "csv" / "P03.csv").read_text(encoding="utf-8-sig").splitlines()
    told = [int(line.rsplit(",", 1)[1]) for line in lines[1:]]
    assert not {1, 2} & set(told)
    assert (true == 1).any() or (true == 2).any()
    assert sum(told[: true.size]) != true.sum()
    assert not list(released.rglob("*.npz"))
    held = b"".join(path.read_bytes() for path in released.rglob("*.csv"))
    assert b"h0000" not in held  # the number of a household


def test_the_sample_is_k_anonymous_and_says_nothing_that_tells_a_place_or_a_household(
    released: Path, tabulated: Path
) -> None:
    rows = pq.read_table(released / "sample" / "persons.parquet")
    risk = sample_risk({name: rows[name].to_pylist() for name in KEYS}, rows["weight"].to_numpy())
    told = json.loads((tabulated / "risk.json").read_text())
    assert risk.k >= WANTED.alike
    assert told["sample"]["k"] == risk.k
    assert set(rows["county"].to_pylist()) == {"770101"}
    assert not {"household", "area", "record_key", "age_years"} & set(rows.column_names)
    assert rows.num_rows > 100


def test_the_report_names_who_checked_what_it_costs_and_what_tells_too_much(released: Path, tabulated: Path) -> None:
    signed = json.loads((tabulated / "signed.json").read_text())
    assert (signed["checked_by"], signed["version"]) == ("王检查", "1.0")
    assert signed["checked"] == work.digest(tabulated / "risk.json")
    told = json.loads((tabulated / "risk.json").read_text())
    assert set(told["tables"]) == set(TABLES)
    assert 0 < told["tables"]["P03"]["changed"] < 1
    assert told["close_pairs"]["all"] == sum(one["pairs"] for one in told["close_pairs"]["tables"])
    assert told["rules"]["noise_greatest"] == 5


def test_a_map_is_drawn_where_there_are_polygons(tabulated: Path, tmp_path: Path) -> None:
    publish(tabulated, tmp_path / "release", replace(GIVEN, polygons={"770101001001": POLYGON}))
    assert b"<path" in (tmp_path / "release" / "charts" / "map-old.zh.svg").read_bytes()


def test_what_cannot_be_done_is_said(records: Path, tabulated: Path, released: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no Parquet file"):
        tabulate(tmp_path, tmp_path / "work", WANTED)
    table = pq.read_table(records / "persons.parquet").drop_columns(["education"])
    pq.write_table(table, tmp_path / "persons.parquet")
    (tmp_path / "households.parquet").write_bytes((records / "households.parquet").read_bytes())
    with pytest.raises(Refused, match="no column education"):
        tabulate(tmp_path, tmp_path / "work", WANTED)
    with pytest.raises(Refused, match="is not empty"):
        publish(tabulated, records, GIVEN)
    with pytest.raises(Refused, match="no folder of a tabulation"):
        publish(records, tmp_path / "release", GIVEN)
    with pytest.raises(Refused, match="who checked"):
        publish(tabulated, tmp_path / "release", replace(GIVEN, checked_by=" "))
    with pytest.raises(Refused, match="none of a tabulation"):
        tabulate(records, released, WANTED)


def test_a_work_folder_is_deleted_whole(records: Path, tmp_path: Path) -> None:
    tabulate(records, tmp_path / "work", Wanted(only=("P01",), pairs=False, sample=False))
    forget(tmp_path / "work")
    assert not (tmp_path / "work").exists()
    with pytest.raises(Refused):
        forget(records)
    assert np.any([path.exists() for path in records.iterdir()])


def test_the_page_says_what_the_report_says_in_both_languages_and_needs_nothing_beside_it(tabulated: Path) -> None:
    found = assess(tabulated, GIVEN.published, {"770101001000": "东街街道"})
    assert found.digest == work.digest(tabulated / "risk.json")
    page, told = found.page.read_text(), json.loads((tabulated / "risk.json").read_text())
    assert page.count(found.digest) == 2  # once a language
    for said in ("不得外传", "goes nowhere else", "<svg", *TABLES, told["figures"]):
        assert said in page
    assert f"{told['close_pairs']['all']:,}" in page
    assert f"<dd>{told['sample']['k']}</dd>" in page
    assert not [one for one in ("<script", "src=", "href=", "url(") if one in page]
    assert assess(tabulated, GIVEN.published, {"770101001000": "东街街道"}).digest == found.digest


def test_nothing_leaves_that_nobody_has_looked_at(records: Path, tabulated: Path, tmp_path: Path) -> None:
    looked_at = assess(tabulated, GIVEN.published)
    for checked, says in (
        ("", "Nobody looked"), ("0" * 64, "not what would be published"), (looked_at.digest[:15], "16 characters"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            publish_signed(tabulated, tmp_path / "release", replace(GIVEN, checked=checked))
    assert not (tmp_path / "release").exists()
    publish_signed(tabulated, tmp_path / "release", replace(GIVEN, checked=f" {looked_at.digest[:16].upper()} "))
    # Other figures are looked at anew.
    tabulate(records, tmp_path / "work", replace(WANTED, only=("P01",), sample=False))
    with pytest.raises(Refused, match="not what would be published"):
        publish_signed(tmp_path / "work", tmp_path / "other", replace(GIVEN, checked=looked_at.digest))
    assert (tmp_path / "work" / "risk.html").exists()
    tabulate(records, tmp_path / "work", replace(WANTED, only=("P04",), sample=False))
    assert not (tmp_path / "work" / "risk.html").exists()  # it was of the tables before
