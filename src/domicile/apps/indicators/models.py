"""Figures of the register, and published figures that they are held against. Nobody is named in either."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.core.indicators.definitions import SUBJECTS


class Published(Identified):
    """A figure that somebody published of an area, for the days [start, end): of residents one day, of events a period.

    `code` is the area's code shortened to its level; where areas were put together their figures stand beside each other, and
    are added up. `relative_error` is the standard error as a share of the value, where
    the figure was published with it (a survey's).
    """

    code = KeyField(max_length=12)
    subject = models.CharField(max_length=9)
    start = models.DateField()
    end = models.DateField()
    value = models.PositiveBigIntegerField()
    relative_error = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=160)
    noted_by = models.UUIDField(null=True)
    noted_by_name = models.CharField(max_length=64, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "subject", "start"], name="published_of_an_area")]
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="published_of_a_day_or_more"),
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="published_of_a_known_subject"),
            models.CheckConstraint(
                condition=Q(relative_error__isnull=True) | Q(relative_error__gte=0, relative_error__lt=1),
                name="published_error_is_a_share",
            ),
        ]


class Measure(models.Model):
    """What a community's register came to in a month: `numerator` of `denominator`, and of how many independent units.

    `month` is its first day. Rows add up: those of communities that were put together stand beside each other. `source` is how
    the records came on file, or who reported; '' where that is not asked.
    """

    key = KeyField(max_length=24)
    community = KeyField(max_length=12)
    month = models.DateField()
    source = models.CharField(max_length=16, blank=True)
    numerator = models.PositiveBigIntegerField()
    denominator = models.PositiveBigIntegerField()
    units = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["community", "month", "key"], name="measure_of_a_community")]
        constraints = [
            models.CheckConstraint(condition=Q(numerator__lte=F("denominator")), name="a_measure_is_a_part"),
        ]
