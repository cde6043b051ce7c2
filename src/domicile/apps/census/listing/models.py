"""Dwellings and households as they were listed (CE-4). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.answers.models import Envelope
from domicile.apps.census.frame.models import Building
from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Dwelling(Identified):
    """A door of a building, lived in or not. `place_code` is the enumeration area of its building."""

    class Use(models.TextChoices):
        LIVED_IN = "lived_in"
        EMPTY = "empty"
        SECOND = "second"
        OTHER = "other"
        UNKNOWN = "unknown"

    class Channel(models.TextChoices):
        """By which road the people there are counted."""

        ORDINARY = "ordinary"
        BARRACKS = "barracks"
        DETENTION = "detention"
        SCHOOL = "school"
        SITE = "site"
        LODGING = "lodging"
        NO_HOME = "no_home"

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="listed", db_index=False)
    place_code = PlaceCodeField(db_index=True)
    number = KeyField(max_length=32)
    use = models.CharField(max_length=8, choices=Use.choices)
    channel = models.CharField(max_length=9, choices=Channel.choices, default=Channel.ORDINARY)
    listed_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "number"], name="one_dwelling_of_a_number"),
            models.CheckConstraint(condition=~Q(number=""), name="dwelling_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Household(Identified):
    """Who is to be asked together, behind one door; `serial` counts the households of a dwelling from 1.

    The head's name and a phone are collected afresh at the door and sealed. `form` is the one to be filled in: with a
    drawn sample the long form, and then `weight` is how many households this one stands for. One that moved away,
    was listed twice or was never there keeps its row with `ended_on` and `ended`: nothing listed is lost.
    """

    class Form(models.TextChoices):
        SHORT = "short"
        LONG = "long"

    class Absence(models.TextChoices):
        """Who will be away at the reference moment."""

        NONE = "none"
        SOME = "some"
        ALL = "all"

    class Ended(models.TextChoices):
        MOVED = "moved"
        TWICE = "twice"
        MISTAKE = "mistake"

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="households", db_index=False)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="households", db_index=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_code = PlaceCodeField()
    serial = models.PositiveSmallIntegerField()
    head_name = SealedField(subject="envelope_id")
    phone = SealedField(subject="envelope_id")
    expected = models.PositiveIntegerField(default=0)
    absence = models.CharField(max_length=4, choices=Absence.choices, default=Absence.NONE)
    back_on = models.DateField(null=True, blank=True)
    form = models.CharField(max_length=5, choices=Form.choices, default=Form.SHORT)
    weight = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="split")
    listed_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended = models.CharField(max_length=8, choices=Ended.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dwelling", "serial"], name="one_household_of_a_serial"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="households_are_counted_from_one"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended="") | (Q(ended_on__isnull=False) & ~Q(ended="")),
                name="household_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(form="short", weight__isnull=True) | Q(form="long", weight__gte=1),
                name="household_of_the_sample_has_a_weight",
            ),
        ]
        indexes = [models.Index(fields=["census", "place_code"], name="households_of_area")]
