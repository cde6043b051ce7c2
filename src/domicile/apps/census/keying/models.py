"""Paper forms as they were keyed. What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.answers.models import Answer, AnswerField, Envelope
from domicile.apps.census.listing.models import Household
from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified


class Sheet(Identified):
    """One paper form that was keyed. `first` and `second` are the content as each keyed it, sealed.

    Where `twice`, a second person keys it without seeing the first; where the two differ, a third look at the paper decides item
    by item. Its answer is received once that is done: before, nothing of it counts. `compared` items were keyed by both; in
    `wrong` of them the first was wrong by what was decided.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_code = PlaceCodeField()
    form = models.CharField(max_length=8, choices=Answer.Form.choices)
    twice = models.BooleanField(default=False)
    keyed_by = models.UUIDField()
    keyed_at = models.DateTimeField()
    first = AnswerField(null=False)
    second_by = models.UUIDField(null=True, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    second = AnswerField()
    decided_by = models.UUIDField(null=True, blank=True)
    compared = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    answer = models.ForeignKey(Answer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(twice=True), name="second_keying_where_it_was_drawn"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=models.F("keyed_by")), name="two_keyers_are_two"
            ),
            models.CheckConstraint(condition=Q(wrong__lte=models.F("compared")), name="wrong_items_were_compared"),
        ]
        indexes = [
            models.Index(fields=["household"], name="sheets_of_household"),
            models.Index(fields=["place_code", "keyed_at"], name="sheets_that_wait", condition=Q(answer__isnull=True)),
        ]
