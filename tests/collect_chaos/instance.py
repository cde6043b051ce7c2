"""A served instance whose processes can be killed, whose disk can be full and whose database can be restarted."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.postgres import binaries, free_port, server_user

ROOT = Path(__file__).resolve().parents[2]
WEB, WORKER, JOBS, ALL = "web", "web worker", "jobs", "all"


class Instance:
    """`domicile serve` in a process of its own, started again whenever it ends."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.starts = 0
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._over.set()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        self._keeper.join(timeout=60)

    def _keep(self) -> None:
        command = [
            sys.executable,
            "-m",
            "domicile.cli",
            "serve",
            "--no-migrate",
            "--port",
            str(self.port),
            "--seal-every",
            "3",
        ]
        while not self._over.is_set():
            with (self.home / "server.log").open("ab") as told:
                self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
                self.starts += 1
                self._process.wait()
            self._over.wait(0.2)

    def kill(self, what: str) -> int | None:
        """End one process of a sort without warning; its id, None where there is none just now."""
        found = self.pids(what)
        for pid in found[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return pid
        return None

    def pids(self, what: str) -> list[int]:
        """Processes of this instance of a sort, the youngest first."""
        served = self._process
        if served is None or served.poll() is not None:
            return []
        if what == ALL:
            return [served.pid]
        tree = list(_below(served.pid))
        web = [pid for pid, _parent, text in tree if "domicile.site.web" in text]
        main = [pid for pid, parent, text in tree if "domicile.site.web" in text and parent == served.pid]
        jobs = [pid for pid, _parent, text in tree if "db_worker" in text]
        of = {WEB: main, WORKER: [pid for pid in web if pid not in main], JOBS: jobs}
        return sorted(of[what], reverse=True)

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """No process of the instance can make a file longer while the block runs."""
        held = [*self.pids(WEB), *self.pids(WORKER), *self.pids(JOBS)]
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in held}
        for pid, (_soft, hard) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            for pid, limits in before.items():
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def set_clock(self, seconds: float) -> None:
        """Add so much to the instance's clock from now on."""
        fresh = self.home / "clock.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.home / "clock")


def require_durable() -> None:
    """Have the throwaway cluster, which may forget the last moments, remember what it said was committed."""
    from django.db import connections

    for alias in ("default", "log"):
        with connections[alias].cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{connections[alias].settings_dict["NAME"]}" SET synchronous_commit = on')


def restart_database() -> None:
    """Restart the PostgreSQL server at once: every connection breaks, what was not committed is gone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone()
    connection.close()
    command = [
        str(binaries() / "pg_ctl"),
        "-D",
        folder,
        "-m",
        "immediate",
        "-w",
        "restart",
        "-l",
        f"{folder}/restarted",
    ]
    subprocess.run(command, user=server_user(), cwd="/", stdout=subprocess.DEVNULL, check=True)


def _below(top: int) -> Iterator[tuple[int, int, str]]:
    """The processes below one: id, parent, command line."""
    parents, texts = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                told = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(told[1])
                texts[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    level = [top]
    while level:
        level = [pid for pid, parent in parents.items() if parent in level]
        for pid in level:
            yield pid, parents[pid], texts[pid]


def wait_for(told: object, *, seconds: float, what: str) -> None:
    """Wait until a question is answered with something true. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not told():  # type: ignore[operator]
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.1)
