"""A census and what it runs by (CE-1). What each field serves: apps/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class Census(Identified):
    """One count of one area at one moment. A pilot is a census of its own: nothing of it is counted in another.

    `scope` is the code of its area without trailing zeros (a county: six digits). Who lives there is asked as of
    `reference_at`, the reference moment (标准时点).
    """

    code = KeyField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    scope = KeyField(max_length=12, db_index=True)
    reference_at = models.DateTimeField()
    pilot = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(scope=""), name="census_has_code_name_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Phase(Identified):
    """A part of the work, in [begins_on, ends_on). Phases may overlap: coding begins while the last forms come in."""

    class Kind(models.TextChoices):
        PREPARE = "prepare"
        LIST = "list"
        ENUMERATE = "enumerate"
        CHECK = "check"
        QUICK_COUNT = "quick_count"
        COVERAGE = "coverage"
        CODE = "code"
        EDIT = "edit"
        TABULATE = "tabulate"
        PUBLISH = "publish"

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="phases", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    begins_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "kind"], name="one_phase_of_a_kind"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("begins_on")), name="phase_ends_after_it_begins"),
        ]


class Ruling(Identified):
    """What the census office answered to a question of the field, by number: the same case is treated alike everywhere."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="rulings", db_index=False)
    number = models.PositiveIntegerField()
    asked = models.TextField()
    answered = models.TextField()
    ruled_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["census", "number"], name="one_ruling_of_a_number")]


class Supply(Identified):
    """Things handed out to an area (`count` above 0) or given back (below 0): forms, bags, badges, phones."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="supplies")
    place_code = PlaceCodeField(db_index=True)
    what = models.CharField(max_length=32)
    count = models.IntegerField()
    moved_on = models.DateField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(count=0), name="supply_is_some_of_something"),
        ]


class Need(Identified):
    """How many of a thing each enumeration area needs (`per_area`), by which the ledger of supplies tells what is lacking."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="needs", db_index=False)
    what = KeyField(max_length=32)
    per_area = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "what"], name="one_need_of_a_thing"),
            models.CheckConstraint(condition=~Q(what="") & Q(per_area__gt=0), name="need_is_some_of_something"),
        ]
