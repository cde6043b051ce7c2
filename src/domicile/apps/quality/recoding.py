"""Findings, when the codes of areas or grids change, or buildings go to another grid."""

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
    """Findings about dwellings of buildings that go to another grid, and about households in them, go along."""
    for row in moved:
        for card in ("dwelling__building", "household__dwelling__building"):
            keys = RuleFinding.objects.filter(**{card: row.id}, place_code=row.old).values_list("pk", flat=True)
            RuleFinding.objects.filter(pk__in=list(keys)).update(place_code=row.new)
