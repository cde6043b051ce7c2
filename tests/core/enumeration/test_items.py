"""The items and forms of the census as data: complete against the published short form, and read back from a phone."""

import datetime as dt
import json

import pytest
from pyxform.xls2xform import convert

from domicile.core.enumeration import Doubt, Fault, age_at, content_of, definition, forms, items, judged, xlsform
from domicile.core.messages.submissions import Broken, read_submission
from scripts import census_forms

MOMENT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
SHORT, DEATHS = forms()["short"], forms()["deaths"]


def somebody(**more: object) -> dict[str, object]:
    return {
        "name": "林小明", "relation": 0, "sex": 1, "birth_year": 1980, "birth_month": 5, "ethnic": 1, "present": 1, "registered": 1,
        "away": 1, "education": 5, "literate": 1,
    } | more  # fmt: skip


def answer(*people: dict[str, object], **more: object) -> dict[str, object]:
    told = people or (somebody(),)
    return {
        "kind": 1, "present_count": len(told), "absent_count": 0, "births_male": 0, "births_female": 0, "deaths_male": 0,
        "deaths_female": 0, "dwelling": 1, "floor_area": 80, "rooms": 3, "persons": list(told),
    } | more  # fmt: skip


def test_the_short_form_has_the_nineteen_items_of_the_published_one() -> None:
    numbers = {one.number.partition(".")[0] for one in (*SHORT.household_items, *SHORT.person_items)}
    assert numbers == {f"H{n}" for n in range(1, 8)} | {f"D{n}" for n in range(1, 13)}
    assert not any(one.ours for one in (*SHORT.household_items, *SHORT.person_items))


def test_the_long_form_asks_all_of_the_short_one_and_what_is_the_products_own_is_marked() -> None:
    long = forms()["long"]
    assert set(SHORT.by_name) < set(long.by_name)
    assert all(one.number or one.ours for one in items().values())
    assert {one.value for one in items()["tenure"].choices if one.ours} == {6, 7, 8, 9}


def test_no_form_asks_for_what_the_product_never_asks() -> None:
    told = json.dumps([definition(one) for one in forms().values()], ensure_ascii=False)
    for word in ("宗教", "政治面貌", "怀孕", "避孕", "打算生育", "religio", "pregnan", "contracep"):
        assert word not in told


def test_a_full_answer_is_sound_and_raises_no_question() -> None:
    assert judged(SHORT, answer(), MOMENT).sound
    assert judged(SHORT, answer(), MOMENT).doubts == ()


@pytest.mark.parametrize(
    ("year", "month", "age"),
    [(1926, 10, 100), (1926, 11, 99), (2026, 10, 0), (2026, 11, -1), (2023, 10, 3), (2023, 11, 2)],
)
def test_ages_are_whole_years_at_the_moment(year: int, month: int, age: int) -> None:
    assert age_at(MOMENT, year, month) == age


def test_items_are_asked_from_an_age_on() -> None:
    child = somebody(birth_year=2025, birth_month=1)
    found = judged(SHORT, answer(child), MOMENT)
    assert {fault.item for fault in found.faults} == {"education", "literate"}
    assert {fault.code for fault in found.faults} == {"not_asked"}
    child = {name: value for name, value in child.items() if name not in {"education", "literate"}}
    assert judged(SHORT, answer(child), MOMENT).sound


def test_where_the_age_is_not_known_both_ways_stand() -> None:
    person = somebody()
    del person["birth_year"]
    assert judged(SHORT, answer(person), MOMENT).faults == (Fault("missing", "birth_year", 0),)
    del person["literate"]
    assert judged(SHORT, answer(person), MOMENT).faults == (Fault("missing", "birth_year", 0),)


