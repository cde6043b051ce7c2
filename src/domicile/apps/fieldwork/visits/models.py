"""Visits, and who was confirmed at them. What each field serves: apps/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.places.models import Building, Dwelling


class Visit(Identified):
    """One visit to a dwelling, or a round of a building. A refused visit marks the visit, never a person.

    `form` is the form it was told with; `submission_id` what came from the phone, counted once.
    """

    class Outcome(models.TextChoices):
        MET = "met"
        NOT_AT_HOME = "not_at_home"
        REFUSED = "refused"
        WRONG_ADDRESS = "wrong_address"
        PATROLLED = "patrolled"

    form = models.CharField(max_length=64)
    dwelling = models.ForeignKey(Dwelling, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    building = models.ForeignKey(Building, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    place_code = PlaceCodeField(db_index=True)
    worker_id = models.UUIDField()
    visited_on = models.DateField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    notice_left = models.BooleanField(null=True)
    part_of_day = models.CharField(max_length=10, blank=True)
    what = models.CharField(max_length=200, blank=True, help_text="where and what, of a place")
    submission_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dwelling__isnull=False, building__isnull=True)
                | Q(dwelling__isnull=True, building__isnull=False),
                name="visit_of_one_place",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["met", "not_at_home", "refused", "wrong_address", "patrolled"]),
                name="visit_outcome",
            ),
        ]
        indexes = [models.Index(fields=["dwelling", "-visited_on"], name="visit_latest")]


class Confirmation(Identified):
    """Somebody on file who was confirmed to live at the dwelling."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="confirmations", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confirmations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "person"], name="one_confirmation")]


class Matter(Identified):
    """One kind of thing of a place that a round found: a blocked passage, a missing plate."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="matters", db_index=False)
    kind = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "kind"], name="one_matter_of_a_kind")]
