"""Landlords who sign the duty letters of the responsibility chain."""

import uuid

from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.registry import Party
from domicile.apps.tenure.selectors import rental_card


def landlord(viewer: Viewer, pk: uuid.UUID) -> Party:
    """The landlord of a rental, by name for who may see people. The look is recorded as that of the rental's page."""
    line = rental_card(viewer, pk, today=timezone.localdate()).line
    name = line.landlord.name if viewer.may("view_person") else ""
    return Party(name, line.rental.dwelling.address, line.rental.dwelling.place_code)
