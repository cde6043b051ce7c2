"""Merges and unmerges: statements each, and whether they grow with what was merged before.

The register is filled with people who stand there twice, each record with a home of its own, a document and a phone. All are
merged, one after the other, then all unmerged. Statements are counted from the first to the last; the time of the last
tenth is set against that of the first. At the end the register has to stand as it did.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench import web_measure

NAME = "merge"
SIZE = 10_000
#: Statements may not grow at all; the last tenth may take so many times the time of the first.
BARS: dict[str, float] = {"growth of statements": 1.0, "growth of time": 1.5}
ROOMS = 60


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results an engine and action: statements each with their growth, and ms each with theirs."""
    for name in [engine] if engine else web_measure.ENGINES:
        found = web_measure.in_fresh("merge", name, size)
        for action in ("merge", "unmerge"):
            one = found[action]
            yield {
                "name": NAME, "case": f"{name} {size} {action}s, statements each (first, last)", "value": one["last"],
                "baseline": one["first"], "ratio": round(one["last"] / one["first"], 3),
                "bar": BARS["growth of statements"], "unit": "statements",
                "ok": one["last"] == one["first"] == one["most"], "rss_mb": found["rss_mb"],
            }  # fmt: skip
            growth = round(one["late_ms"] / one["early_ms"], 2)
            yield {
                "name": NAME, "case": f"{name} {size} {action}s, ms each (first tenth, last tenth)",
                "value": round(one["late_ms"], 2), "baseline": round(one["early_ms"], 2), "ratio": growth,
                "bar": BARS["growth of time"], "unit": "ms", "ok": growth <= BARS["growth of time"],
                "rss_mb": found["rss_mb"],
            }  # fmt: skip


def child(size: int) -> None:
    """Fill, merge all, unmerge all, print what was counted; the register is then as it was filled."""
    import django

    django.setup()
    from django.core.management import call_command

    from domicile.apps.duplicates import actions
    from domicile.apps.people.models import SamePerson, SetAside, Spell

    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)
    pairs = _fill(size)
    actor = _actor()
    before = _state()
    reason = "the same person: number, name and birth date agree"

    def merge(place: int) -> None:
        one, other = pairs[place]
        actions.merge(actor=actor, reason=reason, arguments=actions.Merge(one, other))

    def unmerge(place: int) -> None:
        actions.unmerge(actor=actor, reason=reason, arguments=actions.Unmerge(pairs[place][1], apart=False))

    found: dict[str, Any] = {"merge": _measured(merge, size)}
    if SamePerson.objects.count() != size or Spell.objects.filter(end=None).count() != size:
        raise RuntimeError("not everybody was merged")
    found["unmerge"] = _measured(unmerge, size)
    if SetAside.objects.exists() or _state() != before:
        raise RuntimeError("the register is not as it was")
    print(json.dumps(found | {"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def _measured(act: Callable[[int], None], size: int) -> dict[str, float]:
    """Statements of the first, the last and the dearest of all, and the medians of the first and last tenth in ms."""
    from django.db import connections

    counts, times = [], []
    tally = [0]

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        tally[0] += 1
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(counted):
        for place in range(size):
            tally[0] = 0
            begin = time.perf_counter()
            act(place)
            times.append((time.perf_counter() - begin) * 1000)
            counts.append(tally[0])
            if place % 2000 == 1999:
                print(f"{place + 1} of {size}: {counts[-1]} statements, {times[-1]:.1f} ms", file=sys.stderr)
    tenth = max(size // 10, 1)
    return {
        "first": counts[0], "last": counts[-1], "most": max(counts), "early_ms": statistics.median(times[:tenth]),
        "late_ms": statistics.median(times[-tenth:]),
    }  # fmt: skip


def _actor() -> Any:
    import dataclasses

    from bench.import_ import operator

    return dataclasses.replace(operator(), permissions=operator().permissions | {"merge_person"})


def _state() -> list[Any]:
    """The rows that a merge touches, as they stand."""
    from domicile.apps.people.models import Household, Member, Person, Spell

    return [sorted(model.objects.values_list(), key=lambda row: row[0]) for model in (Person, Spell, Member, Household)]


def _fill(size: int) -> list[tuple[Any, Any]]:
    """So many people who stand there twice: one lives here since 2020, their other record elsewhere since 2010."""
    import datetime as dt

    from django.db import connection

    from domicile.apps.people.models import Household, Member, Person, Spell, Visibility
    from domicile.apps.places.models import Building, Dwelling

    place = "770101001001001"
    people, homes, households, members, spells, seen = [], [], [], [], [], []
    buildings = [
        Building(
            place_code=place, community_code=place[:12], key=f"人民路|{n}|", street="人民路", plate=f"{n}号", name=""
        )
        for n in range(size * 2 // ROOMS + 1)
    ]
    for number in range(size * 2):
        twice, since = divmod(number, 2)
        home = Dwelling(
            building=buildings[number // ROOMS], place_code=place, unit="", room=f"{number % ROOMS}室",
            key=f"|{number % ROOMS}", address=f"人民路{number // ROOMS}号{number % ROOMS}室", use="owner_occupied",
        )  # fmt: skip
        person = Person(
            name=f"王{twice}", given=f"{twice}", sound="wang", sex="2", birth_date=dt.date(1971, 3, 9),
            registration="area", registered_code=place[:12],
        )  # fmt: skip
        start = dt.date(2010 if since else 2020, 1, 1)
        household = Household(dwelling=home, side="living", formed_on=start)
        people.append(person)
        homes.append(home)
        households.append(household)
        members.append(Member(household=household, person=person, side="living", relation="02", joined_on=start))
        spells.append(Spell(person=person, dwelling=home, start=start, source="test"))
        seen += [
            Visibility(person=person, code=place, why="lives"),
            Visibility(person=person, code=place[:12], why="registered"),
        ]
    for rows in (buildings, homes, people, households, members, spells, seen):
        type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return [(people[at].pk, people[at + 1].pk) for at in range(0, size * 2, 2)]
