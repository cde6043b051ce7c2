"""The draw of the sample for the long form (CE-5). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.models import Identified


class SampleDraw(Identified):
    """One draw. At most one holds for a census; one that was drawn anew is kept with the reason and the day.

    Anybody draws it again with `seed`, `interval`, `strata` and the frame in its order (sample/drawing.py); `frame` is the
    SHA-256 of that frame as it was (one line a household), so that another frame shows.
    """

    class Strata(models.TextChoices):
        """In which parts a start is drawn for itself."""

        WHOLE = "whole"
        TOWNSHIP = "township"
        COMMUNITY = "community"

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="draws", db_index=False)
    seed = models.BigIntegerField()
    interval = models.PositiveSmallIntegerField()
    strata = models.CharField(max_length=9, choices=Strata.choices)
    frame = models.CharField(max_length=64)
    households = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census"], condition=Q(ended_at=None), name="one_draw_holds_for_a_census"),
            models.CheckConstraint(condition=Q(interval__gte=1), name="draw_has_an_interval"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, why_ended="") | (Q(ended_at__isnull=False) & ~Q(why_ended="")),
                name="draw_ends_for_a_reason",
            ),
        ]


class SampleUnit(models.Model):
    """A household of the frame of a draw, at its place in the order (from 0), and whether it was drawn."""

    draw = models.ForeignKey(SampleDraw, on_delete=models.CASCADE, related_name="units", db_index=False)
    position = models.PositiveIntegerField()
    household = models.ForeignKey("census.Household", on_delete=models.PROTECT, related_name="+")
    drawn = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "position"], name="one_household_at_a_place_of_a_draw")]
