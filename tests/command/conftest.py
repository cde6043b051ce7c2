"""Instances to run commands on: filled once, copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.command.running import Instance

NUMBERS = ["770101199003071236", "15412345678"]


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few rows, records of change and looks, sealed."""
    instance = Instance(tmp_path_factory.mktemp("instance") / "home")
    instance.fill(*NUMBERS)
    return instance.home


@pytest.fixture
def filled(_template: Path, tmp_path: Path) -> Instance:
    """An instance on SQLite with three records of change and three looks under one seal each."""
    shutil.copytree(_template, tmp_path / "home")
    return Instance(tmp_path / "home")
