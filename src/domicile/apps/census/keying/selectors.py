"""Households whose paper forms are keyed, forms that wait for a second keying or a decision, and how often keying errs."""

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.census.keying import actions
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer
from domicile.core.enumeration import Difference, compared, forms
from domicile.core.sampling.wilson import Interval, wilson

MOST, MOST_PRINTED = 50, 60
DOORS = ("dwelling__building__number", "dwelling__number", "serial")
LEVEL = 0.95


def found(viewer: Viewer, census: Census, text: str) -> list[Household]:
    """Households by what stands on the form: its QR code (a key), or building, door and area code, divided by blanks.

    At most 50, in the order of their doors.
    """
    viewer.require(actions.PERMISSION)
    rows = restrict(Household.objects.filter(census=census, ended_on=None), viewer)
    try:
        rows = rows.filter(pk=uuid.UUID(text.strip()))
    except ValueError:
        for word in text.split()[:6]:
            rows = rows.filter(
                Q(dwelling__building__address__contains=word)
                | Q(dwelling__building__number=word)
                | Q(dwelling__number=word)
                | Q(place_code=word)
            )
    return list(rows.select_related("dwelling__building").order_by(*DOORS)[:MOST])


def to_print(
    viewer: Viewer, census: Census, household_id: uuid.UUID | None, place_code: str, begin: int
) -> list[Household]:
    """One household, or those of an area in the order of their doors, from the `begin`th on; printed on record."""
    viewer.require(actions.PERMISSION)
    rows = restrict(Household.objects.filter(census=census, ended_on=None), viewer)
    rows = rows.filter(pk=household_id) if household_id is not None else rows.filter(place_code=place_code)
    found = rows.select_related("census", "dwelling__building").order_by(*DOORS)[begin : begin + MOST_PRINTED]
    shown = list(found)
    if shown:
        record_look(viewer, question="print_census_forms", persons=[one.pk for one in shown])
    return shown


def waiting(viewer: Viewer, census: Census) -> "QuerySet[Sheet]":
    """Forms that wait for a second keying, the oldest first; not those that the viewer keyed."""
    rows = Sheet.objects.filter(household__census=census, twice=True, second_by=None, answer=None)
    rows = restrict(rows, viewer)
    if viewer.user_id is not None:
        rows = rows.exclude(keyed_by=viewer.user_id)
    return rows.select_related("household__dwelling__building").order_by("keyed_at", "pk")


def differing(viewer: Viewer, census: Census) -> "QuerySet[Sheet]":
    """Forms of which two keyings differ and nobody has decided, the oldest first; not those that the viewer keyed."""
    rows = Sheet.objects.filter(household__census=census, second_by__isnull=False, answer=None)
    if viewer.user_id is not None:
        rows = rows.exclude(keyed_by=viewer.user_id).exclude(second_by=viewer.user_id)
    return restrict(rows, viewer).select_related("household__dwelling__building").order_by("second_at", "pk")


def sheet(viewer: Viewer, sheet_id: uuid.UUID) -> Sheet:
    """A keyed form of the viewer's areas. Raises OutOfReach."""
    rows = restrict(Sheet.objects.filter(pk=sheet_id), viewer)
    row = rows.select_related("household__census", "household__dwelling__building").first()
    if row is None:
        raise OutOfReach([])
    return row


def differences(viewer: Viewer, row: Sheet) -> list[Difference]:
    """Where the two keyings of a form differ; looked at on record. Raises Refused for either of the two who keyed."""
    viewer.require(actions.DECIDING)
    actions.check_third(viewer, row)
    record_look(viewer, question="keying_differences", persons=[row.household_id])
    return compared(forms()[row.form], actions.first_of(row), actions.second_of(row))[1]


@dataclass(frozen=True, slots=True)
class Errors:
    """Items keyed twice, how many of them the first had wrong, and the share with its interval at 95 %.

    The interval takes items as if they were keyed one by one; errors that come together on a form make it a little wider.
    """

    sheets: int
    items: int
    wrong: int
    share: float
    interval: Interval


def errors(viewer: Viewer, census: Census) -> Errors:
    """How often keying errs, of the forms in the viewer's areas that were keyed twice and are decided. One query."""
    rows = Sheet.objects.filter(household__census=census, second_by__isnull=False, answer__isnull=False)
    told = restrict(rows, viewer).aggregate(items=Sum("compared"), wrong=Sum("wrong"))
    items, wrong = told["items"] or 0, told["wrong"] or 0
    share = wrong / items if items else 0.0
    return Errors(restrict(rows, viewer).count(), items, wrong, share, wilson(share, items, LEVEL))
