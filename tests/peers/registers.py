"""Registers in processes of their own, linked to one another through lines that fail.

with Registers(tmp_path) as registers:
    registers.start({"anhe": ["770101"], "linxi": ["770102"]}, seed=1, faults=BAD)
    registers.python("anhe", "...")          # Python in the home of a register, Django set up; what it prints
    registers.command("anhe", "peers", "note", "linxi", "text")
    registers.proxies["linxi"].cut()         # nothing reaches linxi
    registers.kill("linxi"); registers.restart("linxi")
    registers.drain()                        # waits until nothing is on its way
    registers.disagreements()                # [] where all journals agree
"""

import contextlib
import csv
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from domicile.core.messages import journals
from domicile.site.databases import FILES
from tests import databases
from tests.peers.proxy import NONE, Faults, Proxy

STARTING = 60.0
DRAINING = 120.0
STEP = 0.05
_SET_UP = "import django; django.setup()\n"
_OWN = """
import json, sys
from django.utils import timezone
from domicile.apps.peers import actions, cards
from domicile.apps.vault import keyring
told = json.load(sys.stdin)
keyring.make_keys()
own = actions.set_up(actor=actions.MACHINE, name=told["name"], address=told["address"], areas=told["areas"])
print(cards.card_of(own, timezone.now()).text())
"""
_LINK = """
import json, sys
from domicile.apps.peers import actions, cards
for text in json.load(sys.stdin):
    peer = actions.propose(actor=actions.MACHINE, card=cards.read(text))
    actions.confirm(actor=actions.MACHINE, peer_id=peer.pk)
"""


@dataclass
class Register:
    """One register: where its data stands, where it listens, and its process while it runs."""

    name: str
    areas: Sequence[str]
    home: Path
    port: int
    options: Sequence[str] = ()
    process: "subprocess.Popen[bytes] | None" = None
    environment: dict[str, str] = field(default_factory=dict)


