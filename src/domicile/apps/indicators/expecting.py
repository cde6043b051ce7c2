"""Births and deaths on file, and those that rates by age lead one to expect (VE-3), by community.

Each is kept as a measure of its own: `births_file` and `births_model`, `deaths_file` and `deaths_model`. What is expected is no
whole number and is kept in millionths. Deaths are told by sex and age group, in the place of a source.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear, Substr

from domicile.apps.common.months import months_after
from domicile.apps.indicators.models import Measure
from domicile.apps.vitals.models import State, VitalEvent
from domicile.core.demography import Rates, expected, rates_of
from domicile.core.policy.parameters import parameter

COMMUNITY: Final = 12
#: Expected events are kept in parts of one.
PARTS: Final = 1_000_000
MONTHS: Final = 12
MEN, WOMEN = "1", "2"
#: subject -> keys of its measures: what is on file, and what is expected.
ON_FILE, EXPECTED = "file", "model"
SUBJECTS: Final = {"births": "birth", "deaths": "death"}
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


def measures(month: dt.date, residents: Any) -> Iterator[Measure]:
    """The measures of a month. `residents`: the stays that count on the day in the middle. Three statements."""
    start, end, middle = period(month)
    people = _people(residents, middle)
    for subject, kind in SUBJECTS.items():
        on_file, model = KEYS[subject]
        held = rates(subject, middle)
        for community, by_age in people.items():
            for group, part in _groups(subject, by_age):
                number = round(expected(part, held) * PARTS)
                if number:
                    yield _measure(model, community, month, group, number, int(sum(part.values())))
        for (community, group), number in _events(subject, kind, start, end).items():
            yield _measure(on_file, community, month, group, number, number)


def group_of(sex: str, age: int) -> str:
    """The sex and the lowest age of the group that somebody is told in: `2:60`."""
    return f"{sex}:{max(low for low in GROUPS if low <= max(age, 0))}"


def _measure(key: str, community: str, month: dt.date, source: str, number: int, units: int) -> Measure:
    return Measure(
        key=key, community=community, month=month, source=source, numerator=number, denominator=number, units=units
    )


def _people(residents: Any, day: dt.date) -> Mapping[str, People]:
    """How many live in each community, by sex and age in completed years. One statement."""
    # Who has not had the birthday yet this year is a year younger.
    passed = Q(person__birth_date__month__lt=day.month) | Q(
        person__birth_date__month=day.month, person__birth_date__day__lte=day.day
    )
    rows: Iterable[Mapping[str, Any]] = (
        residents.filter(person__sex__in=[MEN, WOMEN], person__birth_date__lte=day)
        .annotate(community=Substr("dwelling__place_code", 1, COMMUNITY), year=ExtractYear("person__birth_date"))
        .values("community", "person__sex", "year")
        .annotate(all=Count("pk"), had=Count("pk", filter=passed))
        .order_by()
    )
    found: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for row in rows:
        age = min(day.year - int(row["year"]), OLDEST)
        sex, counts = row["person__sex"], found[row["community"]]
        counts[sex, age] += row["had"]
        counts[sex, max(age - 1, 0)] += row["all"] - row["had"]
    return found


def _groups(subject: str, people: People) -> Iterator[tuple[str, People]]:
    """The people that a measure is of, by its group; of births there is one."""
    if subject == "births":
        yield "", people
        return
    parts: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for (sex, age), number in people.items():
        parts[group_of(sex, age)][sex, age] = number
    yield from sorted(parts.items())


def _events(subject: str, kind: str, start: dt.date, end: dt.date) -> Counter[tuple[str, str]]:
    """How many of the period are on file, by community and group. One statement."""
    rows = VitalEvent.objects.filter(kind=kind, state=State.COUNTS, day__gte=start, day__lt=end)
    rows = rows.annotate(community=Substr("code", 1, COMMUNITY))
    found: Counter[tuple[str, str]] = Counter()
    if subject == "births":
        for row in rows.values("community").annotate(n=Count("pk")).order_by():
            found[row["community"], ""] += row["n"]
        return found
    values = rows.values_list("community", "person__sex", "person__birth_date", "day")
    for community, sex, born, day in values.iterator():
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else 0
        known = sex in {MEN, WOMEN} and born is not None
        found[community, group_of(sex, age) if known else ""] += 1
    return found
