"""Two registers compared: who is found at either end, what travels, and what becomes of it when lines and processes fail."""

import base64
import datetime as dt
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from domicile.core.messages import journals
from tests import factories
from tests.moves_between.registers import Failed, Lines, Refusal, Register
from tests.peers.registers import SETTINGS, Registers, environment

EAST, WEST = ("东县", "770101"), ("西县", "780202")
BORN = "1985-03-14"


class Here(Register):
    """A register with the commands of these tests."""

    def start(self) -> None:
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.comparisons.inside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment(self.home, self.settings), cwd=self.home, text=True,
        )  # fmt: skip
        self._answer()


def born(text: str) -> Any:
    return dt.date.fromisoformat(text)


def number(serial: int, day: str = BORN) -> str:
    return factories.number_of(birth_date=born(day), serial=serial, county=WEST[1])


def somebody(**fields: Any) -> dict[str, Any]:
    plain = {"name": "张伟东", "sex": "1", "born": BORN, "number": None, "registered_code": f"{WEST[1]}001001"}
    return {**plain, **fields}


TELEPHONE = "15451230001"
#: The same people at both ends, as each end has them; whoever is None lives at one end alone.
TRUTH: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = {
    "number": (
        somebody(name="李雪梅", sex="2", number=number(1)),
        somebody(name="李学梅", sex="2", number=number(1), born="1985-03-15"),
    ),
    "homophone": (somebody(name="王晓文"), somebody(name="王小雯", number=number(2))),
    "digit": (somebody(name="赵建国", number=number(3)), somebody(name="赵建国", number=number(33))),
    "phone": (somebody(name="孙丽华", born=None, phone=TELEPHONE), somebody(name="孙丽华", born="1970-01-02", phone=TELEPHONE)),
    "day and month": (somebody(name="周文静", born="1990-05-07"), somebody(name="周文静", born="1990-07-05")),
    "other sex": (somebody(name="吴俊杰", sex="1"), somebody(name="吴俊杰", sex="2")),  # is missed
    "here alone": (somebody(name="郑海波", number=number(7), born="1961-02-03"), None),
    "there alone": (None, somebody(name="冯玉兰", number=number(8), born="1962-02-03")),
    "not agreed on": (
        somebody(name="陈春生", number=number(9), registered_code="770101001001"),
        somebody(name="陈春生", number=number(9), registered_code="770101001001"),
    ),
}  # fmt: skip
MISSED = {"other sex", "here alone", "there alone", "not agreed on"}


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Lines]:
    """Two linked registers."""
    tmp_path = tmp_path_factory.mktemp("compared")
    prepared = Registers(tmp_path).prepare()
    registers: list[Register] = []
    for name, code in (EAST, WEST):
        shutil.copytree(prepared, tmp_path / name)
        registers.append(Here(name, code, tmp_path / name, SETTINGS))
    try:
        cards = []
        for one in registers:
            one.do("settle", name=one.name, code=one.code)
            cards.append(one.do("found", name=one.name, code=one.code))
        for one, card in zip(registers, reversed(cards), strict=True):
            one.do("link", card=card)
        yield Lines(registers, random.Random(7))
    finally:
        for one in registers:
            one.end()


@pytest.fixture
def east(lines: Lines) -> Register:
    return lines.named(EAST[0])


@pytest.fixture
def west(lines: Lines) -> Register:
    return lines.named(WEST[0])


@pytest.fixture(autouse=True)
def harmless(lines: Lines) -> Iterator[None]:
    """What a test did to a process or to the lines ends with it."""
    yield
    lines.loss = lines.doubling = lines.delay = 0.0
    for one in lines.registers:
        one.do("honest")
        one.do("close")
    lines.drain()


@pytest.fixture(scope="module")
def people(lines: Lines) -> dict[str, tuple[str, str]]:
    """The ids of everybody of TRUTH at either end; '' where they do not live."""
    ids = []
    for end, register in enumerate(lines.registers):
        told = {key: pair[end] for key, pair in TRUTH.items() if pair[end] is not None}
        ids.append(
            dict(zip(told, register.do("residents", code=register.code, people=list(told.values())), strict=True))
        )
    return {key: (ids[0].get(key, ""), ids[1].get(key, "")) for key in TRUTH}