class Registers:
    """Some registers and the lines between them; ends all of them when it is left."""

    def __init__(self, folder: Path, *, prepared: Path | None = None) -> None:
        """`prepared` is a home that was migrated already; without it, one is made in the folder."""
        self.folder, self.prepared = folder, prepared
        self.registers: dict[str, Register] = {}
        self.proxies: dict[str, Proxy] = {}

    def __enter__(self) -> "Registers":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # --- starting and ending ------------------------------------------------------------------------------------------

    def start(
        self, names: Mapping[str, Sequence[str]], *, seed: int = 0, faults: Faults = NONE, workers: int = 1,
        home_from: Path | None = None,
    ) -> None:  # fmt: skip
        """Start a register for each name over its areas, and link each to all others through a line with these faults.

        `home_from` is a home with data of its own (the same for all); else an empty one.
        """
        template = home_from or self.prepared or self._prepare()
        for place, (name, areas) in enumerate(names.items()):
            home = self.folder / name
            shutil.copytree(template, home)
            register = Register(name, areas, home, free_port(), ("--workers", str(workers)))
            self.registers[name] = register
            self.proxies[name] = Proxy(register.port, seed * 1_000 + place, faults)
        with ThreadPoolExecutor(len(names)) as pool:
            cards = dict(zip(names, pool.map(self._own, names), strict=True))
            list(pool.map(lambda name: self._link(name, [cards[other] for other in names if other != name]), names))
            list(pool.map(self.restart, names))

    def _prepare(self) -> Path:
        """A home with empty tables: those that the tests have made (the fixture `django_db_setup`), else made here."""
        home = self.folder / "prepared"
        home.mkdir(mode=0o700, parents=True)
        kept = databases.FOLDER / f"sqlite-{databases.digest(databases.deciding())}"
        if kept.is_dir():
            for alias, file in FILES.items():
                shutil.copyfile(kept / alias, home / file)
        else:
            self._run(home, ["-m", "domicile.cli", "migrate"])
        return home

    def _own(self, name: str) -> str:
        register = self.registers[name]
        told = {"name": name, "address": self.proxies[name].address, "areas": list(register.areas)}
        return self.python(name, _OWN, json.dumps(told))

    def _link(self, name: str, cards: Sequence[str]) -> None:
        self.python(name, _LINK, json.dumps(cards))

    def restart(self, name: str) -> None:
        """Start a register that does not run, and wait until it answers."""
        register = self.registers[name]
        command = [sys.executable, "-m", "domicile.cli", "serve", "--port", str(register.port), "--no-migrate"]
        log = (register.home / "serve.log").open("ab")
        with log:
            register.process = subprocess.Popen(
                [*command, *register.options], env=environment(register.home), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + STARTING
        while not answers(register.port):
            if register.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{name} does not start: {(register.home / 'serve.log').read_text()[-2000:]}")
            time.sleep(STEP)

    def kill(self, name: str) -> None:
        """End a register at once, as a power cut would; its own children end with it."""
        process = self.registers[name].process
        if process is None:
            return
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.registers[name].process = None
        until = time.monotonic() + STARTING
        while answers(self.registers[name].port) and time.monotonic() < until:
            time.sleep(STEP)

    def close(self) -> None:
        """End everything."""
        for name in self.registers:
            with contextlib.suppress(OSError):
                self.kill(name)
        for proxy in self.proxies.values():
            proxy.close()

    # --- working in a register ----------------------------------------------------------------------------------------

    def python(self, name: str, code: str, given: str = "") -> str:
        """Run Python in the home of a register, beside its server or without; gives what it prints. `given` is its input."""
        return self._run(self.registers[name].home, ["-c", _SET_UP + code], given)

    def command(self, name: str, *arguments: str, good: Sequence[int] = (0,)) -> str:
        """Run `domicile` in the home of a register; gives what it prints."""
        return self._run(self.registers[name].home, ["-m", "domicile.cli", *arguments], good=good)

    def _run(self, home: Path, arguments: Sequence[str], given: str = "", good: Sequence[int] = (0,)) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment(home),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in good:
            raise RuntimeError(
                f"{arguments[:4]} in {home.name}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
        return done.stdout

    @contextlib.contextmanager
    def database(self, name: str) -> Iterator[sqlite3.Connection]:
        """The register's database, to be read."""
        path = self.registers[name].home / "register.sqlite3"
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
        try:
            yield connection
        finally:
            connection.close()

    # --- what came of it ----------------------------------------------------------------------------------------------

    def on_the_way(self) -> dict[str, int]:
        """Messages that wait to be sent or applied, by register."""
        found = {}
        for name in self.registers:
            with self.database(name) as connection:
                found[name] = sum(
                    connection.execute(f"SELECT count(*) FROM {table} WHERE state = 'waiting'").fetchone()[0]
                    for table in ("peers_outmessage", "peers_inmessage")
                )
        return found

    def drain(self, seconds: float = DRAINING) -> None:
        """Wait until nothing is on its way. Raises TimeoutError, naming what is left."""
        until = time.monotonic() + seconds
        while any(self.on_the_way().values()):
            if time.monotonic() > until:
                raise TimeoutError(f"on the way after {seconds:.0f} s: {self.on_the_way()}")
            time.sleep(STEP)

    def set_aside(self) -> list[tuple[str, str, str, str]]:
        """(register, kind, problem, words) of messages that were refused or set aside."""
        found = []
        for name in self.registers:
            with self.database(name) as connection:
                for table, state in (("peers_outmessage", "refused"), ("peers_inmessage", "aside")):
                    rows = connection.execute(f"SELECT kind, problem, words FROM {table} WHERE state = '{state}'")
                    found += [(name, *row) for row in rows]
        return found

    def disagreements(self) -> list[journals.Difference]:
        """On what the journals of each pair disagree."""
        found: list[journals.Difference] = []
        names = sorted(self.registers)
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                read = []
                for here, there in ((one, other), (other, one)):
                    path = self.folder / f"{here}-{there}.csv"
                    self.command(here, "peers", "journal", there, str(path))
                    with path.open(encoding="utf-8", newline="") as stream:
                        if len(list(csv.reader(stream))) > 1:
                            stream.seek(0)
                            read.append(journals.read(stream))
                found += list(journals.compare(*read)) if len(read) > 1 else []
        return found


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works in a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOMICILE_", "DJANGO_"))}
    return {**kept, "DOMICILE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "domicile.site.settings", "LANG": "C.UTF-8"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a register on a port is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
