"""Calls at households and interviews held again (CE-7). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.listing.models import Household
from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified


class Call(Identified):
    """An enumerator went to a household. How it came out is told of the call, never of the people."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        PROXY = "proxy"
        NOT_HOME = "not_home"
        LATER = "later"
        REFUSED = "refused"
        GONE = "gone"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="calls", db_index=False)
    at = models.DateTimeField()
    by = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    again_on = models.DateField(null=True, blank=True)
    part_of_day = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [models.Index(fields=["household", "at"], name="calls_of_household")]


class Reinterview(Identified):
    """A supervisor asks a household of an enumerator's work again, without the form in hand.

    `items` is how many items were compared and `differing` how many of them came out otherwise; both empty until it was done.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="reinterviews", db_index=False)
    place_code = PlaceCodeField(db_index=True)
    drawn_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    items = models.PositiveSmallIntegerField(null=True, blank=True)
    differing = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household"], name="one_reinterview_of_a_household"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, items__isnull=True, differing__isnull=True)
                | Q(
                    done_on__isnull=False,
                    items__isnull=False,
                    differing__isnull=False,
                    differing__lte=models.F("items"),
                ),
                name="reinterview_done_has_its_items",
            ),
        ]
