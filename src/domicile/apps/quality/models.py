"""Findings of the rules, and the runs that made them. What each field serves: apps/stored_fields.yaml.

A finding is what a rule says of a record; it follows from the register and the rules. What people say of it (that it is
right as it is, and why) is kept with it, whether it is there or not.
"""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Household, Person
from domicile.apps.places.models import Dwelling
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff

__all__ = ["CleanupCase", "CleanupRound", "CleanupSignOff", "RuleCount", "RuleFinding", "RuleRun"]


class RuleRun(Identified):
    """One run of all rules over the whole register, on a day. Its state is WAITING until the machine takes it up."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    day = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="rule_run_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="rule_run_state_is_known"
            ),
        ]


class RuleCount(Identified):
    """What one rule came to in a run: of so many records some fail, and some lack what the rule needs."""

    run = models.ForeignKey(RuleRun, on_delete=models.CASCADE, related_name="counts")
    rule = KeyField(max_length=8)
    asked = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    undecided = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "rule"], name="one_count_of_a_rule")]


class RuleFinding(Identified):
    """A record that fails a rule, from `first_seen` on, last on `last_seen`.

    `record` is the kind of record, `subject` its id. The card on which it is shown: of a person, a household, a dwelling. A
    row that is gone from the register takes its findings along; the database does not insist, since a run works on a copy.
    """

    class State(models.TextChoices):
        OPEN = "open"
        EXPLAINED = "explained"  # right as it is; `reason` says why
        SOLVED = "solved"  # no longer so; the reason stays, in case it comes back

    rule = KeyField(max_length=8)
    record = models.CharField(max_length=16)
    subject = models.UUIDField()
    place_code = PlaceCodeField(blank=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="findings", db_constraint=False, db_index=False
    )
    household = models.ForeignKey(
        Household, null=True, on_delete=models.CASCADE, related_name="findings", db_constraint=False, db_index=False
    )
    dwelling = models.ForeignKey(
        Dwelling, null=True, on_delete=models.CASCADE, related_name="findings", db_constraint=False, db_index=False
    )
    first_seen = models.DateField()
    last_seen = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    solved_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    explained_on = models.DateField(null=True)
    explained_by = models.UUIDField(null=True)
    explained_by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "state", "rule"], name="rule_finding_place"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="rule_finding_person"),
            models.Index(fields=["household"], condition=Q(household__isnull=False), name="rule_finding_household"),
            models.Index(fields=["dwelling"], condition=Q(dwelling__isnull=False), name="rule_finding_dwelling"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], name="one_finding_of_a_rule"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "explained", "solved"]), name="finding_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(reason=""), name="an_explained_finding_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state="solved", solved_on__isnull=False) | (~Q(state="solved") & Q(solved_on__isnull=True)),
                name="a_solved_finding_has_its_day",
            ),
            models.CheckConstraint(condition=Q(last_seen__gte=models.F("first_seen")), name="finding_seen_in_order"),
        ]
