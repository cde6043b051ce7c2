"""Persons, households and residence spells (PE-1 to PE-4). What each field serves: apps/stored_fields.yaml."""

import uuid
from functools import cached_property

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.fields import SealedField

HEAD = "02"  # the code of a household's head (GB/T 4761)


class Person(Identified):
    """Somebody who lives, is registered or is arriving here. May lack a document, a nationality or, newborn, a name."""

    class Registration(models.TextChoices):
        """Where the household registration (户籍) is."""

        AREA = "area"  # registered_code says where, as far as known
        ABROAD = "abroad"
        NOWHERE = "nowhere"
        UNKNOWN = "unknown"

    class DatePrecision(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        YEAR = "year"
        UNKNOWN = "unknown"

    name = KeyField(max_length=64, blank=True)
    given = KeyField(max_length=64, blank=True, help_text="the name without its surname")
    sound = KeyField(max_length=160, blank=True, help_text="toneless pinyin without spaces")
    sex = models.CharField(max_length=1, default="9")
    birth_date = models.DateField(null=True, blank=True, db_index=True)
    birth_precision = models.CharField(max_length=8, choices=DatePrecision.choices, default=DatePrecision.DAY)
    education = models.CharField(max_length=2, blank=True)
    marital = models.CharField(max_length=2, blank=True)
    nationality = models.CharField(max_length=3, blank=True, help_text="ISO 3166 numeric; empty: not stated")
    registration = models.CharField(max_length=8, choices=Registration.choices, default=Registration.UNKNOWN)
    registered_code = KeyField(max_length=15, blank=True, help_text="area or place code as far as known")
    registered_text = models.CharField(max_length=160, blank=True)
    died_on = models.DateField(null=True, blank=True)

    class Meta:
        # With the id, so that pages of equal names come in one order and a wide search stops after a page of them.
        indexes = [
            models.Index(fields=["name", "id"], name="person_name"),
            models.Index(fields=["given", "id"], name="person_given"),
            models.Index(fields=["sound", "id"], name="person_sound"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=["0", "1", "2", "9"]), name="sex_is_a_code"),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(birth_date__isnull=True) | Q(died_on__gte=F("birth_date")),
                name="death_not_before_birth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def ids(self) -> list[uuid.UUID]:
        """All ids of this person, the own first: those whom this one stands for too (identity). One query, asked once."""
        rows = SamePerson.objects.filter(stands_id=self.pk).order_by("merged_at", "id")
        return [self.pk, *rows.values_list("person_id", flat=True)]


class FormerName(Identified):
    """A former or other name."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_names")
    name = KeyField(max_length=64, db_index=True)
    sound = KeyField(max_length=160, db_index=True)
    until = models.DateField(null=True, blank=True)


class Document(Identified):
    """An identity document. The number is sealed; `blind` finds it; equal numbers of two persons are a finding."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16)
    number = SealedField()
    blind = models.BinaryField(max_length=16, db_index=True)
    # Codes of what does not agree: checksum, birth_date, sex (PE-1); empty when all agrees.
    finding = models.CharField(max_length=40, blank=True)


class Phone(Identified):
    """A phone of a person, with whose it is when it is somebody else's."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phones")
    number = SealedField()
    blind = models.BinaryField(max_length=16, db_index=True)
    belongs_to = models.CharField(max_length=64, blank=True)


class Household(Identified):
    """A living household at a dwelling, or a registered one. Exists in [formed_on, ended_on), each may be unknown."""

    class Side(models.TextChoices):
        LIVING = "living"
        REGISTERED = "registered"

    class Kind(models.TextChoices):
        FAMILY = "family"
        COLLECTIVE = "collective"

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="households")
    side = models.CharField(max_length=10, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FAMILY)
    formed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)


class Member(Identified):
    """Membership of a household in [joined_on, left_on), with the relationship to its head (GB/T 4761; 02: head)."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    side = models.CharField(max_length=10, choices=Household.Side.choices)
    relation = models.CharField(max_length=2, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="member_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "side"], condition=Q(left_on__isnull=True), name="one_open_household_of_a_side"
            ),
            models.UniqueConstraint(
                fields=["household"], condition=Q(left_on__isnull=True, relation=HEAD), name="one_head_of_a_household"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
            ),
        ]


class Parentage(Identified):
    """A child's tie to a parent, apart from households."""

    class Kind(models.TextChoices):
        BIRTH = "birth"
        ADOPTION = "adoption"
        STEP = "step"

    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "parent", "kind"], name="one_parentage"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="nobody_is_their_own_parent"),
        ]


class Spell(Identified):
    """Residence of a person at a dwelling in [start, end) (PE-3). An empty start is unknown, an empty end is open."""

    class Kind(models.TextChoices):
        USUAL = "usual"
        TEMPORARY = "temporary"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="spells")
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="spells")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.USUAL)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=16)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(end__isnull=True, kind="usual"), name="one_open_usual_residence"
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=True) | Q(end__gt=F("start")),
                name="spell_ends_after_start",
            ),
        ]


class Visibility(models.Model):
    """The areas that a person is visible to, and why: lives here, is registered here, is moving here, lived here."""

    class Why(models.TextChoices):
        LIVES = "lives"
        REGISTERED = "registered"
        MOVING = "moving"
        LEFT = "left"  # lived here: kept for corrections until retention ends it

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visibility", db_index=False)
    code = PlaceCodeField()
    why = models.CharField(max_length=10, choices=Why.choices)

    class Meta:
        indexes = [models.Index(fields=["code", "person", "why"], name="visibility_code")]
        constraints = [models.UniqueConstraint(fields=["person", "code", "why"], name="one_visibility")]


class Remark(Identified):
    """A note that the resident can read, that no search finds, and that expires."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="remarks")
    text = SealedField()
    written_on = models.DateField()
    expires_on = models.DateField()


class SamePerson(Identified):
    """One id stands for another: `person` was found to be the same as `into`, by a change of the log, until unmerged.

    Foreign keys stay where they are, and each id keeps its rows. `stands` follows from the links: the id that readers show
    for `person`, itself linked to none, so that one step resolves any id. `into` is what the person was merged with, so
    that unmerging takes along what was merged with that one before.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="stood_for")
    into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    stands = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="same")
    merged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("into")) & ~Q(person=F("stands")), name="nobody_stands_for_themselves"
            ),
        ]


class SetAside(Identified):
    """What a merge set aside of a row so that one person is there once; unmerging puts it back.

    `values` is JSON as in the change log, by column: [own, with the merge] of a row that went on with other values,
    [own, null] of a row that was taken out (`whole`).
    """

    # The database refuses a link that goes while something of it is still aside, at the end of the transaction.
    link = models.ForeignKey(SamePerson, on_delete=models.DO_NOTHING, related_name="aside")
    table = models.CharField(max_length=32)
    row_id = models.UUIDField()
    whole = models.BooleanField()
    values = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row_id"], name="set_aside_once")]
