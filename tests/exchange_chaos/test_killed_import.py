"""A process that commits an import is killed (SIGKILL) at 50 seeded moments: the register holds all of it, or nothing."""

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import Model

from domicile.apps.exchange import batches
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.conftest import PEOPLE, TODAY, dump, loaded, operator
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.core.synth import make_county, write_tenure
from domicile.core.synth.official import write_official

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "log"])]
POINTS = 50
ROOT = Path(__file__).resolve().parents[2]


class Committers:
    """Processes that commit, one at a time, each its own."""

    def __init__(self) -> None:
        names = [str(connections[alias].settings_dict["NAME"]) for alias in ("default", "log")]
        # The folders that this process works in: a worker of a parallel run may have settled on other ones than it was given.
        folders = {"DOMICILE_HOME": str(settings.HOME), "DOMICILE_KEYS": str(settings.KEYS)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.exchange_chaos.committer", *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, bufsize=1, cwd=ROOT, env={**os.environ, **folders, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        )  # fmt: skip

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, batch: Batch) -> int:
        """Begin a commit; its pid once it has begun."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{batch.pk}\n")
        first, second = self.line(), self.line()
        assert {first, second} >= {"begun"}, (first, second)
        return int(first if second == "begun" else second)

    def wait(self, seconds: float) -> None:
        """Let it work for so long, or until it says that it is done."""
        assert self.process.stdout is not None
        select.select([self.process.stdout], [], [], seconds)

    def ended(self) -> list[str]:
        """What it still said until it ended."""
        words = [self.line()]
        while words[-1] not in ("ended", ""):
            words.append(self.line())
        return words

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chaos")
    write_official(make_county(300, 11, TODAY), folder, clean=True)
    write_tenure(make_county(300, 11, TODAY), folder, clean=True)
    return folder


@pytest.fixture
def committers(transactional_db: None) -> Iterator[Committers]:
    made = Committers()
    yield made
    made.close()


def checked(sheets: Path, name: str) -> Batch:
    batch = batches.upload(operator(), f"{name}.csv", sheets / f"{name}.csv")
    return batches.check(batch, today=TODAY)


@pytest.mark.parametrize(("name", "model", "points"), [(PEOPLE, Person, POINTS), ("房屋信息表", Dwelling, POINTS // 2)])
def test_all_or_nothing_at_every_point(
    sheets: Path, committers: Committers, name: str, model: type[Model], points: int
) -> None:
    loaded(sheets / "区划代码表.csv", "a.csv")
    loaded(sheets / "网格信息表.csv", "b.csv")
    nothing, batch = dump(), checked(sheets, name)
    rows = batch.report["rows"]
    length = _whole_run(committers, batch)
    batches.undo(operator(), batch)
    assert dump() == nothing
    batch, outcomes = checked(sheets, name), []
    for seed in range(points):
        moment = random.Random(seed).uniform(0.0, 1.1) * length
        _kill(committers, batch, moment)
        _settled(batch)
        outcomes.append((seed, round(moment, 4), batch.state))
        if batch.state == Batch.State.COMMITTED:
            assert model._default_manager.count() == rows, outcomes[-1]
            batches.undo(operator(), batch)
            batch = checked(sheets, name)
        else:
            assert batch.state == Batch.State.CHECKED, outcomes[-1]
        assert dump() == nothing, outcomes[-1]
    print("seed, moment of SIGKILL in s, state found:", *outcomes, sep="\n  ")
    assert Batch.State.CHECKED in {state for _, _, state in outcomes}
    batches.commit(operator(), batch)
    assert model._default_manager.count() == rows


def _whole_run(committers: Committers, batch: Batch) -> float:
    """Seconds from the beginning of a commit to its end, in a process left alone."""
    committers.start(batch)
    begin = time.perf_counter()
    committers.wait(120)
    length = time.perf_counter() - begin
    assert "done" in committers.ended()
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED
    return length


def _kill(committers: Committers, batch: Batch, moment: float) -> None:
    process = committers.start(batch)
    committers.wait(moment)
    with contextlib.suppress(ProcessLookupError):  # it was done before its moment came
        os.kill(process, signal.SIGKILL)
    committers.ended()


def _settled(batch: Batch) -> None:
    """What the next start of the product does; a server may take a moment to notice that its client is gone."""
    until = time.monotonic() + 20
    while True:
        batches.recover()
        batch.refresh_from_db()
        if batch.state != Batch.State.COMMITTING or time.monotonic() > until:
            return