def go_on(lines: Lines, rounds: int = 8) -> None:
    """Messages and workers, until nothing moves."""
    for _round in range(rounds):
        for one in lines.registers:
            one.do("run")
        lines.drain()


def agreed(lines: Lines, east: Register, west: Register) -> str:
    key: str = east.do("propose", code=east.code, to=west.name, places=[west.code])
    lines.drain()
    west.do("accept", code=west.code, comparison=key)
    return key


def whom(register: Register, key: str, people: dict[str, tuple[str, str]]) -> set[str]:
    end = 0 if register.name == EAST[0] else 1
    names = {ids[end]: name for name, ids in people.items() if ids[end]}
    return {names[one] for one in register.do("whom", key=key)}


def test_each_end_finds_whom_both_have(lines: Lines, east: Register, west: Register, people: dict[str, Any]) -> None:
    key = agreed(lines, east, west)
    go_on(lines)
    both = set(TRUTH) - MISSED
    assert whom(east, key, people) == whom(west, key, people) == both
    assert east.do("whom", key=key)[people["number"][0]] == "number name_birth name_tail"
    assert east.do("whom", key=key)[people["homophone"][0]] == "name_birth"
    for one in lines.registers:
        told = one.do("comparison", key=key)
        assert (told["state"], told["found"], told["parts"], told["secret"]) == ("done", len(both), 0, False)
    assert _disagreements(lines, east, west) == []


