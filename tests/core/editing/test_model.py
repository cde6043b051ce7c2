"""Records, derived columns and checks from YAML: what is wrong is named with its file and place."""

import datetime as dt
from typing import Any

import pytest
import yaml

from domicile.core.editing import Records, RuleError, Type, outcome, read_checks, read_model

RECORDS = """
records:
  home:
    key: home_id
    columns: {home_id: text, built: date}
    derived:
      people: {count: person, by: home_id}
      oldest: {least: person, take: born, by: home_id}
  person:
    key: person_id
    columns: {person_id: text, home_id: text, born: date}
    derived:
      age: {value: "age(born, $today)"}
      alone: {value: "here = 1"}
      here: {look: home, by: home_id, take: people}
      oldest: {look: home, by: home_id, take: oldest}
"""
GIVEN = {"today": dt.date(2026, 1, 1)}


def model(**changed: Any) -> Any:
    content = yaml.safe_load(RECORDS)
    for path, value in changed.items():
        record, column = path.split("__")
        content["records"][record]["derived"][column] = value
    return read_model(content, "register.yaml", {"today": Type.DATE}, {})


def check(**changed: Any) -> Any:
    said = {"zh": "某", "en": "some"}
    row = {
        "code": "X1",
        "of": "person",
        "severity": "error",
        "name": said,
        "holds": "age < 130",
        "explain": said,
        "cure": said,
    }
    return read_checks([{**row, **changed}], "people.yaml", model())


def test_what_is_derived_from_others_is_found_in_memory() -> None:
    people = [{"person_id": "p1", "home_id": "h1", "born": dt.date(1950, 1, 1)}, {"person_id": "p2", "home_id": "h1"}]
    records = Records(model(), {"home": [{"home_id": "h1"}], "person": people}, GIVEN)
    assert [records.value("person", row, "alone") for row in people] == [False, False]
    assert records.value("person", people[1], "oldest") == dt.date(1950, 1, 1)
    assert records.value("person", people[0], "age") == 76
    assert records.value("person", people[1], "age") is None


def test_a_row_that_names_a_home_which_is_not_there_lacks_what_it_would_say() -> None:
    row = {"person_id": "p1", "home_id": "h9"}
    records = Records(model(), {"person": [row]}, GIVEN)
    assert records.value("person", row, "here") is None
    assert [one.code for one in records.failing(check(holds="alone"), row)] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"person__age": {"value": "age(borne, $today)"}}, "person, age, place 5: there is no column borne. Did you mean born"),
        ({"person__here": {"look": "hom", "by": "home_id", "take": "people"}}, "here: there is no record hom. Did you mean home?"),
        ({"person__here": {"look": "home", "by": "hom_id", "take": "people"}}, "person has no column hom_id of its own."),
        ({"person__here": {"look": "home", "by": "home_id", "take": "peple"}}, "here, take: home has no column peple"),
        ({"person__here": {"sum": "home"}}, "register.yaml, person, here: it says one of value, look, count"),
        ({"person__here": {"look": "home", "by": "home_id", "take": "people", "if": "x"}}, "if means nothing here"),
        ({"person__age": {"value": "age"}}, "register.yaml, person, age: it is derived from itself"),
        ({"home__people": {"greatest": "person", "take": "here", "by": "home_id"}}, "it is derived from itself"),
        ({"person__born": {"value": "$today"}}, "it is a column already"),
    ],
)  # fmt: skip
def test_a_fault_of_the_records_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError) as problem:
        model(**changed)
    assert said in str(problem.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"of": "persn"}, "people.yaml, X1, of: there is no record persn. Did you mean person?"),
        ({"severity": "bad"}, "people.yaml, X1, severity: it is one of error, warning, verify"),
        ({"holds": "age < "}, "people.yaml, X1, holds, place 7: a value, a column or a bracket is missing here"),
        ({"when": "age"}, "people.yaml, X1, when, place 1: this gives number"),
        ({"cure": {"zh": "某"}}, "people.yaml, X1, cure: it is said in zh and in en"),
        ({"hold": "yes"}, "people.yaml, X1: hold means nothing here"),
        ({"cases": [{"passes": {"ages": 3}}]}, "people.yaml, X1, cases: there is no column ages. Did you mean age?"),
        ({"cases": [{"is_right": {}}]}, "each begins with one of passes, fails, undecided"),
    ],
)
def test_a_fault_of_a_check_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError) as problem:
        check(**changed)
    assert said in str(problem.value)


def test_two_checks_of_one_code_are_refused() -> None:
    said = {"zh": "某", "en": "some"}
    row = {
        "code": "X1",
        "of": "person",
        "severity": "error",
        "name": said,
        "holds": "yes",
        "explain": said,
        "cure": said,
    }
    with pytest.raises(RuleError, match="X1: two checks have this code"):
        read_checks([row, row], "people.yaml", model())


def test_who_is_not_asked_passes_and_who_may_be_asked_is_undecided() -> None:
    (only_old,) = check(when="age > 60", holds="home_id is known")
    assert outcome(only_old, model(), {"age": 20}, GIVEN) == "passes"
    assert outcome(only_old, model(), {"age": 70}, GIVEN) == "fails"
    assert outcome(only_old, model(), {}, GIVEN) == "undecided"
    assert outcome(only_old, model(), {"home_id": "h1"}, GIVEN) == "passes"
