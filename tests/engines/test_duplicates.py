"""Who stands twice in a table of people: pairs, clusters, and what the engine says about them."""

import datetime as dt

import polars as pl
import pytest

from domicile.core.synth.county import make_county
from domicile.engines.linkage import find_duplicates, link_lists
from tests.engines.duplicates import TODAY, joined, number, person, strangers, table


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, "number_name"),
        ({"name": "张玮"}, "number_name"),
        ({"name": "張偉"}, "number_name"),
        ({"birth_date": dt.date(1981, 5, 6)}, "number_name"),
        ({"number": f"{number()[:6]}{number()[8:17]}"}, "number_name"),
        ({"name": None}, "number_alone"),
        ({"number": None}, "probable"),
        ({"number": None, "name": "张玮"}, "probable"),
    ],
)
def test_a_slip_does_not_part_a_person(changed, step):
    found = find_duplicates(table(person("A"), person("B", **changed), *strangers(200)), today=TODAY)
    assert joined(found) == {("A", "B"): step}
    assert found.clusters.to_pylist() == [{"person_id": "A", "cluster": "A"}, {"person_id": "B", "cluster": "A"}]


def test_namesakes_of_one_birth_date_with_numbers_of_their_own_stay_apart():
    found = find_duplicates(table(person("A"), person("B", number=number("003")), *strangers(200)), today=TODAY)
    assert joined(found) == {}


def test_lists_are_linked_across_only():
    left = table(person("A"), person("A2", name="李娜", number=number("003")))
    found = link_lists(left, table(person("B"), person("B2", name="王芳", number=number("005"))), today=TODAY)
    assert joined(found) == {("A", "B"): "number_name"}


def test_who_is_listed_twice_is_paired_once():
    left = table(person("A", number=None), *strangers(50))
    found = link_lists(left, table(person("B", number=None), person("C", number=None)), today=TODAY)
    assert joined(found) == {}
    assert found.counts.tied == 2


def test_kin_of_one_home_are_not_made_one_person():
    home = {"household_id": "H", "dwelling_id": "D", "phone": "15487654301", "number": None}
    twins = [person("A", **home, name="张子涵"), person("B", **home, name="张子轩")]
    father = person("C", household_id="H", dwelling_id="D", phone="15487654301", name="张伟")
    borrower = person("E", household_id="H", dwelling_id="D", name="张丽", sex="2", birth_date=dt.date(2009, 1, 1))
    assert joined(find_duplicates(table(*twins, father, borrower, *strangers(300)), today=TODAY)) == {}


def test_a_household_that_moved_stands_at_both_addresses_and_is_found_whole():
    family = [
        ("张伟", "1", dt.date(1980, 5, 6)),
        ("李娜", "2", dt.date(1982, 3, 4)),
        ("张一", "1", dt.date(2010, 9, 9)),
    ]
    rows = [
        person(f"{side}{n}", household_id=side, dwelling_id=side, number=None, name=name, sex=sex, birth_date=born)
        for side in "AB"
        for n, (name, sex, born) in enumerate(family)
    ]
    found = find_duplicates(table(*rows, *strangers(300)), today=TODAY)
    assert set(joined(found)) == {("A0", "B0"), ("A1", "B1"), ("A2", "B2")}
    assert {row["level_place"] for row in found.pairs.to_pylist()} == {"company"}


def test_one_person_with_two_sound_numbers_is_shown_but_not_joined():
    home = {"household_id": "H", "dwelling_id": "D"}
    found = find_duplicates(
        table(person("A", **home), person("B", **home, number=number("003")), *strangers(50)), today=TODAY
    )
    assert joined(found) == {}


def test_a_number_with_a_slip_is_traced_to_its_owner_wherever_he_lives():
    wrong = number()[:9] + "7" + number()[10:]
    away = {"area": "770102002001", "registered_at": "770102002001", "birth_date": None, "name": "张玮"}
    found = find_duplicates(table(person("A"), person("B", number=wrong, **away), *strangers(200)), today=TODAY)
    (pair,) = found.pairs.to_pylist()
    assert pair["level_number"] == "one_digit"


@pytest.mark.parametrize("seed", [31, 32])
def test_in_a_county_with_planted_errors_few_are_missed_and_no_cluster_holds_two_certain_numbers(seed):
    county = make_county(8_000, seed, TODAY)
    area = county.dwellings.select("dwelling", area="community")
    rows = county.records.join(area, on="dwelling", maintain_order="left")
    people = rows.select(
        pl.col("record_id").cast(pl.String).alias("person_id"), pl.col("block").cast(pl.String).alias("household_id"),
        pl.col("dwelling").cast(pl.String).alias("dwelling_id"), "area", "name", "sex", "birth_date", "phone", "address",
        number="document_number", number_kind="document_type",
    )  # fmt: skip
    clusters = pl.DataFrame(pl.from_arrow(find_duplicates(people, today=TODAY).clusters))
    who = dict(zip(people["person_id"], rows["person_id"], strict=True))
    truth = {
        frozenset(group["person_id"])
        for _, group in people.with_columns(who=rows["person_id"]).group_by("who")
        if len(group) > 1
    }
    found = {frozenset(group["person_id"]) for _, group in clusters.group_by("cluster")}
    assert all(len({who[one] for one in cluster}) == 1 for cluster in found)
    assert len(found & truth) >= 0.95 * len(truth)


def test_of_two_counties_only_what_speaks_loud_enough_is_compared():
    """One name of one year in each of two counties is chance; one birth date or one phone is looked at wherever they live."""
    others = strangers(200)
    far = {"area": "880101001001", "registered_at": "880101001001", "number": None}
    chance = [person("A", number=None), person("B", birth_date=dt.date(1980, 9, 17), **far)]
    assert not joined(find_duplicates(table(*chance, *others), today=TODAY))
    assert find_duplicates(table(*chance, *others), today=TODAY).counts.compared == 0
    near = [person("A", number=None), person("B", number=None, birth_date=dt.date(1980, 9, 17))]
    assert find_duplicates(table(*near, *others), today=TODAY).counts.compared >= 1
    loud = [person("A", number=None, phone="13912345678"), person("B", phone="13912345678", **far)]
    assert joined(find_duplicates(table(*loud, *others), today=TODAY)) == {("A", "B"): "probable"}


def test_without_any_place_a_name_and_a_year_are_still_looked_at():
    placeless = {"area": None, "registered_at": None, "number": None, "dwelling_id": None, "household_id": None}
    rows = [person("A", **placeless), person("B", birth_date=dt.date(1980, 9, 17), **placeless)]
    assert find_duplicates(table(*rows), today=TODAY).counts.compared == 1
