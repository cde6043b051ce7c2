from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.policy import PolicyError
from domicile.core.spells import floating, situation
from domicile.core.spells.situation import DISTANCE_NAMES, KIND_NAMES

TODAY = date(2026, 11, 22)
HERE = "770101001"
AT_HOME = "770101001001003"


@pytest.mark.parametrize(
    ("usual", "registered", "abroad", "kind", "distance"),
    [
        (AT_HOME, "770101001001", False, "here_and_registered", ""),
        (AT_HOME, "770101001002", False, "here_and_registered", ""),
        (None, "770101001001", False, "registered_here_living_elsewhere", ""),
        ("780101001001000", "770101001001", False, "registered_here_living_elsewhere", "other_province"),
        (AT_HOME, "770101002001", False, "living_here_registered_elsewhere", "same_county"),
        (AT_HOME, "770102000000", False, "living_here_registered_elsewhere", "other_county"),
        (AT_HOME, "770200", False, "living_here_registered_elsewhere", "other_prefecture"),
        (AT_HOME, "78", False, "living_here_registered_elsewhere", "other_province"),
        (AT_HOME, None, True, "living_here_registered_elsewhere", "abroad"),
        (AT_HOME, None, False, "registered_nowhere", ""),
        (AT_HOME, "770101", False, "living_here_registration_imprecise", ""),
        ("780101001001000", "780101", False, "elsewhere", ""),
    ],
)
def test_the_situation_follows_from_the_two_places(
    usual: str | None, registered: str | None, abroad: bool, kind: str, distance: str
) -> None:
    found = situation(here=HERE, usual=usual, registered=registered, registered_abroad=abroad, today=TODAY)

    assert (found.kind, found.distance) == (kind, distance)
    assert found.kind in KIND_NAMES
    assert not found.distance or found.distance in DISTANCE_NAMES


def test_the_same_person_is_seen_differently_from_a_community_and_its_township() -> None:
    arguments: dict[str, Any] = {"usual": AT_HOME, "registered": "770101001002", "today": TODAY}

    assert situation(here="770101001", **arguments).kind == "here_and_registered"
    assert situation(here="770101001001", **arguments).kind == "living_here_registered_elsewhere"
    assert situation(here="770101001002", **arguments).kind == "registered_here_living_elsewhere"


def test_figures_name_the_definition_they_used() -> None:
    away: dict[str, Any] = {"usual": AT_HOME, "registered": "780101", "since": date(2026, 10, 1), "today": TODAY}

    assert floating(**away).definition == "thirty_days"
    assert floating(**away).counts
    assert floating(**away, definition="half_year").definition == "half_year"
    assert not floating(**away, definition="half_year").counts
    with pytest.raises(PolicyError, match="half_year"):
        floating(**away, definition="a_while")


def test_districts_are_told_by_a_list_where_one_is_given() -> None:
    away: dict[str, Any] = {"usual": AT_HOME, "registered": "770102", "since": date(2020, 1, 1), "today": TODAY}

    assert floating(**away).ground == "within_city_districts"
    assert floating(**away, city_districts={"770102"}).counts


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from(["thirty_days", "three_months", "half_year"]))
def test_who_counts_by_a_longer_definition_counts_by_the_shorter(since: date, definition: str) -> None:
    away: dict[str, Any] = {"usual": AT_HOME, "registered": "780101", "since": since, "today": TODAY}

    if floating(**away, definition=definition).counts:
        assert floating(**away, definition="thirty_days").counts
