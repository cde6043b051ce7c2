"""Runs an instance: web workers, the worker of background jobs, the sealing of the logs; stops them together."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from domicile.site.lifeline import die_with

log = logging.getLogger("domicile.server")

GRACE = 10.0
SEAL_EVERY = 60.0
RESTART_AFTER = 2.0
#: The web workers, once they have served, are started again when all of them end: so many times within so many seconds.
WEB_RESTARTS = 5
WEB_WITHIN = 600.0


class PortTaken(RuntimeError):
    """Somebody else listens on the port."""


@dataclass
class Server:
    """One instance on `host`:`port`. `run()` returns when it was asked to stop, or when the web workers end for good."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    seal_every: float = SEAL_EVERY
    tell: Callable[[str], object] = print
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    restarts: list[float] = field(default_factory=list)

    def run(self) -> int:
        """Start everything, wait, stop everything. Returns 0 after a signal, else the exit code of the web workers."""
        require_free(self.host, self.port)
        stop = threading.Event()
        before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
        sealer = threading.Thread(target=self._seal, args=(stop,), name="sealing")
        try:
            self.start("web", self.web_command())
            self.start("jobs", self.jobs_command())
            sealer.start()
            self._start_lines(stop)
            return self._watch(stop)
        finally:
            stop.set()
            self.stop()
            if sealer.is_alive():
                sealer.join(timeout=GRACE)
            for number, handler in before.items():
                signal.signal(number, handler)

    def web_command(self) -> list[str]:
        options = {
            "--interface": "wsgi",
            "--host": self.host,
            "--port": str(self.port),
            "--workers": str(self.workers),
            "--blocking-threads": "1",
            "--workers-kill-timeout": "5",
            "--log-level": "warning",
        }
        flags = [part for pair in options.items() for part in pair]
        return [
            sys.executable,
            "-m",
            "domicile.site.web",
            *flags,
            "--respawn-failed-workers",
            "--no-ws",
            "domicile.site.wsgi:application",
        ]

    @staticmethod
    def jobs_command() -> list[str]:
        return [
            sys.executable,
            "-m",
            "django",
            "db_worker",
            "--queue-name",
            "*",
            "--no-reload",
            "--skip-checks",
            "-v",
            "0",
        ]

    def jobs_ended(self) -> None:
        """Set back what the worker of background jobs left half done, so that its pages say so."""
        from django.db import DatabaseError, connections

        from domicile.apps.common import upkeep

        try:
            for sentence in upkeep.recovered():
                log.warning("%s", sentence)
        except DatabaseError as problem:
            log.warning("recovery waits for the next turn: %s", type(problem).__name__)
        finally:
            connections.close_all()

    def start(self, name: str, command: list[str]) -> None:
        """Start a child in a session of its own: Ctrl-C reaches this process alone, which then stops its children."""
        environment = {"DJANGO_SETTINGS_MODULE": "domicile.site.settings", **os.environ}
        self.children[name] = subprocess.Popen(  # noqa: S603 (commands of this module)
            command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with(os.getpid())
        )

    def stop(self) -> None:
        """Ask each child to end, and end what does not within the grace, with all its processes."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            end_group(child)
        self.children.clear()

    def _watch(self, stop: threading.Event) -> int:
        """Until asked to stop: start the web workers and the worker of jobs again when they end.

        Returns when the web workers end before they ever served, or too often.
        """
        told = False
        while not stop.wait(0.2):
            if not told and _listens(self.host, self.port):
                self.tell(f"serving on http://{self.host}:{self.port}; Ctrl-C stops")
                told = True
            code = self.children["web"].poll()
            if code is not None:
                if not told or not self._again():
                    log.error("the web workers ended with exit code %s", code)
                    return code or 1
                log.warning(
                    "the web workers ended with exit code %s; starting them again (%s of %s times in %.0f minutes)",
                    code, len(self.restarts), WEB_RESTARTS, WEB_WITHIN / 60,
                )  # fmt: skip
                self._start_web_again(stop)
            if self.children["jobs"].poll() is not None:
                log.warning("the worker of background jobs ended; starting it again")
                stop.wait(RESTART_AFTER)
                if not stop.is_set():
                    self.jobs_ended()
                    self.start("jobs", self.jobs_command())
        return 0

    def _again(self) -> bool:
        """Whether the web workers may be started once more, which is then counted."""
        now = time.monotonic()
        self.restarts = [then for then in self.restarts if now - then < WEB_WITHIN]
        if len(self.restarts) >= WEB_RESTARTS:
            return False
        self.restarts.append(now)
        return True

    def _start_web_again(self, stop: threading.Event) -> None:
        """End what the old ones left behind, which would hold the port, and start new ones."""
        end_group(self.children["web"])
        stop.wait(RESTART_AFTER)
        if not stop.is_set():
            self.start("web", self.web_command())

    @staticmethod
    def _start_lines(stop: threading.Event) -> None:
        """Start what apps have done all the time. Daemons: somebody elsewhere who hangs holds up no ending."""
        from domicile.apps.common import upkeep

        for work in upkeep.lines():
            threading.Thread(target=work, args=(stop,), name="lines", daemon=True).start()

    def _seal(self, stop: threading.Event) -> None:
        """Seal the logs now and then. What fails once (a long import holds the register) is tried again."""
        from django.db import DatabaseError, connections

        from domicile.apps.common import upkeep
        from domicile.site.sealing import seal_all

        while not stop.wait(self.seal_every):
            try:
                seal_all()
                for work in upkeep.turns():
                    work()
            except DatabaseError as problem:
                log.warning("sealing waits for the next turn: %s", type(problem).__name__)
            finally:
                connections.close_all()


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End a child with all its processes: it leads their group, so that this ends what it left behind, too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def require_free(host: str, port: int) -> None:
    """Raise PortTaken when somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise PortTaken(
                f"{host}:{port} cannot be used ({problem.strerror}): choose another with --port"
            ) from problem


def _listens(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
