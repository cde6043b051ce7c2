"""The ends of moves, when the codes of areas or grids change, or buildings go to another grid."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.moves.models import MoveEnd


def move(recoding: Recoding) -> None:
    """Which area an end is, and where it says that they go."""
    recoding.rewrite(MoveEnd, "code")
    recoding.rewrite(MoveEnd, "to_code")


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """Ends of moves under the codes. One query."""
    found = MoveEnd.objects.filter(code__in=codes).aggregate(count=Count("pk"))
    return {"move_ends": found["count"]}


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Ends at dwellings of buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        MoveEnd.objects.filter(dwelling__building__in=ids, code=old).update(code=new)
        MoveEnd.objects.filter(dwelling__building__in=ids, to_code=old).update(to_code=new)
