"""The edit rules of a census: read from edits.yaml, and from items.yaml what is asked of whom.

    rules(columns)                      # the checks over files that have these columns
    plan()                              # what may change, at what cost, and how it is filled in
    located(edits, head, members, …)    # the items to change in a household (joint.py)

Sources: UN DESA, Handbook on Population and Housing Census Editing, Revision 2 (2019), chapters II to V; the notes on the
short form of the Seventh National Population Census.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from domicile.core import declared
from domicile.core.editing import Check, Model, Type, read_checks, read_model
from domicile.core.editing.checks import Words
from domicile.core.editing.expressions import Binary, Column, Expression, Literal, Missing, Not, OneOf, columns_of
from domicile.core.enumeration.model import HOUSEHOLD, PACKAGE, PERSON, Item, Of, forms, items

RULES: Final = "edits.yaml"
RECORDS: Final = "edit_records.yaml"
#: Beginnings of the codes of rules made from items: answered though it is not asked; asked and not answered; no such answer.
GIVEN, LACKING, OUTSIDE = "N-", "A-", "V-"
SKIPS_SOURCE: Final = "items.yaml"


@dataclass(frozen=True, slots=True)
class Filling:
    """How items are filled in: by which method of `impute`, within which classes, by which distance.

    `carried`: columns taken along from the same donor.
    """

    of: Of
    items: tuple[str, ...]
    method: str
    classes: tuple[str, ...]
    distance: Mapping[str, float]
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`kept`: columns that never change. `weights`: the cost of a change of an item, 1 where it is not said.

    `first`: items that say of whom the others are asked; they are settled before the others.
    """

    version: str
    kept: frozenset[str]
    weights: Mapping[str, float]
    filling: tuple[Filling, ...]
    first: frozenset[str]


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = declared.read(resources.files(PACKAGE).joinpath(RECORDS).read_text(encoding="utf-8"))
    return found


@cache
def model() -> Model:
    """Households and persons with the columns that are derived from each other. Raises RuleError where the data are wrong."""
    return read_model(_data(), RECORDS, {}, {})


@cache
def plan() -> Plan:
    """What may change and how it is filled in. Raises ValueError where it names an item that there is not."""
    data, found = _data(), []
    for of in (HOUSEHOLD, PERSON):
        known = model().records[of].columns
        for one in data["filling"][of]:
            if unknown := set(one["items"]) - set(known):
                raise ValueError(f"{RECORDS}: {', '.join(sorted(unknown))} is no column of {of}")
            found.append(
                Filling(
                    of, tuple(one["items"]), one["method"], tuple(one.get("classes", ())), dict(one.get("distance", {})),
                    tuple(one.get("with", ())),
                )
            )  # fmt: skip
    return Plan(
        str(data["version"]), frozenset(data["kept"]), dict(data["weights"]), tuple(found), frozenset(data["first"])
    )


@cache
def every_rule() -> tuple[Check, ...]:
    """All rules: those of edits.yaml in their order, then those made from the items. Raises RuleError."""
    written = read_checks(
        declared.read(resources.files(PACKAGE).joinpath(RULES).read_text(encoding="utf-8")), RULES, model()
    )
    return (*written, *_skips())


def rules(columns: Mapping[str, Collection[str]]) -> list[Check]:
    """The rules that can be asked of files with these columns, by record."""
    return [one for one in every_rule() if _reads(one.of, columns_of(one.fails)) <= _there(columns)]


def _there(columns: Mapping[str, Collection[str]]) -> set[tuple[str, str]]:
    return {(of, name) for of, names in columns.items() for name in names}


def _reads(of: str, names: Collection[str]) -> set[tuple[str, str]]:
    """The plain columns behind these."""
    found: set[tuple[str, str]] = set()
    for name in names:
        derived = model().records[of].derived.get(name)
        if derived is None:
            found.add((of, name))
        else:
            inside = set(columns_of(derived.where)) if derived.where is not None else set()
            found |= _reads(derived.record, inside | ({derived.take} if derived.take else set()))
    return found


def asked(item: Item) -> Expression:
    """Of whom an item is asked, in the columns of the tables; in the long form alone where it stands only there."""
    condition = item.asked
    if item.name in {one.name for one in (*forms()["short"].household_items, *forms()["short"].person_items)}:
        return condition if condition is not None else Literal(True, Type.BOOL)
    long = Binary("=", Column("form", Type.TEXT), Literal("long", Type.TEXT), Type.BOOL)
    return long if condition is None else Binary("and", long, condition, Type.BOOL)


def editable(of: Of) -> list[Item]:
    """The items of a record that edits may change, in the order in which they are filled in."""
    known = items()
    return [known[name] for one in plan().filling if one.of == of for name in one.items if name in known]


def _skips() -> Iterator[Check]:
    for of in (HOUSEHOLD, PERSON):
        for item in editable(of):
            column, condition = Column(item.name, Type.NUMBER), asked(item)
            if not isinstance(condition, Literal):
                yield _skip(GIVEN, item, Binary("and", Not(condition), Not(Missing(column)), Type.BOOL))
            if item.choices:
                listed = OneOf(column, tuple(float(one) for one in sorted(item.values)))
                yield _skip(OUTSIDE, item, Not(listed))
            if item.needed:
                yield _skip(LACKING, item, Binary("and", condition, Missing(column), Type.BOOL))
    yield _skip(LACKING, _AGE, Missing(Column("age", Type.NUMBER)))


#: Age is derived from the month of birth and stands for it in the tables.
_AGE: Final = Item("age", "D5", PERSON, "count", Words("年龄", "Age"), least=0, most=120)  # type: ignore[arg-type]
_SAID: Final = {
    GIVEN: ("不该填却填了", "answered though it is not asked", "没有问到的项目是空的。", "What is not asked is empty."),
    OUTSIDE: ("不在选项中", "no such answer", "答案是选项中的一个。", "The answer is one of the choices."),
    LACKING: ("该填没有填", "asked and not answered", "问到的项目都有答案。", "What is asked has an answer."),
}


def _skip(kind: str, item: Item, fails: Expression) -> Check:
    zh, en, explain_zh, explain_en = _SAID[kind]
    return Check(
        kind + item.name, item.of, "error", Words(f"{item.words.zh}：{zh}", f"{item.words.en}: {en}"), fails,
        Words(explain_zh, explain_en), Words(f"再看{item.words.zh}。", f"Look again at: {item.words.en}."), SKIPS_SOURCE, False, (),
        SKIPS_SOURCE,
    )  # fmt: skip


def domain(name: str) -> tuple[int | None, ...] | None:
    """The values that an item may have, with None where it is not asked of everybody; None for a number without a list."""
    item = items().get(name)
    if item is None or item.kind != "choice":
        return None
    blank: tuple[None, ...] = () if isinstance(asked(item), Literal) else (None,)
    return (*sorted(item.values), *blank)
