"""Two lists of moves: who is paired, by which step, on what they disagree; what is left to people; lists that do not read."""

import csv
import datetime as dt

import polars as pl
import pytest

from domicile.core.codes.identity import check_char
from domicile.core.synth.moves import make_move_lists
from domicile.engines.reconciliation import ListRefused, reconcile

TODAY = dt.date(2026, 11, 1)
COLUMNS = ("id", "number", "name", "birth_date", "origin", "destination", "date")
CHINESE = ("编号", "公民身份号码", "姓名", "出生日期", "迁出地代码", "迁入地代码", "日期")
HERE, THERE, ELSEWHERE = "770101001001", "770202002002", "770303003003"


def number(serial: str = "001", born: str = "19800506") -> str:
    first = f"770101{born}{serial}"
    return first + check_char(first)


def record(key: str, **changed: str) -> dict[str, str]:
    usual = {
        "id": key, "number": number(), "name": "张伟", "birth_date": "1980-05-06", "origin": HERE,
        "destination": THERE, "date": "2026-03-01",
    }  # fmt: skip
    return usual | changed


@pytest.fixture
def lists(tmp_path):
    """Run on two lists of records; give (result, pairs by the id of who left)."""

    def run(left, arrived, *, header=COLUMNS, encoding="utf-8"):
        for stem, rows in (("left", left), ("arrived", arrived)):
            with (tmp_path / f"{stem}.csv").open("w", encoding=encoding, newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(header)
                writer.writerows([row[column] for column in COLUMNS] for row in rows)
        found = reconcile(tmp_path / "left.csv", tmp_path / "arrived.csv", tmp_path / "found", today=TODAY)
        with found.files["pairs"].open(encoding="utf-8", newline="") as stream:
            return found, {row["left_id"]: row for row in csv.DictReader(stream)}

    return run


@pytest.mark.parametrize(
    ("changed", "step", "differs"),
    [
        ({}, "number", ""),
        ({"number": f" {number()[:6]} {number()[6:]} "}, "number", ""),
        ({"number": number()[:6] + number()[8:17]}, "number", ""),
        ({"name": "张炜"}, "number", "name"),
        ({"destination": ELSEWHERE}, "number", "destination"),
        ({"birth_date": "1980-06-05", "name": "张炜"}, "number_name", "name birth"),
        ({"number": ""}, "name_birth_origin", ""),
        ({"number": "770101198005060012", "name": "张炜"}, "name_birth_origin", "number name"),
        ({"number": "", "name": "张伟伟"}, "birth_origin", "name"),
        ({"number": "", "birth_date": "1980-05-07"}, "name_origin", "birth"),
        ({"number": "", "name": ""}, "no_name", ""),
        ({"number": number("333", "19900101")}, "other_number", "number"),
    ],
)
def test_a_slip_on_one_side_does_not_part_a_move(lists, changed, step, differs):
    _found, pairs = lists([record("L1")], [record("A1", date="2026-03-05", **changed)])
    assert (pairs["L1"]["arrived_id"], pairs["L1"]["step"]) == ("A1", step)
    assert (pairs["L1"]["differs"], pairs["L1"]["days"]) == (differs, "4")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "李娜", "birth_date": "1991-01-01"},  # a number that two people wrote
        {"destination": ELSEWHERE, "date": "2026-09-30"},  # another move of the same person
        {"number": number("333", "19900101"), "origin": ELSEWHERE},  # a namesake
    ],
)
def test_what_speaks_against_it_keeps_two_records_apart(lists, changed):
    found, pairs = lists([record("L1")], [record("A1", **changed)])
    assert (pairs, found.only_left, found.only_arrived) == ({}, 1, 1)


def test_twins_of_one_sound_each_find_their_own_record(lists):
    one, two = {"number": number("001"), "name": "张伟"}, {"number": number("002"), "name": "张薇"}
    _found, pairs = lists(
        [record("L1", **one), record("L2", **two)], [record("A2", **two | {"number": ""}), record("A1", **one)]
    )
    assert {left: row["arrived_id"] for left, row in pairs.items()} == {"L1": "A1", "L2": "A2"}


