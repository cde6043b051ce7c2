"""Rounds of a registration clean-up, their cases, and who signed an area off. What each field serves: apps/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.tasks.models import Task


class CleanupRound(Identified):
    """A clean-up of an area (`scope`, 6 to 15 digits) with a reference day; `owner` answers for it.

    `asked_at`: when its cases were last asked for; `made_at`: when they were last made.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    name = models.CharField(max_length=80)
    scope = PlaceCodeField(db_index=True)
    reference_on = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    owner = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=64, blank=True)
    begun_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "closed"]), name="cleanup_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | Q(state="open", closed_on__isnull=True),
                name="a_closed_cleanup_has_its_day",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_cleanup_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CleanupCase(Identified):
    """Somebody on one of the lists of a round, worked off at `place_code`.

    `subject` tells the case apart in its list: the person, the pair, or the row of an outside list. `other` is the second
    record of a pair. `evidence` holds codes of why it is here, and no value of anybody. What is not settled stays open or
    waits; GONE: the register shows that it holds no more. The database does not insist on the person, as findings do.
    """

    class State(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"  # something was said that does not settle it
        DONE = "done"
        GONE = "gone"

    round = models.ForeignKey(CleanupRound, on_delete=models.CASCADE, related_name="cases", db_index=False)
    listed = KeyField(max_length=12)
    subject = models.UUIDField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="cleanup_cases", db_constraint=False, db_index=False
    )
    other = models.UUIDField(null=True)
    place_code = PlaceCodeField()
    evidence = models.CharField(max_length=120, blank=True)
    by_hand = models.BooleanField(default=False)
    first_seen = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    outcome = KeyField(max_length=16, blank=True)
    note = models.CharField(max_length=200, blank=True)
    said_by = models.UUIDField(null=True)
    said_by_name = models.CharField(max_length=64, blank=True)
    said_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="cleanup_cases")

    class Meta:
        indexes = [
            models.Index(fields=["round", "place_code", "listed", "state"], name="cleanup_case_place"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="cleanup_case_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "listed", "subject"], name="once_on_a_list"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "waiting", "done", "gone"]), name="cleanup_case_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", outcome="") | Q(state="gone") | (Q(state__in=["waiting", "done"]) & ~Q(outcome="")),
                name="what_is_not_open_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", said_on__isnull=True) | (~Q(outcome="") & Q(said_on__isnull=False)),
                name="a_cleanup_outcome_was_said_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "gone"], closed_on__isnull=False)
                | Q(state__in=["open", "waiting"], closed_on__isnull=True),
                name="a_closed_case_has_its_day",
            ),
        ]  # fmt: skip


class CleanupSignOff(Identified):
    """Somebody else than those who worked there signed a community of a round off; how many cases there were then."""

    round = models.ForeignKey(CleanupRound, on_delete=models.CASCADE, related_name="signed", db_index=False)
    area = KeyField(max_length=12)
    signed_on = models.DateField()
    signed_by = models.UUIDField(null=True)
    signed_by_name = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    cases = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "area"], name="an_area_is_signed_off_once"),
            models.CheckConstraint(condition=Q(waiting__lte=F("cases")), name="cleanup_waiting_are_cases"),
        ]
