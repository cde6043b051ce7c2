"""Every format says the same figures, in the same places, to who reads it by its own rules; twice the same bytes."""

import csv
import datetime as dt
import io
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from openpyxl import load_workbook

from domicile.core.disclosure import make_ptable
from domicile.core.enumeration import Words
from domicile.core.publication import (
    Edition,
    Sheet,
    sheet,
    to_csv,
    to_ddi,
    to_json_stat,
    to_px,
    to_sdmx_csv,
    to_structure,
    to_xlsx,
)
from domicile.core.tabulation import Cells, Rules, declared_set, divide, protect

EDITION = Edition(
    Words("示例县“人口普查”", 'Census of the "example" county'), Words("统计局", "Statistics office"), "DOMICILE_CENSUS",
    dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.date(2026, 11, 23), "1.0", {"zh": "说明<一>\n二", "en": "Note & one\ntwo"},
)  # fmt: skip
RULES = Rules(make_ptable(5, 3, 2), 5, 10, 0.165, 0.333)
AREAS = [770101001001, 770101001002, 770101002001]
NAMES = {"770101001001": "东街<社区>", "770101000000": "示例县"}


def made(code: str) -> Sheet:
    """A table of three communities with figures from a seed."""
    table = declared_set().tables[code]
    draw = np.random.default_rng(7)
    areas = np.unique(np.array(AREAS) // 10 ** (12 - table.digits))
    shape = (len(areas), *(len(one.categories) + 1 for one in table.by))
    n = draw.poisson(12, shape)
    for axis in range(1, n.ndim):
        n[(slice(None),) * axis + (-1,)] = 0
    keys = draw.integers(0, 2**32, shape)
    w = n * 100_000 if table.long else None
    r = draw.integers(-300_000, 300_000, (*shape, 32)) if table.long else None
    sums = dict.fromkeys(table.sums, (n * 3, n))
    cells = Cells(areas, n, np.where(n > 0, keys, 0), sums, w, r)
    division = divide(AREAS, [500, 20, 300], {"county": 1, "township": 100, "community": 50})
    return sheet(protect(table, cells, division, RULES), NAMES)


SHEETS = {code: made(code) for code in ("P03", "P01", "H07", "H06", "L01", "D01")}
codes = pytest.mark.parametrize("code", SHEETS)


def expected(one: Sheet) -> Iterator[tuple[tuple[str, ...], str, float]]:
    """Every figure: codes of its place, measure, value."""
    for place, values, _ in one.cells():
        for (measure, _), value in zip(one.measures, values, strict=True):
            yield tuple(category.code for category in place), measure, value


def figures(one: Sheet) -> dict[tuple[str, ...], float | None]:
    return {(*place, measure): None if np.isnan(value) else value for place, measure, value in expected(one)}


@codes
def test_csv(code: str) -> None:
    one = SHEETS[code]
    rows = list(csv.DictReader(io.StringIO(to_csv(one).decode("utf-8-sig"))))
    names = [dimension.code for dimension in one.dimensions]
    told = {
        (*(row[name] for name in names), measure): float(row[measure]) if row[measure] else None
        for row in rows
        for measure, _ in one.measures
    }
    assert told == figures(one)
    assert rows[0]["AREA_zh"] == "示例县"


@codes
def test_json_stat_by_its_rule_of_places(code: str) -> None:
    one = SHEETS[code]
    for language in ("zh", "en"):
        data = json.loads(to_json_stat(one, EDITION, language))
        assert (data["version"], data["class"]) == ("2.0", "dataset")
        index = [data["dimension"][name]["category"]["index"] for name in data["id"]]
        assert [len(some) for some in index] == data["size"]
        assert dict(zip(itertools.product(*index), data["value"], strict=True)) == figures(one)
        assert all(
            set(some) == set(data["dimension"][name]["category"]["label"])
            for some, name in zip(index, data["id"], strict=True)
        )
        assert set(data["role"]["geo"]) | set(data["role"]["metric"]) <= set(data["id"])
        for at, value in enumerate(data["value"]):
            assert (value is None) == (data.get("status", {}).get(str(at)) == "X")


@codes
def test_px_by_its_grammar(code: str) -> None:
    one = SHEETS[code]
    text = to_px(one, EDITION).decode()
    keywords: dict[str, list[str]] = {}
    head, data = text.split("DATA=", 1)
    for found in re.finditer(r'([A-Z-]+(?:\[en\])?(?:\("[^"]*"\))?)=((?:"[^"]*"|[^;"])*);', head):
        keywords[found[1]] = re.findall(r'"([^"]*)"', found[2])
    assert keywords["LANGUAGES"] == ["zh", "en"]
    for behind in ("", "[en]"):
        order = [*keywords[f"STUB{behind}"], *keywords[f"HEADING{behind}"]]
        sizes = [len(keywords[f'VALUES{behind}("{name}")']) for name in order]
        cells = re.findall(r'"\.\."|-?\d+', data)
        assert len(cells) == np.prod(sizes)
        index = [keywords[f'CODES{behind}("{name}")'] for name in order]
        told = dict(zip(itertools.product(*index), cells, strict=True))
        wanted = figures(one)
        if len(next(iter(told))) < len(next(iter(wanted))):
            wanted = {place[:-1]: value for place, value in wanted.items()}
        assert told == {place: '".."' if value is None else str(int(value)) for place, value in wanted.items()}
    assert max(len(part) for part in re.findall(r'"([^"]*)"', head)) <= 200
    assert data.rstrip().endswith(";")


def test_sdmx_follows_its_structure() -> None:
    spaces = {
        "str": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure",
        "com": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common",
    }
    root = ElementTree.fromstring(to_structure(list(SHEETS.values()), EDITION))
    lists = {
        one.get("id"): {code.get("id") for code in one.findall("str:Code", spaces)}
        for one in root.iterfind(".//str:Codelist", spaces)
    }
    concepts = {one.get("id") for one in root.iterfind(".//str:Concept", spaces)}
    assert {one.get("id") for one in root.iterfind(".//str:ConceptIdentity/Ref", spaces)} <= concepts
    assert {one.get("id") for one in root.iterfind(".//str:Enumeration/Ref", spaces)} <= set(lists)
    for code, one in SHEETS.items():
        definition = root.find(f".//str:DataStructure[@id='DSD_{code}']", spaces)
        assert definition is not None
        dimensions = [each.get("id") for each in definition.iterfind(".//str:Dimension", spaces)]
        rows = list(csv.DictReader(io.StringIO(to_sdmx_csv(one, EDITION).decode())))
        assert set(rows[0]) == {
            "STRUCTURE",
            "STRUCTURE_ID",
            "ACTION",
            *dimensions,
            "TIME_PERIOD",
            "OBS_VALUE",
            "OBS_STATUS",
            "QUALITY",
        }
        assert {row["STRUCTURE_ID"] for row in rows} == {f"DOMICILE_CENSUS:DF_{code}(1.0)"}
        for name in dimensions:
            assert {row[str(name)] for row in rows} <= lists[f"CL_{name}"]
        assert {row["OBS_STATUS"] for row in rows} <= lists["CL_OBS_STATUS"]
        told = {
            tuple(row[str(name)] for name in dimensions): float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None
            for row in rows
        }
        assert told == figures(one)


@codes
def test_a_workbook_has_the_figures_in_both_languages(code: str) -> None:
    one = SHEETS[code]
    book = load_workbook(io.BytesIO(to_xlsx(one, EDITION)))
    assert book.sheetnames == ["表", "Table"]
    for page in book:
        rows = list(page.iter_rows(min_row=6, values_only=True))
        numbers = [cell for row in rows for cell in row if isinstance(cell, int | float)]
        assert sorted(numbers) == sorted(value for value in figures(one).values() if value is not None)
        assert page.freeze_panes is not None
        assert sum(cell == "…" for row in rows for cell in row) == sum(value is None for value in figures(one).values())


def test_the_description_has_every_table_with_its_dimensions() -> None:
    space = {"d": "ddi:codebook:2_5"}
    root = ElementTree.fromstring(to_ddi(list(SHEETS.values()), EDITION, {"ddi.xml": "DDI"}))
    variables = {one.get("ID") for one in root.iterfind(".//d:var", space)}
    for cube in root.iterfind(".//d:nCube", space):
        one = SHEETS[str(cube.get("name"))]
        assert cube.get("cellQnty") == str(one.values[0].size)
        assert {each.get("varRef") for each in cube.iterfind("d:dmns", space)} <= variables
    assert [one.get("name") for one in root.iterfind(".//d:nCube", space)] == list(SHEETS)


@pytest.mark.parametrize(
    "make",
    [
        to_csv, lambda one: to_json_stat(one, EDITION, "zh"),
        lambda one: to_px(one, EDITION), lambda one: to_sdmx_csv(one, EDITION),
        lambda one: to_xlsx(one, EDITION), lambda one: to_structure([one], EDITION), lambda one: to_ddi([one], EDITION, {}),
    ],
)  # fmt: skip
def test_the_same_table_is_the_same_bytes(make: Callable[[Sheet], bytes]) -> None:
    assert make(made("L01")) == make(made("L01"))


def test_a_workbook_carries_no_time_of_its_making() -> None:
    with zipfile.ZipFile(io.BytesIO(to_xlsx(SHEETS["P01"], EDITION))) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-23T00:00:00Z" in book.read("docProps/core.xml")
