"""What is to be done at a door by when, how it came out, and how far long work is. What each field serves:
apps/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class Level(models.TextChoices):
    """Who has a task before them: the grid's worker, or an office above."""

    GRID = "grid"
    COMMUNITY = "community"
    TOWNSHIP = "township"
    COUNTY = "county"


class Task(Identified):
    """Something to do about a subject (a dwelling, a building, a rental …, never a person) by a day.

    `occurrence` tells the times apart that a rule asks for the same thing (the period, the contract's end): a rule that
    runs twice makes nothing twice. `rule` and the start of its `edition` are empty for tasks made by hand. `stop_id` is
    what one walks to (a building), `walk` its address key, by which a street's doors stand together. `worker` is the id
    of the account that the task is given to; empty: whoever works the area. `raised_on`: when it last went a level up.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        CANCELLED = "cancelled"

    class Outcome(models.TextChoices):
        DONE = "done"
        NOT_AT_HOME = "not_at_home"  # of a try: the task stays open
        REFUSED = "refused"
        WRONG_ADDRESS = "wrong_address"
        SETTLED = "settled"  # the register shows that nothing is left to do

    kind = KeyField(max_length=32)
    rule = KeyField(max_length=32, blank=True)
    edition = models.DateField(null=True, blank=True)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    occurrence = KeyField(max_length=64)
    place_code = PlaceCodeField()
    stop_id = models.UUIDField(null=True, blank=True)
    walk = KeyField(max_length=240, blank=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=13, choices=Outcome.choices, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_on = models.DateField(null=True, blank=True)
    next_try_part = models.CharField(max_length=16, blank=True)
    level = models.CharField(max_length=9, choices=Level.choices, default=Level.GRID)
    raised_on = models.DateField(null=True, blank=True)
    worker = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind", "occurrence"], name="one_task_of_an_occurrence"),
            models.CheckConstraint(condition=Q(due_on__gte=F("opened_on")), name="task_is_due_after_it_opens"),
            models.CheckConstraint(
                condition=(
                    Q(state="open", outcome="", closed_on__isnull=True)
                    | (Q(state="done", closed_on__isnull=False) & ~Q(outcome="") & ~Q(outcome="not_at_home"))
                    | Q(state="cancelled", outcome="", closed_on__isnull=False)
                ),
                name="task_has_an_outcome_once_done",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="task_level_is_known"),
            models.CheckConstraint(condition=~Q(subject_kind="person"), name="no_task_is_about_a_person"),
            models.CheckConstraint(
                condition=Q(next_try_on__isnull=True) | Q(state="open"), name="only_open_tasks_are_tried_again"
            ),
        ]
        indexes = [
            models.Index(fields=["place_code", "due_on"], condition=Q(state="open"), name="task_open"),
            models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="task_closed"),
            models.Index(fields=["worker"], condition=Q(worker__isnull=False, state="open"), name="task_worker"),
        ]


class Try(Identified):
    """One time that somebody went: when, in which part of the day (empty: not known), what came of it, which account.

    `source` is the record of field work that says so (a visit); it says it once of a task.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="attempts")
    on = models.DateField()
    part = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=13, choices=Task.Outcome.choices)
    by = models.UUIDField(null=True)
    source = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "task"], condition=Q(source__isnull=False), name="one_try_of_a_record"
            ),
        ]


class Run(Identified):
    """What one run of a rule made: the proof that it ran, or why it could not (`problem`).

    `scope` is empty where it ran for everything. `settled` tasks were closed because the register needs them no more.
    """

    rule = KeyField(max_length=32)
    edition = models.DateField(null=True)
    scope = KeyField(max_length=15, blank=True)
    day = models.DateField()
    at = models.DateTimeField()
    made = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["rule", "at"], name="run_latest")]


class CalendarDay(models.Model):
    """A day off beside the weekends, or a weekend day that is worked, of a year that an operator loaded."""

    class Kind(models.TextChoices):
        OFF = "off"
        WORK = "work"

    day = models.DateField(primary_key=True)
    kind = models.CharField(max_length=4, choices=Kind.choices)


class Progress(models.Model):
    """How far a job is. Lives in the log database. `job_id` is the id of what is worked on (an import batch)."""

    job_id = models.UUIDField(primary_key=True)
    stage = models.CharField(max_length=32)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
