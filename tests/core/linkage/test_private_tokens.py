"""Match keys: which records of one person share one, and how many planted duplicates they find."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from domicile.core.linkage.private import KINDS, MOST_TOKENS, Strength, strength
from domicile.core.linkage.private.tokens import tokens
from domicile.core.synth.county import make_county
from domicile.core.synth.numbers import CHECK_CHARACTERS, WEIGHTS

TODAY = dt.date(2026, 11, 1)


def number(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK_CHARACTERS[total % 11]


#: One digit wrong, so that the check character does not fit.
SLIPPED = "77010119850314129" + number("77010119850314123")[17]
PERSON: dict[str, Any] = {
    "person_id": "a", "name": "张伟东", "sex": "1", "birth_date": dt.date(1985, 3, 14), "number": number("77010119850314123"),
    "number_kind": "resident_id", "phone": "15451234567", "former_name": None,
}  # fmt: skip


def shared(**changes: Any) -> set[str]:
    """The kinds of key that PERSON shares with the same record changed."""
    rows = pl.DataFrame([PERSON, {**PERSON, "person_id": "b", **changes}], infer_schema_length=None)
    found = tokens(rows, today=TODAY)
    mine, other = (found.filter(pl.col("person") == one) for one in "ab")
    return {KINDS[kind] for kind in mine.join(other, on=["kind", "token"])["kind"]}


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, set(KINDS)),
        ({"name": "章玮冬"}, set(KINDS)),  # the same sound
        ({"name": "张东伟"}, set(KINDS)),  # characters exchanged
        ({"name": "張偉東"}, set(KINDS)),
        ({"number": None}, set(KINDS) - {"number", "name_tail"}),
        ({"number": SLIPPED}, {"name_birth", "name_phone", "birth_phone"}),
        ({"number": "770101850314123"}, set(KINDS)),  # of 15 digits
        ({"birth_date": dt.date(1985, 3, 15)}, {"number", "name_birth", "name_tail", "name_phone"}),  # the number knows better
        ({"birth_date": dt.date(1985, 3, 15), "number": None}, {"name_phone"}),
        ({"name": "李娜", "former_name": "张伟东"}, set(KINDS)),
        ({"name": "李娜"}, {"number", "birth_phone"}),
        ({"phone": None, "number": None}, {"name_birth"}),
        ({"name": "李娜", "sex": "2", "number": None, "phone": None}, set()),
    ],
)  # fmt: skip
def test_what_two_records_share(changes: dict[str, Any], kept: set[str]) -> None:
    assert shared(**changes) == kept


def test_day_and_month_the_other_way_round() -> None:
    rows = pl.DataFrame(
        [{**PERSON, "number": None, "phone": None, "birth_date": dt.date(1985, 3, 4), "person_id": "a"},
         {**PERSON, "number": None, "phone": None, "birth_date": dt.date(1985, 4, 3), "person_id": "b"}],
        infer_schema_length=None,
    )  # fmt: skip
    assert tokens(rows, today=TODAY)["token"].n_unique() == 1


def test_who_says_nothing_has_no_token() -> None:
    rows = pl.DataFrame([{"person_id": "a", "name": "不详"}, {"person_id": "b", "name": "???"}])
    assert tokens(rows, today=TODAY).is_empty()
    assert tokens(rows.clear(), today=TODAY).is_empty()


def test_nobody_has_more_tokens_than_are_counted_on() -> None:
    most = {**PERSON, "former_name": "王五", "birth_date": dt.date(1985, 3, 15)}
    assert len(tokens(pl.DataFrame([most], infer_schema_length=None), today=TODAY)) == MOST_TOKENS


def test_how_sure_it_is() -> None:
    assert strength(["number"]) == strength(["name_birth", "name_tail"]) == Strength.STRONG
    assert strength(["name_birth"]) == strength(["name_phone", "birth_phone"]) == Strength.LIKELY
    assert strength(["birth_phone"]) == strength([]) == Strength.WEAK


def test_of_the_planted_duplicates_of_a_county_most_are_found_and_few_strangers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The frozen error model, a seed of this test alone: the first records of a county against its added ones."""
    county = make_county(40_000, 9041, TODAY)
    records = county.records.select(
        "name", "sex", "birth_date", "phone", who="person_id", person_id=pl.col("record_id").cast(pl.String),
        number="document_number", number_kind="document_type",
    )  # fmt: skip
    first = records.unique("who", keep="first", maintain_order=True)
    added = records.join(first, on="person_id", how="anti")
    here, there = (tokens(side.drop("who"), today=TODAY) for side in (first, added))
    pairs = here.join(there, on=["kind", "token"], suffix="_there").select("person", "person_there").unique()
    owners = {
        side: dict(zip(rows["person_id"], rows["who"], strict=True)) for side, rows in (("a", first), ("b", added))
    }
    right = {owners["b"][other] for one, other in pairs.rows() if owners["a"][one] == owners["b"][other]}
    wrong = sum(owners["a"][one] != owners["b"][other] for one, other in pairs.rows())
    both = set(added["who"])
    with capsys.disabled():
        print(
            f"\nrecall {len(right) / len(both):.4f} of {len(both)}, {wrong} wrong pairs, {len(here) / len(first):.2f} tokens each"
        )
    assert len(both) > 300
    assert len(right) >= 0.97 * len(both)
    assert wrong <= 5
