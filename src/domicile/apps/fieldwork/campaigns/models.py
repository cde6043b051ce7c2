"""Campaigns, their frozen frames, what was on file at the moment, intentions, figures. What each field serves:
apps/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.models import Task
from domicile.apps.vault.fields import SealedField


class Campaign(Identified):
    """A dated round of checks over an area (`scope`, 9 to 15 digits) at 0:00 of `reference_on`, worked in [starts_on, ends_on].

    `seed` draws order and parts of the frame (drawing.py); `digest` is the SHA-256 of seed, moment and frame. A campaign
    that is taken back or cancelled was so before anything had been collected.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        FROZEN = "frozen"
        RUNNING = "running"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    name = models.CharField(max_length=80)
    scope = PlaceCodeField(db_index=True)
    reference_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    parts = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    seed = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.UUIDField(null=True, blank=True, help_text="the account that signed it off")
    closed_by_name = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "frozen", "running", "closed", "cancelled"]), name="campaign_state"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("reference_on"), ends_on__gte=F("starts_on")),
                name="campaign_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | (~Q(seed="") & ~Q(digest="")),
                name="campaign_has_a_frame",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="campaign_is_signed_off_once_closed",
            ),
            models.CheckConstraint(condition=Q(parts__gte=1) & ~Q(name=""), name="campaign_has_name_and_parts"),
        ]

    def __str__(self) -> str:
        return self.name


class Door(Identified):
    """A dwelling of the frame: its number in the drawn order, its part, and its task once tasks are given out.

    `place_code` follows the dwelling when grids change. `found` says more of a door that was done: nobody lives there
    (vacant), it is gone (demolished), or none of those on file lives there (others).
    """

    class Found(models.TextChoices):
        VACANT = "vacant"
        DEMOLISHED = "demolished"
        OTHERS = "others"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="doors", db_index=False)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="campaign_doors")
    place_code = PlaceCodeField()
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=1)
    task = models.OneToOneField(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaign_door")
    found = models.CharField(max_length=10, choices=Found.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "dwelling"], name="one_door_of_a_campaign"),
            models.UniqueConstraint(fields=["campaign", "number"], name="one_number_of_a_campaign"),
            models.CheckConstraint(condition=Q(found__in=["", "vacant", "demolished", "others"]), name="door_found"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(part__gte=1), name="door_is_counted"),
        ]
        indexes = [models.Index(fields=["campaign", "place_code"], name="door_place")]


class OnFile(models.Model):
    """Somebody who usually lived at the door by the register when the frame was frozen."""

    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="on_file", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="campaigns")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["door", "person"], name="on_file_once")]


class Intention(Identified):
    """What somebody said before the moment, of their own will, about after the holiday; and what was told after it.

    `destination` is an area in words, sealed. Gone once the campaign is signed off; its counts stay.
    """

    class Plan(models.TextChoices):
        STAY = "stay"
        BACK = "back"  # to where they worked before
        ELSEWHERE = "elsewhere"
        OPEN = "open"

    class Kept(models.TextChoices):
        AS_SAID = "as_said"
        OTHERWISE = "otherwise"
        UNKNOWN = "unknown"

    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="intentions", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="intentions")
    plan = models.CharField(max_length=9, choices=Plan.choices)
    destination = SealedField()
    asked_on = models.DateField()
    kept = models.CharField(max_length=9, choices=Kept.choices, blank=True)
    kept_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "person"], name="one_intention"),
            models.CheckConstraint(condition=Q(plan__in=["stay", "back", "elsewhere", "open"]), name="intention_plan"),
            models.CheckConstraint(
                condition=Q(kept="", kept_on__isnull=True)
                | Q(kept__in=["as_said", "otherwise", "unknown"], kept_on__isnull=False),
                name="intention_is_told_on_a_day",
            ),
        ]


class Figure(models.Model):
    """One figure of a campaign that was signed off, as it stood then: of which grid, of what, how many."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="figures", db_index=False)
    place_code = PlaceCodeField()
    measure = models.CharField(max_length=32)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "place_code", "measure"], name="one_figure_of_a_grid"),
        ]
