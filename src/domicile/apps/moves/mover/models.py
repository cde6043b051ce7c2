"""Codes that movers were given, and what they said with them. Registered with the app by moves.models."""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.moves.models import Move, Where
from domicile.apps.people.models import Person
from domicile.apps.vault.fields import SealedField


class MoverCode(Identified):
    """A code that was given to somebody, once: to say how a declared move went (`move`), or to declare one (`person`).

    Only its keyed hash is kept. `place_code` is the area that gave it; `good_until` its last day.
    """

    move = models.ForeignKey(
        Move, null=True, blank=True, on_delete=models.PROTECT, related_name="codes", db_index=False
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="mover_codes", db_index=False
    )
    place_code = PlaceCodeField()
    digest = models.BinaryField(max_length=16)
    given_by = models.UUIDField()
    given_by_name = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    good_until = models.DateField()
    used_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["move"], name="mover_code_move"),
            models.Index(fields=["person"], name="mover_code_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="one_code_of_a_digest"),
            models.CheckConstraint(
                condition=Q(move__isnull=True, person__isnull=False) | Q(move__isnull=False, person__isnull=True),
                name="a_code_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(stopped_at__isnull=True), name="a_stopped_code_is_not_used"
            ),
            models.UniqueConstraint(
                fields=["move"],
                condition=Q(used_at__isnull=True, stopped_at__isnull=True),
                name="one_open_code_of_a_move",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at__isnull=True, stopped_at__isnull=True),
                name="one_open_code_of_a_person",
            ),
        ]


class MoverWord(Identified):
    """What a mover said, kept as it was said. It waits at `place_code` until staff take it up or set it aside.

    `person` is the first of those who go, for whom the contact is sealed. `move` is empty for a declaration that waits.
    """

    class Wish(models.TextChoices):
        ARRIVED = "arrived"
        ELSEWHERE = "elsewhere"
        NOT_GOING = "not_going"
        BACK = "back"
        LEAVING = "leaving"

    class Outcome(models.TextChoices):
        TAKEN = "taken"
        SET_ASIDE = "set_aside"

    code = models.OneToOneField(MoverCode, on_delete=models.PROTECT, related_name="word")
    move = models.ForeignKey(Move, null=True, blank=True, on_delete=models.PROTECT, related_name="mover_words")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mover_words")
    place_code = PlaceCodeField()
    wish = models.CharField(max_length=9, choices=Wish.choices)
    day = models.DateField(null=True, blank=True)
    to_where = models.CharField(max_length=9, choices=Where.choices, blank=True)
    to_code = PlaceCodeField(blank=True)
    to_text = models.CharField(max_length=160, blank=True)
    reason_code = models.CharField(max_length=2, blank=True, help_text="inflow_reason")
    expected_return = models.DateField(null=True, blank=True)
    contact = SealedField(subject="person_id")
    said_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "said_at"], name="mover_word_waits", condition=Q(outcome="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(wish__in=["arrived", "elsewhere", "not_going", "back", "leaving"]), name="mover_wish"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | Q(outcome__in=["taken", "set_aside"], settled_at__isnull=False),
                name="mover_word_settled",
            ),
            models.CheckConstraint(condition=Q(wish="leaving") | Q(move__isnull=False), name="a_word_is_about_a_move"),
            models.CheckConstraint(
                condition=~Q(wish__in=["arrived", "back", "leaving"]) | Q(day__isnull=False), name="a_word_says_its_day"
            ),
        ]


class MoverWordPerson(Identified):
    """Somebody whom the mover named: who has come, who goes."""

    word = models.ForeignKey(MoverWord, on_delete=models.CASCADE, related_name="people", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "person"], name="once_in_a_word")]
