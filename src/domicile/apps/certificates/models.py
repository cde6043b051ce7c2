"""Certificates, the keys that sign them, and applications for a residence permit. What each field serves: stored_fields.yaml.

What a certificate says stands in its text alone, sealed: nobody finds, sorts or counts holders by it.
"""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.vault.fields import SealedField


class SigningKey(Identified):
    """The public half of a key and the days on which it signs, [used_from, used_until] both included. Kept for ever."""

    number = models.PositiveSmallIntegerField(unique=True, help_text="of its file in the key folder")
    kid = models.CharField(max_length=8, unique=True)
    public = models.BinaryField(max_length=32)
    used_from = models.DateField()
    used_until = models.DateField(null=True, blank=True)
    in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=Q(in_use=True), name="one_key_signs"),
            models.CheckConstraint(
                condition=Q(in_use=True, used_until__isnull=True) | Q(in_use=False, used_until__isnull=False),
                name="a_key_in_use_has_no_end",
            ),
            models.CheckConstraint(
                condition=Q(used_until__isnull=True) | Q(used_until__gte=F("used_from")),
                name="a_key_ends_after_it_began",
            ),
        ]


class Certificate(Identified):
    """A certificate of one person. `text` is what was signed; `number` is random and stands in the list of revoked ones."""

    class AskedBy(models.TextChoices):
        """Who asked for it at the counter."""

        PERSON = "person"
        FAMILY = "family"

    class Ended(models.TextChoices):
        """Why it ended before its last day."""

        ASKED = "asked"
        LOST = "lost"
        WRONG = "wrong"
        RENEWED = "renewed"
        DIED = "died"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates", db_index=False)
    number = models.CharField(max_length=16, unique=True)
    place_code = PlaceCodeField(help_text="place of registration, whose office issued it")
    asked_by = models.CharField(max_length=6, choices=AskedBy.choices)
    issued_on = models.DateField()
    last_day = models.DateField()
    text = SealedField()
    renews = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="renewal")
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=7, choices=Ended.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="certificate_person"),
            models.Index(fields=["place_code", "last_day"], name="certificate_place"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gt=F("issued_on")), name="certificate_ends_after_issue"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_why="")
                | (Q(ended_on__isnull=False) & Q(ended_why__in=["asked", "lost", "wrong", "renewed", "died"])),
                name="an_end_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("issued_on")),
                name="certificate_not_ended_before",
            ),
        ]


class IssuedNumber(models.Model):
    """That a number was issued, of nobody in particular. Whatever becomes of the row above, also when its issue is undone or
    an import is taken back with the person, a number without a certificate in force stands in the list of revoked ones.
    """

    number = models.CharField(primary_key=True, max_length=16)
    last_day = models.DateField(db_index=True)


class PermitApplication(Identified):
    """An application for a residence permit (居住证), noted where the person lives. It decides nothing about the stay."""

    class State(models.TextChoices):
        APPLIED = "applied"
        PAPERS = "papers"
        HANDED = "handed"
        READY = "ready"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    class Ground(models.TextChoices):
        """Which of the three conditions the person names."""

        WORK = "work"
        HOME = "home"
        SCHOOL = "school"
        NONE = "none"

    OVER = ("done", "withdrawn")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="permits", db_index=False)
    place_code = PlaceCodeField(help_text="where the person lives")
    ground = models.CharField(max_length=6, choices=Ground.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.APPLIED)
    applied_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="permit_person"),
            models.Index(fields=["place_code", "state"], name="permit_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state__in=["done", "withdrawn"]),
                name="one_permit_application_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["applied", "papers", "handed", "ready", "done", "withdrawn"]),
                name="permit_state_is_known",
            ),
        ]


class PermitStep(Identified):
    """One step of an application: what became of it, when, and what was said. Never rewritten."""

    application = models.ForeignKey(PermitApplication, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=PermitApplication.State.choices)
    day = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_permit_step_of_a_number")]
