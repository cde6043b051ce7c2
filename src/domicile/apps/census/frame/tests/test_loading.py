"""A file of the frame comes in: what is wrong is told by line with its cure, nothing is loaded by half, twice is once, undo."""

import datetime as dt

import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.census.frame import actions, reading
from domicile.apps.census.frame.models import Building, FrameFile, Line, Stairwell, Way
from domicile.apps.census.frame.tests import making
from domicile.apps.census.tests.making import OFFICE, STRANGER, make_census, make_dwelling
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import COMMUNITY, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2030, 9, 1)
ACTOR = viewer(OFFICE)


@pytest.fixture
def census():
    making.make_areas()
    return make_census()


def read(census, content: bytes, name: str = "frame.csv") -> FrameFile:
    return actions.read_file(actor=ACTOR, census=census, file_name=name, content=content)


def load(census, content: bytes) -> FrameFile:
    return actions.load_file(actor=ACTOR, file_id=read(census, content).pk, today=TODAY)


def found(row: FrameFile) -> list[tuple[str, int, str]]:
    return [(one["code"], one["line"], one["column"]) for one in row.report["findings"]]


def test_a_file_is_shown_before_it_counts_and_then_loaded_whole(census):
    row = read(census, making.csv_of(making.houses()))
    assert row.report["figures"]["buildings"] == {"new": 30, "changed": 0, "same": 0}
    assert not Building.objects.exists()
    told = []
    row = actions.load_file(
        actor=ACTOR, file_id=row.pk, today=TODAY, told=lambda done, total: told.append((done, total))
    )
    assert (row.state, told[-1], bytes(row.content)) == ("loaded", (30, 30), b"")
    house = Building.objects.get(number="7")
    assert (house.place_code, house.expected, house.dwellings) == (COMMUNITY + "000", 30, 10)
    change = Change.objects.get(action="census.load_frame")
    assert (change.place_code, change.batch_id, change.actor_id) == (COMMUNITY, row.pk, ACTOR.user_id)


def test_the_same_file_twice_does_nothing_and_says_so(census):
    load(census, making.csv_of(making.houses()))
    before = list(Building.objects.order_by("pk").values())
    again = read(census, making.book_of({"buildings": reversed(making.houses())}))
    assert again.report["figures"]["buildings"] == {"new": 0, "changed": 0, "same": 30}
    assert again.report["same_as"] == "frame.csv"
    actions.load_file(actor=ACTOR, file_id=again.pk, today=TODAY)
    assert list(Building.objects.order_by("pk").values()) == before
    assert Change.objects.filter(action="census.load_frame").count() == 1


def test_a_workbook_brings_areas_stairwells_neighbours_and_lines(census):
    Area.objects.filter(code=making.OTHER).delete()
    tables = {
        "areas": [[making.OTHER, "北塔社区"]],
        "buildings": making.houses(2, 1, community=making.OTHER),
        "stairwells": [["1", "1单元", 5, 15, "", ""], ["1", "2单元", 5, 15, "", ""]],
        "ways": [["2", "1", 18.5]],
        "lines": [
            ["街道", "和平路", "113.0 23.0, 113.0004 23.0"],
            ["界线", "清水河", "LINESTRING (113 23.001, 113.1 23.001)"],
        ],
    }
    load(census, making.book_of(tables))
    assert Area.objects.get(code=making.OTHER).name == "北塔社区"
    assert (
        list(Stairwell.objects.order_by("name").values_list("place_code", "expected"))
        == [(making.OTHER + "000", 15)] * 2
    )
    way = Way.objects.select_related("one", "other").get()
    assert (way.one.number, way.other.number, way.metres) == ("1", "2", 18.5)
    assert set(Line.objects.values_list("kind", "name")) == {("street", "和平路"), ("barrier", "清水河")}
    assert Line.objects.get(kind="barrier").north == 23.001


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["", "和平路1号", COMMUNITY, 1, 3, 113, 23], ("empty", 2, "建筑物编号")),
        (["1", "和平路1号", "7701010010", 1, 3, 113, 23], ("no_code", 2, "社区代码")),
        (["1", "和平路1号", "770101001009", 1, 3, 113, 23], ("area_unknown", 2, "社区代码")),
        (["1", "和平路1号", "110101001001", 1, 3, 113, 23], ("outside_census", 2, "社区代码")),
        (["1", "和平路1号", COMMUNITY, -1, 3, 113, 23], ("no_count", 2, "住房数")),
        (["1", "和平路1号", COMMUNITY, 1, "三", 113, 23], ("no_count", 2, "预计人数")),
        (["1", "和平路1号", COMMUNITY, 1, 3, 23, 113], ("swapped", 2, "经度")),
        (["1", "和平路1号", COMMUNITY, 1, 3, 113, ""], ("half_a_place", 2, "经度")),
        (["1", "和平路1号", COMMUNITY, 1, 3, "东", 23], ("no_number", 2, "经度")),
        (["1", "和" * 201, COMMUNITY, 1, 3, 113, 23], ("too_long", 2, "地址")),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nothing_can_be_loaded(census, row, expected):
    file = read(census, making.csv_of([row, *making.houses(2, 2, first=50)]))
    assert expected in found(file)
    with pytest.raises(Refused):
        actions.load_file(actor=ACTOR, file_id=file.pk, today=TODAY)
    assert not Building.objects.exists()


