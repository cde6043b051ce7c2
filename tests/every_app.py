"""Settings with the apps of both sites, for the check of types alone: no process ever has them."""

from domicile.site.settings import *  # noqa: F403
from domicile.site.settings import INSTALLED_APPS as OF_THE_REGISTER

INSTALLED_APPS = ["domicile.apps.census", *OF_THE_REGISTER]