def test_the_people_compared_can_see_it_at_both_ends(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    before = [len(one.do("looks")) for one in lines.registers]
    agreed(lines, east, west)
    go_on(lines)
    for one, had in zip(lines.registers, before, strict=True):
        assert one.do("looks")[had:] == ["王经办 register_maintenance 7"]


def test_nothing_that_names_anybody_travels(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    agreed(lines, east, west)
    for one in (west, east):
        lines.drain()
        one.do("run")
    lines.drain()  # the tokens have come, and west has doubled nothing yet: what lies in the boxes can be looked at
    bytes_there = [base64.b64decode(text) for one in lines.registers for text in one.do("unsealed")]
    assert len(bytes_there) == 2
    go_on(lines)
    bytes_there += [base64.b64decode(text) for one in lines.registers for text in one.do("sent")]
    assert len(bytes_there) > 7
    for content in bytes_there:
        for needle in _needles():
            assert needle not in content, needle


def _needles() -> Iterator[bytes]:
    """Every name, number, birth date and phone of anybody, as text, as JSON writes it, in hex and in base64."""
    told = [fields for pair in TRUTH.values() for fields in pair if fields is not None]
    texts = {str(fields[key]) for fields in told for key in ("name", "number", "born", "phone") if fields.get(key)}
    texts |= {text.replace("-", "") for text in texts}
    texts |= {str(fields["number"])[10:17] for fields in told if fields["number"]}
    for text in texts:
        raw = text.encode()
        yield from (raw, json.dumps(text)[1:-1].encode(), raw.hex().encode(), base64.b64encode(raw).rstrip(b"="))


def test_lines_that_lose_and_double_and_a_process_that_is_killed(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    for one in lines.registers:
        one.do("small_parts", size=5)
    key = agreed(lines, east, west)
    lines.loss, lines.doubling, lines.delay = 0.3, 0.4, 0.3
    for step, one in (("comparison.tokens", west), ("comparison.tokens", east), ("comparison.doubled", west)):
        killed(lines, one, step)
        one.do("small_parts", size=5)
        for _round in range(4):
            lines.round()
    go_on(lines)
    assert whom(east, key, people) == whom(west, key, people) == set(TRUTH) - MISSED
    assert _disagreements(lines, east, west) == []


def killed(lines: Lines, one: Register, step: str) -> None:
    """Let the worker of a register be killed in this step."""
    for _round in range(30):
        lines.round()
        for other in lines.registers:
            if other is not one and step == "comparison.doubled":
                other.do("run")
        try:
            one.do("run_and_die", step=step)
        except Failed:
            return
    raise AssertionError(f"{one.name} came never to {step}")


def test_where_there_is_no_line_files_are_carried(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    key = east.do("propose", code=east.code, to=west.name, places=[west.code])
    carry(east, west)
    west.do("accept", code=west.code, comparison=key)
    for _round in range(3):
        for sender, receiver in ((west, east), (east, west)):
            sender.do("run")
            carry(sender, receiver)
    west.do("run")
    assert whom(east, key, people) == whom(west, key, people) == set(TRUTH) - MISSED


def carry(sender: Register, receiver: Register) -> None:
    """Take a file with what waits to the other register, and its answers back."""
    try:
        content, code = sender.do("write_file", to=receiver.name)
    except Refusal:  # nothing waits
        return
    answers = receiver.do("read_file", sender=sender.name, content=content, code=code)
    receiver.do("apply")
    if answers:
        sender.do("read_file", sender=receiver.name, content=answers[0], code=answers[1])


def test_a_proposal_that_is_declined_sends_nothing_of_anybody(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    before = [one.do("looks") for one in lines.registers]
    key = east.do("propose", code=east.code, to=west.name, places=[west.code])
    lines.drain()
    assert west.do("comparison", key=key)["theirs"] == 50  # rounded up
    west.do("refuse", code=west.code, comparison=key)
    go_on(lines)
    for one in lines.registers:
        told = one.do("comparison", key=key)
        assert (told["state"], told["words"], told["secret"]) == ("refused", "目前不比对", False)
    assert [one.do("looks") for one in lines.registers] == before
    with pytest.raises(Refusal, match=r"(?i)stands now|状态"):
        west.do("accept", code=west.code, comparison=key)


def test_stopped_in_the_middle_everything_of_it_goes(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    key = agreed(lines, east, west)
    for one in lines.registers:
        one.do("run")
    lines.drain()
    assert east.do("comparison", key=key)["parts"] > 0
    east.do("stop", code=east.code, comparison=key)
    go_on(lines)
    for one in lines.registers:
        told = one.do("comparison", key=key)
        assert (told["state"], told["parts"], told["secret"], told["found"]) == ("stopped", 0, False, 0)


def test_withdrawn_while_the_other_end_accepts(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    key = east.do("propose", code=east.code, to=west.name, places=[west.code])
    lines.drain()
    west.do("accept", code=west.code, comparison=key)
    east.do("stop", code=east.code, comparison=key)
    west.do("run")
    go_on(lines)
    assert {one.do("comparison", key=key)["state"] for one in lines.registers} == {"stopped"}
    assert not any(one.do("faults") for one in lines.registers)


def test_a_peer_that_asks_for_more_than_was_agreed_gets_nothing(
    lines: Lines, east: Register, west: Register, people: dict[str, Any]
) -> None:
    west.do("more_tokens", count=400)
    key = agreed(lines, east, west)
    go_on(lines)
    for one in lines.registers:
        assert (one.do("comparison", key=key)["state"], one.do("comparison", key=key)["found"]) == ("stopped", 0)


def test_who_is_not_of_either_register_is_refused(lines: Lines, east: Register, west: Register) -> None:
    with pytest.raises(Refusal):
        east.do("propose", code=east.code, to=west.name, places=["790303"])
    with pytest.raises(Refusal):
        east.do("propose", code=east.code, to=west.name, places=[west.code, f"{west.code}001"])


def _disagreements(lines: Lines, east: Register, west: Register) -> list[object]:
    """What `domicile exchange compare` says of the two journals."""
    paths = {one.name: one.home / "journal.csv" for one in lines.registers}
    east.do("journals", paths={west.name: str(paths[EAST[0]])})
    west.do("journals", paths={east.name: str(paths[WEST[0]])})
    read = []
    for path in paths.values():
        with path.open(encoding="utf-8", newline="") as stream:
            read.append(journals.read(stream))
    return list(journals.compare(*read))
