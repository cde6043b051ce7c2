"""The frozen error model, read from error_model.yaml."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from domicile.core.synth.lexicon import load

FILE = "error_model.yaml"


@cache
def model_hash() -> str:
    """SHA-256 of the model as it is stored."""
    return hashlib.sha256(files("domicile.core.synth").joinpath(FILE).read_bytes()).hexdigest()


def model_version() -> int:
    """The version number of the model."""
    return int(load(FILE)["version"])


def parameters(group: str, kind: str) -> dict[str, Any]:
    """All values of one kind of error."""
    found: dict[str, Any] = load(FILE)[group][kind]
    return found


def rate(group: str, kind: str) -> float:
    """The rate of one kind of error, as a share of what its `of` names."""
    return float(parameters(group, kind)["rate"])


def kinds(group: str) -> list[str]:
    """The kinds of errors in a group, in the model's order."""
    return list(load(FILE)[group])
