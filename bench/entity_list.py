"""The lists of one worker's phone among a county's people, against the same rows streamed as CSV from one query.

The worker has a grid of about 400 dwellings, 1,500 people. The product answers the whole list of people to the token in the
path: scope, labels, version, hash, and the names noted in the log of looks. The baseline is one statement and a csv.writer, for
whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "entity-list"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 2.0}
REQUESTS = 60
CONNECTIONS = 4
PEOPLE = 1_500
LISTS = ("dwellings", "persons")


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result a list: p95 in ms."""
    yield from web_measure.run("entity_list", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    grid = _grid()
    cookies = web_load.sign_in(grid, "door_visit", "grid_worker")
    token = _token(grid)
    with web_load.server() as port:
        for name in LISTS:
            address = f"/v1/key/{token}/projects/1/forms/dwelling_visit/attachments/{name}.csv"
            product = [web_load.Request(address)] * REQUESTS
            baseline = [web_load.Request(f"/baseline/lists/{name}/?grid={grid}")] * REQUESTS
            pair = web_load.compare(port, cookies, product, baseline, CONNECTIONS)
            ratio = round(pair.value / pair.baseline, 2)
            yield {
                "name": NAME, "case": f"{engine} {size} {name}", "value": round(pair.value, 1),
                "baseline": round(pair.baseline, 1), "ratio": ratio, "bar": BARS["ratio"], "unit": "ms",
                "ok": ratio <= BARS["ratio"], "rss_mb": None,
            }  # fmt: skip


def _grid() -> str:
    """The grid whose count of people is nearest to a worker's usual one."""
    from django.db.models import Count

    from domicile.apps.people.models import Spell

    rows = Spell.objects.filter(end=None, kind="usual").exclude(dwelling__place_code__endswith="000")
    counted = rows.order_by().values_list("dwelling__place_code").annotate(count=Count("pk"))
    return min(counted, key=lambda row: (abs(row[1] - PEOPLE), row[0]))[0]


def _token(grid: str) -> str:
    """A phone of the worker who was just signed in."""
    from django.utils import timezone

    from domicile.apps.accounts.models import User
    from domicile.apps.collect.openrosa import tokens
    from domicile.apps.collect.openrosa.models import AppUser

    worker, text = User.objects.get(username=f"bench-{grid}"), tokens.new_token()
    AppUser.objects.create(
        worker=worker, digest=tokens.digest_of(text), role="grid_worker", scopes=grid, place_code=grid,
        made_by=worker.pk, made_at=timezone.now(),
    )  # fmt: skip
    return text


if __name__ == "__main__":
    web_measure.main(cases)
