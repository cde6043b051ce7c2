"""Items, forms and questions asked back, read from items.yaml, with their conditions parsed once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from domicile.core import declared
from domicile.core.editing import Names, Type, parse
from domicile.core.editing.expressions import Expression

Of = Literal["household", "person"]
Kind = Literal["choice", "count", "text", "id"]
HOUSEHOLD: Final[Of] = "household"
PERSON: Final[Of] = "person"
PERSONS: Final = "persons"
PACKAGE: Final = "domicile.core.enumeration"
#: What conditions may speak of besides items: of the household, and of each person (who sees those of the household, too).
GATHERED: Final = ("persons", "heads", "spouses", "here", "infants")
DERIVED: Final = ("age", "number_sex", "number_birth", "months_dead")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in a language such as `zh-hans` or `en`."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of an item with choices. `ours`: the published list ends before it."""

    value: int
    words: Words
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `asked` None: always; a `count` lies in [least, most], a text has at most `most` characters."""

    name: str
    number: str
    of: Of
    kind: Kind
    words: Words
    help: Words | None = None
    choices: tuple[Choice, ...] = ()
    least: int = 0
    most: int = 0
    asked: Expression | None = None
    needed: bool = True
    ours: bool = False

    @property
    def values(self) -> frozenset[int]:
        """The values of its choices."""
        return frozenset(one.value for one in self.choices)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked back where `holds` is no. It refuses nothing: whoever answers may say that it is so."""

    name: str
    of: Of
    words: Words
    holds: Expression


@dataclass(frozen=True)
class Form:
    """A form: its items in their order, and what is asked back. `person` names each person, with {number}."""

    name: str
    version: str
    words: Words
    person: Words
    household_items: tuple[Item, ...]
    person_items: tuple[Item, ...]
    questions: tuple[Question, ...]
    ours: bool = False
    by_name: Mapping[str, Item] = field(default_factory=dict, compare=False)


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files(PACKAGE).joinpath("items.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = declared.read(text)
    return found


@cache
def _list(name: str) -> tuple[Choice, ...]:
    text = resources.files(PACKAGE).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Choice(int(row["code"]), Words(row["name"], row["name_en"])) for row in rows)


def source() -> str:
    """Where the forms come from, and what is the product's own."""
    return str(_data()["source"]).strip()


@cache
def items() -> Mapping[str, Item]:
    """Every item by name, in the order of the data. Raises RuleError or ValueError where the data are wrong."""
    raw = _data()["items"]
    names = {of: _names(raw, of) for of in (HOUSEHOLD, PERSON)}
    return {name: _item(name, one, names[one["of"]]) for name, one in raw.items()}


def _names(raw: Mapping[str, Any], of: Of) -> Names:
    """What a condition of a household or of a person may read: a person's reads the household's, too."""
    columns = {
        name: Type.TEXT if one["type"] in {"text", "id"} else Type.NUMBER
        for name, one in raw.items()
        if of == PERSON or one["of"] == HOUSEHOLD
    }
    columns |= dict.fromkeys((*GATHERED, *(DERIVED if of == PERSON else ())), Type.NUMBER)
    return Names(columns)


def _item(name: str, raw: Mapping[str, Any], names: Names) -> Item:
    if raw["type"] not in {"choice", "count", "text", "id"} or raw["of"] not in {HOUSEHOLD, PERSON}:
        raise ValueError(f"items.yaml: {name} is of an unknown type")
    ours = set(raw.get("ours_choices", ()))
    choices = tuple(Choice(value, Words(*said), value in ours) for value, said in raw.get("choices", {}).items())
    return Item(
        name=name, number=str(raw.get("number", "")), of=raw["of"], kind=raw["type"], words=Words(raw["zh"], raw["en"]),
        help=Words(raw["help_zh"], raw["help_en"]) if "help_zh" in raw else None,
        choices=_list(raw["list"]) if "list" in raw else choices, least=raw.get("least", 0), most=raw.get("most", 0),
        asked=parse(str(raw["asked"]), names, f"items.yaml: {name}") if "asked" in raw else None,
        needed=raw.get("needed", True), ours=raw.get("ours", False),
    )  # fmt: skip


@cache
def forms() -> Mapping[str, Form]:
    """Every form by name. Raises KeyError where one names an item that there is not."""
    data, known = _data(), items()
    names = {of: _names(data["items"], of) for of in (HOUSEHOLD, PERSON)}
    found = {}
    for name, raw in data["forms"].items():
        parts = {of: tuple(known[one] for one in raw[of]) for of in (HOUSEHOLD, PERSON)}
        questions = tuple(
            Question(key, one["of"], Words(one["zh"], one["en"]), parse(one["holds"], names[one["of"]], f"items.yaml: {key}"))
            for key, one in data["questions"].items()
            if name in one["forms"]
        )  # fmt: skip
        found[name] = Form(
            name, data["version"], Words(raw["zh"], raw["en"]), Words(raw["person_zh"], raw["person_en"]),
            parts[HOUSEHOLD], parts[PERSON], questions, raw.get("ours", False),
            {one.name: one for one in (*parts[HOUSEHOLD], *parts[PERSON])},
        )  # fmt: skip
    return found
