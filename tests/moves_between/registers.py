"""Registers in processes of their own, and the lines between them: what a test drives them with."""

import contextlib
import json
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.peers.registers import SETTINGS, environment


class Failed(AssertionError):
    """A command failed inside a register: its traceback."""


class Refusal(Exception):
    """A register would not do it, in its words."""


class Register:
    """One register: its process and its home."""

    def __init__(self, name: str, code: str, home: Path, settings: str = SETTINGS) -> None:
        self.name, self.code, self.home, self.settings = name, code, home, settings
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the process on its home."""
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.moves_between.inside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment(self.home, self.settings), cwd=self.home, text=True,
        )  # fmt: skip
        self._answer()

    def kill(self) -> None:
        """Kill it without a word (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def end(self) -> None:
        """Kill it for good."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout) if self._process else ():
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process = None

    @property
    def gone(self) -> bool:
        """Whether its process was killed."""
        return self._process is None or self._process.poll() is not None

    def do(self, command: str, **arguments: Any) -> Any:
        """Run a command inside. Raises Refusal, Failed."""
        if self.gone:
            self.start()
        process = self._process
        if process is None or process.stdin is None:
            raise Failed("no process")
        process.stdin.write(json.dumps([command, arguments]) + "\n")
        process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        if self._process is None or self._process.stdout is None:
            raise Failed("no process")
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise Failed(f"the register {self.name} is gone")
        answer = json.loads(line)
        if "refused" in answer:
            raise Refusal(answer["refused"])
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer["done"]


@dataclass
class Lines:
    """What carries messages between registers, and loses, doubles, delays and reorders them by a seed."""

    registers: list[Register]
    draw: random.Random
    loss: float = 0.0
    doubling: float = 0.0
    delay: float = 0.0
    killing: float = 0.0
    cut: set[str] = field(default_factory=set)
    _held: list[tuple[Register, str, list[str]]] = field(default_factory=list)

    def named(self, name: str) -> Register:
        """A register by its name."""
        return next(one for one in self.registers if one.name == name)

    def round(self) -> None:
        """Carry what waits, once, with whatever befalls it; then apply what came."""
        parcels = self._held
        self._held = []
        for sender in self.registers:
            if sender.name not in self.cut:
                parcels += [(sender, one["to"], one["contents"]) for one in sender.do("outgoing")]
        self.draw.shuffle(parcels)
        for sender, to, contents in parcels:
            if {sender.name, to} & self.cut:
                continue
            chance = self.draw.random()
            if chance < self.delay:
                self._held.append((sender, to, contents))
                continue
            self._carry(sender, to, contents)
        for one in self.registers:
            if self.draw.random() < self.killing:
                one.kill()
            one.do("apply")

    def drain(self, most: int = 60) -> None:
        """Carry everything without harm until nothing waits."""
        harm = (self.loss, self.doubling, self.delay, self.killing)
        self.loss = self.doubling = self.delay = self.killing = 0.0
        self.cut.clear()
        for _count in range(most):
            self.round()
            if not self._held and not any(one.do("outgoing") for one in self.registers):
                break
        else:
            raise Failed("the messages do not come to an end")
        self.loss, self.doubling, self.delay, self.killing = harm

    def _carry(self, sender: Register, to: str, contents: list[str]) -> None:
        receiver = self.named(to)
        if self.draw.random() < self.loss:
            return
        answers = receiver.do("incoming", sender=sender.name, contents=contents)
        if self.draw.random() < self.doubling:
            receiver.do("incoming", sender=sender.name, contents=contents)
        if self.draw.random() >= self.loss:
            sender.do("acknowledged", sender=to, answers=answers)


def start(folder: Path, places: dict[str, str], *, prepared: Path, draw: random.Random | None = None) -> Lines:
    """Registers by name and county code, linked to one another; `prepared` is a home that was migrated."""
    registers = []
    for name, code in places.items():
        shutil.copytree(prepared, folder / name)
        registers.append(Register(name, code, folder / name))
    cards = {}
    for one in registers:
        one.do("settle", name=one.name, code=one.code)
        cards[one.name] = one.do("found", name=one.name, code=one.code)
    for one in registers:
        for name, card in cards.items():
            if name != one.name:
                one.do("link", card=card)
    return Lines(registers, draw or random.Random(1))
