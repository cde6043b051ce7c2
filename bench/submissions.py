"""Filled forms over HTTP from 50 clients: how long until a phone is told that its form is kept, and until all stand in review.

Each form is a visit of a dwelling with a household of five that is new. The baseline of the first is a view that writes the same
body to a file, waits for the disk (also for the file's name), and inserts one row, without token, parsing, sealing or conflict.
That of the second reads the same XML from plain files, parses it, and puts the very rows that the processing made, finished and
in memory, into twins of their tables, as many in a transaction, and says of as many rows of a twin of the forms' table that they
are processed. Both take turns. Afterwards every form must be in the review once.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

NAME = "submissions"
SIZE = 10_000
BARS: dict[str, float] = {"ratio": 3.0}
ENGINES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 50
ROOMS = 60
WARM = 50
GRID = "770101001001001"
BOUNDARY = "form-of-a-phone"
NEWCOMER = (
    "<newcomer><name>周{name}</name><sex>1</sex><birth_date>1980-01-0{n}</birth_date><relation>{relation}</relation>"
    "<since>2026-01-01</since><registered>unknown</registered><document_kind>none</document_kind></newcomer>"
)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results an engine: p95 of the acknowledgement in ms, and seconds until all are in review.

    `size` is the count of forms.
    """
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
        whole = set(found["counts"].values()) == {size}
        for case, unit, digits, key in (("acknowledged", "ms", 1, "told"), ("in review", "s", 2, "review")):
            value, baseline = found[key]
            ratio = round(value / baseline, 2)
            yield {
                "name": NAME, "case": f"{name} {size} forms, {CLIENTS} clients, {case}", "value": round(value, digits),
                "baseline": round(baseline, digits), "ratio": ratio, "bar": BARS["ratio"], "unit": unit,
                "ok": ratio <= BARS["ratio"] and whole, "rss_mb": found["rss_mb"], "counts": found["counts"],
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
        cursor.execute("CREATE TABLE bare_submission (id varchar(32) PRIMARY KEY, at varchar(40))")
    token, version = _phone()
    forms = [_form(version, home) for home in _homes(size)]
    told = _acknowledged(token, [_body(xml) for xml in forms])
    review = _processed(forms)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"told": told, "review": review, "counts": _counts(), "rss_mb": rss}))


def _acknowledged(token: str, bodies: Sequence[bytes]) -> tuple[float, float]:
    """p95 in ms of the product and of the baseline: medians of five rounds that take turns."""
    from bench import web_load

    part = max((len(bodies) - WARM) // 5, 1)
    rounds = [bodies[start : start + part] for start in range(WARM, len(bodies), part)]
    address, mine, theirs = f"/v1/key/{token}/projects/1/submission", [], []
    with web_load.server() as port:
        _send(port, "/baseline/submission/", bodies[:WARM])
        _send(port, address, bodies[:WARM])
        for some in rounds:
            theirs.append(web_load.p95(_send(port, "/baseline/submission/", some)))
            mine.append(web_load.p95(_send(port, address, some)))
    middle = len(rounds) // 2
    return sorted(mine)[middle], sorted(theirs)[middle]


def _processed(forms: Sequence[bytes]) -> tuple[float, float]:
    """Seconds in which all that waits is processed, and in which the same rows come of the same XML bare; by turns."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from bench.twins import Twin
    from domicile.apps.audit.models import Change
    from domicile.apps.collect.models import Proposal
    from domicile.apps.collect.openrosa import processing, storing
    from domicile.apps.collect.openrosa.models import Result, Submission
    from domicile.apps.fieldwork.models import Visit
    from domicile.apps.vault.models import SubjectKey
    from domicile.core.messages.submissions import read_submission

    plain = Path(settings.HOME) / "plain"
    plain.mkdir()
    for xml in forms:
        (plain / storing.key_of(read_submission(xml).instance_id).hex).write_bytes(xml)
    twins = [Twin(model) for model in (SubjectKey, Change, Proposal, Visit, Result)]
    for twin in twins:
        twin.fresh()
    forms_too = Twin(Submission)
    with transaction.atomic():
        forms_too.insert(forms_too.fresh())
    waiting = list(Submission.objects.order_by("received_at", "pk").values_list("pk", flat=True))
    mine = theirs = 0.0
    while waiting:
        begin = time.perf_counter()
        done = processing.process()
        mine += time.perf_counter() - begin
        some, waiting = waiting[:done], waiting[done:]
        rows, now = [twin.fresh() for twin in twins], timezone.now()
        begin = time.perf_counter()
        for key in some:
            _walked(ElementTree.fromstring((plain / key.hex).read_bytes()))
        with transaction.atomic():
            for twin, fresh in zip(twins, rows, strict=True):
                twin.insert(fresh)
            forms_too.update(some, state="processed", problem="", processed_at=now)
        theirs += time.perf_counter() - begin
        if not done:
            raise RuntimeError("a form that waits was not processed")
    return mine, theirs


def _walked(node: ElementTree.Element) -> dict[str, Any]:
    """The answers below a node as plain values."""
    found: dict[str, Any] = {}
    for child in node:
        if len(child):
            found.setdefault(child.tag, []).append(_walked(child))
        else:
            found[child.tag] = child.text
    return found


def _counts() -> dict[str, int]:
    """What there has to be of each as often as there were forms."""
    from domicile.apps.collect.models import Proposal
    from domicile.apps.collect.openrosa.models import Result, Submission
    from domicile.apps.fieldwork.models import Visit

    return {
        "kept": Submission.objects.count(),
        "processed": Submission.objects.filter(state=Submission.State.PROCESSED).count(),
        "visits": Visit.objects.count(),
        "waiting": Proposal.objects.filter(state=Proposal.State.WAITING).count(),
        "dwellings": Proposal.objects.values("subject_id").distinct().count(),
        "results": Result.objects.filter(outcome=Result.Outcome.PROPOSED).exclude(proposal=None).count(),
    }


def _homes(count: int) -> list[uuid.UUID]:
    """Empty dwellings of the worker's grid, sixty to a building."""
    from django.db import connection

    from domicile.apps.common.inserting import insert_rows
    from domicile.apps.places.models import Building, Dwelling

    houses = [
        Building(
            community_code=GRID[:12], place_code=GRID, street="人民路", plate=f"{n}号", name="1幢", key=f"人民路|{n}|1"
        )
        for n in range(count // ROOMS + 1)
    ]
    insert_rows(houses)
    homes = [
        Dwelling(
            building=houses[n // ROOMS], place_code=GRID, room=f"{n % ROOMS}室", key=f"|{n % ROOMS}",
            address=f"人民路{n // ROOMS}号1幢{n % ROOMS}室", use=Dwelling.Use.UNKNOWN,
        )
        for n in range(count)
    ]  # fmt: skip
    insert_rows(homes)
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return [home.pk for home in homes]


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


def _form(version: str, home: uuid.UUID) -> bytes:
    """A filled form: five people who are new in an empty dwelling."""
    rows = "".join(
        NEWCOMER.format(n=n, name="甲乙丙丁戊"[n - 1], relation="02" if n == 1 else "20") for n in range(1, 6)
    )
    return (
        f'<data id="dwelling_visit" version="{version}"><visited_on>2026-01-05</visited_on>'
        f"<dwelling>{home}</dwelling><outcome>met</outcome><home><newcomers>5</newcomers>{rows}</home>"
        f"<meta><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>"
    ).encode()


def _body(xml: bytes) -> bytes:
    """A multipart body with one filled form."""
    head = 'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\nContent-Type: text/xml'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + xml + f"\r\n--{BOUNDARY}--\r\n".encode()


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
