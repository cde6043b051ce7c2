"""The product's settings under a clock that can be set: seconds to add stand in a file of the data folder."""

import datetime as dt

from django.utils import timezone

from domicile.site.settings import *  # noqa: F403
from domicile.site.settings import HOME

CLOCK = HOME / "clock"
_right = timezone.now


def _shown() -> dt.datetime:
    try:
        return _right() + dt.timedelta(seconds=float(CLOCK.read_text()))
    except (OSError, ValueError):
        return _right()


timezone.now = _shown
