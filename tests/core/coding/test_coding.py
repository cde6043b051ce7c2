"""Codes for what people write about their work: the lists, their order, decisions, errors that are known."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from domicile.core.coding import Coder, auto_code, lists, measured

OCCUPATION = Coder(lists()["occupation"])
INDUSTRY = Coder(lists()["industry"])


@pytest.mark.parametrize("name", ["occupation", "industry"])
def test_every_code_has_a_name_and_a_broader_code_that_there_is(name: str) -> None:
    entries = lists()[name]
    codes = [one.code for one in entries]

    assert len(set(codes)) == len(codes)
    assert all(one.name and one.name_en for one in entries)
    assert all(one.parent in codes for one in entries if one.parent)


def test_the_lists_are_as_long_as_the_standards() -> None:
    industry, occupation = lists()["industry"], lists()["occupation"]

    assert [one.code for one in industry if not one.parent] == list("ABCDEFGHIJKLMNOPQRST")
    assert sorted(one.code for one in industry if one.parent) == [f"{number:02d}" for number in range(1, 98)]
    assert [one.code for one in occupation if not one.parent] == list("12345678")
    assert [one.code for one in occupation if one.parent == "6"] == [str(601 + number) for number in range(31)]


@pytest.mark.parametrize(("text", "code"), [
    ("在电子厂流水线上班", "625"), ("开货车跑运输", "402"), ("小学语文教师", "208"), ("在家种地", "501"), ("村里养猪", "503"),
    ("工地上砌墙", "629"), ("超市收银", "401"), ("送外卖", "402"), ("開貨車", "402"),
])  # fmt: skip
def test_what_people_write_is_found(text: str, code: str) -> None:
    assert OCCUPATION.suggestions(text)[0].code == code


@pytest.mark.parametrize(
    ("text", "code"), [("镇中心小学", "83"), ("村委会", "96"), ("县人民医院", "84"), ("小饭店", "62")]
)
def test_where_people_work_is_found(text: str, code: str) -> None:
    assert INDUSTRY.suggestions(text)[0].code == code


@pytest.mark.parametrize("text", ["", " ", "abc", "?"])
def test_what_says_nothing_has_no_suggestion(text: str) -> None:
    assert OCCUPATION.suggestions(text) == []
    assert auto_code(OCCUPATION, [text], 0.1) == [None]


def test_what_people_decided_comes_first_the_next_time_also_for_a_text_like_it() -> None:
    assert OCCUPATION.suggestions("手机店卖手机")[0].code == "412"

    after = Coder(lists()["occupation"], [("手机店卖手机", "401")])

    first = after.suggestions("手机店卖手机")[0]
    assert (first.code, first.score, first.why) == ("401", 1.0, "decision")
    assert after.suggestions("在手机店卖手机")[0].code == "401"


def test_of_two_decisions_for_one_text_the_one_made_more_often_comes_first() -> None:
    coder = Coder(lists()["occupation"], [("打零工", "629"), ("打零工", "631"), ("打零工", "631"), ("打零工", "999")])

    assert [one.code for one in coder.suggestions("打零工")][:2] == ["631", "629"]


FRAMES = ["{}", "在{}", "当{}", "做{}工作", "{}（临时）", "从事{}", "{}，干了三年"]


@pytest.mark.parametrize("name", ["occupation", "industry"])
def test_coding_without_a_person_is_rarely_wrong_of_words_that_the_list_has(name: str) -> None:
    draw = random.Random(7)
    entries = lists()[name]
    sample = [
        (draw.choice(FRAMES).format(one), entry.code) for entry in entries if entry.parent for one in entry.synonyms
    ]

    found = measured(Coder(entries), sample, 0.3)

    assert found.coded > 0.6 * len(sample)
    assert found.rate <= 0.01
    assert found.low <= found.rate <= found.high


@pytest.mark.parametrize("name", ["occupation", "industry"])
def test_of_words_that_the_list_has_not_more_are_wrong_and_few_are_coded(name: str) -> None:
    draw = random.Random(7)
    known = [replace(entry, synonyms=entry.synonyms[::2]) for entry in lists()[name]]
    sample = [
        (draw.choice(FRAMES).format(one), entry.code)
        for entry in lists()[name]
        if entry.parent
        for one in entry.synonyms[1::2]
    ]

    strict, loose = (measured(Coder(known), sample, threshold) for threshold in (0.6, 0.3))

    assert strict.coded <= loose.coded < 0.5 * len(sample)
    assert strict.wrong <= loose.wrong
    assert loose.high < 1.0
