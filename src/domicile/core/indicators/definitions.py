"""The indicators as data: `indicators.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from domicile.core import declared

Kind = Literal["coverage", "expected", "share", "error"]
KINDS = ("coverage", "expected", "share", "error")
#: Kinds that hold something against a figure from elsewhere.
HELD_AGAINST = ("coverage", "expected")
#: What a published figure can be of.
SUBJECTS = ("residents", "births", "deaths")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in a language such as `zh-hans` or `en`."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator. `subject` is what is published of it, or expected ('' for a share or an error); `goal` names a parameter.

    `work` names the page where what is missing is worked off; `sources` says what the figure is also given by, and is
    empty where it is not.
    """

    key: str
    name: Words
    kind: Kind
    subject: str
    numerator: Words
    denominator: Words
    goal: str
    work: str
    sources: Words
    source: str


@cache
def definitions() -> dict[str, Definition]:
    """Every indicator by its key, in the order in which they are shown. Raises ValueError where the data are wrong."""
    text = resources.files("domicile.core.indicators").joinpath("indicators.yaml").read_text(encoding="utf-8")
    found = {}
    for key, raw in declared.read(text).items():
        words = {name: Words(**raw[name]) for name in ("name", "numerator", "denominator")}
        subject = raw.get("subject", "")
        if raw["kind"] not in KINDS or (raw["kind"] in HELD_AGAINST) != (subject in SUBJECTS):
            raise ValueError(f"indicators.yaml, {key}: kind {raw['kind']!r} of subject {subject!r} is none")
        found[key] = Definition(
            key=key, kind=raw["kind"], subject=subject, goal=raw["goal"], work=raw["work"], source=raw["source"],
            sources=Words(**(raw["sources"] or {"zh": "", "en": ""})), **words,
        )  # fmt: skip
    return found
