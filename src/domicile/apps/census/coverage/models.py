"""The survey of coverage (CE-9). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.answers.models import AnswerField, Envelope
from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class CoverageSurvey(Identified):
    """A draw of enumeration areas that are asked again, by others than those who asked first. One holds for a census.

    Anybody draws it again from `seed`, how many were drawn, and the areas on the list in the order of their codes; `frame` is
    the SHA-256 of these, a line each.
    """

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="coverage", db_index=False)
    seed = models.BigIntegerField()
    frame = models.CharField(max_length=64)
    frame_areas = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.UUIDField(null=True, blank=True)
    matched_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(
        default=list, blank=True, help_text="rows of estimating.told_row, kept when the forms were destroyed"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census"], condition=Q(ended_at=None), name="one_coverage_survey_holds"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, why_ended="") | (Q(ended_at__isnull=False) & ~Q(why_ended="")),
                name="coverage_survey_ends_for_a_reason",
            ),
        ]


class CoverageArea(Identified):
    """An enumeration area that was drawn, in the order of drawing (from 0).

    `asker` is the account that asks there again on a phone: nobody who asked there first (asking.why_not).
    """

    survey = models.ForeignKey(CoverageSurvey, on_delete=models.CASCADE, related_name="areas", db_index=False)
    place_code = PlaceCodeField()
    position = models.PositiveIntegerField()
    asker = models.UUIDField(null=True, blank=True)
    asker_name = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "place_code"], name="one_coverage_area_of_a_code"),
            models.UniqueConstraint(fields=["survey", "position"], name="one_coverage_area_at_a_place"),
        ]


class CoverageHousehold(Identified):
    """A household that the survey found in an area, with whoever lived there at the reference moment, sealed as an answer is.

    It names no household of the census: whoever asks again does not see what was said first. `instance` is the number of the
    form of a phone that it came by, '' where it came by a file.
    """

    area = models.ForeignKey(CoverageArea, on_delete=models.CASCADE, related_name="households", db_index=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = KeyField(max_length=64)
    instance = KeyField(max_length=120, blank=True)
    people = models.PositiveIntegerField(default=0)
    content = AnswerField(null=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "number"], name="one_coverage_household_of_a_number")]


class CoverageCase(Identified):
    """A person of one side: whom the survey found, or whom the census has in the area; and what became of them.

    `household` is the form of the census or the household of the survey that has them, `person` the place on it (from 0);
    `partner_…` those of the other side. `sex` is 1, 2 or 0 (not known), `age` the lowest age of their group (matching.GROUPS)
    or -1. A case that is open has a partner where somebody may be meant. What a person decided no later matching writes over.
    """

    class Side(models.TextChoices):
        SURVEY = "survey"
        CENSUS = "census"

    class Outcome(models.TextChoices):
        OPEN = "open"
        MATCHED = "matched"
        #: Of the survey's side: not on any form of the census; not one who had to be counted there.
        OMITTED = "omitted"
        OUT = "out"
        #: Of the census's side: rightly counted, though the survey missed them; and wrongly.
        CORRECT = "correct"
        TWICE = "twice"
        OUTSIDE_TIME = "outside_time"
        ELSEWHERE = "elsewhere"
        NEVER = "never"

    area = models.ForeignKey(CoverageArea, on_delete=models.CASCADE, related_name="cases", db_index=False)
    side = models.CharField(max_length=6, choices=Side.choices)
    household = models.UUIDField()
    person = models.PositiveSmallIntegerField()
    sex = models.PositiveSmallIntegerField()
    age = models.SmallIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    step = models.CharField(max_length=24, blank=True)
    partner_household = models.UUIDField(null=True, blank=True)
    partner_person = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "side", "household", "person"], name="one_coverage_case_of_a_person"
            ),
            models.CheckConstraint(
                condition=Q(partner_household__isnull=True, partner_person__isnull=True)
                | Q(partner_household__isnull=False, partner_person__isnull=False),
                name="coverage_partner_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="matched") | Q(partner_household__isnull=False), name="matched_has_a_partner"
            ),
        ]
