"""Ledgers: page 1 and a far page of a township's people, and the files of 200,000 rows.

A page is measured as search is: the whole request, signed in and logged, against the same rows in the same template
without scope, decryption or log. A file is measured against the same rows written by xlsxwriter or csv from a list that is
in memory already, in a process of its own each that has loaded its addresses, as a server has. Memory is the peak of what
belongs to the process alone: of the database file, which is mapped, more lies in memory the more of it is read. It is
measured for all rows and for fewer, half of them at full size, and must not follow the rows.

`ratio` is to the list, as the bar has it. A list has nothing to read, to open or to put on record, which costs more than
all of the writing where the writing is only commas: csv writes a row in a microsecond, while to open one number takes
several. So `ratio_to_plain` stands beside it: to the shortest way from the same register to the same file, which is one
statement, one loop that opens every number, and the library's writing; no scope, no words, no log, all of it in memory.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import gc
import io
import multiprocessing
import random
import resource
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import web_measure

NAME = "ledger"
SIZE = 1_000_000
BARS: dict[str, float] = {"page_ratio": 1.5, "file_ratio": 2.0}
FAR = 500
REQUESTS = 160
CONNECTIONS = (8, 32)
#: Below it the bars do not hold, and fewer requests are sent: they show that all works, in a minute or two.
LARGE = 200_000
FEW = 40
FILE_ROWS = 200_000
#: Rows after which the page caches of the register and of the log, of 32 MB each (site/databases.py), are nearly full; and
#: by how many megabytes the memory of a process may grow from there to all rows, twice as many.
FEWER_ROWS = 100_000
GROWTH_MB = 32
TODAY = dt.date(2026, 11, 1)
PAGE = 50


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result a case: p95 of a page in ms, seconds of a file. The bar of pages holds at 8 connections."""
    yield from web_measure.run("ledger", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    cookies = web_load.sign_in("770101")
    large = size >= LARGE
    asked = _asked(random.Random(7), REQUESTS if large else FEW)
    with web_load.server() as port:
        for connections in CONNECTIONS if large else CONNECTIONS[:1]:
            for kind, (product, baseline) in asked.items():
                pair = web_load.compare(port, cookies, product, baseline, connections, 5 if large else 3)
                case = f"{engine} {size} {kind} {connections} connections"
                bound = connections == CONNECTIONS[0] and "sex" not in kind
                yield _result(case, pair.value, pair.baseline, BARS["page_ratio"] if bound else None, "ms")
    for kind in ("xlsx", "csv"):
        yield _file(kind, size, engine)


def _result(case: str, value: float, baseline: float, bar: float | None, unit: str, **more: Any) -> dict[str, Any]:
    ratio = round(value / baseline, 2)
    digits = 1 if unit == "ms" else 2
    return {
        "name": NAME,
        "case": case,
        "value": round(value, digits),
        "baseline": round(baseline, digits),
        "ratio": ratio,
        "bar": bar,
        "unit": unit,
        "ok": bar is None or ratio <= bar,
        "rss_mb": None,
        **more,
    }


# --- pages -----------------------------------------------------------------------------------------------------------


def _asked(draw: random.Random, requests: int) -> dict[str, tuple[list[Any], list[Any]]]:
    """Page 1 and the far page of townships, also of one sex: the product's requests, and the baseline's for its rows."""
    from domicile.apps.people.models import Visibility

    living = Visibility.objects.filter(why="lives")
    townships = sorted({code[:9] for code in living.values_list("code", flat=True).distinct()})
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for sex, kind in (("", ""), ("2", " of one sex")):
        pairs: dict[str, list[tuple[Any, Any]]] = {"page 1": [], "far page": []}
        for township in townships:
            rows = living.filter(code__startswith=township)
            rows = rows.filter(person__sex=sex) if sex else rows
            keys = list(rows.order_by("code", "person_id", "id").values_list("id", flat=True))
            far = min(FAR, max(1, len(keys) // PAGE))
            pairs["page 1"].append(_pair(township, sex, 1, keys))
            pairs["far page"].append(_pair(township, sex, far, keys))
        for name, both in pairs.items():
            drawn = [draw.choice(both) for _ in range(requests)]
            found[name + kind] = ([one for one, _ in drawn], [other for _, other in drawn])
    return found


def _pair(township: str, sex: str, page: int, keys: list[int]) -> tuple[Any, Any]:
    from bench.web_load import Request

    form = (("place", township), ("sex", sex), ("page", str(page)))
    shown = ",".join(str(key) for key in keys[(page - 1) * PAGE : page * PAGE])
    plain = (("place", township), ("sex", sex), ("keys", shown))
    return Request("/ledgers/people/", form), Request("/baseline/ledgers/people/", plain)


# --- files -----------------------------------------------------------------------------------------------------------


def _file(kind: str, size: int, engine: str) -> dict[str, Any]:
    """The whole ledger as a file, up to 200,000 rows, and a part of it: memory must not follow the rows."""
    rows = min(size, FILE_ROWS)
    product = _alone(_product, kind, rows)
    fewer = max(min(rows // 2, FEWER_ROWS), 1)
    small = _alone(_product, kind, fewer)
    baseline = _alone(_baseline, kind, rows)
    plain = _alone(_plain, kind, rows)
    growth = product["rss_mb"] - small["rss_mb"]
    result = _result(
        f"{engine} {size} {kind} of {product['rows']:.0f} rows",
        product["seconds"],
        baseline["seconds"],
        BARS["file_ratio"],
        "s",
        rss_mb=round(product["rss_mb"]),
        fewer_rows=fewer,
        rss_of_fewer_mb=round(small["rss_mb"]),
        memory_is_constant=growth <= GROWTH_MB,
        cpu_ratio=round(product["cpu"] / baseline["cpu"], 2),
        plain_s=round(plain["seconds"], 2),
        ratio_to_plain=round(product["seconds"] / plain["seconds"], 2),
        rows_per_s=round(product["rows"] / product["seconds"]),
    )
    return {**result, "ok": result["ok"] and growth <= GROWTH_MB}


def _alone(work: Callable[..., None], kind: str, rows: int) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(kind, rows, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"bench ledger: the measured process ended with {process.exitcode}; see its output above.")
    return dict(queue.get(timeout=10))


def _ledger(rows: int) -> tuple[Any, Any, Any]:
    import django

    django.setup()
    from django.urls import reverse

    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User
    from domicile.apps.people.ledgers.general import People

    reverse("people:ledger_people")  # a server has loaded its addresses before anybody asks
    viewer = viewer_for(User.objects.get(username="bench-770101"), "register_maintenance", TODAY)
    return People(), viewer, People.source(viewer)[:rows]


def _sent(answer: Any, target: Any) -> None:
    """What a server does with the answer."""
    for part in answer.streaming_content:
        target.write(part)
    answer.close()


def _product(kind: str, rows: int, queue: Any) -> None:
    ledger, viewer, found = _ledger(rows)
    with tempfile.TemporaryFile() as target, _watched() as peak:
        begin, cpu = time.perf_counter(), time.process_time()
        _sent(ledger.download(viewer, found, kind, ledger.table.pick([])), target)
        took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    queue.put({"seconds": took, "cpu": cpu, "rss_mb": max(peak), "rows": found.count()})


def _baseline(kind: str, rows: int, queue: Any) -> None:
    """The same values from a list, by the library's own means."""
    ledger, viewer, found = _ledger(rows)
    lines = list(ledger.lines(viewer, found, "zh-hans", ledger.table.pick([])))
    gc.collect()
    begin, cpu = time.perf_counter(), time.process_time()
    _by_library(kind, lines)
    took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    queue.put({"seconds": took, "cpu": cpu})


def _by_library(kind: str, lines: Iterable[Sequence[Any]]) -> None:
    if kind == "csv":
        with tempfile.TemporaryFile() as target, io.TextIOWrapper(target, "utf-8", newline="") as text:
            csv.writer(text).writerows(lines)
    else:
        with tempfile.TemporaryFile() as target, xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


PLAIN = """
    SELECT p.name, p.sex, p.birth_date, p.registration, d.address, d.place_code, n.number, n.id, p.id, k.wrap_key, k.wrapped
    FROM people_visibility v JOIN people_person p ON p.id = v.person_id
    LEFT JOIN people_spell s ON s.person_id = p.id AND s."end" IS NULL AND s.kind = 'usual'
    LEFT JOIN places_dwelling d ON d.id = s.dwelling_id
    LEFT JOIN people_document n ON n.person_id = p.id
    LEFT JOIN vault_subjectkey k ON k.subject_id = p.id
    WHERE v.why = 'lives' ORDER BY v.code, v.person_id, v.id LIMIT %s"""


def _plain(kind: str, rows: int, queue: Any) -> None:
    """The same columns by one statement and one loop, all in memory, then the library."""
    _ledger(0)
    from django.db import connection

    from domicile.apps.vault.sealing import binding, decrypt, unwrapped

    begin, cpu = time.perf_counter(), time.process_time()
    lines = []
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [rows])
        for *shown, sealed, document, person, number, wrapped in cursor.fetchall():
            text = ""
            if sealed is not None:
                subject = person if isinstance(person, uuid.UUID) else uuid.UUID(person)
                row = document if isinstance(document, str) else document.hex
                key = unwrapped(subject, number, bytes(wrapped))
                text = decrypt(key, bytes(sealed), binding("people_document", "number", row)).decode()
            lines.append((*map(str, shown), text))
    _by_library(kind, lines)
    took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    queue.put({"seconds": took, "cpu": cpu})


@contextlib.contextmanager
def _watched() -> Iterator[list[float]]:
    """Megabytes of this process's own memory while it works, looked at every 50 ms."""
    seen, over = [_own_memory()], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            seen.append(_own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _own_memory() -> float:
    """Resident without what is mapped from files."""
    resident, shared = Path("/proc/self/statm").read_text("ascii").split()[1:3]
    return (int(resident) - int(shared)) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    web_measure.main(cases)
