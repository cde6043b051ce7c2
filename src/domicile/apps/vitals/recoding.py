"""Vital events, when the codes of areas or grids change, or buildings go to another grid."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.vitals.models import OutsideBirth, VitalEvent, VitalQuestion


def move(recoding: Recoding) -> None:
    """Where events were registered, and which places are asked."""
    recoding.rewrite(VitalEvent, "code")
    recoding.rewrite(VitalQuestion, "to_code")
    recoding.rewrite(OutsideBirth, "to_code")


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """Events registered under the codes. One query."""
    found = VitalEvent.objects.filter(code__in=codes).aggregate(count=Count("pk"))
    return {"vital_events": found["count"]}


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Events at dwellings of buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        VitalEvent.objects.filter(dwelling__building__in=ids, code=old).update(code=new)
