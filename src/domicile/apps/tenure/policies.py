"""What the state of rentals allows, apart from who asks."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Rental


def check_dwelling_change(dwelling: Dwelling, use: str, in_use_to: dt.date | None) -> None:
    """A dwelling with a rental that goes on is neither closed nor put to a use that is no letting. Raises Refused."""
    if use in Rental.LET_USES and in_use_to is None:
        return
    if Rental.objects.filter(dwelling=dwelling, ended_on=None).exists():
        raise Refused(_("A rental of this dwelling goes on: end it first."), "use")
