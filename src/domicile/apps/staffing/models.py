"""Who answers for which grid and building, their meetings and training (FO-1, FO-6). What each field serves:
apps/stored_fields.yaml."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Worker(Identified):
    """Somebody of the responsibility chain, at work in [since, until).

    `number` is the area code at the time it was given and a serial; it stays when the area gets another code.
    `place_code` is the community (or the township) with zeros up to 15 digits.
    """

    number = KeyField(max_length=16, unique=True)
    place_code = PlaceCodeField(db_index=True)
    name = models.CharField(max_length=64)
    phone = SealedField(subject="id")
    user_id = models.UUIDField(null=True, blank=True, help_text="the account, where the worker has one")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="worker_has_number_and_name"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="worker_leaves_after_coming"
            ),
            models.UniqueConstraint(
                fields=["user_id"], condition=Q(until__isnull=True, user_id__isnull=False), name="one_worker_an_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def at_work(self, day: dt.date) -> bool:
        """Whether the worker is there on that day."""
        return self.since <= day and (self.until is None or day < self.until)


class Post(Identified):
    """A place in the chain of a community; it answers to the post `above`. There in [opened_on, closed_on).

    An informant's and a building head's `place_code` is a grid, the others' the community followed by 000. A `shared`
    post may have several holders at a time.
    """

    class Role(models.TextChoices):
        LEAD = "lead"
        COORDINATOR = "coordinator"
        INFORMANT = "informant"
        HEAD = "head"
        CLERK = "clerk"

    role = models.CharField(max_length=12, choices=Role.choices)
    place_code = PlaceCodeField(db_index=True)
    name = models.CharField(max_length=64)
    above = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="below")
    shared = models.BooleanField(default=False)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["lead", "coordinator", "informant", "head", "clerk"]), name="post_role_is_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="post_has_a_name"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")), name="post_closes_after_opening"
            ),
            models.CheckConstraint(condition=Q(above__isnull=True) | ~Q(above=F("id")), name="post_answers_to_another"),
        ]

    def __str__(self) -> str:
        return self.name


class PostHouse(Identified):
    """A building that a building head's post answers for, or one entrance of it (empty: the whole building).

    The building is a plain id: what buildings there are is told by an upper app (registry).
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="houses", db_index=False)
    building_id = models.UUIDField(db_index=True)
    entrance = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "building_id", "entrance"], name="one_house_of_a_post"),
        ]


class Holding(Identified):
    """A worker holds a post in [start, end). `alone` is kept from the post: then nobody else holds it meanwhile.

    Two triggers or exclusion constraints (migration 0002) keep holders of one post apart.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="holdings")
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    alone = models.BooleanField(default=True)
    letter_signed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="holding_ends_after_start"
            ),
        ]


class Site(Identified):
    """An office, a station or a collection point: where the chain of an area works, there in [opened_on, closed_on)."""

    class Kind(models.TextChoices):
        OFFICE = "office"
        STATION = "station"
        POINT = "point"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    place_code = PlaceCodeField(db_index=True)
    name = models.CharField(max_length=64)
    address = models.CharField(max_length=160, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["office", "station", "point"]), name="site_kind_is_known"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")), name="site_closes_after_opening"
            ),
        ]


class Meeting(Identified):
    """A meeting of a station, an office or of several together, with its minutes."""

    class Kind(models.TextChoices):
        STATION = "station"
        OFFICE = "office"
        JOINT = "joint"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    place_code = PlaceCodeField(db_index=True)
    held_on = models.DateField()
    title = models.CharField(max_length=120)
    minutes = models.TextField(max_length=4000, blank=True)
    present = models.ManyToManyField(Worker, through="MeetingPresence", related_name="meetings")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["station", "office", "joint"]), name="meeting_kind_is_known"),
        ]


class MeetingPresence(Identified):
    """A worker was at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="attended")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "worker"], name="present_once")]


class Decision(Identified):
    """What a meeting decided: by whom, and by when. `task_id` is the task that it became."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=300)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="decisions")
    due = models.DateField()
    task_id = models.UUIDField(null=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="decision_says_something")]


class Course(Identified):
    """A course held on a day, on one subject of the question bank."""

    place_code = PlaceCodeField(db_index=True)
    subject = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    attended = models.ManyToManyField(Worker, through="CoursePresence", related_name="courses")


class CoursePresence(Identified):
    """A worker took part in a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="attendance", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="course_days")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "worker"], name="took_part_once")]


class Sitting(Identified):
    """A test that a worker sat: drawn with a seed from the bank, so many right of so many. Answers are not kept."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="sittings")
    subject = models.CharField(max_length=16)
    taken_on = models.DateField()
    seed = models.PositiveIntegerField()
    asked = models.PositiveSmallIntegerField()
    correct = models.PositiveSmallIntegerField()
    passed = models.BooleanField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(correct__lte=F("asked")), name="no_more_right_than_asked")]


class Badge(Identified):
    """What a worker may do in [start, end), after a course and a test."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="badges")
    subject = models.CharField(max_length=16)
    start = models.DateField()
    end = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="badge_ends_after_start")]
        indexes = [models.Index(fields=["worker", "subject", "end"], name="badge_of_worker")]


# Assessment and pay are models of this app too.
from domicile.apps.staffing.assessment import models as assessment_models  # noqa: E402, F401
from domicile.apps.staffing.pay import models as pay_models  # noqa: E402, F401
