"""A township split in two: the statements are as many for 50,000 people as for a small place, and nobody is lost.

The baseline is the count of statements for a small township of the same county.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

from bench import web_measure

NAME = "recode"
SIZE = 50_000
SMALL = 2_000
BARS: dict[str, float] = {"statements": 1.0}
TODAY = dt.date(2026, 11, 1)
BEFORE = dt.date(2026, 10, 1)
EARLIER = dt.date(2020, 1, 1)


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result an engine: statements for a township of `size` people, half of whose communities go."""
    for name in [engine] if engine else web_measure.ENGINES:
        small, large = (web_measure.in_fresh("recode", name, count) for count in (min(SMALL, size), size))
        ratio = large["statements"] / small["statements"]
        yield {
            "name": NAME, "case": f"{name} {large['people']} people, {large['moved']} of them moved", "value": large["statements"],
            "baseline": small["statements"], "ratio": round(ratio, 2), "bar": BARS["statements"], "unit": "statements",
            "ok": ratio <= BARS["statements"], "rss_mb": None, "seconds": large["seconds"],
            "small_seconds": small["seconds"], "small_people": small["people"],
        }  # fmt: skip


def child(size: int) -> None:
    """Fill a register, gather it in one township, split that; print statements, seconds, people and how many moved."""
    import json

    from bench.web_measure import prepare

    prepare(size)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from domicile.apps.areas import actions
    from domicile.apps.areas.models import Area
    from domicile.apps.common.viewer import Viewer
    from domicile.apps.people.models import Person

    viewer = Viewer(None, "bench", "county_operator", ("77",), "register_maintenance", frozenset({"manage_areas"}))
    first, *others = Area.objects.filter(level=Area.Level.TOWNSHIP, valid_to=None).order_by("code")
    for other in others:  # one township holds everybody
        actions.merge_area(actor=viewer, area_id=other.pk, into_id=first.pk, on=BEFORE, today=TODAY)
    prefix = first.code[:9]
    Area.objects.create(code=f"{prefix}999", name="空社区", level=Area.Level.VILLAGE, valid_from=EARLIER)
    below = Area.objects.filter(code__startswith=prefix, level=Area.Level.VILLAGE, valid_to=None).order_by("code")
    parts = [row.pk for row in below][: max(1, below.count() // 2)]
    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        outcome = actions.split_area(
            actor=viewer,
            area_id=first.pk,
            on=TODAY,
            code=f"{prefix[:6]}099000",
            name="新街道",
            parts=parts,
            today=TODAY,
        )
    seconds = round(time.perf_counter() - begin, 2)
    moved = next(count for kind, count, _after in outcome.tally if kind == "residents")
    people = Person.objects.count()
    print(json.dumps({"statements": len(captured), "seconds": seconds, "people": people, "moved": moved}))
