"""Scores for rows of a list that no exact step settles: whom they offer, what they are made of, and what bad lists come to."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from domicile.engines.likeness import Likely, likely

TODAY = dt.date(2026, 11, 1)
BORN = dt.date(1980, 5, 6)
SCHEMA: dict[str, Any] = {
    "row": pl.Int64, "name": pl.String, "sex": pl.String, "birth": pl.Date, "number": pl.String, "area": pl.String
}  # fmt: skip


def side(*people: tuple[Any, ...]) -> pl.DataFrame:
    """Name, sex, birth, number, area of each."""
    return pl.DataFrame([(row, *one) for row, one in enumerate(people)], schema=SCHEMA, orient="row")


def register(count: int = 40) -> list[tuple[Any, ...]]:
    """Somebody, and many others who have nothing to do with them."""
    others = [
        (f"{'李王赵孙'[n % 4]}{'一二三四五六七'[n % 7]}{'甲乙丙丁戊己庚辛壬癸子'[n % 11]}", "12"[n % 2],
         dt.date(1950, 1, 1) + dt.timedelta(days=37 * n), None, "770101001001")
        for n in range(count)
    ]  # fmt: skip
    return [("欧阳志强", "1", BORN, None, "770101001001"), *others]


def scored(left: pl.DataFrame, right: pl.DataFrame, **options: Any) -> Likely:
    told = {"open_left": left["row"].to_list(), "open_right": right["row"].to_list(), "known": 0.5, "most": 8}
    return likely(left, right, today=TODAY, **(told | options))


def test_two_slips_leave_somebody_likely_and_the_bits_add_up() -> None:
    found = scored(side(("欧阳志墙", "1", BORN + dt.timedelta(days=1), None, None)), side(*register()))
    (meant,) = found.meant[0]
    assert (meant.row, meant.probability > 0.5) == (0, True)
    assert meant.evidence["birth"][0] == "day_off"
    assert meant.bits == pytest.approx(meant.prior + sum(bits for _level, bits in meant.evidence.values()), abs=1e-2)


def test_who_is_settled_or_taken_already_is_not_offered() -> None:
    left, right = side(("欧阳志墙", "1", BORN + dt.timedelta(days=1), None, None)), side(*register())
    assert scored(left, right, open_left=[]).meant == {}
    assert scored(left, right, open_right=[row for row in right["row"].to_list() if row]).meant == {}


def test_an_empty_side_offers_nobody() -> None:
    assert scored(side(), side(*register())).meant == {}
    assert scored(side(*register()), side()).meant == {}


def test_a_list_of_another_county_offers_nobody() -> None:
    others = [(f"陈{'东南西北中'[n % 5]}{'海河湖江'[n % 4]}", "1", dt.date(1990, 1, 1) + dt.timedelta(days=n), None, "880101001001")
              for n in range(200)]  # fmt: skip
    assert scored(side(*others), side(*register()), known=0.0).meant == {}


@pytest.mark.parametrize("name", [None, "??", "？？？", "不详"])
def test_without_names_a_birth_date_alone_offers_nobody(name: str | None) -> None:
    left = side(*((name, "1", BORN, None, None) for _ in range(50)))
    assert scored(left, side(*register())).meant == {}


def test_one_person_ten_thousand_times_offers_the_same_and_stays_small() -> None:
    row = ("欧阳志墙", "1", BORN + dt.timedelta(days=1), None, None)
    found = scored(side(*(row for _ in range(10_000))), side(*register()), memory_mb=500)
    assert {one.row for some in found.meant.values() for one in some} <= {0}


def test_an_explosion_of_pairs_is_capped_and_told() -> None:
    """3,200 by 3,200 of one name, sex and year: more than ten million pairs."""

    def crowd(first: str) -> pl.DataFrame:
        days = (dt.date(1980, 1 + n % 12, 1 + n % 28) for n in range(3_200))
        # Numbers that cannot be, each another: no row says quite the same as the next.
        return side(*(("王伟", "1", day, f"{first}{n:05}", None) for n, day in enumerate(days)))

    found = scored(crowd("1"), crowd("9"), memory_mb=500, most_pairs=20_000)
    assert found.left_out > 1_000_000
    assert all(len(some) <= 8 for some in found.meant.values())
