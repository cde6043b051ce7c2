"""Vital events (VE-1, VE-2). What each field serves: apps/stored_fields.yaml.

An event is what somebody told, or a paper says; what follows from it stands in the rows of people and moves that the same
recorded change wrote. What an event said before a correction stands in the log of changes. There is no field for a
pregnancy, a permit or the order of a birth, and none may be added (section 0).
"""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.fields import SealedField


class Kind(models.TextChoices):
    """What happened."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    ADOPTION = "adoption"


class State(models.TextChoices):
    """Whether the event counts; one registered in error is kept and counts no more."""

    COUNTS = "counts"
    ANNULLED = "annulled"


class Role(models.TextChoices):
    """Who somebody is to the one whose event it is."""

    MOTHER = "mother"
    FATHER = "father"
    SPOUSE = "spouse"
    ADOPTER = "adopter"


class ToldBy(models.TextChoices):
    """Who reported it."""

    SELF = "self"
    FAMILY = "family"
    HOSPITAL = "hospital"
    INSTITUTION = "institution"
    STAFF = "staff"
    OTHER = "other"


class Answer(models.TextChoices):
    """What a place of registration answered about the parents of a child."""

    REGISTERED = "registered"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"


class VitalEvent(Identified):
    """A birth, death, marriage, divorce or adoption as it was registered.

    `person` is the child, the deceased, one of the spouses, the adopted child; empty once a birth that was registered in
    error was taken off file. `code` is where it was registered, `dwelling` where somebody can be asked about it.
    """

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.COUNTS)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="vital_events", db_index=False
    )
    code = PlaceCodeField()
    dwelling = models.ForeignKey(Dwelling, null=True, blank=True, on_delete=models.PROTECT, related_name="vital_events")
    day = models.DateField()
    precision = models.CharField(max_length=8, choices=Person.DatePrecision.choices, default=Person.DatePrecision.DAY)
    place = models.CharField(max_length=160, blank=True)
    found = models.BooleanField(default=False, help_text="a foundling: the birth date is an estimate")
    told_by = models.CharField(max_length=11, choices=ToldBy.choices, blank=True)
    late = models.BooleanField(default=False)
    registered_on = models.DateField()
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True, blank=True)
    registered_by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["code", "kind", "registered_on"], name="vital_event_code"),
            models.Index(fields=["person"], name="vital_event_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="birth", state="counts"), name="one_birth_that_counts"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="death", state="counts"), name="one_death_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(state="annulled") | Q(person__isnull=False), name="an_event_that_counts_is_somebodys"
            ),
            models.CheckConstraint(condition=Q(day__lte=F("registered_on")), name="registered_after_it_happened"),
            models.CheckConstraint(condition=Q(found=False) | Q(kind="birth"), name="only_a_birth_is_of_a_foundling"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="vital_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="vital_state_is_known"),
            models.CheckConstraint(
                condition=Q(precision__in=Person.DatePrecision.values), name="vital_precision_is_known"
            ),
            models.CheckConstraint(condition=Q(told_by__in=["", *ToldBy.values]), name="vital_teller_is_known"),
        ]


class VitalNamed(Identified):
    """Somebody else whom an event names: on file, or in words. Nobody is named as long as nobody is known."""

    event = models.ForeignKey(VitalEvent, on_delete=models.CASCADE, related_name="named")
    role = models.CharField(max_length=7, choices=Role.choices)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="vital_named")
    name = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "role"], condition=~Q(role="adopter"), name="one_named_of_a_role"),
            models.UniqueConstraint(
                fields=["event", "person"], condition=Q(person__isnull=False), name="once_in_an_event"
            ),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="who_is_named_is_somebody"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="vital_role_is_known"),
        ]


class VitalPaper(Identified):
    """A paper that an event is asked for. Empty `seen_on`: still open. `kind` is what was seen, perhaps as good as it."""

    event = models.ForeignKey(VitalEvent, on_delete=models.CASCADE, related_name="papers")
    need = models.CharField(max_length=24)
    kind = models.CharField(max_length=24, blank=True)
    number = SealedField(subject="event_id")
    seen_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "need"], name="one_paper_of_a_need"),
            models.CheckConstraint(
                condition=Q(seen_on__isnull=True, kind="", number__isnull=True)
                | (Q(seen_on__isnull=False) & ~Q(kind="")),
                name="a_paper_seen_has_its_kind",
            ),
        ]


class Answered(Identified):
    """A question with its answer, once there is one. `due_on` is empty where the working days of that year are not known."""

    asked_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer_text = models.CharField(max_length=200, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


def answer_has_its_day() -> Q:
    """What holds of an answer, on either side of the line."""
    return Q(answer="", answered_on__isnull=True) | Q(
        answer__in=Answer.values, answered_on__isnull=False, answered_on__gte=F("asked_on")
    )


class VitalQuestion(Answered):
    """What the place where the parents are registered is asked about a birth (VE-2). Nothing waits for the answer.

    `to_code`, `to_text`: the place, as far as known. Where another register answers for it the question travels (between.py).
    """

    event = models.ForeignKey(VitalEvent, on_delete=models.CASCADE, related_name="questions")
    to_code = PlaceCodeField(blank=True)
    to_text = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["to_code"], condition=Q(answer=""), name="vital_question_open")]
        constraints = [
            models.CheckConstraint(condition=~Q(to_code="") | ~Q(to_text=""), name="a_question_goes_somewhere"),
            models.CheckConstraint(condition=answer_has_its_day(), name="an_answer_has_its_day"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("asked_on")), name="answered_after_it_was_asked"
            ),
        ]


class OutsideBirth(Answered):
    """A birth in another register, which asks whether the parents are registered here (VE-2): what is needed to answer.

    Its id is that of the question there. `missing`: the papers still open then, by what was asked for, with spaces between.
    """

    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+")
    from_code = PlaceCodeField()
    to_code = PlaceCodeField()
    child = SealedField(subject="id")
    day = models.DateField()
    precision = models.CharField(max_length=8, choices=Person.DatePrecision.choices)
    late = models.BooleanField(default=False)
    missing = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["to_code"], condition=Q(answer=""), name="outside_birth_open")]
        constraints = [
            models.CheckConstraint(condition=answer_has_its_day(), name="an_answer_told_has_its_day"),
            models.CheckConstraint(
                condition=Q(precision__in=Person.DatePrecision.values), name="outside_precision_is_known"
            ),
        ]


class OutsideParent(Identified):
    """A parent of such a birth."""

    birth = models.ForeignKey(OutsideBirth, on_delete=models.CASCADE, related_name="parents")
    role = models.CharField(max_length=7, choices=Role.choices)
    name = SealedField(subject="birth_id")
    birth_date = models.DateField(null=True, blank=True)
    number = SealedField(subject="birth_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["birth", "role"], name="one_outside_parent_of_a_role"),
            models.CheckConstraint(condition=Q(role__in=["mother", "father"]), name="outside_parent_is_one"),
        ]
