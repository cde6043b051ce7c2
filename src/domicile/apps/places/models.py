"""Streets, buildings and dwellings with standard addresses (PL-4, PL-5)."""

from django.db import models

from domicile.apps.areas.models import Grid
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class InUse(models.Model):
    """In use in [in_use_from, in_use_to); an unknown beginning is empty; an end means demolished."""

    in_use_from = models.DateField(null=True, blank=True)
    in_use_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Building(Identified, InUse):
    """A building at a number plate. `key` is the canonical street|plate|building inside its community."""

    community_code = KeyField(max_length=12)
    place_code = PlaceCodeField(db_index=True)
    grid = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings", db_index=False
    )
    street = KeyField(max_length=64, blank=True)
    plate = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=64, blank=True)
    key = KeyField(max_length=160)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community_code", "key"], name="one_building_of_a_key")]
        indexes = [models.Index(fields=["street", "plate"], name="building_street")]


class Dwelling(Identified, InUse):
    """A dwelling: a room, a flat, a house. `key` is the canonical unit|room inside its building."""

    class Use(models.TextChoices):
        OWNER_OCCUPIED = "owner_occupied"
        LET = "let"
        VACANT = "vacant"
        COMMERCIAL = "commercial"
        COLLECTIVE = "collective"
        WORK_SHED = "work_shed"
        OTHER = "other"
        UNKNOWN = "unknown"

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="dwellings", db_index=False)
    place_code = PlaceCodeField(db_index=True)
    unit = models.CharField(max_length=32, blank=True)
    room = models.CharField(max_length=32, blank=True)
    key = KeyField(max_length=64, blank=True)
    address = models.CharField(max_length=160)
    use = models.CharField(max_length=16, choices=Use.choices, default=Use.UNKNOWN)
    floor_area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="square metres")
    rooms = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "key"], name="one_dwelling_of_a_key")]

    def __str__(self) -> str:
        return self.address


class FormerAddress(Identified):
    """An alias or former address of a dwelling, as written and as key (community code + | + address key)."""

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="former_addresses")
    text = models.CharField(max_length=160)
    key = KeyField(max_length=200, db_index=True)
    until = models.DateField(null=True, blank=True)
