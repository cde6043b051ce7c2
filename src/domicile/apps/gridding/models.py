"""Proposals of small grids for a community (PL-3). They hold keys of buildings and figures of grids, and name nobody."""

from django.db import models

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class Proposal(Identified):
    """A plan of the small grids of one community, beside others until one is adopted.

    `measure` says what weighs, `lines` what no grid crosses (lists of [longitude, latitude]), `asked` what else was asked for.
    `labels` says for each building (its key as 32 hexadecimal digits) the number of its grid; `worth` the certificate in figures.
    A plan that somebody changes by hand is a plan of its own, `of` the one that it came from; `moves` lists building, from and to.
    `grids` says after adoption which grid each number became, `adopted_by` the record of that change of borders.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"
        ADOPTED = "adopted"

    class Measure(models.TextChoices):
        WORKLOAD = "workload"
        HOUSEHOLDS = "households"
        PEOPLE = "people"

    community = KeyField(max_length=12)
    serial = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="changed")
    measure = models.CharField(max_length=10, choices=Measure.choices, default=Measure.WORKLOAD)
    lines = models.JSONField(default=list)
    asked = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    worth = models.JSONField(default=dict)
    grids = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    moves = models.JSONField(default=list)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    adopted_on = models.DateField(null=True, blank=True)
    adopted_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        # Communities that are merged bring their plans along: a number may then stand twice.
        indexes = [models.Index(fields=["community", "serial"], name="proposal_of_community")]
