"""The ledger of living households: head, members, dwelling, grid, and how many are registered elsewhere."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields.columns import chosen, read
from domicile.apps.people.ledgers.persons import age_rule, years_before
from domicile.apps.people.ledgers.places import PlaceFilterSet
from domicile.apps.people.local.selectors import local_columns
from domicile.apps.people.models import HEAD, Household, Member, Person
from domicile.apps.people.selectors import words
from domicile.apps.places.words import USES
from domicile.apps.places.words import use as use_word
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.core.codes.areas import AREA_LENGTH, AreaCode


def households(viewer: Viewer) -> "QuerySet[Household]":
    """Living households of today inside the viewer's areas, by place and address."""
    rows = Household.objects.filter(side=Household.Side.LIVING, ended_on=None).select_related("dwelling")
    return restrict(rows, viewer, "dwelling__place_code").order_by("dwelling__place_code", "dwelling__sort_key", "id")


class HouseholdTable(Table):
    """One line a household."""

    columns = (
        Column(
            _("Head"), lambda row: row.head_name, lambda row: reverse("people:household", args=[row.pk]), key="head",
            official="户主",
        ),
        Column(_("Members"), lambda row: row.member_count, css="numbers", key="members", official="人数"),
        Column(_("Registered elsewhere"), lambda row: row.elsewhere or "", css="numbers", key="elsewhere"),
        Column(
            _("Dwelling"), lambda row: row.dwelling.address, order="dwelling__sort_key", key="address", official="本户地址"
        ),
        Column(
            _("Use"), lambda row: use_word(row.dwelling.use), order="dwelling__use", key="use", official="房屋用途"
        ),
        Column(_("Grid"), lambda row: row.place, order="dwelling__place_code", key="grid"),
        Column(_("Grid code"), lambda row: grid_code(row.dwelling.place_code), key="grid_code", shown=False,
               official="网格编码"),
        Column(_("Children"), lambda row: row.children or "", css="numbers", key="children", shown=False),
        Column(_("Elderly"), lambda row: row.elderly or "", css="numbers", key="elderly", shown=False),
        Column(_("Kind of household"), lambda row: words.coded("household_kind", row.kind), key="kind", shown=False,
               official="户类型"),
        Column(_("Floor area (m²)"), lambda row: row.dwelling.floor_area, css="numbers", key="area", shown=False,
               official="建筑面积"),
        Column(_("Rooms"), lambda row: row.dwelling.rooms, css="numbers", key="rooms", shown=False, official="间数"),
        Column(_("Formed on"), lambda row: row.formed_on, key="from", shown=False),
    )  # fmt: skip
    official = ("address", "grid_code", "head", "members", "kind", "use", "area", "rooms")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Two queries: the members of all rows, and the names of their places."""
        members: dict[uuid.UUID, list[Member]] = defaultdict(list)
        present = Member.objects.filter(household__in=[row.pk for row in rows], left_on=None)
        for member in present.select_related("person").only(
            "household_id", "relation", "person__name", "person__registration", "person__registered_code",
            "person__birth_date",
        ):  # fmt: skip
            members[member.household_id].append(member)
        places = trails({row.dwelling.place_code for row in rows}, from_level=5)
        today = timezone.localdate()
        child_after = years_before(today, age_rule("children_below_age"))
        elderly_by = years_before(today, age_rule("elderly_from_age"))
        for row in rows:
            own = members[row.pk]
            births = [member.person.birth_date for member in own if member.person.birth_date]
            row.children = sum(born > child_after for born in births)
            row.elderly = sum(born <= elderly_by for born in births)
            head = next((member for member in own if member.relation == HEAD), None)
            row.head = head
            row.head_name = words.name(head.person.name) if head else _("no head")
            row.member_count = len(own)
            row.elsewhere = sum(registered_elsewhere(member.person, row.dwelling.place_code) for member in own)
            row.place = in_one(places.get(row.dwelling.place_code, []))
        local = chosen(self.chosen)
        if local:
            read(rows, local, subject=attrgetter("dwelling_id"), place=attrgetter("dwelling.place_code"))
        return rows

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """Also the local fields of dwellings."""
        return {**cls.by_key(), **local_columns(viewer, "dwelling", within)}

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return [row.head.person_id for row in rows if row.head]


class HouseholdFilter(PlaceFilterSet):
    """By community or grid, use of the dwelling, and name of the head."""

    savable = {**PlaceFilterSet.savable, "use": ""}
    use = ChoiceFilter("dwelling__use", label=_("Use of the dwelling"), choices=USES.items, empty_label=_("all"))
    head = CharFilter(method="by_head", label=_("Name of the head, or its sound"), max_length=64)

    class Meta:
        model = Household
        fields = ("place", "use", "head")

    def by_head(self, rows: "QuerySet[Household]", name: str, value: str) -> "QuerySet[Household]":
        typed = "".join(value.split())
        field = "person__sound" if typed.isascii() else "person__name"
        heads = Member.objects.filter(prefix_q(field, typed.lower() if typed.isascii() else typed), relation=HEAD)
        return rows.filter(pk__in=heads.filter(left_on=None).values("household_id"))


class Households(Ledger):
    """The page."""

    heading, name = _("Ledger of households"), "households"
    about = _("Who lives together at which dwelling: head, members, use of the dwelling.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = HouseholdTable, HouseholdFilter
    source = staticmethod(households)
    empty_title = _("No households here")
    empty_help = _("Nothing matches the filter, or no households of your areas were imported or added yet.")


def grid_code(place_code: str) -> str:
    """The code of the grid; '' where none is known."""
    return "" if place_code.endswith("000") else place_code


def registered_elsewhere(person: Person, place_code: str) -> bool:
    """Whether the person is registered in another community, or abroad. What is known only roughly does not tell."""
    if person.registration == Person.Registration.ABROAD:
        return True
    code = person.registered_code[:AREA_LENGTH]
    if person.registration != Person.Registration.AREA or not code:
        return False
    return not place_code.startswith(AreaCode(code).prefix if len(code) == AREA_LENGTH else code)
