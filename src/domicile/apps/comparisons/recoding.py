"""The places that comparisons are about, when the codes of areas change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.comparisons.models import ComparedPlace


def move(recoding: Recoding) -> None:
    """Each place by its new code; what was told to the other register stays as it was told."""
    recoding.rewrite(ComparedPlace, "code")
