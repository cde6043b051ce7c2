"""The floating population over columns: small histories with known answers, and agreement with the rule for one person."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.policy.parameters import PolicyError
from domicile.core.spells import floating
from domicile.core.spells.population import PEOPLE, STAYS, columns, definition_on, tally, together

DAY = dt.date(2026, 6, 30)
HOME, NEXT_TOWNSHIP, NEXT_COUNTY = "770121001001", "770121002001", "770122001001"
HERE = frozenset({"770121", "770122"})


def stay(person: str, place: str, start: dt.date | None, end: dt.date | None = None, **fields: Any) -> dict[str, Any]:
    plain = {"reason": "01", "registration": "area", "registered": HOME, "education": "", "born": None, "died": None}
    return {"person": person, "place": place, "start": start, "end": end, **plain, **fields}


def counted(
    *stays: dict[str, Any], definition: str = "thirty_days", day: dt.date = DAY
) -> dict[tuple[str, str, str], int]:
    frame = pl.DataFrame(list(stays), schema=STAYS)
    people = frame.select(list(PEOPLE)).unique("person")
    found = together([tally(columns(frame, people), day, definition=definition, counties=HERE)])
    return {(side, code, what): count for side, code, what, count in found.iter_rows()}


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def test_the_definitions_differ_in_how_long_somebody_must_be_away() -> None:
    rows = [stay(str(days), NEXT_TOWNSHIP, ago(days)) for days in (29, 30, 90, 92, 180, 184)]
    by_days = {name: counted(*rows, definition=name) for name in ("thirty_days", "three_months", "half_year")}
    inflow = {name: found.get(("in", NEXT_TOWNSHIP, "same_county")) for name, found in by_days.items()}
    assert inflow == {"thirty_days": 5, "three_months": 3, "half_year": 1}
    assert by_days["thirty_days"]["in", NEXT_TOWNSHIP, "too_short"] == 1


def test_each_counts_where_they_live_and_where_they_are_registered_by_distance() -> None:
    found = counted(
        stay("a", NEXT_TOWNSHIP, ago(100)),
        stay("b", NEXT_COUNTY, ago(100)),
        stay("c", HOME, ago(100), registered="780101001"),
        stay("d", HOME, ago(100)),
    )
    assert found == {
        ("in", NEXT_TOWNSHIP, "same_county"): 1,
        ("in", NEXT_COUNTY, "other_county"): 1,
        ("in", HOME, "other_province"): 1,
        ("in", HOME, "within_boundary"): 1,
        ("out", HOME, "same_county"): 1,
        ("out", HOME, "other_county"): 1,
        ("out", HOME, "within_boundary"): 1,
    }


@pytest.mark.parametrize(
    ("fields", "ground"),
    [
        ({"reason": "05"}, "reason_excluded"),
        ({"reason": "07"}, "reason_excluded"),
        ({"reason": "04", "education": "31"}, "reason_excluded"),
        ({"reason": "04", "education": "71"}, "same_county"),
        ({"reason": "04"}, "same_county"),
        ({"start": None}, "since_unknown"),
        ({"registered": "77"}, "registration_imprecise"),
        ({"registered": ""}, "registration_imprecise"),
        ({"registered": "", "registration": "nowhere"}, "no_registration"),
        ({"registered": "", "registration": "abroad"}, "registered_abroad"),
        ({"registered": "770101001", "place": "770102001001"}, "within_city_districts"),
    ],
)
def test_who_does_not_count_and_on_what_ground(fields: dict[str, Any], ground: str) -> None:
    row = {**stay("a", NEXT_TOWNSHIP, ago(400)), **fields}
    assert counted(row)["in", row["place"], ground] == 1


def test_a_move_while_away_begins_nothing_anew_and_a_return_does() -> None:
    away = [stay("a", NEXT_COUNTY, ago(300), ago(10)), stay("a", NEXT_TOWNSHIP, ago(10))]
    assert counted(*away, definition="half_year")["in", NEXT_TOWNSHIP, "same_county"] == 1
    back = [
        stay("a", NEXT_COUNTY, ago(300), ago(20)),
        stay("a", HOME, ago(20), ago(10)),
        stay("a", NEXT_TOWNSHIP, ago(10)),
    ]
    assert counted(*back)["in", NEXT_TOWNSHIP, "too_short"] == 1


def test_the_reason_of_the_absence_holds_where_a_later_dwelling_names_none() -> None:
    rows = [stay("a", NEXT_COUNTY, ago(300), ago(200), reason="05"), stay("a", NEXT_TOWNSHIP, ago(200), reason="")]
    assert counted(*rows)["in", NEXT_TOWNSHIP, "reason_excluded"] == 1


def test_days_without_a_residence_are_days_away_only_where_the_home_is_in_the_register() -> None:
    for registered, answer in ((HOME, "same_county"), ("780101001", "too_short")):
        rows = [
            stay("a", NEXT_TOWNSHIP, ago(300), ago(100), registered=registered),
            stay("a", NEXT_TOWNSHIP, ago(10), registered=registered),
        ]
        assert counted(*rows)["in", NEXT_TOWNSHIP, answer] == 1
    left = [stay("a", HOME, ago(300), ago(100)), stay("a", NEXT_TOWNSHIP, ago(10))]
    assert counted(*left)["in", NEXT_TOWNSHIP, "same_county"] == 1


def test_the_unborn_the_dead_and_the_absent() -> None:
    rows = [
        stay("a", HOME, ago(100), born=DAY + dt.timedelta(days=1)),
        stay("b", HOME, ago(100), died=DAY),
        stay("c", HOME, ago(100), ago(50)),
        stay("d", "", ago(50)),
    ]
    assert counted(*rows) == {("out", HOME, "absent"): 1, ("out", HOME, "residence_unknown"): 1}


def test_an_unknown_definition_is_refused() -> None:
    assert definition_on(DAY) == "thirty_days"
    with pytest.raises(PolicyError):
        definition_on(DAY, "a_week")


CODES = st.sampled_from([HOME, NEXT_TOWNSHIP, NEXT_COUNTY, "770101001001", "770102003001", "780101001001"])


@given(
    place=CODES,
    home=st.one_of(CODES, CODES.map(lambda code: code[:6]), CODES.map(lambda code: code[:2]), st.just("")),
    start=st.one_of(st.none(), st.dates(dt.date(2024, 1, 1), DAY)),
    reason=st.sampled_from(["", "01", "05", "07"]),
    registration=st.sampled_from(["area", "abroad", "nowhere"]),
    definition=st.sampled_from(["thirty_days", "three_months", "half_year"]),
)
def test_one_stay_is_judged_as_one_person_is(
    place: str, home: str, start: dt.date | None, reason: str, registration: str, definition: str
) -> None:
    if registration != "area":
        home = ""
    found = counted(
        stay("a", place, start, registered=home, reason=reason, registration=registration), definition=definition
    )
    one = floating(
        usual=place, registered=home or None, today=DAY, since=start, registered_abroad=registration == "abroad",
        reason=reason, definition=definition,
    )  # fmt: skip
    ((_side, _code, what),) = [key for key in found if key[0] == "in"]
    if one.counts:
        assert what in {"same_county", "other_county", "other_prefecture", "other_province"}
    elif registration == "area" and not home:
        assert what == "registration_imprecise"  # an address that bears no code is not nowhere
    else:
        assert what == one.ground
