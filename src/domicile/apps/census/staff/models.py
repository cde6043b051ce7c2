"""Who works for a census (CE-3). Posts, who holds them, courses, tests and pay are the engine's (apps/staffing)."""

from django.db import models
from django.db.models import F, Q

from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.staffing.models import Worker


class Recruit(Identified):
    """A worker who was won for a census; a `reserve` is called when somebody drops out.

    `near_code` is the area that the worker knows: an enumeration area, or a census area followed by 000. It is no address.
    Without the day on which the undertaking of confidentiality was signed nobody is given an area. The accident cover holds in
    [insured_from, insured_until). `left_on` is the first day not there any more.
    """

    class Duty(models.TextChoices):
        ENUMERATOR = "enumerator"
        SUPERVISOR = "supervisor"

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="recruits", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="recruited")
    duty = models.CharField(max_length=10, choices=Duty.choices)
    reserve = models.BooleanField(default=False)
    near_code = PlaceCodeField(db_index=True)
    recruited_on = models.DateField()
    undertaking_signed_on = models.DateField(null=True, blank=True)
    badge_given_on = models.DateField(null=True, blank=True)
    insurer = models.CharField(max_length=64, blank=True)
    insured_from = models.DateField(null=True, blank=True)
    insured_until = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["census", "worker"], name="recruited_once_for_a_census"),
            models.CheckConstraint(condition=Q(duty__in=["enumerator", "supervisor"]), name="duty_of_recruit_is_known"),
            models.CheckConstraint(
                condition=Q(insured_from__isnull=True, insured_until__isnull=True)
                | Q(insured_from__isnull=False, insured_until__gt=F("insured_from")),
                name="accident_cover_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("recruited_on")),
                name="recruit_leaves_after_coming",
            ),
        ]
