"""What two ends disagree on, and which declarations an arrival may belong to."""

from datetime import date

from domicile.core.moves import Mover, Word, candidates, differences, lies_in

DAY = date(2026, 3, 1)


def test_the_same_words_are_no_difference_and_a_journey_takes_time() -> None:
    origin = Word("area", "770101001001000", DAY, frozenset({"a"}))
    destination = Word("area", "770101001001003", date(2026, 3, 20), frozenset({"a"}))
    assert differences(origin, destination, most_days=30) == []


def test_what_differs_is_named_with_both_words() -> None:
    origin = Word("area", "770102001001000", DAY, frozenset({"a", "b"}))
    destination = Word("area", "770101001001003", date(2026, 2, 20), frozenset({"a"}))
    assert [one.matter for one in differences(origin, destination, most_days=30)] == ["destination", "day", "people"]


def test_an_arrival_long_after_the_departure_is_looked_at() -> None:
    words = (Word("unknown", day=DAY), Word("area", "770101001001003", date(2026, 6, 1)))
    assert [one.matter for one in differences(*words, most_days=30)] == ["day"]


def test_elsewhere_with_a_code_is_the_area_of_that_code() -> None:
    assert differences(Word("elsewhere", "770101000000000"), Word("area", "770101001001003"), most_days=30) == []
    assert differences(Word("abroad"), Word("area", "770101001001003"), most_days=30)[0].matter == "destination"


def test_codes_lie_in_each_other_up_to_their_level() -> None:
    assert lies_in("770101000000", "770101001001003")
    assert not lies_in("770102000000", "770101001001003")


def test_the_number_comes_before_the_name_and_all_that_fit_are_given() -> None:
    arriving = Mover(numbers=frozenset({b"1"}), name="张伟", birth_date=date(1980, 5, 6), origin="770101")
    declared = [
        Mover("namesake", frozenset({b"2"}), "章伟", date(1980, 5, 6), "770101001001000"),
        Mover("himself", frozenset({b"1"}), "张伟", date(1980, 5, 7), "770101001001000"),
        Mover("stranger", frozenset({b"3"}), "李秀英", date(1980, 5, 6), "770101001001000"),
        Mover("from afar", frozenset(), "张伟", date(1980, 5, 6), "770102001001000"),
    ]
    found = candidates(arriving, declared)
    assert [(one.key, one.way) for one in found] == [("himself", "number"), ("namesake", "name")]
    assert found[0].differs == ("birth_date",)
    assert set(found[1].differs) == {"name", "number"}


def test_somebody_without_a_document_is_found_by_name_birth_date_and_place() -> None:
    arriving = Mover(name="张伟", birth_date=date(1980, 5, 6))
    assert [one.way for one in candidates(arriving, [Mover("a", frozenset(), "张伟", date(1980, 5, 6), "")])] == [
        "name"
    ]
    assert candidates(Mover(name="张伟"), [Mover("a", frozenset(), "张伟", None, "")]) == []
