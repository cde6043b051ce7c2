"""From the last answer of a census to its main figures, against the same tables over plain Parquet plus bare decryption.

The census holds forms of `size` people, sealed as they come in. Measured is the whole job: it reads the sealed rows from the
database, opens them, counts by area, sex, age, kind of household and registration, and stores the figures with the note in
the log of looks. The baseline counts the same figures with hand-written SQL in DuckDB over Parquet files that hold the
same people plain, and decrypts the very same bytes, which lie ready in memory with their ciphers, in a bare loop. Both must
give the same figures.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import web_measure

NAME = "quick-count"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 5.0}
ROUNDS = 3
SEED = 20301101
#: People of an enumeration area, and enumeration areas of a community.
PEOPLE, AREAS = 300, 12
#: Shares of households of 1, 2 … people; their mean is close to the 2.62 of the 2020 census of China.
HOUSEHOLDS = (0.25, 0.30, 0.21, 0.13, 0.07, 0.03, 0.01)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield a result an engine: seconds of the job, with the baseline. `size` is the count of people."""
    for name in [engine] if engine else web_measure.ENGINES:
        found = web_measure.in_fresh("quick_count", name, size, "domicile.site.census")
        ratio = round(found["seconds"] / found["bare"], 2)
        yield {
            "name": NAME, "case": f"{name} {found['people']} people on {found['forms']} forms", "value": round(found["seconds"], 2),
            "baseline": round(found["bare"], 2), "ratio": ratio, "bar": BARS["ratio"], "unit": "s",
            "ok": found["same"] and (size < SIZE or ratio <= BARS["ratio"]), "rss_mb": found["rss_mb"],
        }  # fmt: skip


def child(size: int) -> None:
    """Fill, count and count bare in turns, print the medians."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from domicile.apps.census.quickcount import counting
    from domicile.apps.census.quickcount.models import QuickCount

    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)
    with tempfile.TemporaryDirectory(prefix="bench-quick-") as name:
        folder = Path(name)
        census, people, forms = _fill(size, folder)
        ready, job, bare, same = _ready(census), [], [], True
        for turn in range(ROUNDS):
            run = QuickCount.objects.create(census=census, asked_at=timezone.now())
            begin = time.perf_counter()
            counting.count(run, lambda _done, _total: None)
            job.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            rows = _by_hand(folder)
            _decrypt(ready)
            bare.append(time.perf_counter() - begin)
            same = same and _as_kept(rows) == _stored(run)
            print(f"turn {turn}: job {job[-1]:.2f} s, bare {bare[-1]:.2f} s", file=sys.stderr)
    told = {
        "seconds": statistics.median(job), "bare": statistics.median(bare), "same": same, "people": people, "forms": forms,
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip
    print(json.dumps(told))


def _stored(run: Any) -> dict[str, list[int]]:
    """The figures of the job by area, and residents by sex and age by township."""
    told = {row.area_code: [row.counts[name] for name in _COUNTS] for row in run.figures.all()}
    return told | {row.area_code: row.by_age for row in run.ages.all()}


def _as_kept(rows: dict[str, list[int]]) -> dict[str, list[int]]:
    """What `_by_hand` found, as it is kept."""
    told: dict[str, list[int]] = {area: row[: len(_COUNTS)] for area, row in rows.items()}
    ages: dict[str, list[int]] = {}
    for area, row in rows.items():
        held = ages.get(area[:9], [0] * 66)
        ages[area[:9]] = [one + other for one, other in zip(held, row[len(_COUNTS) :], strict=True)]
    return told | ages


_COUNTS = (
    "forms",
    "families",
    "collectives",
    "on_forms",
    "residents",
    "present",
    "registered",
    "from_elsewhere",
    "away",
)
_SQL = """
WITH p AS (
    SELECT area, sex, kind, present, registered, birth_year, birth_month,
        (present = 1 AND (registered NOT IN (3, 4) OR away >= 3)) OR (registered = 1 AND
            (present IN (4, 5) AND away < 3 OR present IN (6, 7))) AS resident,
        CASE WHEN birth_year = 0 THEN -1 ELSE 2030 - birth_year - (birth_month >= 11)::int END AS age
    FROM '{folder}/people.parquet')
SELECT area, count(*), count(*) FILTER (resident), count(*) FILTER (present = 1), count(*) FILTER (registered = 1),
    count(*) FILTER (present = 1 AND registered IN (2, 3, 4)), count(*) FILTER (registered = 1 AND present <> 1)
