"""Other registers, their keys, and what goes to and comes from them (EX-3). What each field serves: apps/stored_fields.yaml.

This register stands among the peers too, in the state `own`: its name, address, areas and public keys are what others hold
of it. Bodies of messages are sealed (peers.bodies); their digests, numbers and times stay for the audit.
"""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField

DIGEST = 32
PUBLIC = 32
#: The problem of a message that arrived and that the other end gave up: until somebody has seen it, and from then on.
GIVEN_UP_THERE, GIVEN_UP_SEEN = "given_up_there", "given_up_seen"
#: Lengths of the codes that a register answers for: province, city, county, township, community.
AREA_LENGTHS = (2, 4, 6, 9, 12)


class Peer(models.Model):
    """A register. Its id is its own choice, the same on every card of it, and the source of its messages."""

    #: Changes of different things are about rows of one register: that puts them in no order.
    shared_by_many = True

    class State(models.TextChoices):
        OWN = "own"
        PROPOSED = "proposed"
        ACTIVE = "active"
        PAUSED = "paused"
        ENDED = "ended"

    #: The link was confirmed: it holds, also while it is paused.
    LINKED = (State.ACTIVE, State.PAUSED)

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=64)
    address = models.CharField(max_length=300, help_text="before /peers/inbox; empty: by file alone")
    state = models.CharField(max_length=8, choices=State.choices)
    since = models.DateTimeField()
    proposed_by = models.UUIDField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)
    card = models.TextField(blank=True, default="", help_text="a card that was taken up and is not confirmed yet")
    ca_file = models.CharField(
        max_length=300, blank=True, help_text="authorities of its certificate, where not the usual"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="own"), name="one_own_register"),
            models.CheckConstraint(condition=~Q(name=""), name="peer_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PeerArea(Identified):
    """An area that a register answers for, as the beginning of place codes. None lies in another (trigger of migration 1)."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="areas")
    prefix = KeyField(max_length=12, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(prefix__regex=r"^[0-9]+$"), name="peer_area_is_a_code"),
        ]

    def __str__(self) -> str:
        return self.prefix


class PeerKey(Identified):
    """A public key of a register: Ed25519, 32 bytes. Holds in [valid_from, valid_to) unless revoked."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="keys")
    key_id = KeyField(max_length=32, unique=True)
    public = models.BinaryField(max_length=PUBLIC)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="peer_key_holds_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Line(models.Model):
    """How the line to a peer stands: when it is tried next, and what went wrong. Not part of the log of changes."""

    peer = models.OneToOneField(Peer, primary_key=True, on_delete=models.CASCADE, related_name="line")
    next_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=32, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True, help_text="it answered us")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="it sent to us")


class Thread(models.Model):
    """The messages about one subject with one peer: how many were sent, and up to which of theirs all are settled."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="threads", db_index=False)
    subject = models.UUIDField()
    sent = models.PositiveIntegerField(default=0, db_default=0)
    settled = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        # The subject comes first: what a turn needs is looked for by subjects alone.
        constraints = [models.UniqueConstraint(fields=["subject", "peer"], name="one_thread_of_a_subject_and_peer")]


class Message(Identified):
    """What a message has at both ends. `number` counts those about its subject from 1."""

    kind = KeyField(max_length=32)
    schema = models.PositiveSmallIntegerField()
    subject = models.UUIDField()
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    sealed_under = models.UUIDField()
    body = SealedField(subject="sealed_under")
    digest = models.BinaryField(max_length=DIGEST)
    size = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=32, blank=True)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class OutMessage(Message):
    """A message to a peer, written with what it tells of."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RECEIVED = "received"  # the other end has stored it
        REFUSED = "refused"
        GIVEN_UP = "given_up"

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="sent", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["peer", "subject", "number"], condition=~Q(state="given_up"), name="one_sent_of_a_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="sent_counts_from_one"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(body__isnull=False), name="what_waits_has_its_content"
            ),
        ]
        indexes = [
            models.Index(fields=["peer", "id"], name="sent_waiting", condition=Q(state="waiting")),
            models.Index(fields=["peer", "subject", "number"], name="sent_refused", condition=Q(state="refused")),
            models.Index(fields=["peer", "id"], name="given_up_there", condition=Q(problem=GIVEN_UP_THERE)),
            models.Index(fields=["peer", "made_at"], name="sent_of_peer"),
            models.Index(fields=["settled_at"], name="sent_with_content", condition=Q(body__isnull=False)),
        ]


class InMessage(Message):
    """A message of a peer, stored before it is acknowledged. Applied once, in the order of its numbers."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPLIED = "applied"
        ASIDE = "aside"
        GIVEN_UP = "given_up"

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="received", db_index=False)
    message_id = models.UUIDField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "message_id"], name="received_once"),
            models.UniqueConstraint(fields=["peer", "subject", "number"], name="one_received_of_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="received_counts_from_one"),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "aside"]) | Q(body__isnull=False),
                name="what_is_to_be_applied_has_its_content",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="received_waiting", condition=Q(state="waiting")),
            models.Index(fields=["peer", "id"], name="received_aside", condition=Q(state="aside")),
            models.Index(fields=["peer", "received_at"], name="received_of_peer"),
            models.Index(fields=["settled_at"], name="received_with_content", condition=Q(body__isnull=False)),
        ]
