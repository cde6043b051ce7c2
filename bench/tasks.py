"""A rule over all let dwellings makes the month's visits, against inserting the same finished rows bare.

The register is filled with households at let dwellings, one each. The rule is the shipped `visit_due`. The baseline puts the
very rows that the rule made, finished and in memory, into a twin of the table with the same indexes and constraints, by the
driver's quickest road: executemany on SQLite, COPY on PostgreSQL. (INSERT ... SELECT from the table itself is no baseline:
SQLite then copies pages and checks nothing.)
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "tasks"
SIZE = 300_000
BARS: dict[str, float] = {"ratio": 3.0, "queries": 10}
ROUNDS = 3
ROOMS = 60


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results an engine: seconds against the bare insert, and statements. `size` is the count of households."""
    for name in [engine] if engine else web_measure.ENGINES:
        found = web_measure.in_fresh("tasks", name, size)
        ratio = round(found["seconds"] / found["bare"], 2)
        yield {
            "name": NAME, "case": f"{name} {found['made']} tasks", "value": round(found["seconds"], 3),
            "baseline": round(found["bare"], 3), "ratio": ratio, "bar": BARS["ratio"], "unit": "s",
            "ok": ratio <= BARS["ratio"] and found["made"] == size and found["again"] == 0, "rss_mb": found["rss_mb"],
        }  # fmt: skip
        yield {
            "name": NAME, "case": f"{name} statements", "value": found["queries"], "baseline": None, "ratio": None,
            "bar": BARS["queries"], "unit": "statements", "ok": found["queries"] <= BARS["queries"],
            "rss_mb": found["rss_mb"],
        }  # fmt: skip


def child(size: int) -> None:
    """Fill, run the rule and the bare insert in turns on emptied tables, print the medians."""
    import datetime as dt
    import statistics

    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from domicile.apps.tasks.generating import MACHINE, generate

    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)
    _fill(size)
    today, seconds, bare = dt.date(2026, 3, 2), [], []
    twin = _twin()

    def rule() -> int:
        return sum(run.made for run in generate(actor=MACHINE, today=today, rules=["visit_due"]))

    for turn in range(ROUNDS):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f'TRUNCATE "{twin}", tasks_task, tasks_try')
            else:
                cursor.execute(f'DELETE FROM "{twin}"')
                cursor.execute("DELETE FROM tasks_task")
        begin = time.perf_counter()
        made = rule()
        seconds.append(time.perf_counter() - begin)
        bare.append(_bare(twin))
        print(f"turn {turn}: rule {seconds[-1]:.2f} s, bare {bare[-1]:.2f} s", file=sys.stderr)
    with CaptureQueriesContext(connection) as captured:
        again = rule()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result = {"made": made, "again": again, "seconds": statistics.median(seconds), "bare": statistics.median(bare),
              "queries": len(captured), "rss_mb": rss}  # fmt: skip
    print(json.dumps(result))


def _bare(twin: str) -> float:
    """Seconds that the finished rows of the tasks take into the twin."""
    import datetime as dt

    from django.db import connection, transaction

    from domicile.apps.tasks.models import Task

    names = ", ".join(f'"{field.column}"' for field in Task._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM tasks_task")
        rows = cursor.fetchall()
    if connection.vendor == "sqlite":  # days as SQLite keeps them: the driver would turn each into text
        rows = [tuple(str(value) if isinstance(value, dt.date) else value for value in row) for row in rows]
    begin = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {twin} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(Task._meta.concrete_fields))
            connection.connection.executemany(f"INSERT INTO {twin} ({names}) VALUES ({marks})", rows)
    return time.perf_counter() - begin


def _twin() -> str:
    """An empty table like that of tasks, with its indexes and constraints."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute('CREATE TABLE bare_task (LIKE "tasks_task" INCLUDING ALL)')
            return "bare_task"
        cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'tasks_task' AND sql IS NOT NULL")
        made = sorted(cursor.fetchall(), key=lambda row: row[0] != "table")
        for number, (_kind, sql) in enumerate(made):
            twin = sql.replace('"tasks_task"', '"bare_task"')
            for word in ("INDEX ", "CONSTRAINT "):
                twin = twin.replace(f'{word}"', f'{word}"bare{number}_')
            cursor.execute(twin)
    return "bare_task"


def _fill(size: int) -> None:
    """Buildings of sixty rooms, twenty to a grid, each room let to a household."""
    import datetime as dt

    from django.db import connection, transaction

    from domicile.apps.people.models import Household
    from domicile.apps.places.models import Building, Dwelling

    def place(number: int) -> str:
        return f"770101{number // 400 + 1:03d}{number // 20 % 20 + 1:03d}{number % 20 + 1:03d}"

    buildings = [
        Building(community_code=place(n)[:12], place_code=place(n), street="人民路", plate=f"{n}号", name="1幢",
                 key=f"人民路|{n}|1")
        for n in range(size // ROOMS + 1)
    ]  # fmt: skip
    with transaction.atomic():
        Building.objects.bulk_create(buildings, batch_size=5000)
        for start in range(0, size, 20_000):
            numbers = range(start, min(size, start + 20_000))
            homes = [
                Dwelling(
                    building=buildings[n // ROOMS], place_code=buildings[n // ROOMS].place_code, room=f"{n % ROOMS}室",
                    key=f"|{n % ROOMS}", address=f"人民路{n // ROOMS}号1幢{n % ROOMS}室", use=Dwelling.Use.LET,
                )
                for n in numbers
            ]  # fmt: skip
            Dwelling.objects.bulk_create(homes)
            Household.objects.bulk_create(
                [
                    Household(dwelling=home, side="living", kind="family", formed_on=dt.date(2020, 1, 1))
                    for home in homes
                ]
            )
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
