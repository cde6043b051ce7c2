"""The form of the survey of coverage: who lived behind a door at the census moment, asked again by others, without what was
said first. Its items are those of the short form that tell people apart and say who is a resident.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from domicile.core.enumeration.model import Form, Words, forms, items
from domicile.core.enumeration.phones import (
    COLUMNS,
    EN,
    LISTS,
    ZH,
    Row,
    calculated,
    choices_of,
    item_row,
    question,
    table,
)

ITEMS: Final = ("name", "sex", "birth_year", "birth_month", "id_number", "present", "registered", "away")
NUMBER: Final = 64
_AREA: Final = Words("哪个普查小区", "Which enumeration area")
_AREA_HELP: Final = Words(
    "这里只有分给您抽查、而且您没有登记过的小区。",
    "Areas given to you to be asked again: none of them did you ask first.",
)
_DOOR: Final = Words("门牌和户", "Door and household")
_DOOR_HELP: Final = Words(
    "楼号-房号，例如 3-101；同一门里住几户的，写 3-101-1、3-101-2。每户一个号，号相同的就是同一户。",
    "Building and door, as 3-101; where several households live behind a door, 3-101-1 and 3-101-2. Two forms of one number are "
    "one household.",
)
_PEOPLE: Final = Words("普查时点住在这里的有几个人", "How many people lived here at the census moment")
_MOMENT: Final = Words(
    "以下都按普查时点（${moment_year}年${moment_month}月1日零时）问，不要问普查时怎么填的。",
    "Everything is asked as of the census moment (the beginning of ${moment_year}-${moment_month}-1). Do not ask what was said.",
)
_LONG: Final = Words(f"最多 {NUMBER} 个字。", f"At most {NUMBER} characters.")


@cache
def survey() -> Form:
    """The form: items of its people alone."""
    known, short = items(), forms()["short"]
    people = tuple(known[name] for name in ITEMS)
    return Form(
        "again", short.version, Words("普查质量抽查表", "Coverage survey"), short.person, (), people,
        (), True, {one.name: one for one in people},
    )  # fmt: skip


def survey_xlsform(form_id: str, *, areas: str) -> str:
    """The XLSForm as text, ending with a line feed. `areas`: the entity list of areas that are asked again, whose columns after
    name and label are year and month of the census moment."""
    form = survey()
    text = "| survey |\n" + table(COLUMNS, list(_rows(form, areas)))
    text += "\n| choices |\n" + table(("list_name", "name", f"label::{ZH}", f"label::{EN}"), list(choices_of(form)))
    settings = {
        "form_title": form.words.zh, "form_id": form_id, "version": form.version, "default_language": ZH,
        "instance_name": f"concat('{form.words.zh} ', ${{number}})",
    }  # fmt: skip
    return text + "\n| settings |\n" + table(tuple(settings), [settings])


def _rows(form: Form, areas: str) -> Iterator[Row]:
    yield question(f"select_one_from_file {areas}.csv", "area", _AREA, _AREA_HELP, required="yes")
    for name, column in (("moment_year", "year"), ("moment_month", "month")):
        yield calculated(name, f"instance('{areas}')/root/item[name=${{area}}]/{column}")
    yield question("note", "moment", _MOMENT)
    yield question("text", "number", _DOOR, _DOOR_HELP, required="yes", constraint=f"string-length(.) <= {NUMBER}") | {
        f"constraint_message::{ZH}": _LONG.zh, f"constraint_message::{EN}": _LONG.en,
    }  # fmt: skip
    yield question("integer", "how_many", _PEOPLE, required="yes", constraint=". >= 1 and . <= 99")
    yield question("begin_repeat", "person", Words("住户", "Person"), repeat_count="${how_many}")
    for item in form.person_items:
        yield item_row(item)
    yield {"type": "end_repeat"}
    yield question("select_one yes", "read_back", LISTS["read_back"], required="yes")
