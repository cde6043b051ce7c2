"""Findings, when the codes of areas or grids change, or buildings go to another grid."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.quality.models import RuleFinding


def move(recoding: Recoding) -> None:
    """Where findings lie."""
    recoding.rewrite(RuleFinding, "place_code")


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """Findings under the codes. One query."""
    return {"findings": RuleFinding.objects.filter(place_code__in=codes).count()}


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Findings about dwellings of buildings that go to another grid, and about households in them, go along.

    Two statements for each pair of grids.
    """
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        for card in ("dwelling__building__in", "household__dwelling__building__in"):
            RuleFinding.objects.filter(**{card: ids}, place_code=old).update(place_code=new)