def test_skips_follow_the_form() -> None:
    nowhere = somebody(registered=5)
    del nowhere["away"]
    assert judged(SHORT, answer(nowhere), MOMENT).sound
    away = judged(SHORT, answer(somebody(registered=4, away=3)), MOMENT)
    assert {(one.code, one.item) for one in away.faults} == {
        ("missing", "registered_place"),
        ("missing", "away_reason"),
    }
    barracks = judged(SHORT, answer(dwelling=2), MOMENT)
    assert {(one.code, one.item) for one in barracks.faults} == {("not_asked", "floor_area"), ("not_asked", "rooms")}


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("sex", 3, "choice"), ("sex", "1", "type"), ("sex", True, "type"), ("birth_month", 13, "range"),
        ("name", "林" * 65, "long"), ("id_number", "110101198005010011", "number"),
        ("shoe_size", 42, "unknown"), ("sex", [1], "type"), ("name", 5, "type"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_form_is_a_fault(item: str, value: object, code: str) -> None:
    assert Fault(code, item, 0) in judged(SHORT, answer(somebody(**{item: value})), MOMENT).faults


@pytest.mark.parametrize("people", [[], "林", [1], None, [somebody()] * 201])
def test_people_who_are_none_are_a_fault_and_no_error(people: object) -> None:
    found = judged(SHORT, {"persons": people} if people is not None else {}, MOMENT)
    assert Fault("persons", "persons") in found.faults


def test_forty_people_in_one_home_and_somebody_of_127_years_are_taken_and_asked_about() -> None:
    many = answer(somebody(), *[somebody(relation=9) for _ in range(39)])
    assert judged(SHORT, many, MOMENT).sound
    assert judged(SHORT, many, MOMENT).doubts == ()
    old = judged(SHORT, answer(somebody(birth_year=1899)), MOMENT)
    assert old.sound
    assert old.doubts == (Doubt("old_age", 0),)


@pytest.mark.parametrize(
    ("given", "doubt"),
    [
        (answer(present_count=2), Doubt("persons_count")),
        (answer(somebody(relation=9)), Doubt("one_head")),
        (answer(somebody(), somebody(relation=1), somebody(relation=1)), Doubt("two_spouses")),
        (answer(floor_area=9), Doubt("small_rooms")),
        (answer(somebody(present=2, registered=2, away=3, away_reason=9)), Doubt("counted_here", 0)),
        (answer(somebody(literate=2)), Doubt("reads", 0)),
        (answer(somebody(birth_year=2010, education=7)), Doubt("learned_youth", 0)),
        (answer(somebody(id_number="110101198005010028")), Doubt("number_sex", 0)),
    ],
)  # fmt: skip
def test_what_may_be_true_is_asked_back_and_refuses_nothing(given: dict[str, object], doubt: Doubt) -> None:
    found = judged(SHORT, given, MOMENT)
    assert doubt in found.doubts
    assert not [fault for fault in found.faults if fault.item != "id_number"]


def test_a_death_lies_within_the_year_before() -> None:
    dead = {
        "name": "林老",
        "sex": 1,
        "birth_year": 1940,
        "birth_month": 1,
        "death_year": 2026,
        "death_month": 10,
        "education": 3,
    }
    assert judged(DEATHS, {"persons": [dead]}, MOMENT).doubts == ()
    assert judged(DEATHS, {"persons": [dead | {"death_month": 11}]}, MOMENT).doubts == (Doubt("died_in_year", 0),)
    assert judged(DEATHS, {"persons": [dead | {"death_year": 2025}]}, MOMENT).doubts == (Doubt("died_in_year", 0),)


@pytest.mark.parametrize("name", sorted(forms()))
def test_every_form_is_a_form_for_phones_in_both_languages(name: str) -> None:
    text = xlsform(forms()[name], f"census_{name}", households="households")
    made = convert(xlsform=text, file_type=".md", validate=False, default_language="中文 (zh)")
    for one in forms()[name].by_name.values():
        assert f"/{one.name}" in made.xform
        assert one.words.en.replace("'", "&apos;").split("'")[0][:20] in made.xform.replace("'", "&apos;")
    assert f'id="census_{name}"' in made.xform


def test_the_forms_that_are_handed_out_are_what_their_definition_says() -> None:
    other = [path.name for path, text in census_forms.texts().items() if path.read_text("utf-8") != text]
    assert other == []


def test_a_form_from_a_phone_becomes_the_same_content() -> None:
    person = somebody(name="林 & 明")
    nodes = "".join(f"<{name}>{str(value).replace('&', '&amp;')}</{name}>" for name, value in person.items())
    home = {name: value for name, value in answer().items() if name != "persons"}
    xml = (
        '<data id="census_short" version="1">' + "".join(f"<{name}>{value}</{name}>" for name, value in home.items())
        + f"<person>{nodes}<age>46</age><so_old_age>yes</so_old_age></person><persons>1</persons><read_back>yes</read_back>"
        "<meta><instanceID>uuid:00000000-0000-4000-8000-000000000001</instanceID></meta></data>"
    )  # fmt: skip
    content = content_of(SHORT, read_submission(xml.encode()).answers)
    assert content == answer(person) | {"confirmed": ["old_age"]}
    assert judged(SHORT, content, MOMENT).sound
    with pytest.raises(Broken):
        content_of(SHORT, read_submission(xml.replace(">46<", "><").replace("<sex>1", "<sex>one").encode()).answers)