FROM p GROUP BY area ORDER BY area
"""
_AGES = """
WITH p AS (
    SELECT area, sex,
        (present = 1 AND (registered NOT IN (3, 4) OR away >= 3)) OR (registered = 1 AND
            (present IN (4, 5) AND away < 3 OR present IN (6, 7))) AS resident,
        CASE WHEN birth_year = 0 THEN -1 ELSE 2030 - birth_year - (birth_month >= 11)::int END AS age
    FROM '{folder}/people.parquet')
SELECT area, sex, CASE WHEN age < 0 THEN 21 ELSE least(age // 5, 20) END AS band, count(*)
FROM p WHERE resident GROUP BY ALL
"""
_HOUSES = """
SELECT area, count(*), count(*) FILTER (kind = 1), count(*) FILTER (kind = 2) FROM '{folder}/households.parquet'
GROUP BY area ORDER BY area
"""


def _by_hand(folder: Path) -> dict[str, list[int]]:
    """The same figures from plain files."""
    import duckdb

    with duckdb.connect() as engine:
        people = engine.execute(_SQL.format(folder=folder)).fetchall()
        bands = engine.execute(_AGES.format(folder=folder)).fetchall()
        houses = engine.execute(_HOUSES.format(folder=folder)).fetchall()
    found = {
        area: [*counts, *told, *([0] * 66)]
        for (area, *counts), (_area, *told) in zip(houses, people, strict=True)
    }  # fmt: skip
    for area, sex, band, count in bands:
        found[area][len(_COUNTS) + sex * 22 + band] = count
    return found


def _ready(census: Any) -> list[tuple[Any, bytes, bytes, bytes]]:
    """Each sealed row with its cipher, nonce and binding, so that nothing but decrypting is left to do."""
    from domicile.apps.census.answers.models import Answer
    from domicile.apps.census.answers.opening import _ciphers

    ciphers = {str(key).replace("-", ""): cipher for key, cipher in _ciphers(census).items()}
    rows = Answer.objects.filter(census=census).values_list("pk", "envelope_id", "quick").iterator(20_000)
    return [
        (ciphers[envelope.hex], bytes(sealed)[:12], bytes(sealed)[12:], f"census_answer\x1fquick\x1f{key.hex}".encode())
        for key, envelope, sealed in rows
    ]


def _decrypt(ready: list[tuple[Any, bytes, bytes, bytes]]) -> int:
    return sum(len(cipher.decrypt(nonce, sealed, bound)) for cipher, nonce, sealed, bound in ready)


def _fill(size: int, folder: Path) -> tuple[Any, int, int]:
    """A census with the forms of about `size` people, one form a household, and the same people in plain files."""
    import datetime as dt
    from zoneinfo import ZoneInfo

    import polars as pl

    from domicile.apps.census.plan.models import Census

    moment = dt.datetime(2030, 11, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    census = Census.objects.create(code="bench", name="bench", scope="770101", reference_at=moment)
    homes, persons = _made(size)
    homes.select(pl.col("place").str.head(12).alias("area"), "kind").write_parquet(folder / "households.parquet")
    persons.with_columns(pl.col("place").str.head(12).alias("area")).drop("place", "home").write_parquet(
        folder / "people.parquet"
    )
    _store(census, homes, persons, moment)
    return census, len(persons), len(homes)


def _made(size: int) -> tuple[Any, Any]:
    """Households and their people as frames, in order."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(SEED)
    sizes = rng.choice(np.arange(1, len(HOUSEHOLDS) + 1), p=HOUSEHOLDS, size=size)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), size)) + 1]
    area = np.cumsum(sizes) // PEOPLE
    places = [f"770101{one // AREAS // 200 + 1:03d}{one // AREAS % 200 + 1:03d}{one % AREAS + 1:03d}" for one in area]
    homes = pl.DataFrame({"place": places, "kind": rng.choice([1, 1, 1, 1, 2], size=len(sizes)), "size": sizes})
    count, of = int(sizes.sum()), np.repeat(np.arange(len(sizes)), sizes)
    persons = pl.DataFrame(
        {
            "home": of, "place": homes["place"].gather(of), "kind": homes["kind"].gather(of),
            "sex": rng.integers(1, 3, count), "birth_year": rng.integers(1935, 2030, count),
            "birth_month": rng.integers(1, 13, count), "present": rng.choice([1, 1, 1, 1, 1, 2, 4, 5, 7], size=count),
            "registered": rng.choice([1, 1, 1, 2, 3, 4, 5], size=count), "away": rng.integers(1, 10, count),
            "education": rng.integers(1, 10, count),
        }
    )  # fmt: skip
    return homes, persons


