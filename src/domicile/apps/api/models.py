"""Tokens of programs, answers kept for repeated requests, webhooks and their deliveries (EX-4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Token(Identified):
    """What a program of a member of staff may do: never more than its owner, for one purpose, until a day.

    The text itself is shown once; `digest` is its keyed hash, `prefix` the part by which it is found and named.
    `scopes` and `permissions` are lists with blanks between, as in the log of looks. Holds in [made_at, expires_on).
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    client = models.CharField(max_length=64)
    prefix = KeyField(max_length=8, unique=True)
    digest = models.BinaryField(max_length=16)
    role = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    scopes = models.CharField(max_length=200)
    permissions = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(scopes="") & ~Q(permissions="") & ~Q(purpose="") & ~Q(client=""),
                name="token_says_what_for",
            )
        ]

    def __str__(self) -> str:
        return self.client


class TokenUse(models.Model):
    """When a token was last used, noted at most once a minute. Lives in the log database: a call never waits for an import."""

    token_id = models.UUIDField(primary_key=True)
    last_used_at = models.DateTimeField()


class KeptAnswer(Identified):
    """The answer to a change sent with an Idempotency-Key, written in the change's own transaction.

    `request` is the keyed hash of what was sent; `answer` holds ids and states, nothing about a person.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="kept_answers", db_index=False)
    key = KeyField(max_length=64)
    request = models.BinaryField(max_length=16)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_of_a_key")]


class Kind(models.TextChoices):
    """What can be told to another program. None names a person, and none can be narrowed to people of any kind."""

    IMPORT_COMMITTED = "import.committed"
    IMPORT_UNDONE = "import.undone"
    AREAS_CHANGED = "areas.changed"
    GRIDS_CHANGED = "grids.changed"
    PROPOSALS_CHANGED = "proposals.changed"
    REGISTER_CHANGED = "register.changed"


class Webhook(Identified):
    """An address that is told when something happened in an area (2 to 12 digits).

    `after` is the change up to which the log was read. The secret signs every message; it is shown once.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks")
    client = models.CharField(max_length=64)
    url = models.CharField(max_length=500)
    area = KeyField(max_length=12)
    secret = SealedField(subject="id")
    after = models.BigIntegerField()
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(area="") & ~Q(url=""), name="webhook_has_area_and_address"),
        ]

    def __str__(self) -> str:
        return self.client


class Subscription(Identified):
    """One kind of event that a webhook is told of."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "kind"], name="one_subscription_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="subscription_is_of_a_known_kind"),
        ]


class Delivery(Identified):
    """One message on its way: written with the webhook's new position in the log, so that none is lost or made twice."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # JSON: ids of batches, codes of areas and counts; nothing about a person.
    body = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    answered = models.PositiveSmallIntegerField(null=True, blank=True, help_text="status of the last answer")
    problem = models.CharField(max_length=32, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="delivery_is_of_a_known_kind"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["webhook", "-made_at"], name="delivery_of_webhook"),
        ]
