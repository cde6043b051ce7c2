"""Buildings of the frame (CE-2). They come from a file that somebody carried; nothing here knows the register."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class Building(Identified):
    """A building of the frame, under the number that its file gives it.

    `place_code` is its enumeration area (a grid of this site), or its census area followed by 000 until that is divided.
    `dwellings` and `expected` (people) are what the file says to expect, not what was found.
    """

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="buildings", db_index=False)
    place_code = PlaceCodeField()
    number = KeyField(max_length=32)
    address = models.CharField(max_length=200)
    dwellings = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "number"], name="one_building_of_a_number"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(address=""), name="building_has_number_and_address"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="building_has_both_coordinates",
            ),
        ]
        indexes = [models.Index(fields=["census", "place_code"], name="building_of_area")]

    def __str__(self) -> str:
        return self.address
