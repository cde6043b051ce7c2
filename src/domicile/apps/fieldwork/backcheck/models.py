"""Draws of accepted records, what each check asks and found, and how differences were judged.

What each field serves: apps/stored_fields.yaml.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.fields import SealedField


class Draw(Identified):
    """A sample of the records that were accepted under a code in [begin, end): its seed and its design.

    `size` is how many the dated table asked for; the least of each stratum may have made it more. Ids are of accounts.
    A draw that was called off stays with its reason, so that nobody draws until a sample pleases; its records may be drawn anew.
    """

    place_code = PlaceCodeField(db_index=True)
    begin = models.DateField()
    end = models.DateField()
    seed = models.BigIntegerField()
    size = models.PositiveIntegerField()
    minimum = models.PositiveIntegerField()
    drawn_on = models.DateField()
    due_on = models.DateField()
    drawn_by = models.UUIDField()
    called_off_on = models.DateField(null=True, blank=True)
    called_off_by = models.UUIDField(null=True, blank=True)
    called_off_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off_on__isnull=True, called_off_by__isnull=True, called_off_why="")
                | (Q(called_off_on__isnull=False, called_off_by__isnull=False) & ~Q(called_off_why="")),
                name="draw_is_called_off_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="draw_period_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(due_on__gte=F("drawn_on")), name="draw_is_due_after_it"),
        ]


class Stratum(Identified):
    """The records of one worker in one grid: `size` in the frame, `drawn` of them; each had the chance drawn / size."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="strata", db_index=False)
    place_code = PlaceCodeField()
    worker = models.UUIDField()
    size = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "place_code", "worker"], name="one_stratum"),
            models.CheckConstraint(condition=Q(size__gte=1, drawn__lte=F("size")), name="stratum_draws_what_it_has"),
        ]
        indexes = [models.Index(fields=["worker"], name="stratum_worker")]


class Framed(models.Model):
    """A record of the frame as it stood at the draw, by the id of its proposal or visit, so that the draw can be repeated."""

    stratum = models.ForeignKey(Stratum, on_delete=models.CASCADE, related_name="frame")
    source_id = models.UUIDField()


class BackCheck(Identified):
    """One drawn record that is asked about again. `source_id` is the accepted proposal or the visit (`kind`: which).

    GAP: nobody may be sent. LOST: it cannot be asked about any more, for who it was about lives here no longer. CALLED_OFF: its
    draw was called off before it was asked about, so that the record may be drawn again.
    Who collected or accepted the record never checks it. Ids of people at work are those of accounts.
    """

    class State(models.TextChoices):
        GAP = "gap"
        OPEN = "open"
        CHECKED = "checked"
        REFUSED = "refused"
        WRONG_ADDRESS = "wrong_address"
        LOST = "lost"
        CALLED_OFF = "called_off"

    stratum = models.ForeignKey(Stratum, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveIntegerField()
    source_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    place_code = PlaceCodeField(db_index=True)
    dwelling = models.ForeignKey(Dwelling, null=True, on_delete=models.PROTECT, related_name="+")
    collected_by = models.UUIDField()
    accepted_by = models.UUIDField(null=True)
    accepted_on = models.DateField()
    state = models.CharField(max_length=13, choices=State.choices)
    task_id = models.UUIDField(null=True, blank=True)
    checked_by = models.UUIDField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_id"], condition=~Q(state="called_off"), name="a_record_is_checked_once"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("collected_by")), name="nobody_checks_own_record"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | Q(accepted_by__isnull=True) | ~Q(checked_by=F("accepted_by")),
                name="nobody_checks_what_they_accepted",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="checked", checked_by__isnull=False, checked_on__isnull=False)
                    | (~Q(state="checked") & Q(checked_by__isnull=True, checked_on__isnull=True))
                ),
                name="check_names_who_made_it",
            ),
        ]


class CheckItem(Identified):
    """One question of a check: what the record said (`first`), what the checker was told (`answer`), whether both agree.

    Both are sealed for whom the question is about. `agrees` stays empty where the checker was told nothing. `verdict` is
    what somebody judged a difference to be; `proposal_id` the correction that came of it.
    """

    class Verdict(models.TextChoices):
        FIRST_WRONG = "first_wrong"
        CHANGED = "changed"
        CHECKER_WRONG = "checker_wrong"
        UNCLEAR = "unclear"

    check_of = models.ForeignKey(BackCheck, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=16)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    first = SealedField(subject="subject_id")
    answer = SealedField(subject="subject_id")
    agrees = models.BooleanField(null=True)
    verdict = models.CharField(max_length=13, choices=Verdict.choices, blank=True)
    judged_by = models.UUIDField(null=True, blank=True)
    judged_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    proposal_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_of", "position"], name="one_item_at_a_position"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by__isnull=True, judged_on__isnull=True)
                | (Q(agrees=False, judged_by__isnull=False, judged_on__isnull=False) & ~Q(verdict="")),
                name="only_differences_are_judged",
            ),
        ]
        indexes = [
            models.Index(fields=["check_of"], condition=Q(agrees=False, verdict=""), name="item_to_judge"),
        ]

    @property
    def subject_id(self) -> uuid.UUID:
        """Whose data key seals the values: the person's, else the dwelling's."""
        return self.person_id or self.check_of.dwelling_id or self.check_of_id
