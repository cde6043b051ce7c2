"""Codes of households. What each field serves: apps/census/stored_fields.yaml."""

from django.db import models
from django.db.models import Q

from domicile.apps.census.listing.models import Household
from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified


class HouseholdCode(Identified):
    """A code that was handed to a household, to answer once. Only its keyed hash is kept.

    `at_door`: whoever gave it asks at doors there, showed it to be scanned and could have answered with it: such answers are
    asked again more often (selfenum/doors.py). A fresh one stops the one before. `instance` is the number of the form that it
    sent, `receipt` what the household was told: sent again, the same form gets the same receipt.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="codes", db_index=False)
    place_code = PlaceCodeField()
    digest = models.BinaryField(max_length=16)
    given_by = models.UUIDField()
    given_by_name = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    at_door = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    instance = KeyField(max_length=64, blank=True)
    receipt = KeyField(max_length=16, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="one_household_code_of_a_digest"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, receipt="") | (Q(used_at__isnull=False) & ~Q(receipt="")),
                name="used_code_has_a_receipt",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(stopped_at__isnull=True, used_at__isnull=True),
                name="one_open_code_of_a_household",
            ),
        ]
        indexes = [
            models.Index(fields=["household"], name="codes_of_household"),
            models.Index(fields=["place_code"], name="household_codes_of_area"),
        ]
