"""Proposals, when the codes of areas change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.gridding.models import Proposal


def move(recoding: Recoding) -> None:
    """Proposals follow their community."""
    recoding.rewrite(Proposal, "community")
