"""Search: the whole request, signed in and logged, against the same rows without scope, decryption or log.

Cases: by number, with one wrong digit, by name, by sound, by address; first page; 8 connections, and 32 printed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "search"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 1.5}
REQUESTS = 160
CONNECTIONS = (8, 32)
TODAY = dt.date(2026, 11, 1)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result a case, engine and number of connections: p95 in ms. The bar holds at 8 connections."""
    yield from web_measure.run("search", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    cookies = web_load.sign_in("770101")
    asked = {kind: _requests(terms) for kind, terms in _terms(random.Random(7)).items()}
    with web_load.server() as port:
        for connections in CONNECTIONS:
            for kind, (product, baseline) in asked.items():
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


def _terms(draw: random.Random) -> dict[str, list[str]]:
    """What is typed: of people drawn from the register, so that something is found."""
    from domicile.apps.people.models import Document, Person
    from domicile.apps.places.models import Dwelling
    from domicile.apps.vault.sealing import open_many

    ids = list(Person.objects.order_by("id").values_list("id", flat=True))
    people = list(Person.objects.filter(pk__in=draw.sample(ids, min(REQUESTS, len(ids)))))
    documents = list(Document.objects.filter(person__in=people, kind="resident_id"))
    numbers = [number for number in open_many(documents, "number").values() if len(number) == 18]
    homes = list(Dwelling.objects.order_by("id").values_list("address", flat=True))
    typed = [_typed(home) for home in draw.sample(homes, min(REQUESTS, len(homes)))]
    return {
        "number": numbers,
        "wrong digit": [_slip(number, draw) for number in numbers],
        "name": [person.name for person in people],
        "sound": [person.sound for person in people],
        "address": typed,
    }


def _typed(address: str) -> str:
    """What a clerk types for a home: street, plate, building, unit and room; in a village its name and group."""
    from domicile.core.addresses import parse

    read = parse(address).address
    place = "" if read.street or read.village else read.community or ""
    return place + read.text(areas=False)


def _slip(number: str, draw: random.Random) -> str:
    place = draw.randrange(8, 17)
    return number[:place] + str((int(number[place]) + draw.randrange(1, 10)) % 10) + number[place + 1 :]


def _requests(terms: list[str]) -> tuple[list[Any], list[Any]]:
    """The product's requests, and the baseline's for the rows that the product shows."""
    from bench.web_load import Request
    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User
    from domicile.apps.people.selectors import search

    user = User.objects.get(username="bench-770101")
    viewer = viewer_for(user, "register_maintenance", TODAY)
    product, baseline = [], []
    for term in terms:
        found = search(viewer, term, today=TODAY)
        persons = ",".join(str(person.line.id) for person in found.persons)
        dwellings = ",".join(str(dwelling.line.id) for dwelling in found.dwellings)
        form = (("persons", persons), ("dwellings", dwellings), ("more", "1" if found.more else ""))
        product.append(Request("/search/", (("q", term),)))
        baseline.append(Request("/baseline/search/", form))
    return product, baseline


if __name__ == "__main__":
    web_measure.main(cases)
