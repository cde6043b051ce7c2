"""Pairs of records that may be one person, and the runs that found them. Proposals: nothing here changes the register.

The records are named by plain ids. A pair keeps codes of what agrees and how much it says, and no value of anybody.
"""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.models import Identified


class Run(Identified):
    """One search for duplicates: over which areas, with which model, and what it counted."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    scopes = models.CharField(max_length=200, blank=True, help_text="prefixes of place codes, divided by blanks")
    engine = models.CharField(max_length=16)
    model = models.CharField(max_length=40, blank=True)
    day = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    started_by = models.UUIDField(null=True, blank=True)
    role = models.CharField(max_length=32, blank=True, help_text="with which it was asked for")
    purpose = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="times it was put into the queue; 0: by command")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    problem = models.CharField(max_length=8, blank=True, help_text="why it was stopped: shrank")
    answered = models.BooleanField(default=False, help_text="somebody said that the register is as small as that")
    records = models.PositiveIntegerField(default=0)
    compared = models.PositiveBigIntegerField(default=0)
    left_out = models.PositiveBigIntegerField(default=0, help_text="pairs that were too many to compare")
    found = models.PositiveIntegerField(default=0)


class Pair(Identified):
    """Two records that may be one person. `left` is the smaller id, so that a pair is there once, whoever finds it."""

    class State(models.TextChoices):
        OPEN = "open"
        MERGED = "merged"
        APART = "apart"  # somebody said that they are two: it never comes back
        GONE = "gone"  # the last search found it alike no more

    left = models.UUIDField()
    right = models.UUIDField(db_index=True)
    # The step of the cascade that found it, or `probable`.
    step = models.CharField(max_length=24)
    bits = models.FloatField(help_text="log2 of the odds that they are one")
    prior = models.FloatField(help_text="what bits begin with, before anything is compared")
    evidence = models.TextField(help_text="JSON: comparison → [code of the level, bits]")
    outcome = models.CharField(
        max_length=8, blank=True, help_text="joined, refused, tied or likely, as the engine says"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="pairs")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-bits", "id"], name="pair_state")]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="pair_in_order"),
        ]
