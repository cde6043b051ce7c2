"""What was destroyed, by whom (CE-12). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.models import Identified


class Destruction(Identified):
    """Somebody asks for it, somebody else does it. `counts`: how many of each kind of record there were; `digest`: the SHA-256
    of the numbers of the forms, sorted, a line each, so that a list of them can be held against the certificate."""

    census = models.OneToOneField(Census, on_delete=models.PROTECT, related_name="destruction")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    done_by_name = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | ~Q(done_by=F("asked_by")), name="two_people_destroy_forms"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="destruction_is_done_by_somebody",
            ),
        ]


class MatchingEnd(Identified):
    """Matching of a census is over, which is not taken back: from here on no resident number is kept of it.

    `stage` and `after` say up to where what was kept before is rewritten (dropping.STAGES, the id of the last row), so that
    work that was killed goes on there; `counts`: how many rows of each stage held a number.
    """

    census = models.OneToOneField(Census, on_delete=models.PROTECT, related_name="matching_end")
    ended_at = models.DateTimeField()
    ended_by = models.UUIDField()
    ended_by_name = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    stage = models.CharField(max_length=12)
    after = models.UUIDField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="matching_ends_for_a_reason")]
