"""Filled forms over HTTP from 50 clients: how long until a phone is told that its form is kept.

Each form is a visit of a household of five. The baseline is a view that writes the same body to a file, waits for the disk (also
for the file's name), and inserts one row, without token, parsing, sealing or conflict. Afterwards every form must be there once.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAME = "submissions"
SIZE = 10_000
BARS: dict[str, float] = {"ratio": 3.0}
ENGINES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 50
GRID = "770101001001001"
BOUNDARY = "form-of-a-phone"
NEWCOMER = (
    "<newcomer><name>周{n}</name><sex>1</sex><birth_date>1980-01-0{n}</birth_date><relation>{relation}</relation>"
    "<since>2026-01-01</since><registered>unknown</registered><document_kind>none</document_kind></newcomer>"
)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result an engine: p95 of the acknowledgement in ms. `size` is the count of forms."""
    import contextlib

    from tests.postgres import cluster

    for name in [engine] if engine else ENGINES:
        with tempfile.TemporaryDirectory(prefix="bench-submissions-") as home, contextlib.ExitStack() as stack:
            address = stack.enter_context(cluster()) if name == "postgresql" else ""
            environment = {
                **os.environ, "DOMICILE_HOME": home, "DOMICILE_KEYS": f"{home}/keys", "DOMICILE_DATABASE": address,
                "DJANGO_SETTINGS_MODULE": "bench.web_settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
            }  # fmt: skip
            command = [sys.executable, "-c", f"import bench.submissions as b; b.child({size})"]
            done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        ratio = round(found["value"] / found["baseline"], 2)
        yield {
            "name": NAME, "case": f"{name} {size} forms, {CLIENTS} clients", "value": round(found["value"], 1),
            "baseline": round(found["baseline"], 1), "ratio": ratio, "bar": BARS["ratio"], "unit": "ms",
            "ok": ratio <= BARS["ratio"] and found["kept"] == size, "rss_mb": None, "kept": found["kept"],
        }  # fmt: skip


def child(size: int) -> None:
    """In a process and on a database of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench import web_load

    Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
    for alias in ("default", "log", "census"):
        call_command("migrate", database=alias, verbosity=0)
    token, version = _phone()
    from domicile.apps.collect.openrosa.models import Submission

    bodies = [_body(version) for _i in range(size)]
    with web_load.server() as port:
        address = f"/v1/key/{token}/projects/1/submission"
        _send(port, "/baseline/submission/", bodies[:50])
        _send(port, address, bodies[:50])
        rounds = [bodies[start : start + max(size // 5, 1)] for start in range(0, size, max(size // 5, 1))]
        mine, theirs = [], []
        for part in rounds:
            theirs.append(web_load.p95(_send(port, "/baseline/submission/", part)))
            mine.append(web_load.p95(_send(port, address, part)))
    middle = len(rounds) // 2
    found = {"value": sorted(mine)[middle], "baseline": sorted(theirs)[middle], "kept": Submission.objects.count()}
    print(json.dumps(found))


def _phone() -> tuple[str, str]:
    """The token of a worker's phone, and the version of its form."""
    from django.utils import timezone

    from bench import web_load
    from domicile.apps.accounts.models import User
    from domicile.apps.collect.openrosa import compiling, registry, tokens
    from domicile.apps.collect.openrosa.models import AppUser

    web_load.sign_in(GRID, "door_visit", "grid_worker")
    worker, text = User.objects.get(username=f"bench-{GRID}"), tokens.new_token()
    AppUser.objects.create(
        worker=worker, digest=tokens.digest_of(text), role="grid_worker", scopes=GRID, place_code=GRID,
        made_by=worker.pk, made_at=timezone.now(),
    )  # fmt: skip
    form = registry.form("dwelling_visit")
    if form is None:
        raise RuntimeError("the form dwelling_visit is not registered")
    return text, compiling.current(form).version


def _body(version: str) -> bytes:
    """A multipart body with one filled form."""
    rows = "".join(NEWCOMER.format(n=n, relation="02" if n == 1 else "20") for n in range(1, 6))
    xml = (
        f'<data id="dwelling_visit" version="{version}"><visited_on>2026-01-05</visited_on>'
        f"<dwelling>{uuid.uuid4()}</dwelling><outcome>met</outcome><home><newcomers>5</newcomers>{rows}</home>"
        f"<meta><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>"
    )
    head = 'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\nContent-Type: text/xml'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{xml}\r\n--{BOUNDARY}--\r\n".encode()


def _send(port: int, path: str, bodies: Sequence[bytes]) -> list[float]:
    """Send every body once from 50 clients; seconds each took. Raises RuntimeError when one was not taken."""
    times: list[float] = []
    faults: list[str] = []
    lock, waiting = threading.Lock(), iter(bodies)

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with lock:
                body = next(waiting, None)
            if body is None or faults:
                break
            begin = time.perf_counter()
            connection.request("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
            answer = connection.getresponse()
            content = answer.read()
            took = time.perf_counter() - begin
            with lock:
                times.append(took)
                if answer.status != 201:
                    faults.append(f"{answer.status}: {content[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return times
