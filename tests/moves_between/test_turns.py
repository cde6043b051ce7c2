"""Many messages of another register together: read and written in a number of statements that does not grow with theirs."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moves_between.registers import Lines, Register, start
from tests.peers.registers import Registers

EAST, WEST = "770101", "770102"


@pytest.fixture
def lines(tmp_path: Path, django_db_setup: None) -> Iterator[Lines]:
    found = start(tmp_path, {"东县": EAST, "西县": WEST}, prepared=Registers(tmp_path).prepare(), draw=random.Random(1))
    yield found
    for one in found.registers:
        one.end()


def carry(sender: Register, receiver: Register) -> int:
    """Carry what waits to one register, and apply it there; the statements that took."""
    for one in sender.do("outgoing"):
        answers = receiver.do("incoming", sender=sender.name, contents=one["contents"])
        sender.do("acknowledged", sender=receiver.name, answers=answers)
    return int(receiver.do("statements"))


def test_a_turn_takes_as_many_statements_for_forty_messages_as_for_ten(lines: Lines) -> None:
    east, west = lines.registers
    found, first = [], 0
    for count in (5, 10, 40):  # the first ones make the key of the day, and what else there is only once
        made = east.do("families", code=EAST, count=count, size=1, first=first)
        first += count
        people = [family[0]["person"] for family in made]
        east.do("declare_each", code=EAST, people=people, day="2026-10-01", to=f"{WEST}001002")
        declared = carry(east, west)
        west.do("arrive_each", code=WEST, day="2026-10-03")
        found.append((declared, carry(west, east), carry(east, west)))
    assert found[1] == found[2]
    assert max(found[2]) < 90
    assert all(
        move["state"] == "confirmed" and not move["waits"] for one in lines.registers for move in one.do("moves")
    )
    assert east.do("faults") == west.do("faults") == []
