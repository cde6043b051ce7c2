"""Buildings of a synthetic street graph into areas of about forty, each within five in a hundred of the mean weight.

Two sizes, the second ten times the first, and two settings: fewest cut edges, best mean of Polsby-Popper. Beside ours stand
METIS with a simple boundary pass (as many runs with other seeds and weights as its time allows, on both processors, the best
within the bounds) and GerryChain's recursive tree (two seeds, one on each processor), each given 60 seconds on the same town.
A peer without any plan within the bounds at its time has none, and the line says so. GerryChain is no part of the product: the
first run installs requirements/partition.txt into build/partition.

`ratio` is at most 1 where ours is at least as good. Below the full size the peers get a tenth of the time.
"""

from __future__ import annotations

import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bench import partition_metis
from domicile.core.districting import Certificate, evaluate, partition
from domicile.core.synth.street_graph import StreetGraph, street_graph

NAME = "partition"
SIZE = 100_000
BARS: dict[str, float] = {
    "cut_edges_ratio": 1.0,
    "polsby_popper_ratio": 1.0,
    "seconds": 60.0,
    "time_an_atom_ratio": 1.5,
}
ATOMS = 40
SECONDS = 60.0
WORKERS = 2
SEED = 11
ROOT = Path(__file__).resolve().parent.parent


def run(size: int = SIZE, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield the quality of each setting and its time at a tenth of the size and at all of it, then how the time grows."""
    spent: dict[tuple[str, int], float] = {}
    for buildings in (max(size // 10, 10 * ATOMS), size):
        town, areas = street_graph(buildings, seed=SEED), buildings // ATOMS
        seconds = SECONDS if size >= SIZE else SECONDS / 10
        metis, tree = _metis(town, areas, seconds), _gerrychain(town, areas, seconds)
        for setting in ("cuts", "compact"):
            certificate, spent[setting, buildings], processor = _ours(town, areas, setting)
            yield _quality(setting, buildings, areas, certificate, metis, tree)
            yield {
                "name": NAME, "case": f"{setting} {buildings} buildings, {processor:.1f} s of processors",
                "value": round(spent[setting, buildings], 1), "baseline": None, "ratio": None, "bar": BARS["seconds"],
                "unit": "s", "ok": spent[setting, buildings] <= BARS["seconds"], "rss_mb": _memory(),
            }  # fmt: skip
    for setting in ("cuts", "compact"):
        (small, few), (large, many) = sorted((atoms, took) for (name, atoms), took in spent.items() if name == setting)
        value, baseline = 1000 * many / large, 1000 * few / small
        bar = BARS["time_an_atom_ratio"]
        yield {
            "name": NAME, "case": f"{setting} time an atom, {large} against {small}", "value": round(value, 3),
            "baseline": round(baseline, 3), "ratio": round(value / baseline, 2), "bar": bar, "unit": "ms",
            "ok": value / baseline <= bar, "rss_mb": _memory(),
        }  # fmt: skip


def _ours(town: StreetGraph, areas: int, setting: Any) -> tuple[Certificate, float, float]:
    """The certificate of our plan, seconds on the clock and seconds of processors."""
    land = {"borders": town.borders, "surfaces": town.surfaces, "perimeters": town.perimeters}
    begin, before = time.perf_counter(), _processor()
    plan = partition(town.people, town.edges, areas, objective=setting, seed=SEED, workers=WORKERS, **land)
    took, used = time.perf_counter() - begin, _processor() - before
    cuts, shape = partition_metis.figures(town, plan.labels, areas)
    found = evaluate(plan.labels, town.people, town.edges, areas=areas, bound=True, **land)
    if (cuts, round(shape, 9)) != (found.cut_edges, round(found.mean_polsby_popper or 0.0, 9)):
        raise AssertionError("the certificate does not say what the benchmark counts")
    return found, took, used


def _quality(
    setting: str, buildings: int, areas: int, found: Certificate, metis: dict[str, Any], tree: dict[str, Any]
) -> dict[str, Any]:
    few = setting == "cuts"
    value = found.cut_edges if few else round(found.mean_polsby_popper or 0.0, 4)
    known = [peer[setting] for peer in (metis, tree) if peer[setting] is not None]
    baseline = None if not known else (min(known) if few else round(max(known), 4))
    ratio = None if baseline is None else round(value / baseline if few else baseline / value, 4)
    bar = BARS["cut_edges_ratio" if few else "polsby_popper_ratio"]
    words = [f"{name} {_said(peer[setting])}" for name, peer in (("METIS", metis), ("GerryChain", tree))]
    more = f", no plan below {found.fewest_cut_edges}" if few else f", least {found.least_polsby_popper:.2f}"
    return {
        "name": NAME,
        "case": f"{setting} {buildings} into {areas}, {found.lightest / found.mean:.3f} to {found.heaviest / found.mean:.3f} of "
        f"the mean{more}; {', '.join(words)} ({metis['sound']} of {metis['runs']} METIS runs within the bounds)",
        "value": value, "baseline": baseline, "ratio": ratio, "bar": bar, "unit": "cut edges" if few else "Polsby-Popper",
        "ok": found.sound and (ratio is None or ratio <= bar), "rss_mb": _memory(),
    }  # fmt: skip


def _said(figure: float | None) -> str:
    return "has no plan in its time" if figure is None else f"{figure:.4g}" if figure < 1 else str(figure)


def _metis(town: StreetGraph, areas: int, seconds: float) -> dict[str, Any]:
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = [
            pool.submit(partition_metis.best, town, areas, seconds, 1 + 1_000_000 * each) for each in range(WORKERS)
        ]
        found = [each.result() for each in runs]
    cuts = [each["cuts"] for each in found if each["cuts"] is not None]
    shapes = [each["compact"] for each in found if each["compact"] is not None]
    return {
        "cuts": min(cuts, default=None), "compact": max(shapes, default=None),
        "runs": sum(each["runs"] for each in found), "sound": sum(each["sound"] for each in found),
    }  # fmt: skip


def _gerrychain(town: StreetGraph, areas: int, seconds: float) -> dict[str, Any]:
    python = _environment()
    found: dict[str, Any] = {"cuts": None, "compact": None}
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.npz"
        np.savez(graph, people=town.people, edges=town.edges)
        plans = [Path(folder) / f"plan{seed}.npy" for seed in range(WORKERS)]
        script = str(Path(__file__).with_name("partition_gerrychain.py"))
        begin = time.perf_counter()
        runs = [
            subprocess.Popen(
                [str(python), "-W", "ignore", script, str(graph), str(areas), str(seed), str(plan)],
                stdout=subprocess.DEVNULL,  # what goes wrong is seen: it counts as no plan
            )
            for seed, plan in enumerate(plans)
        ]
        for process, plan in zip(runs, plans, strict=True):
            try:
                process.wait(max(seconds - (time.perf_counter() - begin), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                continue
            if process.returncode == 0:
                labels = np.load(plan)
                certificate = evaluate(labels, town.people, town.edges, areas=areas)
                if certificate.sound:
                    cuts, shape = partition_metis.figures(town, labels, areas)
                    found["cuts"] = min(cuts, found["cuts"] or cuts)
                    found["compact"] = max(shape, found["compact"] or shape)
    return found


def _environment() -> Path:
    """The Python that has GerryChain, made at the first run."""
    environment = ROOT / "build" / "partition"
    python, done = environment / "bin" / "python", environment / "installed"
    if not done.exists():
        environment.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "partition.txt")], check=True)
        done.touch()
    return python


def _processor() -> float:
    """Seconds of processors that this process and its ended children used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _memory() -> int:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
