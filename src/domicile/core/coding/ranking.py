"""Ranks the codes of a list for a text by the characters that they share, single and in pairs.

Source of the weight: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (Foundations and Trends in
Information Retrieval 3, 2009), with pairs of characters as terms (Nie, Gao, Zhang and Zhou, On the use of words and n-grams for
Chinese information retrieval, IRAL 2000). Chinese has no blanks between words: pairs do as well and need no dictionary.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

from domicile.core.codes.text import comparison_key

PACKAGE: Final = "domicile.core.coding"
NAMES: Final = ("occupation", "industry")
FILES: Final[Mapping[str, str]] = {"occupation": "occupations.csv", "industry": "industries.csv"}
#: The usual parameters of BM25: how soon a term told again counts no more, and how much long texts are held back.
K1, B = 1.2, 0.4
#: A pair of characters says more than a single one, which also stands by chance.
SINGLE: Final = 0.3
#: How much more a text counts that people coded before than one of the list.
DECIDED: Final = 1.5
MOST: Final = 9
Why = Literal["name", "synonym", "decision"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of a list; `parent` is the broader code or empty."""

    code: str
    parent: str
    name: str
    name_en: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code for a text. score: how much of what the text says is found in `text`, from 0 to 1. why: whether `text` is the name of
    the code, a synonym, or what people coded so before."""

    code: str
    score: float
    text: str
    why: Why


@cache
def lists() -> Mapping[str, tuple[Entry, ...]]:
    """The code lists: occupation (major and middle groups), industry (sections and divisions)."""
    return {name: tuple(_read(file)) for name, file in FILES.items()}


def _read(file: str) -> Iterable[Entry]:
    text = resources.files(PACKAGE).joinpath(file).read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        synonyms = tuple(one for one in row["synonyms"].split("|") if one)
        yield Entry(row["code"], row["parent"], row["name"], row["name_en"], synonyms)


def terms(text: str) -> Counter[str]:
    """The characters of a text and their pairs, folded as code lists are matched (width, case, blanks, traditional characters)."""
    key = comparison_key(text)
    return Counter([*key, *(key[at : at + 2] for at in range(len(key) - 1))])


class Coder:
    """Suggests codes of one list for texts, from its names, its synonyms and the decisions of people."""

    def __init__(self, entries: Sequence[Entry], decisions: Iterable[tuple[str, str]] = ()) -> None:
        """decisions: texts with the code that somebody gave them. Those with a code that the list has not are passed over."""
        self.codes = {one.code: one for one in entries}
        self._texts: list[tuple[str, str, Why]] = []
        for one in entries:
            self._texts.append((one.name, one.code, "name"))
            self._texts += [(synonym, one.code, "synonym") for synonym in one.synonyms]
        told = Counter((text, code) for text, code in decisions if code in self.codes)
        self._texts += [(text, code, "decision") for (text, code), _ in sorted(told.items())]
        self._times = {(comparison_key(text), code): count for (text, code), count in told.items()}
        self._index()

    def _index(self) -> None:
        held = [terms(text) for text, _code, _why in self._texts]
        self._length = [sum(one.values()) for one in held]
        self._mean = sum(self._length) / max(len(held), 1)
        seen: Counter[str] = Counter(term for one in held for term in one)
        self._rare = {
            term: math.log(1 + (len(held) - count + 0.5) / (count + 0.5)) * (1.0 if len(term) > 1 else SINGLE)
            for term, count in seen.items()
        }
        self._at: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, one in enumerate(held):
            for term, count in one.items():
                self._at[term].append((place, count))

    def suggestions(self, text: str, most: int = MOST) -> list[Suggestion]:
        """Codes for a text, the best first, at most `most`; none for an empty text or one that shares nothing with any."""
        key = comparison_key(text)
        asked = terms(text)
        points: dict[int, float] = defaultdict(float)
        for term in asked:
            for place, count in self._at.get(term, ()):
                long = K1 * (1 - B + B * self._length[place] / self._mean)
                points[place] += self._rare[term] * count * (K1 + 1) / (count + long)
        # Terms that nothing has count as the rarest: what is not understood makes a suggestion unsure.
        unknown = math.log(1 + len(self._texts))
        whole = (
            sum(self._rare.get(term, unknown * (1.0 if len(term) > 1 else SINGLE)) for term in asked)
            * (K1 + 1)
            / (K1 + 1 - K1 * B)
        )
        best: dict[str, Suggestion] = {}
        ranks: dict[str, float] = {}
        for place, value in points.items():
            known, code, why = self._texts[place]
            same = comparison_key(known) == key
            score = 1.0 if same else min(value / whole, 0.99)
            times = self._times.get((key, code), 0) if same and why == "decision" else 0
            rank = score * (DECIDED if why == "decision" else 1.0) + math.log1p(times)
            if code not in best or rank > ranks[code]:
                best[code], ranks[code] = Suggestion(code, round(score, 4), known, why), rank
        return sorted(best.values(), key=lambda one: (-ranks[one.code], one.code))[:most]
