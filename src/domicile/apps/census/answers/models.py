"""What households answered (CE-6), sealed. What each field serves: apps/census/stored_fields.yaml."""

from typing import Any

from django.db import models
from django.db.models import Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Envelope(Identified):
    """The data key of an enumeration area of one census: it seals the answers and the names of the listing there.

    The row's own id is the subject of that key in the vault. An area that is split later keeps its envelope: a row names
    the envelope in which it lies. To destroy the keys of a census's envelopes is to destroy its forms (CE-12).
    """

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="envelopes", db_index=False)
    place_code = PlaceCodeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["census", "place_code"], name="one_envelope_of_an_area")]


class AnswerField(SealedField):
    """Sealed content of an answer. It never changes, so that the log of changes leaves it out: the row itself is the record."""

    derived = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subject", "envelope_id")
        super().__init__(*args, **kwargs)


class Answer(Identified):
    """One form of one household as it came in by one road. It is never changed: what is put right is another answer.

    `content` is the whole form as JSON; `quick` holds of it what main figures need, without names and numbers
    (answers/quick.py); both sealed. `instance` is the sender's own number of the form: what comes twice is kept once.
    Of the answers of a household on one form at most one counts; `why` says what decided, and a kept answer with
    `settled_at` empty is a question to a supervisor.
    """

    class Road(models.TextChoices):
        COLLECT = "collect"
        WEB = "web"
        PAPER = "paper"

    class Form(models.TextChoices):
        SHORT = "short"
        LONG = "long"
        DEATHS = "deaths"
        FOREIGN = "foreign"

    class State(models.TextChoices):
        COUNTS = "counts"
        KEPT = "kept"

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="answers", db_index=False)
    household = models.ForeignKey("census.Household", on_delete=models.PROTECT, related_name="answers", db_index=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_code = PlaceCodeField()
    road = models.CharField(max_length=8, choices=Road.choices)
    form = models.CharField(max_length=8, choices=Form.choices)
    instance = KeyField(max_length=120)
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    proxy = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=State.choices)
    why = models.CharField(max_length=16)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)
    content = AnswerField(null=False)
    quick = AnswerField(null=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "instance"], name="one_answer_of_an_instance"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state="counts", form__in=["short", "long"]),
                name="one_form_counts_for_a_household",
            ),
            models.UniqueConstraint(
                fields=["household", "form"], condition=Q(state="counts"), name="one_answer_counts_on_a_form"
            ),
            models.CheckConstraint(condition=~Q(instance=""), name="answer_has_an_instance"),
        ]
        indexes = [
            models.Index(fields=["household", "received_at"], name="answers_of_household"),
            models.Index(fields=["census", "state", "place_code"], name="answers_of_area"),
        ]
