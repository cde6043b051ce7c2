"""What the census keeps under codes of areas and grids follows when they get other codes."""

from domicile.apps.areas import registry
from domicile.apps.areas.recoding import Recoding
from domicile.apps.census.frame import following
from domicile.apps.census.models import (
    Answer,
    Building,
    Census,
    CoverageArea,
    Division,
    Dwelling,
    Household,
    HouseholdCode,
    Recruit,
    Reinterview,
    Sheet,
    Stairwell,
    Supply,
)  # fmt: skip


def move(recoding: Recoding) -> None:
    """Rewrite the codes of the census."""
    recoding.rewrite(Census, "scope", rights=True)
    for model in (
        Building,
        Stairwell,
        Supply,
        Dwelling,
        Household,
        Answer,
        Reinterview,
        HouseholdCode,
        Sheet,
        CoverageArea,
    ):
        recoding.rewrite(model, "place_code")
    recoding.rewrite(Recruit, "near_code")
    recoding.rewrite(Division, "community")


def register_all() -> None:
    """Called once at start-up."""
    registry.register(registry.Carrier("census", move, standing=following.standing, follow=following.follow))
