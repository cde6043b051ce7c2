"""A server with two workers, somebody signed in, and a bounded number of requests from this machine."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "a" * 32


@dataclass(frozen=True)
class Request:
    """One request: a path, and the fields of a form when it is sent by POST."""

    path: str
    form: tuple[tuple[str, str], ...] = ()


@contextlib.contextmanager
def server(workers: int = 2, settings: str = "bench.web_settings") -> Iterator[int]:
    """Run the product with the baseline's addresses under granian; give its port. `settings`: of which site."""
    from tests.postgres import free_port

    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--log-level", "warning", "--no-ws"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    process = subprocess.Popen([*command, "domicile.site.wsgi:application"], env=environment, cwd=ROOT)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/accounts/sign-in/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")


def sign_in(scope: str, purpose: str = "register_maintenance", role: str = "county_operator") -> str:
    """Make a user over `scope` with a session in which the second factor was given; the cookies of it."""
    from django.conf import settings
    from django.test import Client

    from domicile.apps.access import purposes
    from domicile.apps.access.models import Grant
    from domicile.apps.accounts import sessions
    from domicile.apps.accounts.models import User

    name = f"bench-{scope}"
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User.objects.create_user(name, None, real_name="测量")
        Grant.objects.create(user=user, role=role, scope=scope, valid_from=dt.date(2020, 1, 1))
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    sessions.mark_second_factor(session, at=time.time())
    purposes.keep(session, purpose, at=time.time())
    session.save()
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, "csrftoken": TOKEN}
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def run(port: int, cookies: str, requests: Sequence[Request], connections: int) -> list[float]:
    """Send every request once over `connections` connections at a time; seconds each took, whole answer read."""
    times: list[float] = []
    faults: list[str] = []
    lock = threading.Lock()
    waiting = iter(requests)

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        if any("/map/" in one.path for one in requests):  # kept compressed, as every browser takes it
            headers["Accept-Encoding"] = "gzip"
        while True:
            with lock:
                request = next(waiting, None)
            if request is None or faults:
                break
            body = urlencode(request.form).encode() if request.form else None
            begin = time.perf_counter()
            connection.request("POST" if body else "GET", request.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            took = time.perf_counter() - begin
            with lock:
                times.append(took)
                if answer.status != 200:
                    faults.append(f"{request.path} answered {answer.status}: {content[:300]!r}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults or len(times) < len(requests):
        raise RuntimeError(faults[0] if faults else "a connection broke")
    return times


def p95(times: Sequence[float]) -> float:
    """The 95th percentile, nearest rank, in milliseconds."""
    ordered = sorted(times)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] * 1000


@dataclass(frozen=True)
class Pair:
    """p95 of the product and of the baseline in milliseconds, from interleaved rounds."""

    value: float
    baseline: float


def compare(
    port: int, cookies: str, product: Sequence[Request], baseline: Sequence[Request], connections: int, rounds: int = 9
) -> Pair:
    """Send both lists in turns, `rounds` times; the medians of the rounds' p95.

    Connections fall on the two workers as the system deals them, evenly or not, anew each round: so many rounds.
    """
    run(port, cookies, product[:16], 2)
    run(port, cookies, baseline[:16], 2)
    mine, theirs = [], []
    for _ in range(rounds):
        theirs.append(p95(run(port, cookies, baseline, connections)))
        mine.append(p95(run(port, cookies, product, connections)))
    return Pair(sorted(mine)[rounds // 2], sorted(theirs)[rounds // 2])
