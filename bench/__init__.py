"""Benchmarks: one module each, measured against a baseline in the same run.

A module gives NAME, SIZE (the size at which its bar holds), BARS (what is bounded, and by how much) and
`run(size, **options)`, which yields one result a case:
{"name", "case", "value", "baseline", "ratio", "bar", "unit", "ok", "rss_mb"}.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Protocol, cast


class Benchmark(Protocol):
    """What a module of this folder gives."""

    NAME: str
    SIZE: int
    BARS: dict[str, float]

    def run(self, size: int = ..., **options: Any) -> Iterator[dict[str, Any]]: ...


def benchmarks() -> dict[str, Benchmark]:
    """Every benchmark by its name. A module without NAME is a part of others; `web_…` run in a configured process."""
    found = {}
    for entry in pkgutil.iter_modules(__path__):
        if entry.name.startswith("web_"):
            continue
        module = importlib.import_module(f"bench.{entry.name}")
        if hasattr(module, "NAME"):
            found[str(module.NAME)] = cast(Benchmark, module)
    return dict(sorted(found.items()))
