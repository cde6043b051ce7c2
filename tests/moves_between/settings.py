"""The product's settings under a clock that the test sets."""

from domicile.site.settings import *  # noqa: F403
from domicile.site.settings import HOME, INSTALLED_APPS
from tests.moves_between import clocks

INSTALLED_APPS = [*INSTALLED_APPS, "tests.moves_between.clocks.Signing"]
clocks.follow(HOME)
