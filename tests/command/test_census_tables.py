"""`domicile census tabulate` and `publish` as a statistician types them: a release, and sentences for what cannot be done."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domicile.cli import UNABLE
from domicile.cli.census import command
from tests import census_records

WORDS = [
    "--title", "示例县人口普查", "Census of the example county", "--publisher", "统计局", "Statistics office",
    "--moment", "2026-11-01", "--on", "2027-05-01", "--checked-by", "王检查",
]  # fmt: skip


@pytest.fixture(autouse=True)
def settings_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names the settings of the census in the environment; afterwards they are those of the tests again."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", os.environ.get("DJANGO_SETTINGS_MODULE", ""))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    census_records.write(folder, 4000, per_community=400)
    return folder


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(command, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def looked_at(work: Path, *more: object) -> tuple[str, str]:
    """The words by which somebody says that they looked at the report of risk."""
    told = json.loads(run("risk", work, "--on", "2027-05-01", *more, "--json").stdout)
    assert Path(told["page"]).read_text().count(told["sha256"]) == 2
    return "--checked", told["sha256"]


def test_from_records_to_a_release_that_opens_in_a_browser(records: Path, tmp_path: Path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("code,name\n770101,示例县\n770101001000,东街街道\n", encoding="utf-8-sig")
    told = json.loads(run("tabulate", records, tmp_path / "work", "--only", "P01,P03", "--json").stdout)
    assert (told["tables"], told["resumed"]) == (2, False)
    assert told["records"]["persons"] > 3000
    signed = looked_at(tmp_path / "work", "--areas", areas)
    publish = ("publish", tmp_path / "work", tmp_path / "release", *WORDS, "--areas", areas, "--forget", "--json")
    assert "risk.html" in run(*publish, code=UNABLE).output
    told = json.loads(run(*publish, *signed).stdout)
    assert told["tables"] == 2
    assert "东街街道" in (tmp_path / "release" / "site" / "zh" / "P03.html").read_text()
    assert "示例县" in (tmp_path / "release" / "csv" / "P01.csv").read_text(encoding="utf-8-sig")
    assert not (tmp_path / "work").exists()


def test_a_set_of_tables_of_ones_own(records: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables.yaml"
    tables.write_text(
        "source: 自定\nuniverses: {all: {of: persons, zh: 全部, en: All, any: [{}]}}\nthresholds: {county: 1, township: 100}\n"
        "tables:\n  Q1: {zh: 分性别, en: By sex, universe: all, by: [sex], areas: township}\n",
        encoding="utf-8",
    )
    run("tabulate", records, tmp_path / "work", "--tables", tables, "--no-pairs", "--no-sample")
    run("publish", tmp_path / "work", tmp_path / "release", *WORDS, *looked_at(tmp_path / "work"))
    assert (tmp_path / "release" / "xlsx" / "Q1.xlsx").exists()
    assert json.loads((tmp_path / "work" / "risk.json").read_text())["sample"] is None
    assert not (tmp_path / "release" / "risk.json").exists()


def test_what_cannot_be_done_is_a_sentence(records: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (("tabulate", tmp_path, tmp_path / "work"), "no Parquet file that can be read"),
        (("tabulate", records, tmp_path / "work", "--only", "Z1"), "There is no table Z1"),
        (("publish", tmp_path, tmp_path / "release", *WORDS), "run domicile census tabulate first"),
        (("risk", tmp_path, "--on", "2027-05-01"), "run domicile census tabulate first"),
    ):
        output = run(*arguments, code=UNABLE).output
        assert said in output
        assert "Traceback" not in output
    polygons = tmp_path / "areas.geojson"
    polygons.write_text('{"features": [{"geometry": {}}]}')
    assert (
        "property code"
        in run("publish", tmp_path, tmp_path / "release", *WORDS, "--polygons", polygons, code=UNABLE).output
    )
    run("tabulate", records, tmp_path / "work", "--engine", "spark", code=2)
