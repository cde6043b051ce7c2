"""The data of the map's first paint, against a signed-in view of the same row and bytes without scope or log.

Both keep the answer until the register changes. A further figure, without a bar, is against a view that sends the same
bytes for ever and reads nothing.

The viewer keeps so many townships that about 254 grids are drawn, of a county of `size` people. Buildings come without
places by the import, so each is put somewhere inside its grid first.
"""

from __future__ import annotations

import gzip
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "map"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 1.5, "compressed_mb": 1.0}
GRIDS = 254
BUILDINGS = 10_000
REQUESTS = 320
CONNECTIONS = (8, 32)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield the size of the answer in MB, the time to make it anew in s, and p95 in ms at each number of connections."""
    yield from web_measure.run("map_", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    put_down()
    scopes = townships(GRIDS)
    cookies = web_load.sign_in(scopes[0])
    widen(scopes)
    body, buildings, took = made(scopes)
    named = f"{engine} {size} {grids(scopes)} grids {buildings} buildings"
    yield _case(f"{named} compressed", len(body) / 1e6, None, BARS["compressed_mb"], "MB")
    yield _case(f"{named} made anew", took, None, None, "s")
    product = [web_load.Request("/map/data/")] * REQUESTS
    with web_load.server() as port:
        for connections in CONNECTIONS:
            baseline = [web_load.Request("/baseline/map/data/")] * REQUESTS
            pair = web_load.compare(port, cookies, product, baseline, connections)
            bar = BARS["ratio"] if connections == CONNECTIONS[0] else None
            yield _case(f"{named} {connections} connections", pair.value, pair.baseline, bar, "ms")
        unread = [web_load.Request("/baseline/map/bytes/")] * REQUESTS
        pair = web_load.compare(port, cookies, product, unread, CONNECTIONS[0])
        yield _case(f"{named} {CONNECTIONS[0]} connections, nothing read", pair.value, pair.baseline, None, "ms")


def put_down() -> None:
    """Give each building a place inside the border of its grid."""
    from shapely import Point
    from shapely.geometry import shape

    from domicile.apps.areas.models import Grid
    from domicile.apps.places.models import Building

    draw = random.Random(11)
    borders = {grid.pk: shape(grid.boundary) for grid in Grid.objects.exclude(boundary=None)}
    rows = list(Building.objects.filter(longitude=None, grid__in=list(borders)))
    for row in rows:
        border = borders[row.grid_id]  # type: ignore[index]
        west, south, east, north = border.bounds
        points = ((draw.uniform(west, east), draw.uniform(south, north)) for _ in range(200))
        x, y = next((point for point in points if border.contains(Point(point))), border.centroid.coords[0])
        row.longitude, row.latitude = round(x, 6), round(y, 6)
    Building.objects.bulk_update(rows, ["longitude", "latitude"], batch_size=300)


def townships(wanted: int) -> list[str]:
    """As many townships as hold `wanted` grids, or BUILDINGS buildings, whichever comes first; the county's in order."""
    from collections import Counter

    from domicile.apps.areas.models import Grid
    from domicile.apps.places.models import Building

    held = Counter(code[:9] for code in Grid.objects.filter(valid_to=None).values_list("code", flat=True))
    standing = Counter(code[:9] for code in Building.objects.values_list("place_code", flat=True))
    chosen: list[str] = []
    for code in sorted(held):
        chosen.append(code)
        if sum(held[one] for one in chosen) >= wanted and sum(standing[one] for one in chosen) >= BUILDINGS:
            break
    return chosen


def widen(scopes: list[str]) -> None:
    """Give the user that signed in the other townships too."""
    import datetime as dt

    from domicile.apps.access.models import Grant
    from domicile.apps.accounts.models import User

    user = User.objects.get(username=f"bench-{scopes[0]}")
    for scope in scopes[1:]:
        Grant.objects.get_or_create(
            user=user, role="county_operator", scope=scope, defaults={"valid_from": dt.date(2020, 1, 1)}
        )


def viewer_of(scopes: list[str]) -> Any:
    """The viewer whom the measured requests come from."""
    from django.utils import timezone

    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User

    user = User.objects.get(username=f"bench-{scopes[0]}")
    return viewer_for(user, "register_maintenance", timezone.localdate())


def made(scopes: list[str]) -> tuple[bytes, int, float]:
    """The compressed answer, the buildings in it, and the median of the seconds that making it takes."""
    import orjson
    from django.utils import timezone

    from domicile.apps.maps import kept

    viewer, times, body = viewer_of(scopes), [], b""
    for _ in range(3):
        begin = time.perf_counter()
        body = kept.make(viewer, now=timezone.localtime()).body
        times.append(time.perf_counter() - begin)
    return body, len(orjson.loads(gzip.decompress(body))["buildings"]["id"]), statistics.median(times)


def grids(scopes: list[str]) -> int:
    """How many grids are drawn."""
    from domicile.apps.areas.models import Grid

    return sum(Grid.objects.filter(code__startswith=scope, valid_to=None).count() for scope in scopes)


def _case(case: str, value: float, baseline: float | None, bar: float | None, unit: str) -> dict[str, Any]:
    ratio = None if baseline is None else round(value / baseline, 2)
    judged = value if ratio is None else ratio
    return {
        "name": NAME,
        "case": case,
        "value": round(value, 3),
        "baseline": None if baseline is None else round(baseline, 1),
        "ratio": ratio,
        "bar": bar,
        "unit": unit,
        "ok": bar is None or judged <= bar,
        "rss_mb": None,
    }


if __name__ == "__main__":
    web_measure.main(cases)
