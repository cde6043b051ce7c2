"""Settings with the apps of both sites, for the check of types alone: no process ever has them."""

from domicile.apps.census.apps import CensusConfig
from domicile.site.settings import *  # noqa: F403
from domicile.site.settings import INSTALLED_APPS as OF_THE_REGISTER


class CensusTypes(CensusConfig):
    """The census without its start-up: what it tells the engines of would meet what the register tells them of."""

    def ready(self) -> None:
        """Nothing."""


INSTALLED_APPS = ["tests.every_app.CensusTypes", *OF_THE_REGISTER]
