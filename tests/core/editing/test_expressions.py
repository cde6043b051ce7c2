"""Expressions of rules: read with clear errors, judged with three values."""

import datetime as dt

import pytest

from domicile.core.editing import Names, RuleError, Type, parse
from domicile.core.editing.judging import judge

NAMES = Names(
    {"name": Type.TEXT, "number": Type.TEXT, "born": Type.DATE, "died": Type.DATE, "children": Type.NUMBER, "here": Type.BOOL},
    {"today": Type.DATE, "limit": Type.NUMBER},
    {"relation": frozenset({"02", "10"})},
)  # fmt: skip
GIVEN = {"today": dt.date(2026, 3, 1), "limit": 18}


def judged(text: str, **row: object) -> object:
    return judge(parse(text, NAMES, wanted=None), GIVEN)(lambda column: row.get(column))


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("here and name = 'a'", {"here": False}, False),  # no, whatever the name
        ("here and name = 'a'", {"here": True}, None),
        ("here or name = 'a'", {"here": True}, True),
        ("here or name = 'a'", {"here": False}, None),
        ("not here", {}, None),
        ("name = name", {}, None),
        ("name is missing", {}, True),
        ("name is known and children / 0 is missing", {"name": "a", "children": 1.0}, True),
        ("name in ('a', 'b')", {"name": "b"}, True),
        ("name not in ('a', 'b')", {}, None),
        ("name in @relation", {"name": "02"}, True),
        ("children between 1 and 3", {"children": 4.0}, False),
        ("children + 2 * 3 = 7", {"children": 1.0}, True),
        ("(children + 2) * 3 = 9", {"children": 1.0}, True),
        ("children - 1 - 1 = -1", {"children": 1.0}, True),
        ("born < died", {"born": dt.date(2000, 1, 1)}, None),
        ("born <= date '2000-01-01'", {"born": dt.date(2000, 1, 1)}, True),
        ("here = yes and missing", {"here": True}, RuleError),
        ("name = 'it''s'", {"name": "it's"}, True),
        ("age(born, $today) >= $limit", {"born": dt.date(2008, 2, 29)}, True),  # the birthday is 1 March
        ("age(born, $today)", {"born": dt.date(2008, 3, 2)}, 17.0),
        ("days(born, $today)", {"born": dt.date(2026, 2, 1)}, 28.0),
        ("has_digit(name)", {"name": "王３"}, True),
        ("length(name)", {"name": "欧阳"}, 2.0),
        ("part(number, 7, 8) = '19850304'", {"number": "77010119850304001X"}, True),
        ("begins(name, '欧')", {"name": "欧阳"}, True),
        ("contains(name, '?')", {"name": "王?"}, True),
        ("number_birth(number)", {"number": "77010119850304001X"}, dt.date(1985, 3, 4)),
        ("number_birth(number)", {"number": "77010119850230001X"}, None),  # no such day
        ("number_birth(number)", {"number": "770101850304001"}, None),
        ("number_sex(number)", {"number": "77010119850304001X"}, "1"),
        ("number_sex(number)", {"number": "77010119850304002X"}, "2"),
        ("number_checks(number)", {"number": "11010519491231002X"}, True),  # the example of GB 11643
        ("number_checks(number)", {"number": "110105194912310021"}, False),
        ("number_checks(number)", {"number": "E1234"}, None),
    ],
)
def test_judged(text: str, row: dict, found: object) -> None:
    if found is RuleError:
        with pytest.raises(RuleError):
            judged(text, **row)
    else:
        assert judged(text, **row) == found
        assert (judged(text, **row) is None) == (found is None)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("nam = 'x'", 1, "there is no column nam. Did you mean name?"),
        ("age(born) > 3", 9, "here , is missing"),
        ("born > 3", 6, "date and number cannot be compared"),
        ("name in @relations", 9, "there is no code list relations. Did you mean relation?"),
        ("(children = 3", 14, "here ) is missing"),
        ('name = "x"', 8, "this cannot be read. Text stands in 'single marks'"),
        ("children", 1, "this gives number where yes/no is wanted"),
        ("children and here", 1, "this is number; yes/no is wanted"),
        ("here and children", 10, "this is number; yes/no is wanted"),
        ("part(name, children, 1) = 'x'", 12, "here stands a whole number from 1 on"),
        ("born > $tody", 8, "there is no parameter $tody. Did you mean today?"),
        ("old(born) = 1", 1, "there is no function old"),
        ("name = 'a' name = 'b'", 12, "this is one too many"),
        ("born > date '2000-13-01'", 13, "a day is written date '2000-01-31'"),
        ("here > no", 6, "neither more nor less"),
        ("name in ('a', 3)", 15, "text and number cannot be compared"),
        ("name in ()", 10, "a value, a column or a bracket is missing here"),
        ("", 1, "a value, a column or a bracket is missing here"),
    ],
)
def test_an_error_names_file_rule_place_and_cure(text: str, place: int, said: str) -> None:
    with pytest.raises(RuleError) as problem:
        parse(text, NAMES, "people.yaml, P101, holds")
    message = str(problem.value)
    assert said in message
    assert message.startswith("people.yaml, P101, holds")
    assert f"place {place}:" in message
