"""A form for the ODK Collect app: the XLSForm as Markdown tables, and the content of a filled one.

Names of questions are those of the items, so that one reading serves every form. The people are a repeat, as many as the
household's two counts say. What is asked back is a question of its own, which asks whether it is so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from domicile.core.enumeration.conditions import no, yes
from domicile.core.enumeration.minutes import minutes_between, with_minutes
from domicile.core.enumeration.model import HOUSEHOLD, PERSON, PERSONS, Form, Item, Question, Words
from domicile.core.messages.submissions import Answers, Broken

ZH, EN = "中文 (zh)", "English (en)"
COLUMNS: Final = (
    "type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "required", "relevant", "constraint",
    f"constraint_message::{ZH}", f"constraint_message::{EN}", "choice_filter", "appearance", "calculation", "repeat_count",
)  # fmt: skip
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FOLDED: Final = 8
SO: Final = "so_"
SURE: Final = Words(
    "请再看一下：{text}确实是这样吗？不是就返回去改。",
    "Please look again: {text} Is it so? If not, go back and correct it.",
)
WRONG_NUMBER: Final = Words(
    "号码不对，请对照证件再看一遍；不填也可以。",
    "The number is not right: compare it with the card, or leave it empty.",
)
LISTS: Final = {
    "household": Words("哪一户", "Which household"),
    "find": Words("可以输入户编号或者地址查找", "Type the number or the address to find it"),
    "how_many": Words("有几位", "How many"),
    "read_back": Words(
        "已经把填的内容念给住户听，住户确认无误", "Read back to the household, who say that it is right"
    ),
    "yes": Words("是", "Yes"),
}
#: The forms of which a household fills in one. The app notes when one was begun and when it was finished (minutes.py).
OF_A_HOUSEHOLD: Final = frozenset({"short", "long"})
Row = dict[str, str]


def _total(weights: Sequence[int]) -> str:
    return " + ".join(f"number(substr(., {n}, {n + 1})) * {weight}" for n, weight in enumerate(weights))


_REST = f"(({_total(WEIGHTS)}) mod 11)"
NUMBER: Final = (
    "regex(., '^[0-9]{17}[0-9X]$') and "
    f"substr('10X98765432', {_REST}, {_REST} + 1) = substr(., 17, 18)"
)  # fmt: skip


def xlsform(form: Form, form_id: str, *, households: str) -> str:
    """The XLSForm as text, ending with a line feed.

    `households` is the entity list that the household is chosen from; its columns after name and label: form, and the year
    and month of the census moment, as of which ages are reckoned.
    """
    rows = list(_survey(form, households))
    text = "| survey |\n" + table(COLUMNS, rows)
    text += "\n| choices |\n" + table(("list_name", "name", f"label::{ZH}", f"label::{EN}"), list(choices_of(form)))
    settings = {
        "form_title": form.words.zh, "form_id": form_id, "version": form.version, "default_language": ZH,
        "instance_name": f"concat('{form.words.zh} ', ${{household_label}})",
    }  # fmt: skip
    return text + "\n| settings |\n" + table(tuple(settings), [settings])


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    lines = ["| | " + " | ".join(columns) + " |"]
    lines += ["| | " + " | ".join(row.get(one, "") for one in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _survey(form: Form, households: str) -> Iterator[Row]:
    if form.name in OF_A_HOUSEHOLD:
        yield from ({"type": one, "name": one} for one in ("start", "end"))
    yield question(
        f"select_one_from_file {households}.csv", "household", LISTS["household"], LISTS["find"],
        appearance="minimal autocomplete", choice_filter=f"form='{form.name}'" if form.name in OF_A_HOUSEHOLD else "",
        required="yes",
    )  # fmt: skip
    for name, column in (("household_label", "label"), ("moment_year", "year"), ("moment_month", "month")):
        yield calculated(name, f"instance('{households}')/root/item[name=${{household}}]/{column}")
    for item in form.household_items:
        yield item_row(item)
    counted = "${present_count} + ${absent_count}"
    if "present_count" not in form.by_name:
        yield question("integer", "how_many", LISTS["how_many"], required="yes", constraint=". >= 1 and . <= 99")
        counted = "${how_many}"
    yield question("begin_repeat", "person", Words("家庭成员", "Person"), repeat_count=counted)
    for item in form.person_items:
        yield item_row(item)
    yield from _derived(form)
    yield from (_back(one) for one in form.questions if one.of == PERSON)
    yield {"type": "end_repeat"}
    if form.name in OF_A_HOUSEHOLD:
        yield from _gathered()
    yield from (_back(one) for one in form.questions if one.of == HOUSEHOLD)
    yield question("select_one yes", "read_back", LISTS["read_back"], required="yes")


def question(kind: str, name: str, words: Words, hint: Words | None = None, **more: str) -> Row:
    row = {"type": kind, "name": name, f"label::{ZH}": words.zh, f"label::{EN}": words.en, **more}
    return row | ({f"hint::{ZH}": hint.zh, f"hint::{EN}": hint.en} if hint is not None else {})


def item_row(item: Item) -> Row:
    kinds = {"choice": f"select_one {item.name}", "count": "integer", "text": "text", "id": "text"}
    row = question(kinds[item.kind], item.name, item.words, item.help, required="yes" if item.needed else "")
    if item.asked is not None:
        row["relevant"] = yes(item.asked)
    if item.kind == "choice" and len(item.choices) > FOLDED:
        row["appearance"] = "minimal autocomplete"
    if item.kind == "count":
        row["constraint"] = f". >= {item.least} and . <= {item.most}"
        told = Words(f"{item.least} 到 {item.most} 之间。", f"Between {item.least} and {item.most}.")
    elif item.kind == "text":
        row["constraint"] = f"string-length(.) <= {item.most}"
        told = Words(f"最多 {item.most} 个字。", f"At most {item.most} characters.")
    elif item.kind == "id":
        row["constraint"], row["appearance"] = NUMBER, "numbers"
        told = WRONG_NUMBER
    else:
        return row
    return row | {f"constraint_message::{ZH}": told.zh, f"constraint_message::{EN}": told.en}


def calculated(name: str, calculation: str) -> Row:
    return {"type": "calculate", "name": name, "calculation": calculation}


def _derived(form: Form) -> Iterator[Row]:
    """Columns of each person that conditions read (checking.derived)."""
    born = "${moment_year} - ${birth_year} - if(${birth_month} >= ${moment_month}, 1, 0)"
    yield calculated("age", f"if(${{birth_year}} = '' or ${{birth_month}} = '', '', {born})")
    if "id_number" in form.by_name:
        whole = "string-length(${id_number}) = 18"
        yield calculated("number_sex", f"if({whole}, if(number(substr(${{id_number}}, 16, 17)) mod 2 = 1, 1, 2), '')")
        yield calculated("number_birth", f"if({whole}, number(substr(${{id_number}}, 6, 12)), '')")
        for name, condition in (
            ("is_head", "${relation} = 0 and ${relation} != ''"), ("is_spouse", "${relation} = 1"),
            ("is_here", "${present} = 1"), ("is_infant", "${age} = 0 and ${age} != ''"),
        ):  # fmt: skip
            yield calculated(name, f"if({condition}, 1, 0)")
    if "death_year" in form.by_name:
        since = "(${moment_year} - ${death_year}) * 12 + ${moment_month} - 1 - ${death_month}"
        yield calculated("months_dead", f"if(${{death_year}} = '' or ${{death_month}} = '', '', {since})")


def _gathered() -> Iterator[Row]:
    """Columns of the household that are gathered from its people."""
    yield calculated("persons", "count(${person})")
    for name, part in (("heads", "is_head"), ("spouses", "is_spouse"), ("here", "is_here"), ("infants", "is_infant")):
        yield calculated(name, f"sum(${{{part}}})")


def _back(one: Question) -> Row:
    told = Words(SURE.zh.format(text=one.words.zh), SURE.en.format(text=one.words.en))
    return question("select_one yes", SO + one.name, told, required="yes", relevant=no(one.holds))


def choices_of(form: Form) -> Iterator[Row]:
    yield {"list_name": "yes", "name": "yes", f"label::{ZH}": LISTS["yes"].zh, f"label::{EN}": LISTS["yes"].en}
    for item in (*form.household_items, *form.person_items):
        for one in item.choices:
            yield {
                "list_name": item.name, "name": str(one.value), f"label::{ZH}": one.words.zh, f"label::{EN}": one.words.en,
            }  # fmt: skip


def content_of(form: Form, answers: Answers) -> dict[str, Any]:
    """The content of a filled form, with the minutes it took where the phone's clock tells them.

    Raises Broken("number") where something that is a number is none.
    """
    content: dict[str, Any] = _values(form.household_items, answers)
    content[PERSONS] = [_values(form.person_items, row) for row in answers.rows("person")]
    so = {name for part in (answers, *answers.rows("person")) for name, value in part.values.items() if value == "yes"}
    confirmed = [one.name for one in form.questions if SO + one.name in so]
    content |= {"confirmed": confirmed} if confirmed else {}
    return with_minutes(content, minutes_between(answers.text("start"), answers.text("end")))


def _values(items: Sequence[Item], answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        text = answers.text(item.name)
        if not text:
            continue
        if item.kind in {"choice", "count"}:
            try:
                found[item.name] = int(text)
            except ValueError:
                raise Broken("number") from None
        else:
            found[item.name] = text
    return found