def test_stairwells_and_neighbours_of_unknown_buildings_are_told(census):
    tables = {
        "buildings": making.houses(2, 1),
        "stairwells": [["9", "1单元", 1, 3, "", ""]],
        "ways": [["1", "8", ""], ["1", "1", ""]],
    }
    assert {("same_building", 3, "建筑物编号二")} <= set(found(read(census, making.book_of(tables))))
    tables["ways"].pop()
    assert found(read(census, making.book_of(tables))) == [
        ("building_unknown", 2, "所在建筑物编号"),
        ("building_unknown", 2, "建筑物编号二"),
    ]


def test_two_lines_that_contradict_each_other_are_told_and_the_very_same_twice_is_once(census):
    rows = making.houses(2, 1)
    assert not read(census, making.csv_of([*rows, rows[0]])).report["errors"]
    file = read(census, making.csv_of([*rows, [*rows[0][:4], 31, *rows[0][5:]]]))
    assert found(file) == [("twice", 4, "")]


def test_a_column_about_people_is_not_read_and_not_kept(census):
    text = "建筑物编号,地址,社区代码,户主姓名\n1,和平路1号," + COMMUNITY + ",林某某\n"
    file = read(census, text.encode())
    assert [(one["code"], one["said"], one["severity"]) for one in file.report["findings"]] == [
        ("column_ignored", "户主姓名", "note")
    ]
    assert "林某某" not in str(reading.unpacked(bytes(file.content)).said())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"), (b"\xff\xd8\xff\xe0 picture", "no_table"), ("姓名,电话\n林,1\n".encode(), "unknown_layout"),
        (b"PK\x03\x04 no workbook", "broken"), ("建筑物".encode("utf-16"), "encoding"), (b"\xff\x81\xff,1", "encoding"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_frame_is_told(census, content, code):
    assert [one["code"] for one in read(census, content).report["findings"]] == [code]


def test_gb18030_with_a_title_row_is_read(census):
    text = "安禾县建筑物名册,,,,,,\n" + making.csv_of(making.houses(2, 1)).decode()
    assert read(census, text.encode("gb18030")).report["figures"]["buildings"]["new"] == 2


def test_a_file_that_corrects_changes_only_what_differs_and_undo_puts_it_back(census):
    load(census, making.csv_of(making.houses(3, 1)))
    rows = making.houses(3, 1)
    rows[1][4] = 44
    second = load(census, making.csv_of(rows))
    assert second.report["written"]["buildings"] == {"new": 0, "changed": 1, "same": 2}
    assert Building.objects.get(number="2").expected == 44
    actions.undo_file(actor=ACTOR, file_id=second.pk)
    assert Building.objects.get(number="2").expected == 30
    assert FrameFile.objects.get(pk=second.pk).state == "undone"


def test_the_last_file_is_taken_back_first_and_nothing_that_was_worked_with(census):
    first = load(census, making.csv_of(making.houses(3, 1)))
    second = load(census, making.csv_of(making.houses(2, 1, first=10)))
    with pytest.raises(Refused, match=r"另|Another"):
        actions.undo_file(actor=ACTOR, file_id=first.pk)
    actions.undo_file(actor=ACTOR, file_id=second.pk)
    make_dwelling(Building.objects.get(number="1"))
    with pytest.raises(Refused):
        actions.undo_file(actor=ACTOR, file_id=first.pk)
    assert Building.objects.count() == 3


def test_a_building_that_comes_to_another_community_takes_what_hangs_on_it(census):
    load(census, making.csv_of(making.houses(2, 1)))
    dwelling = make_dwelling(Building.objects.get(number="1"))
    rows = making.houses(2, 1)
    rows[0][2] = making.OTHER
    file = load(census, making.csv_of(rows))
    dwelling.refresh_from_db()
    assert dwelling.place_code == making.OTHER + "000"
    actions.undo_file(actor=ACTOR, file_id=file.pk)
    dwelling.refresh_from_db()
    assert dwelling.place_code == Building.objects.get(number="1").place_code == COMMUNITY + "000"


def test_nobody_else_loads_a_frame(census):
    with pytest.raises(NotAllowed):
        actions.read_file(actor=viewer(STRANGER), census=census, file_name="x.csv", content=b"x")
    row = read(census, making.csv_of(making.houses(2, 1)))
    far = viewer(OFFICE.__class__("yu", "余外县", "census_office", "770102", "supervision"))
    with pytest.raises(OutOfReach):
        actions.load_file(actor=far, file_id=row.pk, today=TODAY)
