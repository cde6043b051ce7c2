"""The words that names and places are drawn from, as numpy-friendly tables."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from domicile.core import declared

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


_county: ContextVar[str] = ContextVar("county that is made", default="")


@contextmanager
def standing_in(county: str) -> Iterator[None]:
    """Have everything made inside the block stand in another of the fictional counties of places.yaml; '' for the first.

    Raises ValueError for a code that is none of them.
    """
    if county and county not in {code for code, _name, _share in _table("places.yaml")["counties"]}:
        raise ValueError(f"{county} is none of the fictional counties: see places.yaml.")
    held = _county.set(county)
    try:
        yield
    finally:
        _county.reset(held)


def load(name: str) -> dict[str, Any]:
    """The YAML table `name` that lies beside this module, of the county that is made."""
    return _elsewhere(_county.get()) if name == "places.yaml" and _county.get() else _table(name)


@cache
def _elsewhere(county: str) -> dict[str, Any]:
    """The words of places with another county, of the same province, in the middle; the first is one that people come from."""
    table = _table("places.yaml")
    full = next(name for code, name, _share in table["counties"] if code == county)
    area, within = table["province"]["name"], full.index("市") + 1
    first = table["county"]
    others = [[code, name, share] for code, name, share in table["counties"] if code != county]
    return table | {
        "prefecture": {"code": county[:4], "name": full[len(area) : within]},
        "county": {"code": county, "name": full[within:]},
        "counties": [[first["code"], f"{area}{table['prefecture']['name']}{first['name']}", others[0][2]], *others],
    }


@cache
def _table(name: str) -> dict[str, Any]:
    text = files("domicile.core.synth").joinpath(name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = declared.read(text)
    return loaded


def stream(seed: int, stage: str) -> np.random.Generator:
    """An independent generator for one stage, so that a change in one stage leaves the others' draws as they were."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(stage.encode())])))


@cache
def surnames() -> tuple[list[str], Floats]:
    """Surnames and their probabilities."""
    pairs = [item.split(":") for item in load("names.yaml")["surnames"].split()]
    weights = np.array([float(weight) for _, weight in pairs])
    return [surname for surname, _ in pairs], weights / weights.sum()


@cache
def given_characters(sex: int, generation: int) -> tuple[list[str], Floats]:
    """Characters of given names of a sex (1 male, 2 female) and generation (0 eldest), with probabilities."""
    pool = load("names.yaml")["given"]["male" if sex == 1 else "female"][generation].split()
    weights = 1.0 / np.arange(3, len(pool) + 3)
    return pool, weights / weights.sum()


@cache
def sound_alikes() -> dict[str, str]:
    """Each character with a character of the same sound."""
    found: dict[str, str] = {}
    for group in load("names.yaml")["homophones"].split():
        for index, character in enumerate(group):
            found.setdefault(character, group[(index + 1) % len(group)])
    return found


@cache
def look_alikes() -> dict[str, str]:
    """Each character with one that looks like it."""
    found: dict[str, str] = {}
    for first, second in load("names.yaml")["lookalikes"].split():
        found.setdefault(first, second)
        found.setdefault(second, first)
    return found


def pick(words: list[str], index: Ints) -> pl.Series:
    """`words[index]` as a column."""
    return pl.Series("", words, dtype=pl.String).gather(index)


def choose(rng: np.random.Generator, probabilities: Floats, size: int) -> Ints:
    """Indices drawn with the given probabilities (faster than Generator.choice for large sizes)."""
    edges = np.cumsum(probabilities)
    return np.asarray(
        np.minimum(np.searchsorted(edges, rng.random(size) * edges[-1], side="right"), len(edges) - 1), dtype=np.int64
    )


def place_words(count: int) -> list[str]:
    """`count` different two-character place names, always the same ones in the same order."""
    table = load("places.yaml")
    heads, tails = table["name_heads"].split(), table["name_tails"].split()
    first = list(table["first_townships"])
    taken = set(first)
    mixed = stream(7, "place words").permutation(len(heads) * len(tails))
    pairs = (heads[number // len(tails)] + tails[number % len(tails)] for number in mixed)
    words = first + [word for word in pairs if word not in taken]
    rounds = -(-count // len(words))
    marks = ["", "上", "下", "中", "前", "后", "里", "外"]
    if rounds > len(marks):
        raise ValueError(
            f"{count} place names asked for, at most {len(words) * len(marks)} can be made: fewer people, please"
        )
    return [mark + word for mark in marks[:rounds] for word in words][:count]
