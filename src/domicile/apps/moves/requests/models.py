"""Requests and what was told. Registered with the app by moves.models."""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.vault.fields import SealedField


class OutsideRequest(Identified):
    """A question about one named person, from `from_code` (the asker's area) to `to_code`, an area outside it.

    `person` is whom the area asked took it to be, and known there alone. `outcome` says how it ended; to the asker all but
    `told` read alike. `good_until` is the last day on which the asker can read what was told.
    """

    class State(models.TextChoices):
        TO_SEND = "to_send"  # the area asked is in another register, which has not got it yet
        WAITING = "waiting"
        ENDED = "ended"

    class Outcome(models.TextChoices):
        TOLD = "told"
        NOT_FOUND = "not_found"
        DECLINED = "declined"
        LAPSED = "lapsed"

    class Thought(models.TextChoices):
        REGISTERED = "registered"
        LIVING = "living"

    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=64)
    asked_role = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    from_code = PlaceCodeField()
    to_code = PlaceCodeField()
    thought = models.CharField(max_length=10, choices=Thought.choices)
    purpose = models.CharField(max_length=16)
    reason = SealedField(subject="id")
    name = SealedField(subject="id")
    number = SealedField(subject="id")
    birth_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=64, blank=True)
    good_until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "asked_at"], name="outside_asked_by"),
            models.Index(fields=["to_code"], name="outside_waits", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="ended", ended_at__isnull=False, outcome__in=["told", "not_found", "declined", "lapsed"]
                )
                | Q(state__in=["to_send", "waiting"], ended_at__isnull=True, outcome=""),
                name="outside_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="told") | Q(good_until__isnull=False), name="what_is_told_can_be_read_until"
            ),
            models.CheckConstraint(
                condition=Q(name__isnull=False, reason__isnull=False), name="outside_names_a_person_and_why"
            ),
        ]


class OutsideParticular(Identified):
    """One thing that was told: `key` of the rule's list, with the value as it was then."""

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="told", db_index=False)
    key = models.CharField(max_length=20)
    value = SealedField(subject="request_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "key"], name="once_told_in_a_request")]
