"""`domicile serve`: answers, seals by itself, and leaves nothing running, however it is stopped."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from domicile.site import server
from domicile.site.server import Server
from tests.command.running import TOP, Instance
from tests.postgres import free_port

pytestmark = pytest.mark.slow
PATIENCE = 60.0
MORE = """
from domicile.apps.people.models import Person
from domicile.apps.audit.recording import recording
from tests.cast import sun_viewer
person = Person.objects.get()
about = {"action": "people.correct_name", "subject_kind": "person", "subject_id": person.pk}
with recording(actor=sun_viewer(), **about) as change:
    change.update(person, name="李秀瑛")
"""


class Serving:
    """A running `domicile serve` and the processes that belong to it."""

    def __init__(self, instance: Instance) -> None:
        self.port = free_port()
        self.instance = instance
        # A mark in the environment, which every process beneath inherits and keeps, also when its parent is gone.
        self.mark = f"DOMICILE_TEST_MARK={os.getpid()}-{self.port}"
        name, value = self.mark.split("=")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "domicile.cli", "serve", "--port", str(self.port), "--seal-every", "0.5"],
            env={**instance.environment, name: value},
            cwd=TOP,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def wait_until_serving(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "serving on" in line:
                return
        raise AssertionError("it ended before it served")

    def wait_until_sealed(self) -> None:
        """Until the server sealed a record that came after it started, as its own figures tell."""
        self.instance.query(MORE)
        deadline = time.monotonic() + PATIENCE
        while 'unsealed_records{log="changes"} 0.0' not in (text := self.get("/metrics")[1]):
            assert time.monotonic() < deadline, text

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.get("/healthz")[0] == 200:
                    return
            threading.Event().wait(0.1)
        raise AssertionError(self.left())

    def web(self) -> tuple[int, list[int]]:
        """The process of the web and its workers."""
        parents = {pid: int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]) for pid in self.pids()}
        for pid, parent in parents.items():
            if parent == self.process.pid and b"domicile.site.web" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid, [one for one, above in parents.items() if above == pid]
        return 0, []

    def pids(self) -> list[int]:
        """The processes that carry the mark."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with contextlib.suppress(OSError):
                    if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                        found.append(int(folder.name))
        return found

    def left(self) -> list[str]:
        """Command lines of those processes."""
        found = []
        for pid in self.pids():
            with contextlib.suppress(OSError):
                found.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found

    def left_in_the_end(self) -> list[str]:
        deadline = time.monotonic() + PATIENCE
        while self.left() and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        return self.left()


@pytest.fixture
def serving(filled: Instance) -> Iterator[Serving]:
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to see which processes are left")
    started = Serving(filled)
    try:
        started.wait_until_serving()
        yield started
    finally:
        for pid in started.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        started.process.wait()
        if started.process.stdout is not None:
            started.process.stdout.close()


def test_it_answers_and_stops_whole(serving: Serving) -> None:
    assert serving.get("/healthz") == (200, '{"status": "ok"}')
    status, text = serving.get("/metrics")
    assert status == 200
    assert 'domicile_up{database="log"} 1.0' in text
    assert serving.get("/metrics", {"X-Forwarded-For": "203.0.113.9"})[0] == 403
    assert len(serving.left()) >= 4
    serving.wait_until_sealed()
    assert f"127.0.0.1:{serving.port}" in serving.instance.run("serve", "--port", str(serving.port), code=3)
    assert "in use" in serving.instance.run("restore", __file__, "--force", code=3)

    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(timeout=PATIENCE) == 0
    assert serving.left_in_the_end() == []


def test_nothing_is_left_when_it_is_killed(serving: Serving) -> None:
    serving.process.kill()
    serving.process.wait()
    assert serving.left_in_the_end() == []


def test_nothing_is_left_when_it_is_killed_while_its_workers_hang(serving: Serving) -> None:
    for pid in serving.pids():
        if pid != serving.process.pid:
            os.kill(pid, signal.SIGSTOP)
    serving.process.kill()
    serving.process.wait()
    assert serving.left_in_the_end() == []


def test_it_serves_again_after_all_web_workers_were_killed(serving: Serving) -> None:
    first, workers = serving.web()
    assert len(workers) >= 2
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while set(workers) & set(serving.pids()):
        assert time.monotonic() < deadline
    serving.wait_until_it_answers()

    second, workers = serving.web()
    os.kill(second, signal.SIGKILL)  # the process of the web itself; its workers go with it
    while serving.web()[0] in {0, second}:
        assert time.monotonic() < deadline
        assert serving.process.poll() is None
    serving.wait_until_it_answers()
    assert not {first, second, *workers} & set(serving.pids()) - {serving.web()[0]}
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(timeout=PATIENCE) == 0
    assert serving.left_in_the_end() == []


class Ending(Server):
    """A server whose web ends at once, each time; it leaves a process behind in its group."""

    def web_command(self) -> list[str]:
        left = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); sys.exit(3)"
        return [sys.executable, "-c", left]

    @staticmethod
    def jobs_command() -> list[str]:
        return [sys.executable, "-c", "import time; time.sleep(600)"]


def in_groups(wanted: set[int]) -> list[str]:
    """Processes of these groups that do not end: who was killed a moment ago may still stand there, within the kernel."""
    until = time.monotonic() + 10
    while (found := _now_in_groups(wanted)) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def _now_in_groups(wanted: set[int]) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            name, _, rest = (folder / "stat").read_text().partition(") ")
            state, _parent, group = rest.split()[:3]
            if folder.name.isdigit() and state not in "ZX" and int(group) in wanted:
                found.append(name)
    return found


@pytest.mark.parametrize(("served", "starts"), [(False, 1), (True, 1 + server.WEB_RESTARTS)])
def test_a_web_that_ends_again_and_again_is_given_up(
    served: bool, starts: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "RESTART_AFTER", 0.0)
    monkeypatch.setattr(server, "_listens", lambda *_: served)
    groups = []
    begin = Server.start

    def start(self: Server, name: str, command: list[str]) -> None:
        begin(self, name, command)
        groups.append((name, self.children[name].pid))

    monkeypatch.setattr(Server, "start", start)
    assert Ending(port=free_port(), tell=lambda _: None).run() == 3
    assert [name for name, _pid in groups].count("web") == starts
    assert ("starting them again" in caplog.text) == served
    assert not in_groups({pid for _name, pid in groups})
