"""Texts that are coded (CE-10). What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.answers.models import AnswerField
from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class Wording(Identified):
    """A text that `count` people gave, sealed under the key of the census; whose it is, is not kept.

    `digest` is the keyed hash of the text as it is compared. `code` of `listed` (occupation, industry) was found by `how`: by the
    list, where that was sure, or by a person; `unclear`: a person says that the text tells no code.
    """

    class How(models.TextChoices):
        LIST = "list"
        PERSON = "person"

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="wordings", db_index=False)
    listed = KeyField(max_length=12)
    digest = KeyField(max_length=64)
    text = AnswerField(subject="census_id", null=False)
    count = models.PositiveIntegerField()
    code = KeyField(max_length=8, blank=True)
    unclear = models.BooleanField(default=False)
    how = models.CharField(max_length=6, choices=How.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "listed", "digest"], name="one_wording_of_a_text"),
            models.CheckConstraint(
                condition=Q(how="", code="", unclear=False)
                | (~Q(how="") & Q(unclear=True, code=""))
                | (~Q(how="") & Q(unclear=False) & ~Q(code="")),
                name="wording_is_coded_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["census", "listed", "how", "-count"], name="wordings_to_code")]
