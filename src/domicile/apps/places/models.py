"""Streets, buildings and dwellings with standard addresses (PL-4, PL-5), and units (PL-7)."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q

from domicile.apps.areas.models import Grid
from domicile.apps.common.fields import DerivedKeyField, KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField
from domicile.core.addresses.order import sort_key


class InUse(models.Model):
    """In use in [in_use_from, in_use_to); an unknown beginning is empty; an end means demolished."""

    in_use_from = models.DateField(null=True, blank=True)
    in_use_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Street(Identified):
    """A street, lane, compound, village or group with a code of its own. It lies where its buildings lie.

    One that runs through several communities is one record. Codes: `core.addresses.codes`.
    """

    name = KeyField(max_length=64)
    kind = models.CharField(
        max_length=2, help_text="element type: 41 street, 42 compound, 43 court, 44 village, 34 group"
    )
    code = KeyField(max_length=16, unique=True)

    def __str__(self) -> str:
        return self.name


class Plate(Identified):
    """A number on a street (门牌号), as it was given out. Several buildings may share one."""

    street = models.ForeignKey(Street, on_delete=models.PROTECT, related_name="plates", db_index=False)
    text = models.CharField(max_length=32)
    code = KeyField(max_length=16, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["street", "text"], name="one_plate_of_a_number")]


class Building(Identified, InUse):
    """A building at a number plate. `key` is the canonical street|plate|building inside its community.

    `street`, `plate` and `name` are how it is written; `lies_on`, `number_plate` and `code` are empty until codes are
    given out (`places.numbering`).
    """

    community_code = KeyField(max_length=12)
    place_code = PlaceCodeField(db_index=True)
    grid = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings", db_index=False
    )
    street = KeyField(max_length=64, blank=True)
    plate = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=64, blank=True)
    key = KeyField(max_length=160)
    sort_key = DerivedKeyField(max_length=240)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    lies_on = models.ForeignKey(Street, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings")
    number_plate = models.ForeignKey(Plate, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings")
    code = KeyField(max_length=16, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_code", "key"], name="one_building_of_a_key"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_building_of_a_code"),
        ]
        indexes = [models.Index(fields=["street", "plate"], name="building_street")]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """With the key go its place in lists, and that of the dwellings."""
        written = None if update_fields is None else {*update_fields}
        if written is None or "key" in written:
            self.sort_key = sort_key(self.key)
            written = written and {*written, "sort_key"}
        super().save(*args, update_fields=written, **kwargs)
        if written is not None and "key" in written:
            sort_dwellings([self])


class Dwelling(Identified, InUse):
    """A dwelling: a room, a flat, a house. `key` is the canonical unit|room inside its building.

    `sort_key` puts lists in the order of streets and numbers: 9号 before 11号. It follows from the keys of both.
    """

    #: Many households come and go at one: that puts their changes in no order (common.writing).
    shared_by_many = True

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
    sort_key = DerivedKeyField(max_length=340)
    address = models.CharField(max_length=160)
    use = models.CharField(max_length=16, choices=Use.choices, default=Use.UNKNOWN)
    floor_area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="square metres")
    rooms = models.PositiveSmallIntegerField(null=True, blank=True)
    # Its place in the codes of its building: the entrance's number and its own, empty until codes are given out.
    unit_number = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "key"], name="one_dwelling_of_a_key"),
            models.UniqueConstraint(fields=["building", "number"], name="one_dwelling_of_a_number"),
        ]

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """With the address goes its place in lists."""
        written = None if update_fields is None else {*update_fields}
        if written is None or written & {"key", "building"}:
            self.sort_key = sort_key(self.building.key, self.key)
            written = written and {*written, "sort_key"}
        super().save(*args, update_fields=written, **kwargs)


def sort_dwellings(buildings: Collection[Building]) -> None:
    """Set the place in lists of all dwellings of buildings that got other keys."""
    keys = {building.pk: building.key for building in buildings}
    rows = list(Dwelling.objects.filter(building__in=keys).only("building_id", "key"))
    for row in rows:
        row.sort_key = sort_key(keys[row.building_id], row.key)
    Dwelling.objects.bulk_update(rows, ["sort_key"], batch_size=300)


class FormerAddress(Identified):
    """Another or a former address of a dwelling, as written and as key (street|plate|building|unit|room).

    `until` is empty while the other name is still in use.
    """

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="former_addresses")
    text = models.CharField(max_length=160)
    key = KeyField(max_length=200, db_index=True)
    until = models.DateField(null=True, blank=True)


class Unit(Identified, InUse):
    """A firm, shop, school or office at an address, open in [in_use_from, in_use_to).

    `kind` is a code of the list unit_kind; those within `small_place` are the nine small-place kinds. `lodged` counts
    employees who sleep on site. The address is that of the dwelling or building where one is named.
    """

    name = KeyField(max_length=120, db_index=True)
    credit_code = KeyField(max_length=18, blank=True, help_text="unified social credit code; empty: not known")
    kind = models.CharField(max_length=20)
    dwelling = models.ForeignKey(Dwelling, null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    building = models.ForeignKey(Building, null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    address = models.CharField(max_length=160)
    place_code = PlaceCodeField(db_index=True)
    responsible = models.CharField(max_length=64, blank=True, help_text="name of the responsible person")
    phone = SealedField(subject="id")
    employees = models.PositiveIntegerField(null=True, blank=True)
    lodged = models.PositiveIntegerField(null=True, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(in_use_to__isnull=True) & ~Q(credit_code=""),
                name="one_open_unit_of_a_credit_code",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(address=""), name="unit_has_name_and_address"),
            models.CheckConstraint(
                condition=Q(in_use_from__isnull=True) | Q(in_use_to__isnull=True) | Q(in_use_to__gt=F("in_use_from")),
                name="unit_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlateOrder(Identified):
    """Plates ordered together from a maker, for a community."""

    place_code = PlaceCodeField(db_index=True)
    ordered_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)


class OrderedPlate(Identified):
    """One line of an order: what stands on the plate, its code, how many, why, and how far it has come."""

    class Kind(models.TextChoices):
        STREET = "street"
        PLATE = "plate"
        BUILDING = "building"
        UNIT = "unit"
        ROOM = "room"

    class Reason(models.TextChoices):
        NEW = "new"
        MISSING = "missing"
        DAMAGED = "damaged"
        CHANGED = "changed"

    order = models.ForeignKey(PlateOrder, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=8, choices=Reason.choices, default=Reason.NEW)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="ordered_plates")
    dwelling = models.ForeignKey(
        Dwelling, null=True, blank=True, on_delete=models.PROTECT, related_name="ordered_plates"
    )
    text = models.CharField(max_length=160)
    code = KeyField(max_length=32)
    count = models.PositiveSmallIntegerField(default=1)
    delivered_on = models.DateField(null=True, blank=True)
    mounted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "order"], name="one_line_of_a_plate"),
            models.CheckConstraint(condition=Q(count__gte=1), name="plates_are_counted"),
            models.CheckConstraint(
                condition=Q(mounted_on__isnull=True) | Q(delivered_on__isnull=False, delivered_on__lte=F("mounted_on")),
                name="a_plate_is_mounted_after_delivery",
            ),
        ]
