"""Codes texts without a person where the best suggestion is sure enough, and says how often that is wrong on a sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domicile.core.coding.ranking import Coder
from domicile.core.sampling.wilson import wilson

#: How much better than the next code the best one has to be.
APART: Final = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """Of `texts` so many were `coded`, and so many of these `wrong`; `low`, `high`: the share of errors with 95 % confidence."""

    texts: int
    coded: int
    wrong: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share of errors among those that were coded; 0 where none was."""
        return self.wrong / self.coded if self.coded else 0.0


def auto_code(coder: Coder, texts: Iterable[str], threshold: float) -> list[str | None]:
    """A code for each text whose best suggestion has a score of `threshold` or more and stands apart from the next, else None."""
    return [_sure(coder, text, threshold) for text in texts]


def _sure(coder: Coder, text: str, threshold: float) -> str | None:
    found = coder.suggestions(text, 2)
    if not found or found[0].score < threshold:
        return None
    if len(found) > 1 and found[0].score - found[1].score < APART:
        return None
    return found[0].code


def measured(coder: Coder, sample: Sequence[tuple[str, str]], threshold: float) -> Measured:
    """How a coder does on texts whose codes are known."""
    given = auto_code(coder, [text for text, _code in sample], threshold)
    coded = [(mine, code) for mine, (_text, code) in zip(given, sample, strict=True) if mine is not None]
    wrong = sum(mine != code for mine, code in coded)
    bounds = wilson(wrong / len(coded) if coded else 0.0, len(coded), 0.95)
    return Measured(len(sample), len(coded), wrong, bounds.low, bounds.high)
