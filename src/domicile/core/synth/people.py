"""What is true of each person: birth date, name, document, education, marriage, registration, arrival, phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth import documents, registration
from domicile.core.synth.error_model import rate
from domicile.core.synth.households import Members, household_kinds
from domicile.core.synth.lexicon import Ints, choose, given_characters, load, pick, stream, surnames
from domicile.core.synth.places import Places

# Highest schooling by age: education code → share, for people born from the year on (shares rounded from published
# county-level censuses; a synthetic county needs their shape, not their decimals).
SCHOOLING: tuple[tuple[int, dict[str, float]], ...] = (
    (1900, {"": 0.25, "81": 0.45, "71": 0.22, "61": 0.05, "41": 0.02, "31": 0.01}),
    (1955, {"81": 0.30, "71": 0.45, "61": 0.15, "41": 0.05, "31": 0.03, "21": 0.02}),
    (1970, {"81": 0.14, "71": 0.52, "61": 0.15, "41": 0.08, "31": 0.07, "21": 0.04}),
    (1985, {"81": 0.04, "71": 0.38, "61": 0.16, "41": 0.13, "31": 0.16, "21": 0.12, "14": 0.01}),
    (1995, {"81": 0.02, "71": 0.24, "61": 0.20, "41": 0.15, "31": 0.20, "21": 0.17, "14": 0.02}),
)
AT_SCHOOL = ((6.0, ""), (12.0, "80"), (15.0, "70"), (18.0, "60"))
RESIDENT_PHONES = 99_900_000  # the rest of the range is the staff's
PHONE_PREFIX = 154_0000_0000  # 154 is a range given to nobody


@dataclass(frozen=True)
class Names:
    """Names as columns: whole, and the parts that a slip of the pen may touch."""

    surname: Ints
    given: pl.Series
    name: pl.Series


def describe(members: Members, places: Places, village: np.ndarray, seed: int, today: date) -> pl.DataFrame:
    """One row a person, in the order of `members`; `dwelling` of household h is places.dwelling[h] in that order."""
    rng = stream(seed, "people")
    birth = _birth_dates(members, today)
    year = birth.dt.year().to_numpy().astype(np.int64)
    names = _names(members, year, rng)
    resident = registration.register(members, places, village, seed, today)
    frame = pl.DataFrame(
        {
            "person_id": np.arange(len(members.sex)),
            "household_id": members.household,
            "dwelling": places.dwelling[members.household],
            "name": names.name,
            "sex": pl.Series("", members.sex).cast(pl.String),
            "birth_date": birth,
            "relation": pl.Series("", members.relation).cast(pl.String).str.zfill(2),
            "education": _education(members, year, rng),
            "marital": _marital(members, rng),
            "phone": _phones(members, rng),
            "father_id": pl.Series("", members.father).replace(-1, None),
            "mother_id": pl.Series("", members.mother).replace(-1, None),
            "nationality": pl.repeat("CHN", len(members.sex), eager=True),
        }
    )
    frame = pl.concat([frame, resident], how="horizontal")
    return documents.issue(frame, members, seed, today)


def _birth_dates(members: Members, today: date) -> pl.Series:
    day = (np.datetime64(today) - members.age).astype("datetime64[D]")
    return pl.Series("birth_date", day)


def _generation(year: Ints) -> Ints:
    return np.searchsorted(np.array(load("names.yaml")["generations"]), year, side="right")


def _names(members: Members, year: Ints, rng: np.random.Generator) -> Names:
    words, weights = surnames()
    surname = choose(rng, weights, len(year))
    rows = np.arange(len(year))
    # Children bear the father's name, one in twenty the mother's; fathers first, so that three generations agree.
    source = np.where((members.father >= 0) & (rng.random(len(year)) < 0.95), members.father, members.mother)
    source = np.where(source >= 0, source, np.where(members.father >= 0, members.father, rows))
    surname = surname[source[source[source]]]
    given = _given(members, year, rng)
    name = pick(words, surname) + given
    same = _same_name_siblings(members, rng)
    if len(same):
        name = name.gather(np.where(np.isin(rows, same), rows - 1, rows))
    name = _dotted_names(name, members, rng)
    return Names(surname, given, name)


def _given(members: Members, year: Ints, rng: np.random.Generator) -> pl.Series:
    generation = _generation(year)
    double = rng.random(len(year)) < np.array(load("names.yaml")["double_given"])[generation]
    result = np.empty((2, len(year)), dtype=np.int64)
    vocabulary: list[str] = []
    for sex in (1, 2):
        for born in range(3):
            characters, weights = given_characters(sex, born)
            rows = np.flatnonzero((members.sex == sex) & (generation == born))
            for place in range(2):
                result[place, rows] = len(vocabulary) + choose(rng, weights, len(rows))
            vocabulary += characters
    second = np.where(double, result[1], len(vocabulary))
    return pick(vocabulary, result[0]) + pick([*vocabulary, ""], second)


def _same_name_siblings(members: Members, rng: np.random.Generator) -> Ints:
    """Second children of the sex of the first (the row before) who bear the same name."""
    second = np.flatnonzero(np.isin(members.relation, (23, 33)))
    second = second[members.sex[second] == members.sex[second - 1]]
    return np.asarray(second[rng.random(len(second)) < rate("natural", "same_name_sibling")])


def _dotted_names(name: pl.Series, members: Members, rng: np.random.Generator) -> pl.Series:
    """Names of two parts with a middle dot, for three people in a thousand who live without kin."""
    table = load("names.yaml")["dotted"]
    alone = np.flatnonzero((members.father < 0) & (members.status == 0) & (rng.random(len(name)) < 0.02))
    male, female, fathers = (table[part].split() for part in ("male", "female", "fathers"))
    first = np.where(
        members.sex[alone] == 1,
        rng.integers(0, len(male), len(alone)),
        len(male) + rng.integers(0, len(female), len(alone)),
    )
    new = pick(male + female, first) + "·" + pick(fathers, rng.integers(0, len(fathers), len(alone)))
    return name.scatter(alone, new) if len(alone) else name


def _education(members: Members, year: Ints, rng: np.random.Generator) -> pl.Series:
    codes = ["", "80", "70", "60", "81", "71", "61", "41", "31", "21", "14"]
    drawn = np.zeros(len(year), dtype=np.int64)
    for first, shares in SCHOOLING:
        rows = np.flatnonzero(year >= first)
        own = np.array([codes.index(code) for code in shares])
        drawn[rows] = own[choose(rng, np.array(list(shares.values())), len(rows))]
    years = members.age / 365.2425
    for below, code in reversed(AT_SCHOOL):
        drawn = np.where(years < below, codes.index(code), drawn)
    young = (years >= 18) & (years < 22) & np.isin(drawn, [codes.index("14")])
    return pick(codes, np.where(young, codes.index("61"), drawn)).replace("", None)


def _marital(members: Members, rng: np.random.Generator) -> pl.Series:
    codes = ["10", "21", "22", "23", "30", "40"]
    draw = rng.random(len(members.age))
    years = members.age / 365.2425
    married = np.where(draw < 0.94, 1, np.where(draw < 0.985, 2, 3))
    divorced = np.where(draw < 0.7, 5, np.where(draw < 0.9, 4, 0))
    widowed = np.where(draw < 0.85, 4, np.where(draw < 0.95, 5, 0))
    alone = np.where(
        (years > 42) & (draw < 0.45), 5, np.where((years > 28) & (draw < 0.18), 5, np.where(draw > 0.93, 1, 0))
    )
    single = np.where(years > 22, alone, 0)
    by_status = np.stack([single, married, widowed, divorced, np.zeros_like(single)])
    return pick(codes, by_status[members.status, np.arange(len(years))])


def _phones(members: Members, rng: np.random.Generator) -> pl.Series:
    """Phones of nine heads in ten and some further adults; each number once (below a hundred million people)."""
    years = members.age / 365.2425
    is_head = members.relation == 2
    has = (years > 14) & (rng.random(len(years)) < np.where(is_head, 0.92, 0.3))
    # Multiplying by a number without a common divisor with the range scatters the phones without a repeat.
    number = (
        PHONE_PREFIX + (np.arange(len(years)) * 61_803_397 + int(rng.integers(0, RESIDENT_PHONES))) % RESIDENT_PHONES
    )
    return pl.select(pl.when(pl.lit(pl.Series(has))).then(pl.lit(pl.Series(number).cast(pl.String)))).to_series()


def is_collective(members: Members) -> np.ndarray:
    """For each household whether it is a collective one."""
    return np.array([kind.collective for kind in household_kinds()])[members.kind]
