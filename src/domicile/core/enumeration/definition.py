"""A form for a browser: plain lists and texts in both languages, conditions as lists (conditions.plain)."""

from __future__ import annotations

from typing import Any

from domicile.core.enumeration.conditions import plain
from domicile.core.enumeration.model import Form, Item, Words


def definition(form: Form) -> dict[str, Any]:
    """The form as JSON can hold it. Every text is [Chinese, English]."""
    return {
        "name": form.name, "version": form.version, "title": _both(form.words), "person": _both(form.person),
        "household": [_item(one) for one in form.household_items], "persons": [_item(one) for one in form.person_items],
        "questions": [
            {"name": one.name, "of": one.of, "words": _both(one.words), "holds": plain(one.holds)} for one in form.questions
        ],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"name": item.name, "number": item.number, "kind": item.kind, "words": _both(item.words)}
    if item.help is not None:
        found["help"] = _both(item.help)
    if item.choices:
        found["choices"] = [[one.value, *_both(one.words)] for one in item.choices]
    if item.kind == "count":
        found["least"], found["most"] = item.least, item.most
    if item.kind == "text":
        found["most"] = item.most
    if item.asked is not None:
        found["asked"] = plain(item.asked)
    if not item.needed:
        found["optional"] = True
    return found


def _both(words: Words) -> list[str]:
    return [words.zh, words.en]
