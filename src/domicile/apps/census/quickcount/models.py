"""Main figures of a census as they were counted (CE-8). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models

from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class QuickCount(Identified):
    """One run. `open` is how many listed households had no form that counts then."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="quick_counts")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    forms = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)


class QuickFigure(models.Model):
    """The figures of a census area (12 digits): `counts` by column (quickcount/reckoning.py), without sex and age."""

    count = models.ForeignKey(QuickCount, on_delete=models.CASCADE, related_name="figures", db_index=False)
    area_code = KeyField(max_length=12)
    counts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "area_code"], name="one_figure_of_an_area")]


class QuickAges(models.Model):
    """Residents of a township (9 digits), or of a census within one, by sex (not known, male, female) and age group, in one row.

    Not finer than any page shows: of a census area a single person of an age could be told.
    """

    count = models.ForeignKey(QuickCount, on_delete=models.CASCADE, related_name="ages", db_index=False)
    area_code = KeyField(max_length=12)
    by_age = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "area_code"], name="one_row_of_ages_of_an_area")]


class OutsideTotal(models.Model):
    """What another source says of an area (any level: 2 to 12 digits), brought in a file: people, and perhaps households."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="outside_totals", db_index=False)
    source = models.CharField(max_length=40)
    area_code = KeyField(max_length=12)
    people = models.PositiveIntegerField()
    households = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "source", "area_code"], name="one_total_of_a_source_and_area"),
            models.CheckConstraint(condition=~models.Q(source=""), name="total_has_a_source"),
        ]
