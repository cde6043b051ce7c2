"""Two counties of the demonstration side by side: each a register of its own, linked to the other."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click

from domicile.cli.running import Unable

WORDS = {
    "en": {
        "making": "Making {name} in {home}",
        "linked": "The two registers are linked. Sign in to each at its own address:",
        "try": 'Declare a move in one, register the arrival in the other: the guide, "Moves between two counties".',
    },
    "zh": {
        "making": "正在生成{name}，数据在 {home}",
        "linked": "两个登记系统已互联，请分别登录：",
        "try": "在一个县申报流出，在另一个县登记到达：见使用手册“两县之间的流动”。",
    },
}


@dataclass(frozen=True)
class County:
    """One of the two."""

    name: str
    code: str
    folder: str
    host: str  # cookies know no ports: two names of this machine keep two sign-ins apart
    place: int


COUNTIES = (County("安禾县", "770101", "anhe", "127.0.0.1", 0), County("云溪县", "770102", "yunxi", "localhost", 1))


def run(people: int, seed: int, port: int, *, serve: bool, zh: bool, days_ahead: int = 0) -> int:
    """Make both where they are not made yet, link them, and serve them until Ctrl-C; the exit code."""
    top, words = _top(), WORDS["zh" if zh else "en"]
    for county in COUNTIES:
        home = top / county.folder
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        click.echo(words["making"].format(name=county.name, home=home))
        options = [
            "--people",
            str(people),
            "--seed",
            str(seed + county.place),
            "--no-serve",
            "--lang",
            "zh" if zh else "en",
        ]
        _domicile(home, "demo", *options, *(["--county", county.code] if county.place else []))
    _link(top, port)
    click.echo(words["linked"])
    for county in COUNTIES:
        click.echo(f"  {county.name}  http://{county.host}:{port + county.place}")
    click.echo(words["try"])
    return _serve(top, port, days_ahead) if serve else 0


def _top() -> Path:
    """The folder that holds both homes."""
    told = os.environ.get("DOMICILE_HOME")
    return Path(told).absolute() if told else Path.cwd() / "data-two"


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DOMICILE_KEYS", "DOMICILE_DATABASE"}}
    return {**kept, "DOMICILE_HOME": str(home)}


def _domicile(home: Path, *arguments: str, quiet: bool = False) -> str:
    """Run a command in a home. Raises Unable when it fails."""
    done = subprocess.run(  # noqa: S603 (this program itself)
        [sys.executable, "-m", "domicile.cli", *arguments], env=_environment(home), text=True, check=False,
        stdout=subprocess.PIPE if quiet else None,
    )  # fmt: skip
    if done.returncode:
        raise Unable(f"domicile {arguments[0]} did not work in {home}: see what it said above")
    return done.stdout or ""


def _link(top: Path, port: int) -> None:
    """Give each its name, hand each the card of the other, and let it count."""
    cards = {}
    for county in COUNTIES:
        home, address = top / county.folder, f"http://{county.host}:{port + county.place}"
        _domicile(home, "peers", "own", "--name", county.name, "--address", address, "--area", county.code, quiet=True)
        cards[county.code] = _domicile(home, "peers", "card", quiet=True)
    for county in COUNTIES:
        home, other = top / county.folder, next(card for code, card in cards.items() if code != county.code)
        file = home / "neighbour.json"
        file.write_text(other, encoding="utf-8")
        _domicile(home, "peers", "add", str(file), "--fingerprint", json.loads(other)["fingerprint"], quiet=True)


def _serve(top: Path, port: int, days_ahead: int) -> int:
    """Serve both until one ends or a signal comes; then end the other."""
    from domicile.site.demo_clock import VARIABLE

    running = [
        subprocess.Popen(  # noqa: S603 (this program itself)
            [sys.executable, "-m", "domicile.cli", "serve", "--host", "127.0.0.1", "--port", str(port + county.place)],
            env={**_environment(top / county.folder), **({VARIABLE: str(days_ahead)} if days_ahead else {})},
        )
        for county in COUNTIES
    ]
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.send_signal(signal.SIGINT)
        codes = [process.wait() for process in running]
    return max(codes)
