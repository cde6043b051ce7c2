"""Proposals: changes that wait for review (RV-1)."""

from django.db import models

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class ReviewRule(Identified):
    """Whether changes made by a role in an area wait for review. The longest matching scope decides; none means yes."""

    scope = PlaceCodeField()
    action = models.CharField(max_length=64, blank=True)
    needs_review = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "action"], name="one_review_rule")]


class Proposal(Identified):
    """One proposed action with its sealed arguments."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField(db_index=True)
    place_code = PlaceCodeField()
    # The lowest level that may decide: grid, community, township or county.
    level = models.CharField(max_length=10)
    # JSON of the action's arguments; sealed for the subject, since a correction may hold a number or a name.
    arguments = SealedField(subject="subject_id")
    reason = models.CharField(max_length=200, blank=True)
    # The paper that the proposer saw; it stands in the history once the change is made.
    evidence = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    proposed_by = models.UUIDField()
    proposed_by_name = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "place_code"], name="proposal_queue")]


# Phones and what they sent are models of this app too.
from domicile.apps.collect.openrosa import models as openrosa_models  # noqa: E402, F401
