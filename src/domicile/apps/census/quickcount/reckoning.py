"""Main figures from the packed rows of forms (answers/quick.py): arrays in, counts by area out. No database.

Who is a resident of the area of the form (常住人口) follows the definition of the 2020 census of China (bulletins of the Seventh
National Population Census, note on resident population): whoever lives in the township and is registered there or nowhere yet;
whoever lives there and left the township of registration at least half a year ago; whoever is registered there and left it for
less than half a year, or works or studies outside the mainland. Whoever is elsewhere in the township is counted there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domicile.apps.census.answers import quick

#: Five-year age groups 0-4 … 95-99, then 100 and over; the last column counts whose age is not known.
GROUPS = 21
AGES = GROUPS + 1
SEXES = 3
HALF_A_YEAR = 3
HERE, ANOTHER_TOWNSHIP, OUTSIDE = 1, (4, 5), (6, 7)
FAMILY, COLLECTIVE = 1, 2
#: Columns of figures that are counts of households or of their events.
OF_HOUSEHOLDS = (
    "forms", "families", "collectives", "empty_forms", "births_male", "births_female", "deaths_male", "deaths_female",
)  # fmt: skip
#: Columns of figures that are counts of persons on forms.
OF_PERSONS = ("on_forms", "residents", "in_families", "present", "registered", "from_elsewhere", "away", "after_moment")


@dataclass(frozen=True)
class Figures:
    """Counts by area: `places` (sorted codes), `counts` (areas × columns), `by_age` (areas × 3 sexes × 22 age groups).

    Sex 0 and the last age group: not known. `by_age` counts residents. Figures of several batches are added.
    """

    places: tuple[str, ...]
    counts: np.ndarray
    by_age: np.ndarray

    columns = (*OF_HOUSEHOLDS, *OF_PERSONS)

    def of(self, column: str) -> np.ndarray:
        """One column, by area."""
        return self.counts[:, self.columns.index(column)]


def ages(year: np.ndarray, month: np.ndarray, moment: dt.date) -> np.ndarray:
    """Whole years at the moment from year and month of birth; -1 not known, -2 born after the moment.

    A reference moment is the first instant of a month: whoever was born in that month of an earlier year has not had the birthday
    yet, and of that very year was born after it.
    """
    years = moment.year - year.astype(np.int32) - (month >= moment.month)
    late = (year > moment.year) | ((year == moment.year) & (month >= moment.month))
    return np.where(year == 0, -1, np.where(late, -2, np.maximum(years, 0)))


def is_resident(persons: np.ndarray) -> np.ndarray:
    """Who counts as a resident of the area of the form, as booleans."""
    there, registered, away = persons["present"] == HERE, persons["registered"], persons["away"]
    lives = there & ((registered != 3) & (registered != 4) | (away >= HALF_A_YEAR))
    gone = np.isin(persons["present"], ANOTHER_TOWNSHIP) & (away < HALF_A_YEAR)
    return lives | (registered == 1) & (gone | np.isin(persons["present"], OUTSIDE))


def reckon(places: Sequence[str], packed: Sequence[bytes], moment: dt.date, *, digits: int = 12) -> Figures:
    """The figures of some forms by area (the first `digits` of each place code). `packed`: what quick.pack gave."""
    names, area = _areas(places, digits)
    rows = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, quick.WIDTH)
    sizes = np.fromiter(map(len, packed), dtype=np.int64, count=len(packed)) // quick.WIDTH
    first = np.zeros(len(packed), dtype=np.int64)
    np.cumsum(sizes[:-1], out=first[1:])
    is_head = np.zeros(len(rows), dtype=bool)
    is_head[first] = True
    heads = np.ascontiguousarray(rows[is_head]).view(quick.HOUSEHOLD).ravel()
    persons = np.ascontiguousarray(rows[~is_head]).view(quick.PERSON).ravel()
    of = np.repeat(np.arange(len(packed)), sizes - 1)
    where, count = area[of], len(names)

    def summed(values: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=values, minlength=count).astype(np.int64)

    age = ages(persons["birth_year"], persons["birth_month"], moment)
    born = age != -2
    resident = is_resident(persons) & born
    here = (persons["present"] == HERE) & born
    kind = heads["kind"]
    columns = {
        "forms": np.ones(len(heads)), "families": kind == FAMILY, "collectives": kind == COLLECTIVE,
        "empty_forms": sizes == 1,
        **{name: heads[name] for name in OF_HOUSEHOLDS[4:]},
    }  # fmt: skip
    told = [summed(values, area) for values in columns.values()]
    people = {
        "on_forms": born, "residents": resident, "in_families": resident & (kind[of] == FAMILY), "present": here,
        "registered": (persons["registered"] == 1) & born,
        "from_elsewhere": here & np.isin(persons["registered"], (2, 3, 4)),
        "away": (persons["registered"] == 1) & ~here & born, "after_moment": ~born,
    }  # fmt: skip
    told += [summed(values, where) for values in people.values()]
    return Figures(tuple(names), np.stack(told, axis=1), _by_age(persons["sex"], age, resident, where, count))


def _areas(places: Sequence[str], digits: int) -> tuple[list[str], np.ndarray]:
    """The areas of some place codes, sorted, and for each place code which of them it lies in."""
    codes = set(places)
    names = sorted({code[:digits] for code in codes})
    number = {name: index for index, name in enumerate(names)}
    at = {code: number[code[:digits]] for code in codes}
    return names, np.fromiter(map(at.__getitem__, places), dtype=np.int64, count=len(places))


def _by_age(sex: np.ndarray, age: np.ndarray, resident: np.ndarray, where: np.ndarray, count: int) -> np.ndarray:
    """Residents by area, sex and age group."""
    group = np.where(age < 0, GROUPS, np.minimum(age // 5, GROUPS - 1))
    known = np.where(sex < SEXES, sex, 0)
    cell = (where * SEXES + known) * AGES + group
    return np.bincount(cell[resident], minlength=count * SEXES * AGES).reshape(count, SEXES, AGES)


def add(parts: Sequence[Figures]) -> Figures:
    """The figures of several batches as one."""
    places = tuple(sorted({place for part in parts for place in part.places}))
    at = {place: index for index, place in enumerate(places)}
    counts = np.zeros((len(places), len(Figures.columns)), dtype=np.int64)
    by_age = np.zeros((len(places), SEXES, AGES), dtype=np.int64)
    for part in parts:
        rows = [at[place] for place in part.places]
        counts[rows] += part.counts
        by_age[rows] += part.by_age
    return Figures(places, counts, by_age)
