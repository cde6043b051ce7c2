"""The synthetic county as a census meets it: sound answers of everybody, and what befalls them at the rates that are told."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domicile.core.enumeration import forms, judged
from domicile.core.synth import County, enumeration, make_county

MOMENT = dt.datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(1500, 3, dt.date(2026, 11, 1))


def test_everybody_answers_once_and_soundly(county: County) -> None:
    homes = list(enumeration.homes(county, MOMENT))
    assert sum(len(home.content["persons"]) for home in homes) == county.people.height
    assert [home.key for home in homes if not judged(forms()["short"], home.content, MOMENT).sound] == []
    assert {home.building for home in homes} <= {row["number"] for row in enumeration.frame(county)}


def test_the_long_form_asks_more_of_the_same_people_alike_each_time(county: County) -> None:
    for home in list(enumeration.homes(county, MOMENT))[:60]:
        content = enumeration.long(home, MOMENT, seed=5)
        assert judged(forms()["long"], content, MOMENT).sound
        assert content == enumeration.long(home, MOMENT, seed=5)
        assert [one["name"] for one in content["persons"]] == [one["name"] for one in home.content["persons"]]
        assert all("name" in one and "marital" not in one for one in home.content["persons"])


def test_the_frame_names_nobody_and_expects_everybody(county: County) -> None:
    rows = list(enumeration.frame(county))
    assert sum(int(row["expected"]) for row in rows) == county.people.height
    names = set(county.people["name"].drop_nulls())
    assert not [value for row in rows for value in row.values() if value in names]


def test_what_befalls_households_has_the_rates_that_are_told() -> None:
    fates = enumeration.fates(20_000, seed=1)
    assert fates == enumeration.fates(20_000, seed=1) != enumeration.fates(20_000, seed=2)
    missed = sum(not fate.roads for fate in fates) / len(fates)
    twice = sum(len(fate.roads) == 2 for fate in fates) / len(fates)
    seen = sum(fate.found for fate in fates) / len(fates)
    assert missed == pytest.approx(enumeration.MISSED, abs=0.006)
    assert twice == pytest.approx(enumeration.TWICE, abs=0.006)
    assert seen == pytest.approx(1 - enumeration.UNSEEN, abs=0.006)
