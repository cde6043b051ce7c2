"""A model: how much each level of each comparison weighs, by the probabilities of Fellegi and Sunter (1969).

`m` is how often a level holds where two records are one person's, `u` how often where they are of two. A level weighs log2(m/u)
bits; weights add up to the logarithm of the odds. The model is a plain JSON file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any, Final

from domicile.core.linkage.specification import SILENT, Level, Specification

FORMAT: Final = 1
#: No level decides alone: a weight stays within these bits, as counts behind very rare levels are small.
MOST_BITS: Final = 26.0


class ModelRefused(ValueError):
    """A model that does not fit; the message says why."""


@dataclass(frozen=True, slots=True)
class Odds:
    """`m` and `u` of a level, each in (0, 1]."""

    m: float
    u: float


@dataclass(frozen=True, slots=True)
class Model:
    """`duplicates` is how many pairs to expect for each record where the data do not tell; from `threshold` (probability) on
    records are joined, from `review` on a pair is shown. `card` says on what, how and when it was trained.
    """

    name: str
    version: int
    specification: str
    odds: Mapping[str, Mapping[str, Odds]]
    duplicates: float
    threshold: float
    review: float
    card: Mapping[str, Any] = field(default_factory=dict)

    def weight(self, specification: Specification, comparison: str, code: str) -> float:
        """Bits of one level, without what a rare or common value adds; a level that it does not know weighs as the one it is
        like.
        """
        level = specification.comparison(comparison).level(code)
        if level.weightless or code == SILENT:
            return 0.0
        odds = self._odds(comparison, level)
        if odds is None:
            return 0.0
        return max(-MOST_BITS, min(MOST_BITS, math.log2(odds.m / odds.u)))

    def by_frequency(self, comparison: str, code: str) -> float | None:
        """`m` of a level, for one that weighs by the frequency of its value: log2(m / frequency). None where it is not known."""
        odds = self.odds.get(comparison, {}).get(code)
        return None if odds is None else odds.m

    def usual(self, specification: Specification, column: str) -> float:
        """The usual share of a value of a column that is counted: `u` of the level that it weighs in."""
        shares = [
            odds.u
            for comparison in specification.comparisons
            for level in comparison.levels
            if level.frequency == column and (odds := self._odds(comparison.name, level)) is not None
        ]
        return max(shares, default=1e-4)

    def _odds(self, comparison: str, level: Level) -> Odds | None:
        known = self.odds.get(comparison, {})
        return known.get(level.code) or (known.get(level.like) if level.like else None)

    def to_json(self) -> str:
        """The file."""
        return json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False, indent=1) + "\n"


def prior_bits(pairs_expected: float, pairs_possible: float) -> float:
    """The logarithm of the odds that two records drawn at random are one person's."""
    share = min(max(pairs_expected, 0.5) / max(pairs_possible, 1.0), 0.5)
    return math.log2(share / (1 - share))


def bits_of(probability: float) -> float:
    """The bits of odds that belong to a probability between 0 and 1."""
    return math.log2(probability / (1 - probability))


def probability(bits: float) -> float:
    """The probability that belongs to so many bits of odds."""
    return 1 / (1 + 2 ** -max(-500.0, min(500.0, bits)))


def read_model(text: str, specification: Specification) -> Model:
    """A model from its JSON. Raises ModelRefused where it is none or belongs to another specification."""
    try:
        held = json.loads(text)
        if held.pop("format") != FORMAT:
            raise ModelRefused(f"The model is not of format {FORMAT}; train it anew with this version.")
        odds = {
            comparison: {code: Odds(float(one["m"]), float(one["u"])) for code, one in levels.items()}
            for comparison, levels in held.pop("odds").items()
        }
        model = Model(odds=odds, **held)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        if isinstance(problem, ModelRefused):
            raise
        raise ModelRefused(f"The file is no model of a linkage: {problem}") from problem
    fitting(model, specification)
    for comparison, levels in model.odds.items():
        for code, one in levels.items():
            if not (0 < one.m <= 1 and 0 < one.u <= 1):
                raise ModelRefused(f"{comparison}, {code}: m and u are probabilities above 0, not {one.m} and {one.u}.")
    return model


def fitting(model: Model | None, specification: Specification) -> Model:
    """The model given, or the shipped one. Raises ModelRefused where it belongs to another specification."""
    if model is None:
        return shipped_model(specification)
    if model.specification != specification.name:
        raise ModelRefused(
            f"The model was trained for {model.specification}, not for {specification.name}; train it anew."
        )
    return model


def shipped_model(specification: Specification) -> Model:
    """The model that comes with the product for a specification. Raises ModelRefused where there is none."""
    file = files("domicile.core.linkage").joinpath("models", f"{specification.name}.json")
    if not file.is_file():
        raise ModelRefused(f"No model comes with the product for {specification.name}; train one.")
    return read_model(file.read_text(encoding="utf-8"), specification)
