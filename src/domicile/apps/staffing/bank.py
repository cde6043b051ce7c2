"""The question bank: ten questions drawn with a seed, each with its answers in an order of the same seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domicile.core import declared

BANK = Path(__file__).resolve().parent / "questions.yaml"


class TooFew(LookupError):
    """The bank has fewer questions on the subject than a test asks."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked. `answers` are in the order shown; `right` is the place of the right one."""

    number: int
    ask: str
    answers: tuple[str, ...]
    right: int


@cache
def _bank() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return dict(declared.read(BANK.read_text("utf-8")))


def subjects() -> tuple[str, ...]:
    """The subjects that have questions."""
    return tuple(_bank())


def draw(subject: str, *, seed: int, count: int, language: str) -> list[Question]:
    """`count` questions of a subject in a language (`zh` or `en`). The same seed draws the same in either language.

    In the bank the first answer is the right one. Raises TooFew.
    """
    known = _bank().get(subject, [])
    if len(known) < count:
        raise TooFew(f"{subject}: {len(known)} questions, {count} are asked; add to {BANK.name}")
    chance = random.Random(f"{subject} {seed}")  # noqa: S311 - a test, no secret
    found = []
    for number in chance.sample(range(len(known)), count):
        ask, *answers = known[number][language]
        order = list(range(len(answers)))
        chance.shuffle(order)
        found.append(Question(number, ask, tuple(answers[place] for place in order), order.index(0)))
    return found


def correct(questions: Sequence[Question], given: Sequence[int | None]) -> int:
    """How many answers are right."""
    return sum(answer == question.right for question, answer in zip(questions, given, strict=True))
