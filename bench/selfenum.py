"""Households that answer by themselves: 50 a second send a form of three people each, while somebody watches the progress page.

Sent as they come, every fiftieth of a second one, whether the one before was answered or not; measured is how long each waits for
its receipt, which is told when the form is sealed and on the disk. The baseline is a view that writes the same body to a file,
waits for the disk (also for the file's name), and inserts one row; it is sent the same bodies at the same pace, with the same
page open, in turns. Afterwards a tenth is sent once more, as by phones that heard no answer. Each household must have one answer.
"""

from __future__ import annotations

import http.client
import json
import queue
import resource
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import web_measure

NAME = "selfenum"
SIZE = 3_000
BARS: dict[str, float] = {"ratio": 3.0}
A_SECOND = 50
CLIENTS = 50
WARM = 50
ROUNDS = 5
#: Seconds between two looks at the progress page.
LOOK = 2.0
GRIDS, ROOMS = 20, 60
COUNTY = "770101"


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield a result an engine: p95 of the receipt in ms, with the baseline. `size` is the count of households."""
    for name in [engine] if engine else web_measure.ENGINES:
        found = web_measure.in_fresh("selfenum", name, size, "bench.web_census_settings")
        ratio = round(found["value"] / found["baseline"], 2)
        whole = found["answers"] == found["households"] == found["receipts"] and found["looks"] > 0
        yield {
            "name": NAME, "case": f"{name} {size} households, {A_SECOND} a second, progress page open",
            "value": round(found["value"], 1), "baseline": round(found["baseline"], 1), "ratio": ratio, "bar": BARS["ratio"],
            "unit": "ms", "ok": ratio <= BARS["ratio"] and whole, "rss_mb": found["rss_mb"],
            "counts": {key: found[key] for key in ("households", "answers", "receipts", "looks")},
        }  # fmt: skip


def child(size: int) -> None:
    """In a process and on a database of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_answer (id varchar(32) PRIMARY KEY, at varchar(40))")
    bodies = [_body(code) for code in _codes(size)]
    found = _measured(bodies)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found | _counts() | {"households": size, "rss_mb": rss}))


