"""What members of a household are to a new head: what follows from before, and nothing that does not."""

import datetime as dt

import pytest

from domicile.core.codes.kinship import Kin, to_new_head
from domicile.core.codes.lists import code_list

BORN = dt.date(1990, 5, 1)


@pytest.mark.parametrize(
    ("head", "person", "found"),
    [
        (Kin("12", "2"), Kin("22", "1"), "20"),  # the wife succeeds: a son is a son
        (Kin("12", "2"), Kin("37", "2"), "30"),
        (Kin("12", "2"), Kin("51", "1"), "53"),
        (Kin("11", "1"), Kin("52", "2"), "56"),
        (Kin("10", "9"), Kin("52", "2"), "50"),  # whose wife or husband is not known
        (Kin("12", "2"), Kin("58", "2"), "50"),
        (Kin("12", "2"), Kin("38", "2"), "38"),
        (Kin("12", "2"), Kin("43", "1"), "40"),
        (Kin("12", "2"), Kin("73", "1"), ""),
        (Kin("20", "1"), Kin("12", "2"), "50"),  # a son succeeds: his mother, or his stepmother
        (Kin("20", "1"), Kin("51", "1"), "60"),
        (Kin("20", "1", BORN), Kin("30", "2", dt.date(1988, 1, 1)), "75"),
        (Kin("20", "1", BORN), Kin("20", "1", dt.date(1995, 1, 1)), "73"),
        (Kin("20", "1", BORN), Kin("20", "1", BORN), "70"),  # twins
        (Kin("20", "1"), Kin("38", "2"), ""),  # his wife, or his brother's
        (Kin("20", "1"), Kin("41", "1"), ""),  # his son, or his nephew
        (Kin("51", "1"), Kin("20", "1"), "40"),  # the father succeeds
        (Kin("51", "1"), Kin("12", "2"), "38"),
        (Kin("51", "1"), Kin("75", "2"), "30"),
        (Kin("71", "1"), Kin("52", "2"), "50"),
        (Kin("12", "2"), Kin("02", "1"), "11"),  # the head stays, and another one heads
        (Kin("11", "1"), Kin("02", "2"), "12"),
        (Kin("10", "9"), Kin("02", "9"), "10"),
        (Kin("22", "1"), Kin("02", "1"), "50"),
        (Kin("38", "2"), Kin("02", "2"), "50"),
        (Kin("52", "2"), Kin("02", "2"), "30"),
        (Kin("55", "1"), Kin("02", "1"), "28"),
        (Kin("43", "1"), Kin("02", "2"), "60"),
        (Kin("73", "1", BORN), Kin("02", "1", dt.date(1980, 1, 1)), "71"),
        (Kin("90", "1"), Kin("20", "1"), ""),  # nobody's kin
        (Kin("", "1"), Kin("20", "1"), ""),
    ],
)
def test_what_follows(head: Kin, person: Kin, found: str) -> None:
    assert to_new_head(person, head) == found
    assert found == "" or found in code_list("relation").codes


def test_nothing_is_made_of_codes_that_nobody_has() -> None:
    codes = code_list("relation").codes
    made = {to_new_head(Kin(one, "1"), Kin(other, "2")) for one in codes for other in codes}
    assert made - {""} <= set(codes)
    assert not made & {"01", "02"}
