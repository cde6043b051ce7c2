"""The floating population of a county's communities at 24 month ends, each as it was known that day, against plain reads.

The register has two years of life behind it: each month people of the county move, are entered late, are corrected. The
baseline reads once for each date, by one statement, who lives where and is registered where, as of today. The product reads
the register once for all dates, and the change log from the first of them on.

Three bars: the figures take no longer than one such read a date (`ratio`); tables of people are read at most once a date
(`reads`); ten times the people take at most 1.2 times ten times as long (`linear`).
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import resource
import time
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "as-known-on"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 1.0, "reads": 1.0, "linear": 1.2}
COUNTY = "77"
DATES = 24
#: Below it the first bar is not held against it: what each date costs whatever the number of people is most of it.
LARGE = 200_000
TODAY = dt.date(2026, 11, 1)
#: Of all people, those who move in a month, and those of them whose entry is corrected a month later.
MOVING, CORRECTED = 0.005, 0.2
PEOPLE_TABLES = ("people_person", "people_spell")


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield for each engine seconds of 24 dates, reads a date, and how seconds grow with people and with dates."""
    for name in [engine] if engine else web_measure.ENGINES:
        small, large = (web_measure.in_fresh("as_known_on", name, count) for count in (max(size // 10, 1000), size))
        yield from _results(name, small, large)


def _results(engine: str, small: dict[str, Any], large: dict[str, Any]) -> Iterator[dict[str, Any]]:
    common = {"name": NAME, "rss_mb": large["rss_mb"]}
    case = f"{engine} {large['people']} people, {large['communities']} communities, {DATES} dates, {large['changes']} changes since"
    ratio = large["seconds"] / large["baseline"]
    yield {
        **common, "case": case, "value": large["seconds"], "baseline": large["baseline"], "ratio": round(ratio, 2),
        "bar": BARS["ratio"], "unit": "s", "ok": ratio <= BARS["ratio"] or large["people"] < LARGE, "one_date_s": large["one"],
    }  # fmt: skip
    reads = large["reads"] / DATES
    yield {
        **common, "case": f"{engine} reads of each table of people a date", "value": round(reads, 3), "baseline": 1.0,
        "ratio": round(reads, 3), "bar": BARS["reads"], "unit": "reads", "ok": reads <= BARS["reads"],
    }  # fmt: skip
    grown, people = large["seconds"] / small["seconds"], large["people"] / small["people"]
    yield {
        **common, "case": f"{engine} {large['people']} against {small['people']} people", "value": round(grown, 2),
        "baseline": round(people, 2), "ratio": round(grown / people, 2), "bar": BARS["linear"], "unit": "times",
        "ok": grown / people <= BARS["linear"],
    }  # fmt: skip
    by_date = (large["seconds"] / large["one"]) / DATES
    yield {
        **common, "case": f"{engine} {DATES} dates against one", "value": round(large["seconds"] / large["one"], 2),
        "baseline": DATES, "ratio": round(by_date, 2), "bar": BARS["linear"], "unit": "times", "ok": by_date <= BARS["linear"],
    }  # fmt: skip


def child(size: int) -> None:
    """Fill a register, let it live two years, measure; print what was found."""
    web_measure.prepare(size)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from domicile.apps.audit.models import Change
    from domicile.apps.common.viewer import Viewer
    from domicile.apps.moves.population.selectors import Asked, floating_population
    from domicile.apps.people.models import Person

    truth = _two_years(size)
    viewer = Viewer(
        None, "bench", "county_operator", (COUNTY,), "statistics", frozenset({"view_statistics", "view_person"})
    )
    dates = [Asked(day, day) for day in month_ends()]
    gc.collect()
    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        found = floating_population(viewer, dates)
    seconds = time.perf_counter() - begin
    reads = max(sum(f"FROM {table} " in f"{one['sql']} " for one in captured) for table in PEOPLE_TABLES)
    shown = [figures.total["residents"] for figures in found]
    if shown != truth:
        raise RuntimeError(f"residents by month end are {shown}, and were {truth}")
    begin = time.perf_counter()
    floating_population(viewer, dates[-1:])
    one = time.perf_counter() - begin
    plain = min(_plain_read() for _ in range(3))
    print(json.dumps({
        "seconds": round(seconds, 2), "one": round(one, 2), "baseline": round(plain * DATES, 2), "reads": reads,
        "people": Person.objects.count(), "changes": Change.objects.filter(action="bench.moved").count(),
        "communities": len(found[-1].lines), "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))  # fmt: skip


def month_ends() -> list[dt.date]:
    """The last days of the 24 months before TODAY, in order."""
    ends, first = [], TODAY.replace(day=1)
    for _ in range(DATES):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


_PLAIN = """SELECT s.person_id, p.registration, p.registered_code, p.died_on, d.place_code, s.start, s."end", s.reason
    FROM people_spell s JOIN people_person p ON p.id = s.person_id JOIN places_dwelling d ON d.id = s.dwelling_id
    WHERE s.kind = 'usual'"""


def _plain_read() -> float:
    """Seconds of one plain read of all who live somewhere, as a program by hand would do it."""
    from django.db import connection

    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN)
        while cursor.fetchmany(10_000):
            pass
    return time.perf_counter() - begin


def _two_years(size: int) -> list[int]:
    """Put the fill before the first date, then let people move each month; gives how many lived there at each month end.

    A move ends a usual residence and begins another elsewhere in the county; a fifth of them is put on file a month late.
    """
    import random

    from django.db import connection, transaction

    from domicile.apps.audit.models import Change
    from domicile.apps.people.models import Spell
    from domicile.apps.places.models import Dwelling

    first = month_ends()[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_change SET at = %s", [_noon(first - dt.timedelta(days=60))])
    draw = random.Random(5)
    dwellings = list(Dwelling.objects.order_by("pk").values_list("pk", flat=True))
    usual = list(
        Spell.objects.filter(kind="usual", end=None, person__died_on=None).order_by("pk").values_list("pk", flat=True)
    )
    with transaction.atomic():
        for number, day in enumerate(month_ends()):
            moving = Spell.objects.in_bulk(draw.sample(usual, max(1, int(size * MOVING))))
            _move(list(moving.values()), day.replace(day=10), draw, dwellings, late=number % 2 == 1)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return _residents(Change, Spell)


def _move(spells: list[Any], day: dt.date, draw: Any, dwellings: list[Any], *, late: bool) -> None:
    """Have those whose stay is open and began before the day live elsewhere from it on, in whole sets."""
    import uuid

    from domicile.apps.audit.models import Change
    from domicile.apps.audit.recording import fields_of
    from domicile.apps.common.viewer import Viewer
    from domicile.apps.people.models import Spell

    actor = Viewer(None, "bench", "county_operator", (COUNTY,), "register_maintenance")
    ended, new, changes = [], [], []
    for spell in spells:
        if spell.end is not None or (spell.start is not None and spell.start >= day):
            continue
        spell.end = day
        ended.append(spell)
        key = uuid.UUID(int=draw.getrandbits(128), version=4)
        dwelling = draw.choice(dwellings)
        new.append(
            Spell(id=key, person_id=spell.person_id, dwelling_id=dwelling, kind="usual", start=day, source="bench")
        )
        values = [
            ["people_spell", spell.pk.hex, "update", {"end": [None, day.isoformat()]}],
            ["people_spell", key.hex, "create", {"person_id": [None, spell.person_id.hex], "dwelling_id": [None, dwelling.hex],
             "kind": [None, "usual"], "start": [None, day.isoformat()], "source": [None, "bench"]}],
        ]  # fmt: skip
        known = day + dt.timedelta(days=30 if late and draw.random() < CORRECTED else 1)
        changes.append(Change(**fields_of(
            values, actor=actor, action="bench.moved", subject_kind="person", subject_id=spell.person_id, at=_noon(known),
        )))  # fmt: skip
    Spell.objects.bulk_update(ended, ["end"], batch_size=400)
    Spell.objects.bulk_create(new, batch_size=500)
    Change.objects.bulk_create(changes, batch_size=500)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


def _residents(changes: Any, spells: Any) -> list[int]:
    """How many lived somewhere at each month end. A move keeps that number, whether it was known yet or not."""
    from django.db.models import Q

    found = []
    for day in month_ends():
        there = spells.objects.filter(Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day), kind="usual")
        there = there.filter(Q(person__died_on=None) | Q(person__died_on__gt=day))
        there = there.filter(Q(person__birth_date=None) | Q(person__birth_date__lte=day))
        found.append(there.values("person").distinct().count())
    return found
