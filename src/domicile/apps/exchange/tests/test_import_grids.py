"""Grids with their boundaries in every form that is handed in, written in bulk; lists that name a whole group."""

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.areas.models import Grid, GridStaff
from domicile.apps.exchange import batches
from domicile.apps.exchange.small.boundaries import BoundaryError, read_boundary
from domicile.apps.exchange.tests.conftest import TODAY, dump, operator
from domicile.apps.people.models import Person
from domicile.apps.vault.sealing import open_value
from tests import factories

RING = [[117.1, 31.8], [117.2, 31.8], [117.2, 31.9], [117.1, 31.8]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
HEADER = "网格编码,网格名称,类型,网格长,网格员,联系电话,楼栋,边界,启用日期"
in_database = pytest.mark.django_db(databases=["default", "log"], transaction=True)


@pytest.mark.parametrize(
    "text",
    [
        orjson.dumps(SQUARE).decode(),
        orjson.dumps({"type": "Feature", "properties": {}, "geometry": SQUARE}).decode(),
        orjson.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]}).decode(),
        "POLYGON ((117.1 31.8, 117.2 31.8, 117.2 31.9, 117.1 31.8))",
        "SRID=4490;POLYGON((117.1 31.8,117.2 31.8,117.2 31.9,117.1 31.8))",
        "POLYGON Z ((117.1 31.8 5, 117.2 31.8 5, 117.2 31.9 5, 117.1 31.8 5))",
        orjson.dumps(RING).decode(),
        orjson.dumps([RING]).decode(),
        "117.1,31.8;117.2,31.8;117.2,31.9",
        "117.1 31.8, 117.2 31.8, 117.2 31.9, 117.1 31.8",
        "117.1，31.8；117.2，31.8；117.2，31.9；",
    ],
)
def test_a_boundary_is_read_in_every_form(text: str) -> None:
    assert read_boundary(text) == SQUARE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("见附图", "boundary_unreadable"),
        ('{"type": "Polygon"}', "boundary_unreadable"),
        ('{"type": "Feature", "geometry": null}', "boundary_unreadable"),
        ("[]", "boundary_unreadable"),
        ("POINT (117.1 31.8)", "boundary_no_polygon"),
        ("117.1,31.8;117.2,31.8", "boundary_no_polygon"),
        ("POLYGON ((117.1 31.8, 117.2 31.8, 117.3 31.8, 117.1 31.8))", "boundary_unsound"),
        ("POLYGON ((117 31, 118 32, 118 31, 117 32, 117 31))", "boundary_unsound"),
        ("POLYGON ((31.8 117.1, 31.8 117.2, 31.9 117.2, 31.8 117.1))", "boundary_swapped"),
        ("POLYGON ((500100 3500000, 500200 3500000, 500200 3500100, 500100 3500000))", "boundary_not_degrees"),
        ("SRID=3857;POLYGON((1 1,2 1,2 2,1 1))", "boundary_not_degrees"),
    ],
)
def test_what_is_no_boundary_is_told_apart(text: str, code: str) -> None:
    with pytest.raises(BoundaryError) as told:
        read_boundary(text)
    assert told.value.code == code


def sheet(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def grid(serial: int, buildings: str = "人民路12号3栋", boundary: str = "117.1 31.8;117.2 31.8;117.2 31.9") -> str:
    code = f"{factories.COMMUNITY}{serial:03d}"
    return f"{code},第{serial}网格,综合,赵长,钱员、孙员,1380000{serial:04d},{buildings},{boundary},2024-01-01"


def load(content: bytes, source: str = "") -> batches.Page:
    batch = batches.check(batches.upload(operator(), "网格信息表.csv", content, source=source), today=TODAY)
    assert batch.report["ready"], batch.report
    return batches.commit(operator(), batch)


@in_database
def test_grids_are_stored_with_staff_buildings_and_box_and_compared_again() -> None:
    factories.area_tree()
    load(sheet(grid(1), grid(2)))
    stored = Grid.objects.get(code=factories.GRID)
    assert (stored.boundary, stored.west, stored.north) == (SQUARE, 117.1, 31.9)
    worker = GridStaff.objects.get(grid=stored, name="钱员")
    assert (worker.duty, open_value(worker, "phone")) == ("worker", "13800000001")
    before = dump()
    again = load(sheet(grid(2), grid(1)), "again")
    assert (again.report["created"], again.report["changed"]) == (0, 0)
    assert dump() == before
    changed = load(sheet(grid(1, "人民路12号3栋、人民路14号")), "more")
    assert changed.report["changed"] == 1
    batches.undo(operator(), changed)
    assert dump() == before


@in_database
def test_queries_do_not_grow_with_the_grids() -> None:
    factories.area_tree()
    counts = []
    for serials in (range(1, 3), range(10, 60)):
        content = sheet(*(grid(serial) for serial in serials))
        batch = batches.check(batches.upload(operator(), "网格信息表.csv", content), today=TODAY)
        with CaptureQueriesContext(connection) as done:
            batches.commit(operator(), batch)
        counts.append(len(done))
    assert counts[1] <= counts[0] + 2


@in_database
def test_a_list_that_names_a_group_holds_all_its_houses() -> None:
    factories.area_tree()
    load(sheet(grid(1, "3组、4组"), grid(2, "5组")))
    person = "本户地址,姓名,与户主关系,性别,出生日期,户籍地址,身份证号\n青石街道河沿社区{}组8号,张伟,户主,男,1980-05-06,本户,\n"
    for group, code in (("3", factories.GRID), ("5", factories.OTHER_GRID)):
        load(person.format(group).encode(), group)
        assert Person.objects.latest("id").registered_code == code
