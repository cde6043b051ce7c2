"""What the responsibility chain asks about rentals: landlords who sign duty letters, and the doors of tasks."""

import uuid
from collections.abc import Collection

from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.registry import Party
from domicile.apps.tenure.models import Rental
from domicile.apps.tenure.selectors import rental_card


def landlord(viewer: Viewer, pk: uuid.UUID) -> Party:
    """The landlord of a rental, by name for who may see people. The look is recorded as that of the rental's page."""
    line = rental_card(viewer, pk, today=timezone.localdate()).line
    name = line.landlord.name if viewer.may("view_person") else ""
    return Party(name, line.rental.dwelling.address, line.rental.dwelling.place_code)


def doors(rentals: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The dwellings of rentals. One query; nothing about people."""
    return dict(Rental.objects.filter(pk__in=rentals).values_list("pk", "dwelling_id"))
