"""Models and what is said of a pair: files that do not fit are refused, bits add up, everything has words in both languages."""

import dataclasses
import json
from itertools import pairwise

import pytest

from domicile.core.linkage import explaining
from domicile.core.linkage.explaining import chance, explain, level_words, step_words, strength, waterfall
from domicile.core.linkage.model import ModelRefused, bits_of, prior_bits, probability, read_model, shipped_model
from domicile.core.linkage.people import PEOPLE

PAIR = {
    "step": "probable", "bits": 6.0,
    "level_number": "silent", "bits_number": 0.0, "level_name": "same_sound", "bits_name": 11.0, "level_birth": "equal",
    "bits_birth": 14.0, "level_sex": "equal", "bits_sex": 1.0, "level_place": "registered", "bits_place": 4.0,
    "level_phone": "other", "bits_phone": -4.0,
}  # fmt: skip


def test_the_shipped_model_belongs_to_the_specification_and_reads_back_as_it_was():
    model = shipped_model(PEOPLE)
    assert read_model(model.to_json(), PEOPLE) == model
    assert {one.name for one in PEOPLE.comparisons} == set(model.odds)
    assert model.card["truth"] is True


def test_evidence_points_where_it_should():
    model = shipped_model(PEOPLE)

    def weight(comparison, code):
        return model.weight(PEOPLE, comparison, code)

    assert weight("number", "equal") > weight("number", "one_digit") > 5 > -5 > weight("number", "different")
    assert weight("name", "equal") > weight("name", "same_sound") > 5 > 0 > weight("name", "other")
    assert weight("name", "former") == weight("name", "equal")
    assert weight("birth", "equal") > weight("birth", "day_off") > 3 > -3 > weight("birth", "other")
    assert weight("place", "kin") == weight("phone", "shared") == weight("number", "silent") == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda held: held.update(format=99), "format"),
        (lambda held: held.update(specification="cats-1"), "cats-1"),
        (lambda held: held.pop("odds"), "no model"),
        (lambda held: held["odds"]["sex"]["equal"].update(m=0), "probabilities"),
        (lambda held: held["odds"]["sex"]["equal"].update(m="much"), "no model"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(change, message):
    held = json.loads(shipped_model(PEOPLE).to_json())
    change(held)
    with pytest.raises(ModelRefused, match=message):
        read_model(json.dumps(held), PEOPLE)


def test_text_that_is_no_model_is_refused():
    for text in ("", "[]", "{", "3"):
        with pytest.raises(ModelRefused):
            read_model(text, PEOPLE)


def test_a_specification_without_a_shipped_model_says_so():
    with pytest.raises(ModelRefused, match="train one"):
        shipped_model(dataclasses.replace(PEOPLE, name="people-0"))


def test_bits_and_probabilities_are_two_ways_to_say_the_same():
    assert probability(bits_of(0.3)) == pytest.approx(0.3)
    assert probability(prior_bits(1, 101)) == pytest.approx(1 / 101)
    assert 0 <= probability(-1e9) < probability(1e9) <= 1


def test_the_bars_of_a_waterfall_lead_from_the_beginning_to_the_bits_of_the_pair():
    bars = waterfall(PEOPLE, PAIR, prior=-20.0)
    assert [bar.comparison for bar in bars] == ["prior", *(one.name for one in PEOPLE.comparisons)]
    assert bars[0].end == -20.0
    assert all(bar.start == before.end for before, bar in pairwise(bars))
    assert bars[-1].end == PAIR["bits"]


def test_a_pair_is_explained_by_what_weighs_most_first_and_silence_is_not_mentioned():
    assert explain(PEOPLE, PAIR, "en")[:2] == ["Birth date: the same birth date", "Name: names of the same sound"]
    assert explain(PEOPLE, PAIR, "zh")[0] == "出生日期：出生日期相同"
    assert not any("号码" in sentence for sentence in explain(PEOPLE, PAIR, "zh"))
    assert explain(PEOPLE, PAIR | {"step": "number_name"}, "en")[0] == step_words("number_name", "en")


def test_every_level_and_step_has_words_in_both_languages():
    for comparison in PEOPLE.comparisons:
        for level in comparison.levels:
            english, chinese = (level_words(comparison.name, level.code, language) for language in ("en", "zh"))
            assert english.isascii()
            assert english != level.code
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        assert explaining.comparison_words(comparison.name, "zh") != comparison.name
    assert all(step_words(step.name, "zh") != step.name for step in PEOPLE.cascade)


def test_chances_are_said_without_many_nines():
    assert chance(30, "en") == "hardly any doubt"
    assert chance(1, "zh") == "较有可能，约百分之67"
    assert chance(-3, "en") == "open, about 11 in 100"
    assert [strength(bits) for bits in (9, 2, 0, -2, -9)] == [
        "strong_for",
        "for",
        "nothing",
        "against",
        "strong_against",
    ]
