"""Comparisons with other registers, what travels of one while it runs, and who of this register was found.

What each field serves: apps/stored_fields.yaml. Nothing here changes the register, and nothing joins it with another.
"""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.peers.models import Peer
from domicile.apps.vault.fields import SealedField

KEY = 32


class Comparison(Identified):
    """One comparison with one register, under the same id at both ends. `own_…`: somebody here who proposed or accepted it.

    `secret` is the hex of 32 random bytes, sealed under the id of the row; the key that seals it is destroyed when the comparison
    ends, and with it everything that could still be made of what travelled.
    """

    #: What another register has been told is not undone from history: stopping it is told as well.
    told_to_others = True

    class State(models.TextChoices):
        PROPOSED = "proposed"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"
        STOPPED = "stopped"

    OPEN = (State.PROPOSED, State.RUNNING)

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    here = models.BooleanField(help_text="proposed by this register")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    unknown = models.BooleanField(default=False, help_text="also people of whom no place of registration is on file")
    reason = models.CharField(max_length=300)
    own_by = models.UUIDField(null=True, blank=True)
    own_by_name = models.CharField(max_length=64, blank=True)
    own_role = models.CharField(max_length=32, blank=True)
    own_purpose = models.CharField(max_length=32, blank=True)
    their_by_name = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="why it was refused or stopped")
    own_people = models.PositiveIntegerField(default=0, help_text="most of this register, as told to the other")
    most = models.PositiveIntegerField(
        default=0, help_text="so many people of the register that accepts were agreed to by who proposed"
    )
    their_people = models.PositiveIntegerField(default=0, help_text="most of the other, as it told")
    their_parts = models.PositiveIntegerField(null=True, blank=True)
    their_key = models.BinaryField(max_length=KEY, null=True, blank=True)
    secret = SealedField(subject="id")
    found = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state", "proposed_at"], name="comparison_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "running"], ended_at=None)
                | (Q(ended_at__isnull=False) & ~Q(state__in=["proposed", "running"])),
                name="a_comparison_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peer_id} {self.proposed_at:%Y-%m-%d}"


class ComparedPlace(Identified):
    """A place of registration that a comparison is about: 15 digits, filled up with zeros behind the level that is meant."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="places")
    code = PlaceCodeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "code"], name="compared_place_once")]

    def __str__(self) -> str:
        return self.code


class Part(Identified):
    """Some of the tokens of one end, while the comparison runs. Not part of the log of changes; gone when it ends.

    `points`: theirs as they came, under their secret. `doubled`: under both. `people`: of the own, whose each is and of which kind.
    """

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="parts")
    own = models.BooleanField()
    number = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    points = models.BinaryField(null=True, blank=True)
    doubled = models.BinaryField(null=True, blank=True)
    people = SealedField(subject="comparison_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "own", "number"], name="one_part_of_a_number")]

    def __str__(self) -> str:
        return f"{self.comparison_id} {'own' if self.own else 'theirs'} {self.number}"


class Likeness(Identified):
    """Somebody of this register of whom the other seems to have a record. Who that is there, this register does not know.

    `person` is a plain id, as in a pair of duplicates: a merge is resolved when it is read. `kinds`: the match keys that agreed.
    `request` is the question to the other register that was asked about it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ASKED = "asked"
        APART = "apart"
        SETTLED = "settled"

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="likenesses")
    person = models.UUIDField()
    kinds = models.CharField(max_length=80)
    strength = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    request = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="likeness_person")]
        constraints = [models.UniqueConstraint(fields=["comparison", "person"], name="a_likeness_once")]

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.person}"
