"""Proposals: changes that wait for review (RV-1)."""

from itertools import combinations

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField

#: The levels that an area may have its changes pass, the narrowest first: the group of grids, the offices above it.
CHAIN = ("grid", "community", "township", "county")
WAYS = [" ".join(some) for count in range(len(CHAIN) + 1) for some in combinations(CHAIN, count)]


class ReviewRule(Identified):
    """Whether changes made by a role in an area wait for review. The longest matching scope decides; none means yes.

    `levels`: which levels a change that waits passes, one after the other; '' for that of the change alone.
    """

    scope = PlaceCodeField()
    action = models.CharField(max_length=64, blank=True)
    needs_review = models.BooleanField(default=True)
    levels = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "action"], name="one_review_rule"),
            models.CheckConstraint(condition=Q(levels__in=WAYS), name="review_levels_in_order"),
            models.CheckConstraint(condition=Q(needs_review=True) | Q(levels=""), name="levels_where_it_waits"),
        ]


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
    # The lowest level that may decide now: grid, community, township or county; and those that it passes after it.
    level = models.CharField(max_length=10)
    later = models.CharField(max_length=40, blank=True, default="")
    # Each word on it makes a new version: who decides says which one was looked at.
    version = models.PositiveSmallIntegerField(default=1)
    corrected = models.BooleanField(default=False)
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
        indexes = [
            models.Index(fields=["state", "place_code"], name="proposal_queue"),
            # By age over a wide area, read in order until a page is full.
            models.Index(fields=["state", "proposed_at", "id", "place_code", "level"], name="proposal_age"),
        ]


class Decision(Identified):
    """One word on a proposal; a version of it is decided once. `change_id`: what an acceptance wrote, in the log."""

    class Verdict(models.TextChoices):
        PASSED = "passed"
        ACCEPTED = "accepted"
        RETURNED = "returned"
        SENT_AGAIN = "sent_again"
        WITHDRAWN = "withdrawn"
        UNDONE = "undone"
        TAKEN_BACK = "taken_back"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    version = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    level = models.CharField(max_length=10)
    corrected = models.BooleanField(default=False)
    by = models.UUIDField()
    by_name = models.CharField(max_length=64)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    change_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version"], name="one_decision_of_a_version"),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=["passed", "accepted", "returned", "sent_again", "withdrawn", "undone", "taken_back"]
                ),
                name="decision_verdict",
            ),
        ]


# Phones and what they sent are models of this app too.
from domicile.apps.collect.openrosa import models as openrosa_models  # noqa: E402, F401
