"""Owners and managers of dwellings (PL-5), rentals and their tenants (PL-6). What each field serves:
apps/stored_fields.yaml."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.vault.fields import SealedField


class Holder(Identified):
    """Who owns, manages, lets or rents: a person of the register, a unit, or just a name with a number and a phone.

    A person and a unit are a holder once each. A name is not shared between offices: two of them may have the same
    number (`blind` finds them). A landlord gets no account and reports nobody.
    """

    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="holder")
    unit = models.OneToOneField(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="holder")
    name = KeyField(max_length=120, blank=True, db_index=True)
    document_kind = models.CharField(max_length=16, blank=True)
    number = SealedField(subject="id")
    blind = models.BinaryField(max_length=16, null=True, blank=True, db_index=True)
    phone = SealedField(subject="id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    (Q(person__isnull=False) & Q(unit__isnull=True) & Q(name=""))
                    | (Q(person__isnull=True) & Q(unit__isnull=False) & Q(name=""))
                    | (Q(person__isnull=True) & Q(unit__isnull=True) & ~Q(name=""))
                ),
                name="holder_is_a_person_a_unit_or_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | (Q(number__isnull=True) & Q(phone__isnull=True) & Q(blind__isnull=True)),
                name="only_a_named_holder_keeps_numbers",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, blind__isnull=True) | Q(number__isnull=False, blind__isnull=False),
                name="holder_number_is_findable",
            ),
        ]


class Holding(Identified):
    """A holder owns or manages a dwelling in [start, end); `share` is a percentage where several own it."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MANAGER = "manager"

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="holdings")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=8, choices=Role.choices)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="percent")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling", "holder", "role"],
                condition=Q(end__isnull=True),
                name="one_open_holding_of_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gt=F("start")),
                name="holding_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | (Q(share__gt=0) & Q(share__lte=100)), name="share_is_a_percentage"
            ),
            models.CheckConstraint(condition=Q(role__in=["owner", "manager"]), name="holding_role_is_known"),
        ]


class Rental(Identified):
    """A dwelling, or a part of it, let by a landlord. It goes on until `ended_on`, the first day it is not let.

    The contract runs in [contract_start, contract_end); without an end it is open-ended, without a start not known. A
    paper (and the official sheet) gives the last day, `last_day`: `contract_end` is the day after it.
    While a rental goes on, the use of its dwelling is one of LET_USES: the actions see to it, with the dwelling locked,
    and checks.py finds what an import left otherwise.
    """

    class Safety(models.TextChoices):
        SIGNED = "signed"
        UNSIGNED = "unsigned"
        UNKNOWN = "unknown"

    LET_USES = (
        Dwelling.Use.LET,
        Dwelling.Use.COMMERCIAL,
        Dwelling.Use.COLLECTIVE,
        Dwelling.Use.WORK_SHED,
        Dwelling.Use.OTHER,
    )

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="rentals")
    landlord = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="lets")
    part = models.CharField(max_length=40, blank=True, help_text="which room; empty: the whole dwelling")
    contract_start = models.DateField(null=True, blank=True)
    contract_end = models.DateField(null=True, blank=True)
    safety = models.CharField(max_length=8, choices=Safety.choices, default=Safety.UNKNOWN)
    safety_signed_on = models.DateField(null=True, blank=True)
    last_visit = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(contract_start__isnull=True)
                    | Q(contract_end__isnull=True)
                    | Q(contract_end__gt=F("contract_start"))
                ),
                name="contract_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=(
                    Q(contract_start__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("contract_start"))
                ),
                name="rental_ends_not_before_its_start",
            ),
            models.CheckConstraint(
                condition=Q(safety__in=["signed", "unsigned", "unknown"]), name="safety_statement_is_known"
            ),
            models.CheckConstraint(
                condition=Q(safety_signed_on__isnull=True) | Q(safety="signed"), name="a_signing_day_means_signed"
            ),
        ]
        indexes = [
            models.Index(fields=["contract_end"], condition=Q(ended_on__isnull=True), name="rental_contract_end")
        ]

    @property
    def last_day(self) -> dt.date | None:
        """The last day of the contract, as the paper gives it."""
        return self.contract_end - dt.timedelta(days=1) if self.contract_end else None


class Tenant(Identified):
    """A holder that rents."""

    rental = models.ForeignKey(Rental, on_delete=models.PROTECT, related_name="tenants", db_index=False)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="rents")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rental", "holder"], name="tenant_once_in_a_rental")]