def _measured(bodies: Sequence[bytes]) -> dict[str, Any]:
    """p95 in ms of the product and of the baseline, medians of rounds that take turns; then a tenth is sent again."""
    from bench import web_load

    cookies = web_load.sign_in(COUNTY, "supervision", "census_office")
    warm = min(WARM, len(bodies) // 4)
    part = max((len(bodies) - warm) // ROUNDS, 1)
    rounds = [bodies[start : start + part] for start in range(warm, len(bodies), part)]
    mine, theirs, receipts = [], [], set()
    with web_load.server(settings="bench.web_census_settings") as port:
        watch = _Watching(port, cookies)
        watch.start()
        _send(port, "/baseline/answer/", bodies[:warm])
        receipts |= _send(port, "/s/answer", bodies[:warm])[1]
        for some in rounds:
            theirs.append(web_load.p95(_send(port, "/baseline/answer/", some)[0]))
            times, told = _send(port, "/s/answer", some)
            mine.append(web_load.p95(times))
            receipts |= told
        receipts |= _send(port, "/s/answer", bodies[::10])[1]
        looks = watch.end()
    middle = len(mine) // 2
    return {
        "value": sorted(mine)[middle], "baseline": sorted(theirs)[middle], "receipts": len(receipts), "looks": looks,
    }  # fmt: skip


class _Watching(threading.Thread):
    """Somebody who looks at the progress page again and again."""

    def __init__(self, port: int, cookies: str) -> None:
        super().__init__()
        self.port, self.cookies, self.looks, self.fault = port, cookies, 0, ""
        self.over = threading.Event()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.over.wait(LOOK):
            connection.request("GET", "/census/bench/progress/", headers={"Cookie": self.cookies})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                self.fault = f"the progress page answered {answer.status}: {content[:200]!r}"
                break
            self.looks += 1
        connection.close()

    def end(self) -> int:
        """Stop looking; how often it was."""
        self.over.set()
        self.join()
        if self.fault:
            raise RuntimeError(self.fault)
        return self.looks


def _send(port: int, path: str, bodies: Sequence[bytes]) -> tuple[list[float], set[str]]:
    """Send each body at its moment, 50 a second; seconds that each waited from that moment, and the receipts.

    Raises RuntimeError when one was not taken.
    """
    times: list[float] = []
    receipts: set[str] = set()
    faults: list[str] = []
    lock, waiting = threading.Lock(), queue.SimpleQueue[tuple[float, bytes] | None]()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while (given := waiting.get()) is not None:
            due, body = given
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            took = time.perf_counter() - due
            with lock:
                times.append(took)
                if answer.status != 200:
                    faults.append(f"{answer.status}: {content[:200]!r}")
                elif content:
                    receipts.add(json.loads(content)["receipt"])
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    begin = time.perf_counter()
    for number, body in enumerate(bodies):
        due = begin + number / A_SECOND
        if (pause := due - time.perf_counter()) > 0:
            time.sleep(pause)
        waiting.put((due, body))
    for _thread in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return times, receipts


def _counts() -> dict[str, int]:
    from domicile.apps.census.answers.models import Answer
    from domicile.apps.census.selfenum.models import HouseholdCode

    answers = Answer.objects.filter(state=Answer.State.COUNTS, road="web")
    if Answer.objects.count() != answers.values("household_id").distinct().count():
        raise RuntimeError("a household has more than one answer")
    if HouseholdCode.objects.filter(used_at=None).exists():
        raise RuntimeError("a code was not used")
    return {"answers": answers.count()}


def _codes(count: int) -> list[str]:
    """A census with so many households, sixty to a building; the code of each."""
    import datetime as dt

    from django.db import connection
    from django.utils import timezone

    from domicile.apps.census.answers.models import Envelope
    from domicile.apps.census.frame.models import Building
    from domicile.apps.census.listing.models import Dwelling, Household
    from domicile.apps.census.plan.models import Census
    from domicile.apps.census.selfenum.codes import CODES
    from domicile.apps.census.selfenum.models import HouseholdCode
    from domicile.apps.common.inserting import insert_rows
    from domicile.apps.vault import sealing

    today = dt.date(2030, 10, 12)
    census = Census.objects.create(
        code="bench", name="bench", scope=COUNTY, reference_at=dt.datetime(2030, 11, 1, tzinfo=dt.UTC)
    )
    grids = [f"{COUNTY}001001{number + 1:03d}" for number in range(GRIDS)]
    envelopes = [Envelope(census=census, place_code=grid) for grid in grids]
    insert_rows(envelopes)
    sealing.ensure_subjects([one.pk for one in envelopes])
    houses = [
        Building(census=census, place_code=grids[n % GRIDS], number=f"B{n}", address=f"人民路{n}号", dwellings=ROOMS)
        for n in range(count // ROOMS + 1)
    ]
    insert_rows(houses)
    doors = [
        Dwelling(
            building=houses[n // ROOMS], place_code=houses[n // ROOMS].place_code, number=str(n % ROOMS), use="lived_in",
            listed_on=today,
        )
        for n in range(count)
    ]  # fmt: skip
    insert_rows(doors)
    households = [
        Household(
            census=census, dwelling=door, envelope=envelopes[n // ROOMS % GRIDS], place_code=door.place_code, serial=1,
            listed_on=today, expected=3,
        )
        for n, door in enumerate(doors)
    ]  # fmt: skip
    insert_rows(households)
    texts = [CODES.new() for _each in range(count)]
    insert_rows(
        [
            HouseholdCode(
                household=home, place_code=home.place_code, digest=CODES.digest(text), given_by=uuid.uuid4(), given_by_name="bench",
                given_at=timezone.now(),
            )
            for home, text in zip(households, texts, strict=True)
        ]
    )  # fmt: skip
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return texts


def _body(code: str) -> bytes:
    """A form of three people, as the page sends it."""
    from domicile.core.enumeration import forms

    people = [
        {
            "name": f"周{name}", "relation": relation, "sex": 1, "birth_year": 1985, "birth_month": 4, "ethnic": 1, "present": 1,
            "registered": 1, "away": 1, "education": 5, "literate": 1,
        }
        for relation, name in enumerate("甲乙丙")
    ]  # fmt: skip
    content = {
        "kind": 1, "present_count": 3, "absent_count": 0, "births_male": 0, "births_female": 0, "deaths_male": 0,
        "deaths_female": 0, "dwelling": 1, "floor_area": 80, "rooms": 3, "persons": people,
    }  # fmt: skip
    version = forms()["short"].version
    letter = {"code": code, "form": "short", "version": version, "instance": str(uuid.uuid4()), "content": content}
    return json.dumps(letter, ensure_ascii=False).encode()
