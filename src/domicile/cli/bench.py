"""domicile bench."""

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, json_option, report


@click.command(name="bench")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "only_list", is_flag=True, help="Name the benchmarks with their bars.")
@click.option("--all", "every", is_flag=True, help="Run all of them.")
@click.option(
    "--size", type=click.IntRange(min=1), help="How many people; without it, the size at which the bars hold."
)
@click.option("--engine", help="Only this engine or database: sqlite, postgresql, …")
@json_option
def command(
    names: tuple[str, ...], only_list: bool, every: bool, size: int | None, engine: str | None, as_json: bool
) -> int:
    """Measure against a baseline in the same run. Exit code 1 when a bar does not hold."""
    known = find()
    if only_list:
        for name, module in known.items():
            bars = ", ".join(f"{what} {bound:g}" for what, bound in module.BARS.items())
            report(
                {"name": name, "size": module.SIZE, "bars": module.BARS},
                as_json,
                [f"{name:20} {module.SIZE:>9,}  {bars}"],
            )
        return 0
    wanted = list(known) if every else list(names)
    if not wanted:
        raise click.UsageError("name a benchmark, or use --all; --list names them")
    for name in wanted:
        if name not in known:
            raise click.BadParameter(f"{name}: there are {', '.join(known)}", param_hint="NAME")
    options = {"engine": engine} if engine else {}
    held = True
    for name in wanted:
        for result in known[name].run(size or known[name].SIZE, **options):
            report(result, as_json, [sentence(result)])
            held = held and bool(result.get("ok", True))
    return 0 if held else FOUND


def sentence(result: dict[str, Any]) -> str:
    """One line of text for a result."""
    parts = [f"{result['name']} {result['case']}: {result['value']} {result['unit']}"]
    if result.get("baseline") is not None:
        parts.append(f"baseline {result['baseline']}")
    if result.get("ratio") is not None:
        parts.append(f"ratio {result['ratio']}")
    return ", ".join([*parts, f"bar {result.get('bar')}", "ok" if result.get("ok", True) else "TOO SLOW"])


def find() -> dict[str, Any]:
    """The benchmarks of the source checkout that this package runs from. Raises Unable without one."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench" / "__init__.py").is_file():
        raise Unable("the benchmarks stand in the source checkout, folder bench: run domicile from there")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    found: dict[str, Any] = importlib.import_module("bench").benchmarks()
    return found
