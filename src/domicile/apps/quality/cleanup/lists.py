"""The lists of a clean-up and what may be said of a case, read from lists.yaml once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from domicile.core import declared


@dataclass(frozen=True)
class Said:
    """Words in both languages."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Outcome:
    """What may be said of a case. `needs`: what the register shows first ('' for nothing); `ends`: a registration ends by it.

    One that does not settle keeps the case open.
    """

    key: str
    name: Said
    needs: str = ""
    settles: bool = False
    ends: bool = False


@dataclass(frozen=True)
class List:
    """One list: its number on the summary form (1 to 6 are the six lists), why somebody is on it, what is to be done."""

    key: str
    number: int
    name: Said
    why: Said
    todo: Said
    outcomes: tuple[Outcome, ...]
    rules: tuple[str, ...] = ()

    def outcome(self, key: str) -> Outcome | None:
        return next((one for one in self.outcomes if one.key == key), None)


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = declared.read(
        (resources.files("domicile.apps.quality.cleanup") / "lists.yaml").read_text(encoding="utf-8")
    )
    return found


@cache
def outcomes() -> Mapping[str, Outcome]:
    """All outcomes by their keys."""
    found = {}
    for key, one in _read()["outcomes"].items():
        asked = {name: value for name, value in one.items() if name not in ("zh", "en")}
        found[key] = Outcome(key, Said(one["zh"], one["en"]), **asked)  # TypeError for what is no part of an outcome
    return found


@cache
def lists() -> Mapping[str, List]:
    """The lists by their keys, in the order of the summary form."""
    return {
        one["key"]: List(
            one["key"], one["number"], Said(one["zh"], one["en"]), Said(one["why_zh"], one["why_en"]),
            Said(one["todo_zh"], one["todo_en"]), tuple(outcomes()[key] for key in one["outcomes"]),
            tuple(one.get("rules", ())),
        )
        for one in _read()["lists"]
    }  # fmt: skip


@cache
def evidence() -> Mapping[str, Said]:
    """Why somebody is on a list, by the codes that cases keep."""
    return {key: Said(**one) for key, one in _read()["evidence"].items()}
