"""The cards of a dwelling, a household and a person, against the same card without scope, decryption or log."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "card"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 1.5}
REQUESTS = 160
CONNECTIONS = (8, 32)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result a card, engine and number of connections: p95 in ms. The bar holds at 8 connections."""
    yield from web_measure.run("card", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    cookies = web_load.sign_in("770101")
    draw = random.Random(7)
    paths = {kind: _paths(kind, draw) for kind in ("dwellings", "households", "people")}
    with web_load.server() as port:
        for connections in CONNECTIONS:
            for kind, ends in paths.items():
                product = [web_load.Request(f"/{end}") for end in ends]
                baseline = [web_load.Request(f"/baseline/{end}") for end in ends]
                pair = web_load.compare(port, cookies, product, baseline, connections)
                ratio = round(pair.value / pair.baseline, 2)
                yield {
                    "name": NAME,
                    "case": f"{engine} {size} {kind} {connections} connections",
                    "value": round(pair.value, 1),
                    "baseline": round(pair.baseline, 1),
                    "ratio": ratio,
                    "bar": BARS["ratio"] if connections == CONNECTIONS[0] else None,
                    "unit": "ms",
                    "ok": connections != CONNECTIONS[0] or ratio <= BARS["ratio"],
                    "rss_mb": None,
                }


def _paths(kind: str, draw: random.Random) -> list[str]:
    from domicile.apps.people.models import Household, Person
    from domicile.apps.places.models import Dwelling

    model: Any = {"dwellings": Dwelling, "households": Household, "people": Person}[kind]
    ids = list(model.objects.order_by("id").values_list("id", flat=True))
    return [f"{kind}/{key}/" for key in draw.sample(ids, min(REQUESTS, len(ids)))]


if __name__ == "__main__":
    web_measure.main(cases)
