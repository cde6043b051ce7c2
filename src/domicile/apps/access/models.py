"""Who may read and write where, and who looked at whom."""

import datetime as dt

from django.conf import settings
from django.db import models

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class Grant(Identified):
    """A role of a user over an area, valid in [valid_from, valid_to) where its state is HOLDS.

    WAITING until a second administrator has decided. `alone`: one administrator gave it while there was no second one;
    it holds, and stays marked until `decided_by` has confirmed it. The machine gives roles with no `asked_by`.
    """

    class State(models.TextChoices):
        HOLDS = "holds"
        WAITING = "waiting"
        REFUSED = "refused"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    scope = KeyField(max_length=15, help_text="area or grid code, shortened to its level")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.HOLDS)
    alone = models.BooleanField(default=False)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="grant_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~models.Q(scope=""), name="grant_names_its_scope"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")) & ~models.Q(decided_by=models.F("user_id")),
                name="grant_is_decided_by_another",
            ),
            models.CheckConstraint(condition=models.Q(alone=False) | models.Q(state="holds"), name="grant_alone_holds"),
        ]
        indexes = [
            models.Index(fields=["scope"], name="grant_waiting", condition=models.Q(state="waiting")),
        ]

    @property
    def unconfirmed(self) -> bool:
        """Whether one administrator gave it alone and nobody has confirmed it."""
        return self.alone and self.decided_by is None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is held on a day."""
        began = self.state == self.State.HOLDS and self.valid_from <= day
        return began and (self.valid_to is None or day < self.valid_to)


class Look(models.Model):
    """One answered question about people: who asked, why, what kind of question, and which persons were shown.

    Lives in the log database. `term` is the keyed hash of what was typed; `persons` the ids shown, 16 bytes each.
    """

    at = models.DateTimeField()
    user_id = models.UUIDField(null=True)
    user_name = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    scopes = models.CharField(max_length=200)
    purpose = models.CharField(max_length=32)
    question = models.CharField(max_length=32)
    term = models.BinaryField(max_length=16, null=True)
    persons = models.BinaryField()
    channel = models.CharField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="look_day"),
            models.Index(fields=["user_id", "id"], name="look_account"),
        ]


class Seen(models.Model):
    """Answers "who looked at me": one row per person shown, pointing at the Look."""

    person_id = models.UUIDField()
    look = models.ForeignKey(Look, on_delete=models.CASCADE, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["person_id", "look"], name="seen_person")]


class LookSeal(models.Model):
    """The seal of a run of looks, as audit.Seal is for changes."""

    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    # Eight bytes of each record's leaf, in order: they name the record that is broken, the root proves that none is.
    marks = models.BinaryField()
    chain = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
