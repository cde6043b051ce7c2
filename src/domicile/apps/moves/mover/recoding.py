"""The places of codes and words, when the codes of areas or grids change, or buildings go to another grid."""

import uuid
from collections.abc import Sequence

from django.db.models import Q

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.moves.mover.models import MoverCode, MoverWord


def move(recoding: Recoding) -> None:
    """Where a code was given, where a word waits, and where it says that they are."""
    recoding.rewrite(MoverCode, "place_code")
    recoding.rewrite(MoverWord, "place_code")
    recoding.rewrite(MoverWord, "to_code")


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Codes and words about dwellings of buildings that go to another grid go along: four statements for a pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        for model in (MoverCode, MoverWord):
            there = Q(move__ends__dwelling__building__in=ids) | Q(person__spells__dwelling__building__in=ids)
            keys = model._default_manager.filter(there, place_code=old).values("pk")
            model._default_manager.filter(pk__in=list(keys.values_list("pk", flat=True))).update(place_code=new)
