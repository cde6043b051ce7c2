"""How a move goes: every legal step and no other, who may take it, what it needs; and the page that draws it."""

from pathlib import Path

import pytest

from domicile.core.moves import IllegalStep, check_step, open_states, owner_of, possible, states, steps
from domicile.core.moves.drawing import diagram, page
from domicile.core.moves.machine import NEW, PARTIES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "develop" / "moves.md"


def test_the_page_is_drawn_from_the_machine() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m domicile.core.moves.drawing > docs/develop/moves.md"


def test_every_step_leads_between_known_states_by_known_parties() -> None:
    known = set(states()) | {NEW}
    for step in steps().values():
        assert {state for way in step.ways for state in way} <= known
        assert set(step.who) <= set(PARTIES)
        assert step.zh
        assert step.en


def test_every_state_is_reached_and_every_open_one_can_be_left() -> None:
    after = {state for step in steps().values() for _before, state in step.ways}
    assert after == set(states())
    for state in open_states():
        assert any(before == state != end for step in steps().values() for before, end in step.ways)


def test_a_closed_move_changes_by_nothing_but_what_is_named() -> None:
    ways = {(step.key, before) for step in steps().values() for before in step.befores() if before in states()}
    closed = {(key, before) for key, before in ways if before not in open_states()}
    assert closed == {("arrive", "lapsed"), ("change_destination", "lapsed"), ("reopen", "confirmed")}


@pytest.mark.parametrize(
    ("key", "before", "after", "by", "why"),
    [
        ("confirm", "told", "confirmed", "origin", "state"),
        ("arrive", "told", "confirmed", "destination", "state"),
        ("arrive", "told", "arrived", "origin", "who"),
        ("lapse", "told", "lapsed", "destination", "who"),
        ("cancel", "told", "cancelled", "origin", "reason"),
        ("confirm", "asked", "confirmed", "for_origin", "who"),
    ],
)
def test_an_illegal_step_is_refused_and_says_why(key: str, before: str, after: str, by: str, why: str) -> None:
    with pytest.raises(IllegalStep) as refused:
        check_step(key, before=before, after=after, by=by)
    assert refused.value.why == why


def test_a_correction_of_the_place_left_is_accepted_right_after_it_and_nothing_else_is() -> None:
    way = {"before": "arrived", "after": "confirmed", "reason": "已核实"}
    for last in (("correct", "origin"), ("reopen", "origin")):
        check_step("accept", **way, by="destination", last=last)
    for last in (None, ("correct", "destination"), ("object", "origin"), ("arrive", "destination")):
        with pytest.raises(IllegalStep):
            check_step("accept", **way, by="destination", last=last)
    with pytest.raises(IllegalStep):
        check_step("accept", **way, by="origin", last=("correct", "origin"))
    with pytest.raises(IllegalStep):
        check_step("accept", **way | {"before": "asked"}, by="destination", last=("correct", "origin"))


def test_who_writes_for_an_end_beyond_reach_names_the_paper() -> None:
    with pytest.raises(IllegalStep) as refused:
        check_step("confirm", before="asked", after="confirmed", by="for_origin", in_reach=False)
    assert refused.value.why == "evidence"
    check_step("confirm", before="asked", after="confirmed", by="for_origin", in_reach=False, evidence="来函第7号")


def test_one_end_owns_the_person_in_every_state() -> None:
    for state in states():
        for counts in (True, False):
            assert owner_of(state, origin_counts=counts) in {"origin", "destination"}
    assert owner_of("asked", origin_counts=True) == "origin"
    assert owner_of("asked", origin_counts=False) == "destination"


def test_what_is_offered_is_what_the_party_may_do() -> None:
    assert [step.key for step in possible("told", ["destination"])] == [
        "arrive", "not_yet", "cancel", "correct",
    ]  # fmt: skip
    assert "object" in [step.key for step in possible("arrived", ["origin"])]


def test_the_diagram_has_each_way_that_changes_the_state() -> None:
    drawn = diagram()
    assert "[*] --> declared: declare" in drawn
    assert "told --> arrived: register the arrival" in drawn
    assert drawn.count("-->") == sum(a != b for step in steps().values() for a, b in step.ways) + 4
