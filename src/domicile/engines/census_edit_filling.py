"""Fills in what edits left open: hot deck by the plan of core.enumeration, each cell with donor and rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.editing import impute
from domicile.core.enumeration.edits import Filling
from domicile.core.enumeration.model import HOUSEHOLD, PERSON
from domicile.engines.census_edit_records import Column, Rows, Side, Work

MAX_USES: Final = 5
#: Relations that a household has a bounded number of, by the name of the column that counts the others.
OTHERS: Final = {"other_heads": 0, "other_spouses": 1, "other_parents": 3, "other_parents_in_law": 4}
Flags = NDArray[np.bool_]


def context(work: Work) -> dict[str, Column]:
    """Columns of each person that come from the others of the household, as the model derives them; NaN where there is none."""
    people, homes = work.sides[PERSON], work.sides[HOUSEHOLD]
    relation, age = people.columns["relation"], people.columns["age"]
    found = {
        "kind": _looked(people, homes.columns["kind"]),
        "household_spouses": _looked(people, counted(work, relation == 1)),
        "oldest": _looked(people, _most(people, len(homes), age)),
    }
    for name, given, item in (("head", 0, "age"), ("head", 0, "sex"), ("head", 0, "marital"), ("spouse", 1, "age")):
        if item in people.columns:
            found[f"{name}_{item}"] = _looked(
                people, _of_one(people, len(homes), relation == given, people.columns[item])
            )
    return found


def counted(work: Work, which: Flags) -> Column:
    """How many such people each household has."""
    people = work.sides[PERSON]
    rows = which & (people.household >= 0)
    return np.bincount(people.household[rows], minlength=len(work.sides[HOUSEHOLD])).astype(np.float32)


def _looked(people: Side, values: Column) -> Column:
    if not len(values):
        return np.full(len(people), np.nan, dtype=np.float32)
    return np.where(people.household >= 0, values[np.maximum(people.household, 0)], np.float32(np.nan))


def _of_one(people: Side, homes: int, which: Flags, values: Column) -> Column:
    """The least value among those people of each household."""
    found = np.full(homes, np.nan, dtype=np.float32)
    rows = np.flatnonzero(which & (people.household >= 0) & ~np.isnan(values))
    np.fmin.at(found, people.household[rows], values[rows])
    return found


def _most(people: Side, homes: int, values: Column) -> Column:
    found = np.full(homes, np.nan, dtype=np.float32)
    rows = people.household >= 0
    np.fmax.at(found, people.household[rows], values[rows])
    return found


def fill(
    work: Work, filling: Filling, wanted: Mapping[str, Rows], why: Mapping[str, Mapping[int, str]], clean: Flags, *, seed: int,
    codes: Mapping[str, str],
) -> dict[str, int]:  # fmt: skip
    """Fill in the items of one line of the plan, each by itself; returns how many cells of each found no donor.

    wanted: by item, the rows to fill in. why: rules by item and row, else the one of `codes`. clean: which rows may give.
    """
    side = work.sides[filling.of]
    left = {}
    for item in filling.items:
        rows = wanted.get(item)
        if rows is None or not len(rows) or item not in side.columns:
            continue
        names = [one for one in (*filling.classes, *filling.distance) if one != item]
        helping = _helping(work, filling, names)
        classes = [one for one in filling.classes if one in helping]
        distance = {one: weight for one, weight in filling.distance.items() if one in helping}
        taking = np.zeros(len(side), dtype=bool)
        taking[rows] = True
        some = np.flatnonzero(taking | (clean & ~np.isnan(side.columns[item])))
        columns = {item: side.columns[item][some], **{name: values[some] for name, values in helping.items()}}
        done = impute(
            columns, item, classes=classes, method=filling.method if distance else "sequential", distance=distance,
            max_uses=MAX_USES, change={item: taking[some]}, donors=clean[some], collapse=True, seed=seed,
        )  # fmt: skip
        got = done.flags(item)
        filled, donors = some[got], some[done.donors[item][got]]
        known = why.get(item, {})
        reasons = [known.get(int(row), codes.get(item, "")) for row in filled] if known else codes.get(item, "")
        work.note(filling.of, item, filled, done.columns[item][got], reasons, done.methods[item].tolist(), donors)
        for name in filling.carried:
            if name in side.columns:
                work.note(filling.of, name, filled, side.columns[name][donors], reasons, f"with {item}", donors)
        if missed := len(rows) - len(filled):
            left[item] = missed
    return left


def _helping(work: Work, filling: Filling, names: list[str]) -> dict[str, Column]:
    """The columns of classes and distances: the record's own, age groups, and those of the other members."""
    side = work.sides[filling.of]
    found: dict[str, Column] = {}
    seen = context(work) if filling.of == PERSON and any(name.startswith("head_") for name in names) else {}
    for name in names:
        if name in side.columns:
            found[name] = side.columns[name]
        elif name.startswith("age_"):
            found[name] = np.floor(side.columns["age"] / float(name.removeprefix("age_")))
        elif name in OTHERS:
            relation = side.columns["relation"]
            these = relation == OTHERS[name]
            found[name] = _looked(side, counted(work, these)) - these
        elif name in seen:
            found[name] = seen[name]
    return found
