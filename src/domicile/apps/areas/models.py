"""Areas of five levels and the grids inside them (PL-1, PL-2)."""

from django.db import models

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Boundary(models.Model):
    """A polygon or multipolygon as GeoJSON geometry in WGS 84 degrees, with its box for fast look-up."""

    boundary = models.JSONField(null=True, blank=True)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)

    class Meta:
        abstract = True


class Area(Identified, Boundary):
    """A province, prefecture, county, township or village/community, keyed by its 12-digit statistical code.

    Valid in [valid_from, valid_to). The level follows from the code; the parent is the code with its last part zeroed.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1
        PREFECTURE = 2
        COUNTY = 3
        TOWNSHIP = 4
        VILLAGE = 5

    code = KeyField(max_length=12)
    name = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    urban_rural = models.CharField(max_length=3, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_from"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="one_open_area_of_a_code"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="area_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaChange(Identified):
    """A split, merge, rename or recode on a date, one row for each pair of old and new code."""

    class Kind(models.TextChoices):
        SPLIT = "split"
        MERGE = "merge"
        RENAME = "rename"
        RECODE = "recode"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    on = models.DateField()
    from_code = KeyField(max_length=12)
    to_code = KeyField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "from_code", "to_code", "kind"], name="one_area_change")]


class Grid(Identified, Boundary):
    """A grid of one of three tiers; small grids hold buildings. Code = 12-digit area code + 3-digit serial."""

    class Tier(models.TextChoices):
        LARGE = "large"
        MEDIUM = "medium"
        SMALL = "small"

    code = KeyField(max_length=15)
    name = models.CharField(max_length=64)
    tier = models.CharField(max_length=8, choices=Tier.choices, default=Tier.SMALL)
    special_kind = models.CharField(max_length=16, blank=True, help_text="empty for a general grid (综合网格)")
    compound_kind = models.CharField(max_length=16, blank=True)
    land_area = models.FloatField(null=True, blank=True, help_text="square metres")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="one_open_grid_of_a_code"
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="grid_code_from"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="grid_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridStaff(Identified):
    """Who leads or works a grid, as the grid table names them, in [valid_from, valid_to)."""

    class Duty(models.TextChoices):
        LEADER = "leader"
        WORKER = "worker"

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="staff")
    duty = models.CharField(max_length=8, choices=Duty.choices)
    name = models.CharField(max_length=64)
    phone = SealedField(subject="id")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)


class GridBuilding(Identified):
    """A building named in a grid's list (楼栋), as written; places ties its buildings to grids by it."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="named_buildings")
    text = models.CharField(max_length=128)
    key = KeyField(max_length=128)
