"""Months that were assessed, what they were measured by, objections and corrections. Registered by staffing.models."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.staffing.months import MONTHS


class AssessedMonth(Identified):
    """A month ("2026-10") of the workers of a community (15 digits). Closed, its figures stand still.

    `told_on`: when it was first computed; from then on each worker sees the own figures, the office some days later.
    `came_from` is the community of which it was where that became part of another that has the month already. `erased_on`: from
    then on the figures are gone.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    place_code = PlaceCodeField()
    month = KeyField(max_length=7)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    told_on = models.DateField()
    computed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.UUIDField(null=True, blank=True)
    reopened_for = models.CharField(max_length=200, blank=True)
    came_from = PlaceCodeField(blank=True, default="")
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place_code", "month", "came_from"], name="one_assessment_of_a_month"),
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(state="closed"), name="only_closed_months_are_erased"
            ),
            models.CheckConstraint(condition=MONTHS, name="assessed_month"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="assessment_says_when_it_was_closed",
            ),
        ]


class Figure(Identified):
    """The month of one worker: the score, or none where nothing was measured."""

    month = models.ForeignKey(AssessedMonth, on_delete=models.PROTECT, related_name="figures", db_index=False)
    worker = models.ForeignKey("staffing.Worker", on_delete=models.PROTECT, related_name="figures")
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "worker"], name="one_figure_of_a_month"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="score_of_hundred"
            ),
        ]


class Measured(Identified):
    """One measure of a figure as it was measured: `part` of `whole`. A correction stands beside it, not in its place."""

    figure = models.ForeignKey(Figure, on_delete=models.CASCADE, related_name="measured", db_index=False)
    measure = models.CharField(max_length=32)
    part = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["figure", "measure"], name="measured_once"),
            models.CheckConstraint(condition=Q(part__lte=F("whole")), name="measured_part_of_whole"),
        ]


class Miss(Identified):
    """A task or a filled form that a measure lacks: one of the 2 that were late."""

    measured = models.ForeignKey(Measured, on_delete=models.CASCADE, related_name="misses", db_index=False)
    about = models.CharField(max_length=8)
    about_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measured", "about_id"], name="missed_once"),
            models.CheckConstraint(condition=Q(about__in=["task", "form"]), name="missed_task_or_form"),
        ]


class Objection(Identified):
    """What a worker says against the own figures, and what the office answered."""

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="objections")
    words = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="objection_is_answered_with_words",
            ),
            models.UniqueConstraint(
                fields=["figure"], condition=Q(answered_at__isnull=True), name="one_open_objection"
            ),
        ]


class Correction(Identified):
    """What counts instead of what was measured, and why."""

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="corrections", db_index=False)
    measure = models.CharField(max_length=32)
    part = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["figure", "measure"], name="one_correction_of_a_measure"),
            models.CheckConstraint(condition=Q(part__lte=F("whole")), name="corrected_part_of_whole"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
        ]
