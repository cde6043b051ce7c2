"""Instances to run commands on: filled once, copied for each test."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.command.running import Instance

NUMBERS = ["770101199003071236", "15412345678"]


@pytest.fixture(scope="session")
def _template() -> Path:
    """A data folder with a few rows, records of change and looks, sealed: made by the first worker that asks for it."""
    folder = Path(os.environ["DOMICILE_TEST_FOLDER"]) / "instance"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder / "home", ignore_errors=True)
            Instance(folder / "home").fill(*NUMBERS)
            (folder / "made").touch()
    return folder / "home"


@pytest.fixture
def filled(_template: Path, tmp_path: Path) -> Instance:
    """An instance on SQLite with three records of change and three looks under one seal each."""
    shutil.copytree(_template, tmp_path / "home")
    return Instance(tmp_path / "home")
