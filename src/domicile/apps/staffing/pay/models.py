"""Honoraria: rates of areas, runs of a month, statements, what was paid for. Registered by staffing.models."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.staffing.months import MONTHS

KINDS = ["visit", "entry", "accepted"]


class PayRate(Identified):
    """What an area (2 to 15 digits) pays for a kind of completed work from a day on; without one the shipped rate holds."""

    scope = KeyField(max_length=15)
    kind = models.CharField(max_length=8)
    since = models.DateField()
    amount = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "since"], name="one_rate_from_a_day"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="rate_of_a_known_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="rate_takes_nothing_away"),
        ]


class PayRun(Identified):
    """The honoraria of a month ("2026-10") for the workers of a community (15 digits).

    `prepared_by` computed or adjusted it last (None: the machine); somebody else approves it. `came_from` is the community of
    which it was where that became part of another that has a run of the month already. `erased_on`: from then on only its
    sums stand, without names.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        APPROVED = "approved"
        PAID = "paid"

    place_code = PlaceCodeField()
    month = KeyField(max_length=7)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    prepared_by = models.UUIDField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    came_from = PlaceCodeField(blank=True, default="")
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place_code", "month", "came_from"], name="one_run_of_a_month"),
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(state="paid"), name="only_paid_runs_are_erased"
            ),
            models.CheckConstraint(condition=MONTHS, name="month_of_a_run"),
            models.CheckConstraint(
                condition=Q(state="draft", approved_by__isnull=True, approved_at__isnull=True, paid_on__isnull=True)
                | Q(state="approved", approved_by__isnull=False, approved_at__isnull=False, paid_on__isnull=True)
                | Q(state="paid", approved_by__isnull=False, approved_at__isnull=False, paid_on__isnull=False),
                name="run_is_approved_then_paid",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(prepared_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="run_is_approved_by_another",
            ),
        ]


class Statement(Identified):
    """What one worker is paid with a run."""

    run = models.ForeignKey(PayRun, on_delete=models.CASCADE, related_name="statements", db_index=False)
    worker = models.ForeignKey("staffing.Worker", on_delete=models.PROTECT, related_name="statements")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "worker"], name="one_statement_of_a_run")]


class PayLine(Identified):
    """So many pieces of a kind at a rate."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines", db_index=False)
    kind = models.CharField(max_length=8)
    rate = models.DecimalField(max_digits=7, decimal_places=2)
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind", "rate"], name="one_line_of_a_rate"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="line_of_a_known_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="line_takes_nothing_away"),
        ]


class PaidPiece(Identified):
    """One completed step of a task, paid once: whoever did it, whichever month is computed, however often.

    Where the rate is for a visit to a door, `visit_id` stands for the visit: its other tasks are not paid again.
    """

    line = models.ForeignKey(PayLine, on_delete=models.CASCADE, related_name="pieces")
    task_id = models.UUIDField()
    visit_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=8)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task_id", "kind"], name="never_paid_twice"),
            models.UniqueConstraint(
                fields=["visit_id", "kind"], condition=Q(visit_id__isnull=False), name="no_visit_paid_twice"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="piece_of_a_known_kind"),
        ]


class PayAdjustment(Identified):
    """More or less on a statement, for a reason in words."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="adjustments")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0) & ~Q(reason=""), name="adjustment_says_how_much_and_why"),
        ]


class PaidSum(Identified):
    """What a run paid for a kind at a rate to everybody together, or (`kind` adjusted) what its adjustments came to: what
    stands of a run whose statements were erased, their time being over."""

    run = models.ForeignKey(PayRun, on_delete=models.CASCADE, related_name="sums", db_index=False)
    kind = models.CharField(max_length=8)
    rate = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "rate"], name="one_sum_of_a_rate"),
            models.CheckConstraint(condition=Q(kind__in=[*KINDS, "adjusted"]), name="sum_of_a_known_kind"),
        ]
