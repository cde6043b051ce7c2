"""Draws and checks, when the codes of areas or grids change, and when a building goes to another grid."""

import uuid
from collections.abc import Sequence

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.fieldwork.backcheck.models import BackCheck, Draw, Stratum


def move(recoding: Recoding) -> None:
    """Everything follows to the new codes; a draw over an area as its scope does."""
    recoding.rewrite(BackCheck, "place_code")
    recoding.rewrite(Stratum, "place_code")
    recoding.rewrite(Draw, "place_code", rights=True)


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Checks go with their building, as their tasks do; the strata stay as they were drawn."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        BackCheck.objects.filter(dwelling__building__in=ids, place_code=old).update(place_code=new)