def test_each_of_two_moves_of_a_person_finds_its_own_arrival(lists):
    later = {"origin": THERE, "destination": HERE, "date": "2026-09-01"}
    _found, pairs = lists(
        [record("L1"), record("L2", **later)], [record("A2", **later), record("A1", date="2026-03-02")]
    )
    assert {left: row["arrived_id"] for left, row in pairs.items()} == {"L1": "A1", "L2": "A2"}


def test_equally_good_partners_are_left_to_people(lists):
    found, pairs = lists([record("L1")], [record("A1"), record("A2")])
    assert (pairs, found.undecided, found.only_left, found.only_arrived) == ({}, 2, 0, 0)
    with found.files["undecided"].open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream))[1:] == [["L1", "A1"], ["L1", "A2"]]


def test_areas_are_counted_by_pairs_of_counties(lists):
    found, _pairs = lists(
        [record("L1"), record("L2", number=number("777"), name="李娜", birth_date="1991-01-01")],
        [record("A1", name="张炜"), record("A9", number=number("888"), name="王芳", birth_date="1970-01-01")],
    )
    with found.files["areas"].open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == [
            {
                "origin": HERE[:6], "destination": THERE[:6], "pairs": "1", "differing": "1", "only_left": "1",
                "only_arrived": "1",
            }
        ]  # fmt: skip


def test_what_is_written_repeats_no_name_and_no_number(lists):
    found, _pairs = lists([record("L1"), record("L2", number="770101199001011239")], [record("A1")])
    text = "".join(path.read_text(encoding="utf-8") for path in found.files.values())
    assert "张伟" not in text
    assert number() not in text
    assert "770101199001011239" not in text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_chinese_headers_and_the_encodings_of_spreadsheets_are_read(lists, encoding):
    found, pairs = lists([record("L1")], [record("A1")], header=CHINESE, encoding=encoding)
    assert (found.pairs, pairs["L1"]["differs"]) == (1, "")


def test_parquet_is_read_as_csv_is(tmp_path):
    for stem in ("left", "arrived"):
        pl.DataFrame([record("X1")]).write_parquet(tmp_path / f"{stem}.parquet")
    found = reconcile(tmp_path / "left.parquet", tmp_path / "arrived.parquet", tmp_path / "found", today=TODAY)
    assert found.pairs == 1


def test_a_date_that_is_none_is_counted_and_the_row_matched_without_it(lists):
    found, pairs = lists([record("L1", date="soon")], [record("A1")])
    assert (found.left.unreadable, found.arrived.unreadable, pairs["L1"]["days"]) == (1, 0, "")


class TestRefused:
    def test_a_list_without_a_column_is_named_with_what_it_has(self, lists):
        with pytest.raises(ListRefused, match=r"left\.csv has no column date \(日期\).*编号"):
            lists([record("L1")], [], header=(*CHINESE[:6], "时间"))

    def test_ids_that_are_not_unique(self, lists):
        with pytest.raises(ListRefused, match="1 of 2 rows have no 编号"):
            lists([record("L1"), record("L1")], [record("A1")])

    def test_a_file_that_is_not_there_or_no_text(self, lists, tmp_path):
        with pytest.raises(ListRefused, match="no such file"):
            reconcile(tmp_path / "none.csv", tmp_path / "none.csv", tmp_path / "found", today=TODAY)
        (tmp_path / "odd.csv").write_bytes(b"\xff\xff\x00\x81" * 10)
        with pytest.raises(ListRefused, match="neither UTF-8 nor GB 18030"):
            reconcile(tmp_path / "odd.csv", tmp_path / "odd.csv", tmp_path / "found", today=TODAY)


def test_the_truth_of_synthetic_lists_is_found(tmp_path):
    left, arrived, truth = make_move_lists(3000, 5, TODAY)
    assert len(left) == len(arrived) == 3000
    assert len(truth) == 2700
    left.write_csv(tmp_path / "left.csv")
    arrived.write_csv(tmp_path / "arrived.csv")
    found = reconcile(tmp_path / "left.csv", tmp_path / "arrived.csv", tmp_path / "found", today=TODAY)
    pairs = pl.read_csv(found.files["pairs"])
    right = pairs.join(truth, on=["left_id", "arrived_id"])
    assert len(right) / len(pairs) >= 0.999
    assert len(right) / len(truth) >= 0.995
    assert found.differing > 0
