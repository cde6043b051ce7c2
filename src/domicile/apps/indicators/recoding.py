"""The figures, when the codes of areas change: those of areas that are put together stand beside each other and add up."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.indicators.models import Measure, Published


def move(recoding: Recoding) -> None:
    """Figures follow their areas."""
    recoding.rewrite(Measure, "community")
    recoding.rewrite(Published, "code", rights=True)
