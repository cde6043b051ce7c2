"""Births and deaths on file, and those that rates by age lead one to expect (VE-3), by community.

Each is kept as a measure of its own: `births_file` and `births_model`, `deaths_file` and `deaths_model`. What is expected is no
whole number and is kept in millionths. Deaths are told by sex and age group, in the place of a source.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from domicile.apps.common.months import months_after
from domicile.apps.indicators.models import Measure
from domicile.core.demography import Rates, expected, rates_of
from domicile.core.indicators.counting import Counted
from domicile.core.policy.parameters import parameter

#: Expected events are kept in parts of one.
PARTS: Final = 1_000_000
MONTHS: Final = 12
MEN, WOMEN = "1", "2"
#: subject -> keys of its measures: what is on file (a count), and what is expected of the people that another count gives.
ON_FILE, EXPECTED = "file", "model"
SUBJECTS: Final = ("births", "deaths")
PEOPLE: Final = "people_by_age"
KEYS: Final = {subject: (f"{subject}_{ON_FILE}", f"{subject}_{EXPECTED}") for subject in SUBJECTS}
#: The parameter that names whose rates they are.
TABLES: Final = {"births": "vital_rates.fertility", "deaths": "vital_rates.mortality_men"}
#: The lowest ages of the groups that deaths are told by.
GROUPS: Final = (0, 15, 60, 80)
OLDEST: Final = 120

People = Mapping[tuple[str, int], float]


def period(month: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """The twelve months before a month, [start, end), and the day in their middle."""
    start = months_after(month, -MONTHS)
    return start, month, months_after(month, -MONTHS // 2)


def rates(subject: str, day: dt.date) -> Rates:
    """The rates that hold on a day. Raises PolicyError where there are none."""
    if subject == "births":
        return rates_of(
            {WOMEN: parameter(TABLES["births"], day)}, per=1000,
            error=float(parameter("vital_rates.fertility_error", day)),
            until=int(parameter("vital_rates.fertility_until", day)),
        )  # fmt: skip
    tables = {MEN: parameter(TABLES["deaths"], day), WOMEN: parameter("vital_rates.mortality_women", day)}
    return rates_of(tables, per=1000, error=float(parameter("vital_rates.mortality_error", day)))


def measures(month: dt.date, counted: Iterable[Counted]) -> Iterator[Measure]:
    """The measures of a month, of the counts of its people and events."""
    middle = period(month)[2]
    by_key: dict[str, list[Counted]] = defaultdict(list)
    for one in counted:
        by_key[one.key].append(one)
    people = _people(by_key[PEOPLE])
    for subject in SUBJECTS:
        on_file, model = KEYS[subject]
        held = rates(subject, middle)
        for community, by_age in people.items():
            for group, part in _groups(subject, by_age):
                number = round(expected(part, held) * PARTS)
                if number:
                    yield _measure(model, community, month, group, number, int(sum(part.values())))
        for (community, group), number in _events(subject, by_key[on_file]).items():
            yield _measure(on_file, community, month, group, number, number)


def group_of(sex: str, age: int) -> str:
    """The sex and the lowest age of the group that somebody is told in: `2:60`."""
    return f"{sex}:{max(low for low in GROUPS if low <= max(age, 0))}"


def _measure(key: str, community: str, month: dt.date, source: str, number: int, units: int) -> Measure:
    return Measure(
        key=key, community=community, month=month, source=source, numerator=number, denominator=number, units=units
    )


def _people(counted: Iterable[Counted]) -> Mapping[str, People]:
    """How many live in each community, by sex and age in completed years."""
    found: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for one in counted:
        if one.age is not None:
            found[one.community][one.sex, min(one.age, OLDEST)] += one.part
    # In one order, whatever the engine's: sums of decimals end alike.
    return {community: dict(sorted(by_age.items())) for community, by_age in sorted(found.items())}


def _groups(subject: str, people: People) -> Iterator[tuple[str, People]]:
    """The people that a measure is of, by its group; of births there is one."""
    if subject == "births":
        yield "", people
        return
    parts: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for (sex, age), number in people.items():
        parts[group_of(sex, age)][sex, age] = number
    yield from sorted(parts.items())


def _events(subject: str, counted: Iterable[Counted]) -> Counter[tuple[str, str]]:
    """How many of the period are on file, by community and group."""
    found: Counter[tuple[str, str]] = Counter()
    for one in counted:
        known = subject == "deaths" and one.sex in {MEN, WOMEN} and one.age is not None
        found[one.community, group_of(one.sex, one.age or 0) if known else ""] += one.part
    return found
