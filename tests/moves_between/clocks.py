"""Clocks that the test sets: time passes for all registers at once, and the clock of each differs from that of the others.

The seconds to add to this machine's clock stand in a file of each home. Whatever works there under `settings` reads it
whenever it asks for the time, also when it signs and checks what goes over the wire.
"""

import datetime as dt
import os
import struct
import types
from collections.abc import Mapping
from pathlib import Path

from django.apps import AppConfig
from django.utils import timezone

FILE = "clock"
SECONDS = struct.Struct("<d")


class Clocks:
    """The clocks of some homes. `differences`: seconds that each is fast (more than 0) or slow."""

    def __init__(self, homes: Mapping[str, Path], differences: Mapping[str, float]) -> None:
        self.passed, self.homes, self.usual, self.differences = 0.0, homes, differences, dict(differences)
        self.write()

    def advance(self, seconds: float) -> None:
        """Let time pass everywhere."""
        self.passed += seconds
        self.write()

    def differ(self, name: str, seconds: float) -> None:
        """Let the clock of one register be wrong by so much from now on."""
        self.differences[name] = seconds
        self.write()

    def put_right(self, name: str) -> None:
        """Let the clock of one register differ as it did in the beginning."""
        self.differ(name, self.usual[name])

    def now(self, name: str) -> dt.datetime:
        """What the clock of a register shows."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.passed + self.differences[name])

    def write(self) -> None:
        """Set all clocks. Eight bytes in place: whoever reads them has the old ones or the new ones."""
        for name, home in self.homes.items():
            file = os.open(home / FILE, os.O_WRONLY | os.O_CREAT, 0o600)
            os.pwrite(file, SECONDS.pack(self.passed + self.differences[name]), 0)
            os.close(file)


def follow(home: Path) -> None:
    """Have this process live by the clock of a home; without one by the machine's."""
    if not (home / FILE).exists():
        return
    file, right = os.open(home / FILE, os.O_RDONLY), timezone.now

    def shift() -> dt.timedelta:
        return dt.timedelta(seconds=SECONDS.unpack(os.pread(file, SECONDS.size, 0))[0])

    class Shown(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.now(tz) + shift()

    Signing.clock = types.ModuleType("datetime")
    vars(Signing.clock).update({**vars(dt), "datetime": Shown})
    timezone.now = lambda: right() + shift()


class Signing(AppConfig):
    """Sets the clock by which signatures are made and checked, once what does so can be read."""

    name, label = "tests.moves_between", "moves_between"
    clock: types.ModuleType | None = None

    def ready(self) -> None:
        """Called when all apps are there."""
        if self.clock is not None:
            from http_message_signatures import signatures

            from domicile.apps.peers import wire

            wire.dt = signatures.datetime = self.clock
