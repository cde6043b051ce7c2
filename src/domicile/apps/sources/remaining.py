"""Who stands in the register alone once a row of a list is decided: those who were held for it and are not meant."""

import uuid
from collections.abc import Collection

import polars as pl

from domicile.apps.sources import marks, register
from domicile.apps.sources.actions.comparing import month_of
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.registry import source


def left_alone(row: ListRow, people: Collection[uuid.UUID | None]) -> list[ListRow]:
    """Rows of the pile "only in the register" of those among `people` whom the list should name and no other row may mean.

    Not stored yet. A fixed number of queries.
    """
    load, kind = row.load, source(row.load.source)
    free = {one.hex for one in people if one is not None} - _held(row)
    if not free:
        return []
    frame = register.frame_for(
        kind, load.scope, load.begin, load.end, register.pool(load.scope, [uuid.UUID(one) for one in free])
    )
    expected = frame.filter(pl.col("expected") & pl.col("person").is_in(sorted(free)))
    found = [
        ListRow(
            load=load, mark=marks.of_person(load.source, one["event"] or one["person"]), pile=ListRow.Pile.HERE,
            person=uuid.UUID(one["person"]), event=uuid.UUID(one["event"]) if one["event"] else None,
            place_code=one["place_code"], month=month_of(kind, load, one["day"]),
        )
        for one in expected.select("person", "event", "place_code", "day").to_dicts()
    ]  # fmt: skip
    there = ListRow.objects.filter(load=load, mark__in=[one.mark for one in found])
    known = {bytes(mark) for mark in there.values_list("mark", flat=True)}
    return [one for one in found if bytes(one.mark) not in known]


def _held(row: ListRow) -> set[str]:
    """The people whom other rows of the list mean, or may mean."""
    others = ListRow.objects.filter(load=row.load_id).exclude(pk=row.pk)
    sure = {one.hex for one in others.filter(person__isnull=False).values_list("person", flat=True) if one}
    asked = others.filter(sure=False, outcome="").values_list("candidates", flat=True)
    return sure | {one["person"] for some in asked for one in some if one.get("why") == "maybe"}
