"""Lists and their rows, when the codes of areas or grids change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.sources.models import ListRow, Load


def move(recoding: Recoding) -> None:
    """Which area a list covers, and where its rows are worked off."""
    recoding.rewrite(Load, "scope", rights=True)
    recoding.rewrite(ListRow, "place_code")
