"""Moves from one register to another: what each end has on file, whatever befalls the messages."""

import base64
import datetime as dt
import json
import random
from collections.abc import Iterator

import pytest

from tests.moves_between import verifying
from tests.moves_between.registers import Lines, Refusal, Register, start
from tests.peers.registers import Registers

SEED = 20261122
PLACES = {"东县": "770101", "西县": "780202", "南县": "790303"}
COUNTS = {"770101": 15, "780202": 6, "790303": 6}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Lines]:
    """Three linked registers with some families each."""
    folder = tmp_path_factory.mktemp("between")
    made = start(folder, PLACES, draw=random.Random(SEED), prepared=Registers(folder).prepare())
    yield made
    for one in made.registers:
        one.end()


@pytest.fixture(scope="module")
def families(lines: Lines) -> dict[str, list[list[str]]]:
    """Numbers of people by family and register."""
    return {
        one.name: [
            [person["number"] for person in family]
            for family in one.do("families", code=one.code, count=COUNTS[one.code], size=3)
        ]
        for one in lines.registers
    }


@pytest.fixture
def east(lines: Lines) -> Register:
    return lines.named("东县")


@pytest.fixture
def west(lines: Lines) -> Register:
    return lines.named("西县")


def stays(register: Register, number: str) -> list[tuple[str, str, str]]:
    """The usual residences of somebody there."""
    return [tuple(stay) for stay in register.do("lines").get(number, [])]


def move_at(register: Register, key: str) -> dict[str, object]:
    """A move as it stands there."""
    return next(move for move in register.do("moves") if move["id"] == key)


def arrived(lines: Lines, register: Register, key: str, day: str, room: str, first: int = 0) -> None:
    """Register an arrival, and carry what follows."""
    at = register.do("flat", code=register.code, room=room)
    register.do("step", code=register.code, move=key, key="arrive", at=at, day=day, first=first)
    lines.drain()


