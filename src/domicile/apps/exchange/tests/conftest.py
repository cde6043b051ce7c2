"""A small county's sheets, and its areas and grids in the register."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import batches
from domicile.apps.exchange.models import Batch
from domicile.core.synth import make_county, write_tenure
from domicile.core.synth.official import write_official

TODAY = dt.date(2026, 11, 1)
PEOPLE = "住户人口信息采集表"
TABLES = (
    "areas_area", "areas_areachange", "areas_grid", "areas_gridstaff", "areas_gridbuilding", "places_building",
    "places_dwelling", "places_formeraddress", "people_household", "people_person", "people_formername", "people_document",
    "people_phone", "people_member", "people_spell", "people_visibility", "people_parentage", "people_remark",
    "vault_subjectkey", "places_unit", "tenure_holder", "tenure_holding", "tenure_rental", "tenure_tenant",
)  # fmt: skip


def operator(*scopes: str) -> Viewer:
    """Somebody who may import within these scopes, the whole province unless said otherwise."""
    permissions = frozenset({"import", "undo_import"})
    return Viewer(None, "周导入", "county_operator", scopes or ("77",), "import_check", permissions)


def dump() -> dict[str, list[Any]]:
    """All rows of the domain's tables."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = [
                tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in cursor.fetchall()
            ]
    return found


def loaded(path: Path | bytes, name: str = "sheet.csv", **options: Any) -> Batch:
    """Upload, check and commit."""
    batch = batches.check(batches.upload(operator(), name, path, **options), today=TODAY)
    return batches.commit(operator(), batch)


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official layouts of a county of 300 people, clean."""
    folder = tmp_path_factory.mktemp("sheets")
    write_official(make_county(300, 7, TODAY), folder, clean=True)
    write_tenure(make_county(300, 7, TODAY), folder, clean=True)
    return folder


@pytest.fixture(scope="session")
def messy_sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same county as people fill the forms in, as workbooks."""
    folder = tmp_path_factory.mktemp("messy")
    write_official(make_county(300, 7, TODAY), folder, form="xlsx")
    write_tenure(make_county(300, 7, TODAY), folder, form="xlsx")
    return folder


@pytest.fixture
def ground(sheets: Path) -> None:
    """Areas and grids of the county in the register."""
    loaded(sheets / "区划代码表.csv", "区划代码表.csv")
    loaded(sheets / "网格信息表.csv", "网格信息表.csv")
