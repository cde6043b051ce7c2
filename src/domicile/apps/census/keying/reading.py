"""What was keyed into the fields of a form, and what is wrong with it. What a paper leaves empty stays empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.core.codes.identity import normalise_number
from domicile.core.enumeration import Form, Item, asked_words
from domicile.core.enumeration.checking import fault_of
from domicile.core.enumeration.model import PERSONS

MOST_PEOPLE = 60
SHORT_LIST = 12
FAULTS: dict[str, str | Promise] = {
    "type": _("Digits only."), "range": _("This number is too small or too large."), "choice": _("There is no such code."),
    "long": _("This is too long."), "number": _("The check digit is wrong: compare it with the paper, or leave it empty."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """One field of the keying screen: its name, what stands beside it, what was typed, what is wrong."""

    name: str
    number: str
    label: str
    codes: str
    asked: str
    value: str
    fault: str | Promise
    digits: bool
    longest: int


@dataclass
class Keyed:
    """What was read: the content, and how many fields are wrong."""

    content: dict[str, Any] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    people: list[list[Box]] = field(default_factory=list)
    faulty: int = 0


def read(form: Form, given: Mapping[str, str] | None, people: int, language: str) -> Keyed:
    """The fields of a form for so many people, with what was typed (None: nothing yet)."""
    keyed = Keyed()
    keyed.boxes, keyed.content = _part(form.household_items, given, "h", language, keyed)
    found = []
    for position in range(people):
        boxes, values = _part(form.person_items, given, f"p{position}", language, keyed)
        keyed.people.append(boxes)
        found.append(values)
    keyed.content[PERSONS] = found
    return keyed


def _part(
    items: Sequence[Item], given: Mapping[str, str] | None, prefix: str, language: str, keyed: Keyed
) -> tuple[list[Box], dict[str, Any]]:
    boxes, values = [], {}
    for item in items:
        name = f"{prefix}-{item.name}"
        typed = (given or {}).get(name, "").strip()[:200]
        value = value_of(item, typed)
        fault = fault_of(item, value) if value is not None else ""
        if fault:
            keyed.faulty += 1
        elif value is not None:
            values[item.name] = value
        boxes.append(_box(item, name, typed, FAULTS.get(fault, ""), language))
    return boxes, values


def value_of(item: Item, typed: str) -> int | str | None:
    """What was typed for an item; None where nothing was, and the text itself where it should be a number and is none."""
    if not typed:
        return None
    if item.kind in {"choice", "count"}:
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed
    return normalise_number(typed) if item.kind == "id" else typed


def _box(item: Item, name: str, typed: str, fault: str | Promise, language: str) -> Box:
    return Box(
        name=name, number=item.number, label=item.words.of(language), codes=codes_of(item, language),
        asked=asked_words(item, language), value=typed, fault=fault, digits=item.kind in {"choice", "count"},
        longest=18 if item.kind == "id" else item.most if item.kind == "text" else max(len(str(item.most)), 2),
    )  # fmt: skip


def codes_of(item: Item, language: str) -> str:
    """The codes of an item with their words; of a long list only where it stands."""
    shown = item.choices if len(item.choices) <= SHORT_LIST else ()
    return " ".join(f"{one.value}\N{NO-BREAK SPACE}{one.words.of(language)}" for one in shown)
