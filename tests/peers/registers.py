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
from tests import databases
from tests.peers.proxy import NONE, Faults, Proxy

TOP = Path(__file__).resolve().parents[2]
STARTING = 60.0
DRAINING = 120.0
STEP = 0.05
SETTINGS = "domicile.site.settings"
_SET_UP = "import django; django.setup()\n"
_LINK = """
import json, sys
from django.utils import timezone
from domicile.apps.peers import actions, cards
from domicile.apps.vault import keyring
told = json.loads(sys.stdin.readline())
keyring.make_keys()
own = actions.set_up(actor=actions.MACHINE, **told)
print(json.dumps(cards.card_of(own, timezone.now()).text()), flush=True)
for text in json.loads(sys.stdin.readline()):
    card = cards.read(text)
    actions.propose(actor=actions.MACHINE, card=card)
    actions.confirm(actor=actions.MACHINE, peer_id=card.id, fingerprint=card.fingerprint)
print("linked")
"""
_JOURNALS = """
import json, sys
from domicile.apps.peers import journals
from domicile.apps.peers.models import Peer
for name, path in json.load(sys.stdin).items():
    with open(path, "w", encoding="utf-8", newline="") as stream:
        journals.write(Peer.objects.get(name=name), stream)
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

    def __init__(self, folder: Path, *, prepared: Path | None = None, settings: str = SETTINGS) -> None:
        """`prepared` is a home that was migrated already; without it, one is made in the folder."""
        self.folder, self.prepared, self.settings = folder, prepared, settings
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
        self.lay(names, seed=seed, faults=faults, workers=workers, home_from=home_from)
        self._link_all()
        self.serve()

    def lay(
        self, names: Mapping[str, Sequence[str]], *, seed: int = 0, faults: Faults = NONE, workers: int = 1,
        home_from: Path | None = None,
    ) -> None:  # fmt: skip
        """The first part of `start`: homes and lines, nothing linked or served yet."""
        template = home_from or self.prepared or self.prepare()
        for place, (name, areas) in enumerate(names.items()):
            home = self.folder / name
            shutil.copytree(template, home)
            register = Register(name, areas, home, free_port(), ("--workers", str(workers)))
            self.registers[name] = register
            self.proxies[name] = Proxy(register.port, seed * 1_000 + place, faults)

    def serve(self) -> None:
        """The last part of `start`: serve all of them."""
        with ThreadPoolExecutor(len(self.registers)) as pool:
            list(pool.map(self.restart, self.registers))

    def prepare(self) -> Path:
        """A home with empty tables: those that the tests have made (the fixture `django_db_setup`), else made here."""
        home = self.folder / "prepared"
        home.mkdir(mode=0o700, parents=True)
        if not databases.lay(home):
            self._run(home, ["-m", "domicile.cli", "migrate"])
        return home

    def _link_all(self) -> None:
        """Give each register its name and key, and hand each the cards of all others."""
        linking = {name: self._linking(register) for name, register in self.registers.items()}
        cards = {name: self._line(process) for name, process in linking.items()}
        for name, process in linking.items():
            others = [json.loads(card) for other, card in cards.items() if other != name]
            self._tell(process, others)
        for process in linking.values():
            if self._line(process) != "linked\n":
                raise RuntimeError("a register cannot be linked")
            process.communicate()

    def _linking(self, register: Register) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", _SET_UP + _LINK], env=environment(register.home, self.settings), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        address = self.proxies[register.name].address
        self._tell(process, {"name": register.name, "address": address, "areas": list(register.areas)})
        return process

    @staticmethod
    def _tell(process: "subprocess.Popen[str]", what: object) -> None:
        if process.stdin is not None:
            process.stdin.write(json.dumps(what) + "\n")
            process.stdin.flush()

    @staticmethod
    def _line(process: "subprocess.Popen[str]") -> str:
        line = process.stdout.readline() if process.stdout is not None else ""
        if not line:
            raise RuntimeError(f"a register cannot be linked: {process.communicate()[1][-4000:]}")
        return line

    def restart(self, name: str) -> None:
        """Start a register that does not run, and wait until it answers."""
        register = self.registers[name]
        command = [sys.executable, "-m", "domicile.cli", "serve", "--port", str(register.port), "--no-migrate"]
        log = (register.home / "serve.log").open("ab")
        with log:
            register.process = subprocess.Popen(
                [*command, *register.options], env=environment(register.home, self.settings), stdin=subprocess.DEVNULL, stdout=log,
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
            env=environment(home, self.settings),
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

    def hurry(self) -> None:
        """Let no line wait after its failures: what is due is tried at once."""
        for register in self.registers.values():
            with contextlib.closing(sqlite3.connect(register.home / "register.sqlite3", timeout=30)) as connection:
                connection.execute("UPDATE peers_line SET next_at = NULL WHERE next_at IS NOT NULL")
                connection.commit()

    def drain(self, seconds: float = DRAINING, *, hurry: bool = True) -> None:
        """Wait until nothing is on its way; `hurry` lets no line wait. Raises TimeoutError, naming what is left."""
        until = time.monotonic() + seconds
        while any(self.on_the_way().values()):
            if hurry:
                self.hurry()
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

    def journals_of(self, name: str) -> dict[str, Path]:
        """Where the journals of a register lie, or will, by the register with which it spoke."""
        return {other: self.folder / f"{name}-{other}.csv" for other in self.registers if other != name}

    def compared(self) -> list[str]:
        """What `domicile exchange compare` says of the journals of each pair that disagree; they lie there already."""
        found = []
        for name in self.registers:
            for other, path in self.journals_of(name).items():
                back = self.journals_of(other)[name]
                if name < other and any(one.read_text("utf-8").count("\n") > 1 for one in (path, back)):
                    told = self.command(name, "exchange", "compare", str(path), str(back), "--json", good=(0, 1))
                    differing = {
                        what: count for what, count in json.loads(told).items() if what != "messages" and count
                    }
                    found += [f"{name} {other}: {differing}"] if differing else []
        return found

    def disagreements(self) -> list[journals.Difference]:
        """On what the journals of each pair disagree."""
        read: dict[tuple[str, str], journals.Journal] = {}
        for name in self.registers:
            paths = {other: str(path) for other, path in self.journals_of(name).items()}
            self.python(name, _JOURNALS, json.dumps(paths))
            for other, path in paths.items():
                with Path(path).open(encoding="utf-8", newline="") as stream, contextlib.suppress(journals.Empty):
                    read[name, other] = journals.read(stream)
        pairs = [(one, other) for one, other in read if one < other and (other, one) in read]
        return [found for one, other in pairs for found in journals.compare(read[one, other], read[other, one])]


def environment(home: Path, settings: str = SETTINGS) -> dict[str, str]:
    """The environment of a process that works in a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOMICILE_", "DJANGO_"))}
    own = {"DOMICILE_HOME": str(home), "DJANGO_SETTINGS_MODULE": settings, "LANG": "C.UTF-8"}
    return {**kept, **own, "PYTHONPATH": os.pathsep.join([str(TOP), str(TOP / "src")])}


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
