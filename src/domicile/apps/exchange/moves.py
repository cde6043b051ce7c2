"""Saved maps of columns when the codes of areas or grids change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.exchange.models import SavedMap


def move(recoding: Recoding) -> None:
    """A map shared with an area stays shared with it."""
    recoding.rewrite(SavedMap, "scope", rights=True)