class TestOneMove:
    def test_who_moves_counts_at_the_old_place_until_that_lets_go(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        numbers = families["东县"][0]
        key = east.do("declare", code=east.code, numbers=numbers, day="2026-10-01", to=f"{west.code}001002")
        lines.drain()
        at = west.do("flat", code=west.code, room="101室")
        west.do("step", code=west.code, move=key, key="arrive", at=at, day="2026-10-03", first=0)

        assert stays(west, numbers[0]) == []  # the other register has not let go
        assert stays(east, numbers[0]) == [("770101001001", "2010-01-01", "")]
        lines.drain()

        assert [stays(west, number) for number in numbers] == [[("780202001002", "2026-10-03", "")]] * 3
        assert [stays(east, number) for number in numbers] == [[("770101001001", "2010-01-01", "2026-10-03")]] * 3
        assert move_at(west, key)["state"] == move_at(east, key)["state"] == "confirmed"

    def test_a_move_to_the_county_is_handed_on_there_and_stays_with_the_community(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        numbers, community = families["东县"][8], f"{west.code}001002"
        key = east.do("declare", code=east.code, numbers=numbers, day="2026-10-01", to=west.code)
        lines.drain()
        assert move_at(west, key)["codes"][1] == f"{west.code}000000"
        west.do("hand_on", code=west.code, move=key, community=community)
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-10-02")
        lines.drain()
        assert move_at(west, key)["codes"][1] == community  # the keeper's word on our end is wider
        assert move_at(east, key)["codes"][1] == f"{west.code}000000"
        everybody = set(move_at(west, key)["people"])  # type: ignore[call-overload]
        arrived(lines, west, key, "2026-10-03", "108室", first=1)
        assert move_at(east, key)["state"] == "confirmed"
        (rest,) = (one for one in west.do("moves") if one["id"] != key and everybody & set(one["people"]))
        assert rest["codes"][1] == community  # those who come later too
        assert verifying.faults(lines.registers) == []

    def test_part_of_a_household_moves_and_comes_back(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first, second, third = families["东县"][1]
        key = east.do(
            "declare", code=east.code, numbers=[first, second, third], day="2026-09-01", to=f"{west.code}001002"
        )
        lines.drain()
        arrived(lines, west, key, "2026-09-02", "102室", first=1)
        counted = [number for number in (first, second, third) if stays(west, number)]

        assert len(counted) == 1
        back = west.do("declare", code=west.code, numbers=counted, day="2026-10-01", to=f"{east.code}001002")
        lines.drain()
        arrived(lines, east, back, "2026-10-02", "103室")

        assert stays(east, counted[0]) == [
            ("770101001001", "2010-01-01", "2026-09-02"), ("770101001002", "2026-10-02", "")
        ]  # fmt: skip
        assert stays(west, counted[0]) == [("780202001002", "2026-09-02", "2026-10-02")]
        assert verifying.faults(lines.registers) == []

    def test_the_destination_answers_that_nobody_has_come_and_accepts_what_was_corrected(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number = families["东县"][11][0]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-20", to=f"{west.code}001002")
        lines.drain()
        west.do("step", code=west.code, move=key, key="not_yet")
        lines.drain()
        assert [move_at(one, key)["steps"][-1][1] for one in (east, west)] == ["not_yet"] * 2
        assert stays(east, number) == [("770101001001", "2010-01-01", "")]
        with pytest.raises(Refusal):  # once is enough
            west.do("step", code=west.code, move=key, key="not_yet")

        arrived(lines, west, key, "2026-09-15", "112室")
        assert move_at(west, key)["state"] == "arrived"
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-25")
        with pytest.raises(Refusal):  # of the correction nothing is known there yet
            west.do("step", code=west.code, move=key, key="accept")
        lines.drain()
        west.do("step", code=west.code, move=key, key="accept")
        assert move_at(west, key)["state"] == "arrived"
        lines.drain()
        assert [move_at(one, key)["state"] for one in (east, west)] == ["confirmed"] * 2
        assert (stays(east, number)[-1][2], stays(west, number)[-1][1]) == ("2026-09-25", "2026-09-25")
        assert verifying.faults(lines.registers) == []

    def test_what_is_corrected_again_meanwhile_is_not_accepted_unseen(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number = families["东县"][12][0]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-20", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-15", "113室")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-25")
        lines.drain()
        west.do("step", code=west.code, move=key, key="accept")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-28")
        lines.drain()
        assert move_at(west, key)["refused"]
        assert [move_at(one, key)["state"] for one in (east, west)] == ["arrived"] * 2
        west.do("step", code=west.code, move=key, key="accept")
        lines.drain()
        assert verifying.faults(lines.registers) == []

    def test_an_older_register_takes_what_is_accepted_for_a_correction(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number = families["东县"][13][0]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-20", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-15", "114室")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-25")
        lines.drain()
        west.do("step", code=west.code, move=key, key="accept")
        (parcel,) = west.do("outgoing")
        older = []
        for content in parcel["contents"]:
            document = json.loads(base64.b64decode(content))
            del document["data"]["step"], document["data"]["number"]  # it passes over what it does not know
            older.append(base64.b64encode(json.dumps(document).encode()).decode())
        west.do("acknowledged", sender=east.name, answers=east.do("incoming", sender=west.name, contents=older))
        lines.drain()
        assert [one[1] for one in move_at(west, key)["steps"]][-2:] == ["correct", "confirm"]
        assert [move_at(one, key)["state"] for one in (east, west)] == ["confirmed"] * 2
        assert verifying.faults(lines.registers) == []

    def test_an_arrival_without_a_declaration_is_asked_for_and_answered(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number = families["东县"][2][0]
        at = west.do("flat", code=west.code, room="104室")
        key = west.do("ask", code=west.code, numbers=[number], day="2026-10-05", at=at, registered=f"{east.code}001001")
        lines.drain()

        assert move_at(east, key)["state"] == "asked"
        assert stays(east, number) == [("770101001001", "2010-01-01", "")]
        east.do("step", code=east.code, move=key, key="confirm")
        lines.drain()
        assert stays(west, number) == [("780202001002", "2026-10-05", "")]

    def test_whom_nobody_knows_there_counts_where_they_arrived(
        self, lines: Lines, west: Register, east: Register
    ) -> None:
        unknown = "770101199001010015"
        at = west.do("flat", code=west.code, room="105室")
        key = west.do(
            "ask", code=west.code, numbers=[unknown], day="2026-10-05", at=at, registered=f"{east.code}001001"
        )
        assert stays(west, unknown) == []
        lines.drain()

        assert stays(west, unknown) == [("780202001002", "2026-10-05", "")]
        assert move_at(west, key)["state"] == "confirmed"

    def test_who_moved_on_is_asked_for_where_they_went(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number, south = families["东县"][3][0], lines.named("南县")
        key = east.do("declare", code=east.code, numbers=[number], day="2026-08-01", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-08-02", "106室")
        at = south.do("flat", code=south.code, room="101室")
        asked = south.do(
            "ask", code=south.code, numbers=[number], day="2026-10-05", at=at, registered=f"{east.code}001001"
        )
        lines.drain()

        assert move_at(west, asked)["state"] == "asked"  # the register of the old home knows where they went
        west.do("step", code=west.code, move=asked, key="confirm")
        lines.drain()
        assert stays(south, number) == [("790303001002", "2026-10-05", "")]
        assert verifying.faults(lines.registers) == []

    def test_an_arrival_that_crosses_with_a_cancellation_is_refused_in_words(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        number = families["东县"][4][0]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-10-01", to=f"{west.code}001002")
        lines.drain()
        lines.cut.add("东县")
        at = west.do("flat", code=west.code, room="107室")
        west.do("step", code=west.code, move=key, key="arrive", at=at, day="2026-10-03", first=0)
        east.do("step", code=east.code, move=key, key="cancel")
        lines.drain()

        assert stays(east, number) == [("770101001001", "2010-01-01", "")]
        assert stays(west, number) == []
        assert move_at(west, key)["state"] == "cancelled"
        assert len(move_at(west, key)["refused"]) == 1  # type: ignore[arg-type]

    def test_a_death_takes_somebody_out_of_the_move_at_both_ends(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        numbers = families["东县"][6]
        key = east.do("declare", code=east.code, numbers=numbers, day="2026-10-01", to=f"{west.code}001002")
        lines.drain()
        east.do("die", code=east.code, number=numbers[2], day="2026-10-02")
        lines.drain()

        assert len(move_at(east, key)["people"]) == 2  # type: ignore[arg-type]
        assert move_at(west, key)["people"] == move_at(east, key)["people"]
        at = west.do("flat", code=west.code, room="130室")
        asked = west.do(
            "ask", code=west.code, numbers=[numbers[2]], day="2026-10-01", at=at, registered=f"{east.code}001001"
        )
        lines.drain()  # nobody begins to count anywhere by the papers of somebody who has died
        assert (move_at(west, asked)["state"], stays(west, numbers[2])) == ("cancelled", [])
        assert verifying.faults(lines.registers) == []

    def test_who_has_died_does_not_arrive_by_a_declaration_that_had_lapsed(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 5
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-06-01", to=f"{west.code}001002")
        east.do("step", code="7", move=key, key="lapse")
        east.do("die", code=east.code, number=number, day="2026-07-01")
        lines.drain()
        arrived(lines, west, key, "2026-08-01", "131室")
        assert stays(west, number) == []
        assert "登记" in str(move_at(west, key)["refused"])
        with pytest.raises(Refusal, match="重新申报"):
            east.do("step", code=east.code, move=key, key="change_destination", to=f"{west.code}001001")
        assert verifying.faults(lines.registers) == []

    def test_who_has_died_is_left_out_when_the_others_arrive_by_a_declaration_that_had_lapsed(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 13
        numbers = [one["number"] for one in east.do("families", code=east.code, count=1, size=2, first=first)[0]]
        key = east.do("declare", code=east.code, numbers=numbers, day="2026-06-01", to=f"{west.code}001002")
        lines.drain()
        east.do("step", code="7", move=key, key="lapse")
        east.do("die", code=east.code, number=numbers[1], day="2026-07-01")
        lines.drain()
        arrived(lines, west, key, "2026-08-01", "140室", first=1)
        assert [len(move_at(one, key)["people"]) for one in (east, west)] == [1, 1]  # type: ignore[arg-type]
        assert stays(west, numbers[0]) == [(f"{west.code}001002", "2026-08-01", "")]
        assert verifying.faults(lines.registers) == []

    def test_who_has_died_where_they_arrived_is_not_called_back_to_life_by_a_later_day_of_arrival(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 6
        numbers = [one["number"] for one in east.do("families", code=east.code, count=1, size=2, first=first)[0]]
        key = east.do("declare", code=east.code, numbers=numbers, day="2026-09-20", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-01", "132室")  # so early that the ends differ
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-21")
        lines.drain()
        west.do("step", code=west.code, move=key, key="accept")
        west.do("die", code=west.code, number=numbers[1], day="2026-09-02")
        lines.drain()
        assert move_at(east, key)["state"] == move_at(west, key)["state"] == "confirmed"
        assert [stay[1:] for stay in stays(west, numbers[0])] == [("2026-09-21", "")]
        assert stays(west, numbers[1]) == []
        assert verifying.faults(lines.registers) == []

    def test_an_arrival_is_not_taken_back_once_they_have_left_again_and_come_back(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 7
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-02", "133室")
        away = west.do("declare", code=west.code, numbers=[number], day="2026-09-10", to=f"{east.code}001001")
        lines.drain()
        arrived(lines, east, away, "2026-09-28", "134室")  # so late that the ends differ
        west.do("step", code=west.code, move=away, key="return", day="2026-09-30")
        lines.drain()
        assert move_at(east, away)["state"] == "returned"
        with pytest.raises(Refusal, match="此后又有"):
            west.do("step", code=west.code, move=key, key="withdraw")
        lines.drain()
        assert verifying.faults(lines.registers) == []

    def test_nobody_is_taken_home_from_where_they_have_moved_on_since(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"])
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-01", "120室")
        again = west.do("declare", code=west.code, numbers=[number], day="2026-10-01", to=f"{west.code}001001")
        arrived(lines, west, again, "2026-10-02", "121室")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-20")
        lines.drain()

        with pytest.raises(Refusal, match="此后可能已在对方"):
            east.do("step", code=east.code, move=key, key="return", day="2026-09-30")
        east.do("step", code=east.code, move=key, key="confirm")
        lines.drain()
        assert [stay[1:] for stay in stays(west, number)] == [("2026-09-01", "2026-10-02"), ("2026-10-02", "")]
        assert verifying.faults(lines.registers) == []

    def test_nor_where_the_destination_had_accepted_a_correction(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 2
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-20", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-01", "124室")  # so early that the ends differ
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-21")
        lines.drain()
        west.do("step", code=west.code, move=key, key="accept")
        lines.drain()
        assert move_at(east, key)["state"] == "confirmed"
        again = west.do("declare", code=west.code, numbers=[number], day="2026-10-01", to=f"{west.code}001001")
        arrived(lines, west, again, "2026-10-02", "125室")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-08-20")
        lines.drain()
        with pytest.raises(Refusal, match="此后可能已在对方"):
            east.do("step", code=east.code, move=key, key="return", day="2026-09-30")
        east.do("step", code=east.code, move=key, key="confirm")
        lines.drain()
        assert verifying.faults(lines.registers) == []

    def test_what_a_level_above_both_says_for_the_destination_counts_there_too(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 3
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        with pytest.raises(Refusal, match="由对方"):  # what only they can know is theirs to say
            east.do("step", code="7", move=key, key="not_yet")
        arrived(lines, west, key, "2026-08-25", "126室")  # before the day that was declared: the ends differ
        east.do("step", code="7", move=key, key="correct", side="destination", day="2026-09-05")
        lines.drain()
        assert (stays(east, number)[-1][2], stays(west, number)[-1][1]) == ("2026-09-05", "2026-09-05")
        with pytest.raises(Refusal, match="由对方"):  # both agree: from now on they may have moved on there
            east.do("step", code="7", move=key, key="correct", side="destination", day="2026-09-06")
        assert verifying.faults(lines.registers) == []

    def test_who_was_announced_elsewhere_and_arrives_at_home_is_told_gone(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 4
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        at = east.do("flat", code=east.code, room="127室")
        east.do("step", code="7", move=key, key="arrive", at=at, day="2026-09-02", first=0)
        lines.drain()
        assert move_at(west, key)["gone"]
        east.do("step", code="7", move=key, key="confirm")  # the declaration had named another place
        own = east.do("declare", code=east.code, numbers=[number], day="2026-10-01", to=f"{west.code}001002")
        lines.drain()
        assert move_at(west, own)["state"] == "told"
        east.do("step", code=east.code, move=own, key="cancel")
        lines.drain()
        assert verifying.faults(lines.registers) == []

    def test_a_question_is_taken_back_though_they_have_moved_since_it_was_asked(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 1
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        at = west.do("flat", code=west.code, room="122室")
        west.do("ask", code=west.code, numbers=[number], day="2026-09-01", at=at, registered=f"{east.code}001001")
        (key,) = (move["id"] for move in west.do("moves") if move["state"] == "asked")
        own = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{east.code}001002")
        arrived(lines, east, own, "2026-09-02", "123室")  # the question comes after it
        assert move_at(east, key)["state"] == "asked"

        west.do("step", code=west.code, move=key, key="cancel")
        lines.drain()
        assert [move_at(one, key)["state"] for one in (east, west)] == ["cancelled"] * 2
        assert [stay[1:] for stay in stays(east, number)] == [("2010-01-01", "2026-09-02"), ("2026-09-02", "")]
        assert verifying.faults(lines.registers) == []

    def test_a_question_is_taken_back_though_both_had_confirmed_it_and_one_end_had_it_corrected(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 12
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        at = west.do("flat", code=west.code, room="139室")
        key = west.do("ask", code=west.code, numbers=[number], day="2026-09-11", at=at, registered=f"{east.code}001001")
        lines.drain()
        lines.cut.add("东县")
        west.do("step", code=west.code, move=key, key="cancel")
        east.do("step", code=east.code, move=key, key="confirm")
        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-10-06")
        lines.drain()

        assert [(move_at(one, key)["state"], move_at(one, key)["waits"]) for one in (east, west)] == [
            ("told", False)
        ] * 2
        assert [stay[1:] for stay in stays(east, number)] == [("2010-01-01", "")]
        assert stays(west, number) == []
        assert verifying.faults(lines.registers) == []

    def test_nobody_is_asked_for_while_a_correction_of_their_arrival_is_not_answered(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first, south = len(families["东县"]) + 20, lines.named("南县")
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-02", "151室")
        lines.cut.add("东县")
        west.do("step", code=west.code, move=key, key="correct", side="destination", day="2026-09-05")
        at = south.do("flat", code=south.code, room="152室")
        asked = south.do(
            "ask", code=south.code, numbers=[number], day="2026-10-05", at=at, registered=f"{west.code}001001"
        )
        for _round in range(4):
            lines.round()
        assert asked not in {move["id"] for move in west.do("moves")}  # their days here may still change
        lines.drain()
        lines.round()  # the question has waited meanwhile
        west.do("step", code=west.code, move=asked, key="confirm")
        lines.drain()

        assert stays(west, number) == [("780202001002", "2026-09-05", "2026-10-05")]
        assert stays(south, number) == [("790303001002", "2026-10-05", "")]
        assert verifying.faults(lines.registers) == []

    def test_the_place_left_corrects_to_which_community_they_went(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 21
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001001")
        lines.drain()
        arrived(lines, west, key, "2026-09-02", "161室")  # in the second community
        assert [move_at(one, key)["state"] for one in (east, west)] == ["arrived"] * 2
        right = {"side": "origin", "to": f"{west.code}001002"}
        with pytest.raises(Refusal, match="流出地"):  # also by who works above both, where the move is not kept
            west.do("step", code="7", move=key, key="correct", **right)
        east.do("step", code=east.code, move=key, key="correct", **right)
        lines.drain()

        assert [move_at(one, key)["state"] for one in (east, west)] == ["confirmed"] * 2
        assert stays(west, number) == [("780202001002", "2026-09-02", "")]
        assert verifying.faults(lines.registers) == []

    def test_nobody_arrives_by_a_move_that_leads_elsewhere_by_now(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 14
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-10-01", to=f"{west.code}001002")
        lines.drain()
        east.do("step", code=east.code, move=key, key="change_destination", to=f"{east.code}001002")
        lines.drain()
        at = west.do("flat", code=west.code, room="141室")
        with pytest.raises(Refusal, match="去往别处"):  # also by who works above both, or has the paper in hand
            west.do("step", code="7", move=key, key="arrive", at=at, day="2026-10-03", first=0)
        there = move_at(west, key)
        assert (there["gone"], there["waits"], there["codes"][1]) == (True, False, "")  # type: ignore[index]
        arrived(lines, east, key, "2026-10-03", "142室")
        assert verifying.faults(lines.registers) == []

    def test_nobody_takes_steps_of_a_move_that_another_register_keeps(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        key = east.do(
            "declare", code=east.code, numbers=families["东县"][5][:1], day="2026-10-01", to=f"{west.code}001002"
        )
        lines.drain()

        with pytest.raises(Refusal, match="对方"):
            west.do("step", code=west.code, move=key, key="return", day="2026-10-05")
        with pytest.raises(Refusal, match="另一登记系统主管"):  # nor by who works above both
            west.do("step", code="7", move=key, key="lapse")
        assert move_at(west, key)["state"] == "told"

    def test_nor_does_the_level_above_where_they_have_moved_on_in_the_other_one(
        self, lines: Lines, families: dict[str, list[list[str]]], east: Register, west: Register
    ) -> None:
        first = len(families["东县"]) + 9
        number = east.do("families", code=east.code, count=1, size=1, first=first)[0][0]["number"]
        key = east.do("declare", code=east.code, numbers=[number], day="2026-09-01", to=f"{west.code}001002")
        lines.drain()
        arrived(lines, west, key, "2026-09-01", "135室")
        again = west.do("declare", code=west.code, numbers=[number], day="2026-10-01", to=f"{west.code}001001")
        arrived(lines, west, again, "2026-10-02", "136室")

        east.do("step", code=east.code, move=key, key="correct", side="origin", day="2026-09-21")
        with pytest.raises(Refusal, match="由对方办理"):
            east.do("step", code="7", move=key, key="withdraw")
        east.do("step", code="7", move=key, key="confirm")
        lines.drain()
        assert [stay[1:] for stay in stays(west, number)] == [("2026-09-01", "2026-10-02"), ("2026-10-02", "")]
        assert verifying.faults(lines.registers) == []

    def test_a_register_that_speaks_of_places_of_others_is_not_believed(self, lines: Lines, west: Register) -> None:
        south = lines.named("南县")
        told = {
            "move": "0190b6a0-0000-7000-8000-000000000001", "made_at": "2026-10-01T00:00:00Z",
            "origin": {"code": "770101001001000", "to_where": "area", "to_code": f"{west.code}001002000", "day": "2026-10-01"},
            "people": [{
                "mover": "0190b6a0-0000-7000-8000-000000000002", "person": "0190b6a0-0000-7000-8000-000000000003", "name": "张三",
            }],
            "steps": [{"number": 1, "step": "declare", "after": "declared", "by": "origin", "at": "2026-10-01T00:00:00Z"}],
        }  # fmt: skip
        south.do("post", to=west.name, kind="move.declaration", data=told)
        lines.drain()

        assert [fault for fault in west.do("faults") if "不归其管辖" in fault] != []
        assert all(move["id"] != "0190b6a0000070008000000000000001" for move in west.do("moves"))
        west.do("give_up")


@pytest.mark.parametrize("seed", [1, 5])
def test_whatever_staff_do_and_whatever_befalls_the_lines(
    lines: Lines, families: dict[str, list[list[str]]], seed: int
) -> None:
    draw = lines.draw = random.Random(seed)
    numbers = [number for made in families.values() for family in made for number in family]
    places = [f"{one.code}00100{number}" for one in lines.registers for number in (1, 2)]
    first = dt.date.today() - dt.timedelta(days=12)  # noqa: DTZ011
    lines.loss, lines.doubling, lines.delay, lines.killing = 0.15, 0.15, 0.2, 0.02
    for place in range(5):
        for one in lines.registers:
            one.do(
                "work", code=one.code, seed=draw.randrange(10**9), count=12, day=str(first + dt.timedelta(days=place)),
                places=places, numbers=numbers,
            )  # fmt: skip
        lines.cut = {draw.choice(lines.registers).name} if draw.random() < 0.3 else set()
        lines.round()
    lines.drain()

    assert verifying.faults(lines.registers) == []


def test_a_register_that_lies_about_somebody_here_ends_nobodys_stay(
    lines: Lines, families: dict[str, list[list[str]]], west: Register
) -> None:
    south, first = lines.named("南县"), len(families["西县"])
    number = west.do("families", code=west.code, count=1, size=2, first=first)[0][0]["number"]  # who has never moved
    before = stays(west, number)
    key, mover = "0190b6a0-0000-7000-8000-000000000011", "0190b6a0-0000-7000-8000-000000000012"
    at = "2026-10-01T00:00:00Z"
    origin = {
        "code": f"{south.code}001001000",
        "to_where": "area",
        "to_code": f"{west.code}001002000",
        "day": "2026-10-01",
    }
    somebody = {"mover": mover, "person": mover, "documents": [{"kind": "resident_id", "number": number}]}
    first = [{"number": 1, "step": "declare", "after": "declared", "by": "origin", "at": at}]
    told = {"move": key, "made_at": at, "origin": origin, "people": [somebody], "steps": first}
    south.do("post", to=west.name, kind="move.declaration", data=told)
    steps = [
        {
            "number": 2,
            "step": "depart",
            "before": "declared",
            "after": "away",
            "by": "origin",
            "at": at,
            "day": "2026-10-01",
        },
        {
            "number": 3,
            "step": "return",
            "before": "away",
            "after": "returned",
            "by": "origin",
            "at": at,
            "day": "2026-10-02",
        },
    ]
    people = [{"mover": mover, "by_origin": True, "by_destination": False}]
    notice = {"move": key, "origin": origin, "destination": {}, "people": people, "steps": steps}
    south.do("post", to=west.name, kind="move.notice", data=notice)
    lines.drain()

    assert stays(west, number) == before
    key = west.do("declare", code=west.code, numbers=[number], day="2026-10-03", to=f"{west.code}001002")
    west.do("step", code=west.code, move=key, key="cancel")  # and their own changes are not held up
