"""Buildings of the frame (CE-2). They come from a file that somebody carried; nothing here knows the register."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified

HAS_BOTH = Q(longitude__isnull=True, latitude__isnull=True) | Q(longitude__isnull=False, latitude__isnull=False)


class Building(Identified):
    """A building of the frame, under the number that its file gives it.

    `place_code` is its enumeration area (a grid of this site), or its census area followed by 000 until that is divided.
    Of a building whose stairwells lie in several areas it is that of most people.
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
            models.CheckConstraint(condition=HAS_BOTH, name="building_has_both_coordinates"),
        ]
        indexes = [models.Index(fields=["census", "place_code"], name="building_of_area")]

    def __str__(self) -> str:
        return self.address


class Stairwell(Identified):
    """An entrance of a building with its own stairs: where a building is too large for one area, its stairwells are divided."""

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="stairwells", db_index=False)
    place_code = PlaceCodeField(db_index=True)
    name = KeyField(max_length=32)
    dwellings = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="one_stairwell_of_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="stairwell_has_a_name"),
            models.CheckConstraint(condition=HAS_BOTH, name="stairwell_has_both_coordinates"),
        ]


class Way(Identified):
    """Two buildings that are neighbours, and how many metres lie between them (None: not said). `one` has the smaller number."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="ways", db_index=False)
    one = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="+")
    metres = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_way_between_two_buildings"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="way_leads_to_another_building"),
        ]
        indexes = [models.Index(fields=["census"], name="ways_of_census")]


class Line(Identified):
    """A street along which buildings are neighbours, or a line that no area crosses. `points`: longitude and latitude in turn."""

    class Kind(models.TextChoices):
        STREET = "street"
        BARRIER = "barrier"

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="lines", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = KeyField(max_length=64)
    points = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "kind", "name"], name="one_line_of_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="line_has_a_name"),
        ]


class FrameFile(Identified):
    """A file of the frame on its way in: read, shown, then loaded as a whole or not at all.

    `content` is what was read of it, packed, until it is loaded or thrown away. `digest` is of that content: the same again
    changes nothing. `report` holds counts and findings.
    """

    class State(models.TextChoices):
        READ = "read"
        LOADING = "loading"
        LOADED = "loaded"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"
        DISCARDED = "discarded"

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="files")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READ)
    content = models.BinaryField(default=b"")
    report = models.JSONField(default=dict)
    uploaded_by = models.UUIDField(null=True)
    uploaded_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True, blank=True)


class Division(Identified):
    """A plan of the enumeration areas of one census area, beside others until one is adopted.

    `labels` says for each atom (the key of a building or of a stairwell, as 32 hexadecimal digits) the number of its area;
    `wanted` what was asked for; `worth` the certificate in figures. A plan that somebody changes by hand is a plan of its own, `of`
    the one that it came from; `moves` lists atom, from and to. `grids` says after adoption which grid each number became.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"
        ADOPTED = "adopted"

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="divisions", db_index=False)
    community = KeyField(max_length=12)
    serial = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="changed")
    wanted = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    worth = models.JSONField(default=dict)
    grids = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    moves = models.JSONField(default=list)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "community", "serial"], name="one_division_of_a_serial"),
        ]