def _store(census: Any, homes: Any, persons: Any, moment: Any) -> None:
    """Areas, dwellings, households and sealed answers, in bulk; each form has names and numbers besides."""
    from domicile.apps.census.answers.models import Answer, Envelope
    from domicile.apps.census.frame.models import Building
    from domicile.apps.census.listing.models import Dwelling, Household
    from domicile.apps.common.ids import new_id
    from domicile.apps.common.inserting import insert_fields
    from domicile.apps.vault import sealing

    places = homes["place"].unique(maintain_order=True).to_list()
    buildings = {
        place: Building.objects.create(census=census, place_code=place, number=place, address=place)
        for place in places[:1]
    }
    buildings |= {
        one.place_code: one
        for one in Building.objects.bulk_create(
            [Building(census=census, place_code=place, number=place, address=place) for place in places[1:]]
        )
    }
    envelopes = {place: Envelope(census=census, place_code=place) for place in places}
    Envelope.objects.bulk_create(envelopes.values())
    keys = sealing.ensure_subjects(one.pk for one in envelopes.values())
    rows = [(new_id(), new_id(), new_id(), place) for place in homes["place"].to_list()]
    day = moment.date()
    insert_fields(
        Dwelling,
        [
            {
                "id": dwelling, "building_id": buildings[place].pk, "place_code": place, "number": str(index),
                "use": "lived_in", "channel": "ordinary", "listed_on": day, "checked_on": None,
            }
            for index, (dwelling, _home, _answer, place) in enumerate(rows)
        ],
    )  # fmt: skip
    insert_fields(
        Household,
        [
            {
                "id": home, "census_id": census.pk, "dwelling_id": dwelling, "envelope_id": envelopes[place].pk,
                "place_code": place, "serial": 1, "head_name": None, "phone": None, "expected": 3, "absence": "none",
                "back_on": None, "form": "short", "weight": None, "split_from_id": None, "listed_on": day, "checked_on": None,
                "ended_on": None, "ended": "",
            }
            for dwelling, home, _answer, place in rows
        ],
    )  # fmt: skip
    told = _forms(homes, persons)
    insert_fields(
        Answer,
        [
            _answer(census, envelopes[place], keys, place, home, answer, moment, next(told))
            for _dw, home, answer, place in rows
        ],
    )


def _forms(homes: Any, persons: Any) -> Iterator[dict[str, Any]]:
    """The content of each household's form, in their order."""
    kinds, sizes, people = (
        homes["kind"].to_list(),
        homes["size"].to_list(),
        persons.drop("home", "place", "kind").iter_rows(named=True),
    )
    for kind, size in zip(kinds, sizes, strict=True):
        listed = [
            {
                **next(people),
                "name": "赵钱孙",
                "relation": min(place, 9),
                "id_number": "770101198504010018",
                "ethnic": "01",
            }
            for place in range(size)
        ]
        yield {"kind": kind, "dwelling": 1, "floor_area": 90, "rooms": 3, "births_male": 0, "persons": listed}


def _answer(
    census: Any, envelope: Any, keys: Any, place: str, home: Any, answer: Any, moment: Any, content: dict[str, Any]
) -> dict[str, Any]:
    import orjson

    from domicile.apps.census.answers import quick
    from domicile.apps.vault import sealing

    key, table = keys[envelope.pk], "census_answer"
    return {
        "id": answer, "census_id": census.pk, "household_id": home, "envelope_id": envelope.pk, "place_code": place,
        "road": "collect", "form": "short", "instance": answer.hex, "received_at": moment, "received_by": None,
        "people": len(content["persons"]), "proxy": False, "state": "counts", "why": "first", "settled_at": None,
        "settled_by": None,
        "content": sealing.encrypt(key, orjson.dumps(content), sealing.binding(table, "content", answer)),
        "quick": sealing.encrypt(key, quick.pack(content), sealing.binding(table, "quick", answer)),
    }  # fmt: skip
