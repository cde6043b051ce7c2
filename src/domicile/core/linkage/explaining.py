"""Why two records are taken for one person: each comparison in words, and its bits as the bars of a waterfall.

Works on a row of the table of pairs that an engine gives, or on levels found by `Comparison.level_of`; needs no engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from domicile.core import declared
from domicile.core.linkage.model import probability
from domicile.core.linkage.specification import SILENT, Specification

Language = Literal["en", "zh"]
_PLACE: Final[dict[str, int]] = {"en": 0, "zh": 1}
#: Bits from which evidence counts as strong, for it or against it: odds of about a hundred to one.
STRONG: Final = 6.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a waterfall: it leads from `start` to `end` bits. `comparison` and `level` are codes; the first bar is `prior`."""

    comparison: str
    level: str
    start: float
    end: float

    @property
    def bits(self) -> float:
        return self.end - self.start


def waterfall(specification: Specification, pair: Mapping[str, Any], prior: float) -> list[Bar]:
    """The bars of a pair: what odds begin with, then each comparison; the last `end` is the pair's `bits`.

    `pair` has level_c and bits_c for each comparison c, as a row of the table of pairs.
    """
    bars = [Bar("prior", "", 0.0, prior)]
    for comparison in specification.comparisons:
        start = bars[-1].end
        bits = float(pair[f"bits_{comparison.name}"])
        bars.append(Bar(comparison.name, str(pair[f"level_{comparison.name}"]), start, start + bits))
    return bars


def explain(specification: Specification, pair: Mapping[str, Any], language: Language) -> list[str]:
    """Sentences about a pair: what decided first where a step of the cascade did, then each comparison that says something.

    The comparison that weighs most comes first, whether for it or against it.
    """
    sentences = []
    if pair.get("step") not in (None, "probable"):
        sentences.append(step_words(str(pair["step"]), language))
    said = [
        (abs(float(pair[f"bits_{one.name}"])), f"{comparison_words(one.name, language)}{_COLON[language]}{words}")
        for one in specification.comparisons
        if (code := str(pair[f"level_{one.name}"])) != SILENT
        and (words := level_words(one.name, code, language)) is not None
    ]
    return sentences + [words for _bits, words in sorted(said, key=lambda one: -one[0])]


def strength(bits: float) -> Literal["strong_for", "for", "nothing", "against", "strong_against"]:
    """How much a bar says."""
    if abs(bits) < 0.5:
        return "nothing"
    if bits > 0:
        return "strong_for" if bits >= STRONG else "for"
    return "strong_against" if bits <= -STRONG else "against"


def chance(bits: float, language: Language) -> str:
    """The odds in words, as one in so many: never a percentage of many nines."""
    share = probability(bits)
    if share >= 0.999:
        return _CHANCE["sure"][_PLACE[language]]
    if share >= 0.5:
        return _CHANCE["likely"][_PLACE[language]].format(share=round(share * 100))
    return _CHANCE["open"][_PLACE[language]].format(share=round(share * 100))


_COLON: Final = {"en": ": ", "zh": "："}
_CHANCE: Final = {
    "sure": ("hardly any doubt", "几乎无疑"),
    "likely": ("likely, about {share} in 100", "较有可能，约百分之{share}"),
    "open": ("open, about {share} in 100", "尚难确定，约百分之{share}"),
}


def comparison_words(comparison: str, language: Language) -> str:
    """What is compared, as a heading; the code itself for one that has no words."""
    held = _words()["comparisons"].get(comparison)
    return str(held["words"][_PLACE[language]]) if held else comparison


def level_words(comparison: str, code: str, language: Language) -> str:
    """What a level means; the code itself for one that has no words."""
    held = _words()["comparisons"].get(comparison, {}).get("levels", {}).get(code)
    return str(held[_PLACE[language]]) if held else code


def step_words(step: str, language: Language) -> str:
    """What a step of the cascade found; the code itself for one that has no words."""
    held = _words()["steps"].get(step)
    return str(held[_PLACE[language]]) if held else step


@cache
def _words() -> dict[str, dict[str, Any]]:
    text = files("domicile.core.linkage").joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = declared.read(text)
    return loaded
