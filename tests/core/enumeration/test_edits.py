"""The edit rules of a census: their own examples, what they never read, and which items they would have changed."""

from __future__ import annotations

import pytest

from domicile.core.editing import Check, outcome
from domicile.core.editing.expressions import columns_of
from domicile.core.enumeration import edits
from domicile.core.enumeration.joint import located

WRITTEN = [check for check in edits.every_rule() if check.file == edits.RULES]
OF_PERSONS = [
    check for check in edits.every_rule()
    if check.severity == "error" and check.of == "person" and not check.code.startswith(edits.LACKING)
]  # fmt: skip


@pytest.mark.parametrize("check", WRITTEN, ids=lambda check: check.code)
def test_a_rule_decides_its_own_examples(check: Check) -> None:
    assert check.cases
    for case in check.cases:
        assert outcome(check, edits.model(), case.values, {}) == case.outcome


@pytest.mark.parametrize("check", WRITTEN, ids=lambda check: check.code)
def test_what_a_rule_needs_and_nobody_answered_leaves_it_undecided(check: Check) -> None:
    assert outcome(check, edits.model(), {}, {}) in ("undecided", "passes")


def test_there_are_rules_within_a_person_between_members_and_of_a_household() -> None:
    kinds = [check.code[1] for check in WRITTEN]

    assert len(WRITTEN) >= 30
    assert all(kinds.count(kind) >= 8 for kind in "123")
    assert all(check.source for check in WRITTEN)


def test_no_rule_reads_who_somebody_is_or_where_from() -> None:
    read = {name for check in edits.every_rule() for name in columns_of(check.fails)}

    assert not read & {"ethnic", "name", "id_number", "country", "citizenship", "registered_place", "present_place"}


def test_somebody_of_127_years_is_a_question() -> None:
    row = _person(relation=0, age=127, education=3, literate=1)

    assert [check.severity for check in WRITTEN if check.code == "C102"] == ["verify"]
    assert located([row], OF_PERSONS).values == {}


def test_a_spouse_of_the_same_sex_is_a_question_and_changes_nothing() -> None:
    head, spouse = _person(relation=0, age=40, sex=1), _person(relation=1, age=41, sex=1, head_sex=1.0, head_age=40.0)

    assert located([head, spouse], OF_PERSONS, head=0, spouse=1).values == {}


def test_one_wrong_age_of_the_head_is_changed_rather_than_those_of_all_children() -> None:
    head = _person(relation=0, age=14, education=5)
    members = [_person(relation=2, age=age, education=3, literate=None) for age in (9, 11, 12)]

    found = located([head, *members], OF_PERSONS, head=0)

    assert set(found.values) == {(0, "age")}
    assert found.values[0, "age"] >= 24  # type: ignore[operator]


def test_one_wrong_age_of_a_child_is_changed_rather_than_the_age_of_the_head() -> None:
    head = _person(relation=0, age=40, education=5)
    members = [
        _person(relation=2, age=age, education=3, literate=literate)
        for age, literate in ((9, None), (38, 1), (11, None))
    ]

    found = located([head, *members], OF_PERSONS, head=0)

    assert {place for place, _ in found.values} <= {2}


def test_a_child_of_two_years_who_studied_has_one_wrong_age() -> None:
    row = _person(relation=2, age=2, education=7, literate=1, head_age=50)

    assert set(located([row], OF_PERSONS).values) == {(0, "age")}


def test_two_errors_that_share_no_item_change_two_items() -> None:
    row = _person(relation=0, age=40, education=6, literate=2, registered=4, away=1)

    found = located([row], OF_PERSONS)

    assert {name for _, name in found.values} == {"literate", "away"}


def _person(**values: float | None) -> dict[str, object]:
    plain = dict.fromkeys(["away_reason", "marital", "head_age", "head_sex", "head_marital", "spouse_age"])
    start = {
        "form": "short",
        "sex": 1.0,
        "present": 1.0,
        "registered": 1.0,
        "away": 1.0,
        "education": 4.0,
        "literate": 1.0,
    }
    rest = {"kind": 1.0, "oldest": 60.0, "household_spouses": 0.0}
    numbers = {name: None if value is None else float(value) for name, value in values.items()}
    return plain | start | rest | numbers
