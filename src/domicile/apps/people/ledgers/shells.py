"""Shell registrations (空挂户): who is still registered at a dwelling that is no longer there."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.ledgers.general import People
from domicile.apps.people.ledgers.persons import PersonTable
from domicile.apps.people.ledgers.places import PlaceFilterSet
from domicile.apps.people.models import Household, Member
from domicile.apps.screens.list import Column


def shells(viewer: Viewer) -> "QuerySet[Member]":
    """Registered at a dwelling out of use, or in a building out of use, by place; those of a household together."""
    today = timezone.localdate()
    gone = Q(household__dwelling__in_use_to__lte=today) | Q(household__dwelling__building__in_use_to__lte=today)
    rows = Member.objects.filter(gone, side=Household.Side.REGISTERED, left_on__isnull=True, household__ended_on=None)
    rows = rows.select_related("household__dwelling__building")
    return restrict(rows, viewer, "household__dwelling__place_code").order_by(
        "household__dwelling__place_code", "household_id", "id"
    )


class ShellTable(PersonTable):
    """People, with the dwelling that is gone beside where they live now."""

    fields = ()
    columns = (
        *PersonTable.columns[:1],
        Column(
            _("Registered at the demolished dwelling"),
            lambda row: row.row.household.dwelling.address,
            lambda row: reverse("people:dwelling", args=[row.row.household.dwelling_id]),
            key="shell",
        ),
        Column(
            _("Demolished"),
            lambda row: row.row.household.dwelling.in_use_to or row.row.household.dwelling.building.in_use_to,
            key="demolished",
        ),
        *PersonTable.columns[1:],
    )
    official = ()


class ShellFilter(PlaceFilterSet):
    """By the place of the dwelling that is gone."""

    place_field = "household__dwelling__place_code"


class Shells(People):
    """The page."""

    heading, name = _("Shell registrations"), "shells"
    about = _(
        "Who is still registered at a demolished dwelling: to help them move the registration to where they live."
    )
    table, filterset = ShellTable, ShellFilter
    source = staticmethod(shells)
    empty_title = _("No shell registrations here")
    empty_help = _("Nobody of your areas is registered at a dwelling that is marked as demolished.")
