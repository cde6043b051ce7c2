"""Phones of workers, versions of forms, and what was sent (FO-4). Registered with the app by collect.models."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class AppUser(Identified):
    """A phone set up for a worker: fetches and sends with a token of which only the keyed hash is kept.

    `scopes` are the worker's areas at the time, with blanks between. It is live until `draining_at`, when it may only
    send what it still holds, and ends at `ended_at`. A worker who has left drains without being asked (`policies`).
    """

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="app_users")
    label = models.CharField(max_length=64, blank=True)
    digest = models.BinaryField(max_length=16, db_index=True)
    role = models.CharField(max_length=32)
    scopes = models.CharField(max_length=200)
    place_code = PlaceCodeField(db_index=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    draining_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(scopes="") & ~Q(role=""), name="app_user_says_where"),
        ]

    def __str__(self) -> str:
        return self.label or self.worker.real_name


class FormVersion(Identified):
    """One version of a form as it was compiled once: the bytes that phones hold, and their hash."""

    form_id = KeyField(max_length=64)
    version = KeyField(max_length=32)
    xml = models.BinaryField()
    md5 = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form_id", "version"], name="one_form_of_a_version")]


class ListState(Identified):
    """Which version of an entity list a phone was last told of: the same rows keep their version."""

    app_user = models.ForeignKey(AppUser, on_delete=models.CASCADE, related_name="lists", db_index=False)
    name = KeyField(max_length=64)
    digest = models.BinaryField(max_length=16)
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app_user", "name"], name="one_state_of_a_list")]


class Submission(Identified):
    """A filled form as it came: its bytes lie sealed in a file, named by `digest`, before this row is written.

    The key is made of the instance ID, so that a form sent twice is one row. `complete`: no part is still to come.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        ASIDE = "aside"

    instance_id = KeyField(max_length=120, unique=True)
    deprecated_id = KeyField(max_length=120, blank=True)
    form_id = KeyField(max_length=64)
    version = KeyField(max_length=32)
    app_user = models.ForeignKey(AppUser, on_delete=models.PROTECT, related_name="submissions")
    place_code = PlaceCodeField()
    digest = models.BinaryField(max_length=16)
    size = models.PositiveIntegerField()
    complete = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    problem = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["received", "processed", "aside"]), name="submission_state"),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="submission_waiting", condition=Q(state="received")),
            models.Index(fields=["state", "place_code"], name="submission_where"),
        ]


class Attachment(Identified):
    """A file of a submission. What is shown was made anew from its picture, without metadata.

    The bytes that came lie sealed until `original_until`; a file that is not what it says is kept aside, unopened.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        KEPT = "kept"
        ASIDE = "aside"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    name = KeyField(max_length=120)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=16)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    problem = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField()
    original_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="one_attachment_of_a_name")]
        indexes = [models.Index(fields=["received_at"], name="attachment_waiting", condition=Q(state="received"))]


class Result(Identified):
    """What one answer of a submission became: a proposal, a change made at once, a record, or a refusal to look at."""

    class Outcome(models.TextChoices):
        PROPOSED = "proposed"
        DONE = "done"
        REFUSED = "refused"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="results", db_index=False)
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    proposal = models.ForeignKey(
        "collect.Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="collected"
    )
    subject_kind = models.CharField(max_length=16, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "position"], name="one_result_of_a_place")]
