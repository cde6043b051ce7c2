"""The ledger of rentals (出租房屋台账)."""

import datetime as dt
import uuid
from collections.abc import Collection
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter

from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields.columns import chosen, read
from domicile.apps.people.forms.base import DayInput
from domicile.apps.people.local.selectors import local_columns
from domicile.apps.places.words import use as use_word
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.apps.tenure import selectors, words
from domicile.apps.tenure.holders import holder_lines
from domicile.apps.tenure.models import Holding, Rental
from domicile.core.codes.areas import NO_GRID

RENTAL = words.LABELS["tenure_rental"]
CONTRACTS = (
    ("ended", _("contract has ended")),
    ("30", _("ends within 30 days")),
    ("60", _("ends within 60 days")),
    ("90", _("ends within 90 days")),
    ("none", _("without an end on file")),
)
STATES = (("ended", _("ended")), ("both", _("going on and ended")))


class RentalTable(Table):
    """One line a rental; numbers are opened only where their columns are shown."""

    columns = (
        Column(
            _("Dwelling"), lambda row: row.dwelling.address, lambda row: reverse("tenure:rental", args=[row.pk]),
            order="dwelling__address", key="address", official="地址",
        ),
        Column(RENTAL["landlord_id"], lambda row: row.line.landlord.name, css="short", key="landlord"),
        Column(_("Tenants"), lambda row: "、".join(one.name for one in row.line.tenants), key="tenants",
               official="承租人"),
        Column(RENTAL["contract_start"], lambda row: row.contract_start, order="contract_start", css="short", key="from",
               official="合同开始"),
        Column(RENTAL["contract_end"], lambda row: row.last_day, order="contract_end", css="short", key="to",
               official="合同结束"),
        Column(_("State"), lambda row: row.state, css="short", key="state"),
        Column(RENTAL["safety"], lambda row: row.line.safety, order="safety", key="safety", official="安全责任书"),
        Column(RENTAL["last_visit"], lambda row: row.last_visit, order="last_visit", css="short", key="visit",
               official="最近走访"),
        Column(_("Grid"), lambda row: row.place, order="dwelling__place_code", key="grid"),
        Column(RENTAL["part"], lambda row: row.part, key="part", shown=False),
        Column(_("Grid code"), lambda row: grid_code(row), key="grid_code", official="网格编码", shown=False),
        Column(_("Use of the dwelling"), lambda row: use_word(row.dwelling.use), key="use", official="房屋用途",
               shown=False),
        Column(_("Floor area (m²)"), lambda row: row.dwelling.floor_area, css="numbers", key="area",
               official="建筑面积", shown=False),
        Column(_("Rooms"), lambda row: row.dwelling.rooms, css="numbers", key="rooms", official="间数", shown=False),
        Column(_("Owner"), lambda row: row.owner.name if row.owner else "", key="owner", official="产权人(单位)",
               shown=False),
        Column(_("Document number of the owner"), lambda row: row.owner.number if row.owner else "", css="numbers",
               key="owner_number", official="产权人证件号码", shown=False),
        Column(_("Phone of the owner"), lambda row: row.owner.phone if row.owner else "", css="numbers",
               key="owner_phone", official="产权人电话", shown=False),
        Column(_("Let"), lambda row: _now("no") if row.ended_on else _now("yes"), key="let", official="是否出租",
               shown=False),
        Column(_("Phones of the tenants"), lambda row: "、".join(filter(None, (one.phone for one in row.line.tenants))),
               css="numbers", key="tenant_phones", official="承租人电话", shown=False),
        Column(RENTAL["ended_on"], lambda row: row.ended_on, order="ended_on", key="ended", shown=False),
    )  # fmt: skip
    official = ("address", "grid_code", "use", "area", "rooms", "owner", "owner_number", "owner_phone", "let",
                "tenants", "tenant_phones", "from", "to", "safety", "visit")  # fmt: skip
    numbers = ("owner_number", "owner_phone", "tenant_phones")
    owners = ("owner", "owner_number", "owner_phone")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """At most seven queries: tenants, owners, who of them may be opened, keys of numbers, names of places."""
        today, full = timezone.localdate(), self.in_file and viewer.may("view_number_full")
        lines = selectors.rental_lines(viewer, rows, today=today, full=full, numbers=self.wants(*self.numbers))
        places = trails({row.dwelling.place_code for row in rows}, from_level=5) if self.wants("grid") else {}
        owners = self.owners_of(viewer, rows, full) if self.wants(*self.owners) else {}
        self.named = selectors.shown_persons(viewer, rows) + [row.person for row in owners.values() if row.person]
        for row, line in zip(rows, lines, strict=True):
            row.line, row.state = line, state(line)
            row.place = in_one(places.get(row.dwelling.place_code, []))
            row.owner = owners[row.dwelling_id].line if row.dwelling_id in owners else None
        local = chosen(self.chosen)
        if local:
            read(rows, local, subject=attrgetter("dwelling_id"), place=attrgetter("dwelling.place_code"))
        return rows

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """Also the local fields of dwellings."""
        return {**cls.by_key(), **local_columns(viewer, "dwelling", within)}

    def owners_of(self, viewer: Viewer, rows: list[Any], full: bool) -> dict[uuid.UUID, "_Owner"]:
        """The first owner on file of each dwelling."""
        held = Holding.objects.filter(dwelling__in={row.dwelling_id for row in rows}, role="owner", end=None)
        found = list(held.select_related("holder__person", "holder__unit").order_by("-id"))
        lines = holder_lines(viewer, [row.holder for row in found], full=full)
        named = viewer.may("view_person")
        return {row.dwelling_id: _Owner(lines[row.holder_id], row.holder.person_id if named else None) for row in found}

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return self.named


class _Owner:
    """An owner's line, and the person whom it names."""

    def __init__(self, line: Any, person: uuid.UUID | None) -> None:
        self.line, self.person = line, person


class RentalFilter(PlaceFilterSet):
    """By place, contract, safety statement, last visit, going on or ended, and name."""

    savable = {**PlaceFilterSet.savable, "contract": "", "safety": "", "not_visited_since": "", "state": ""}
    contract = ChoiceFilter(method="by_contract", label=_("Contract"), choices=CONTRACTS, empty_label=_("all"))
    safety = ChoiceFilter(label=RENTAL["safety"], choices=words.SAFETY.items, empty_label=_("all"))
    not_visited_since = DateFilter(method="by_visit", label=_("Not visited since"), widget=DayInput)
    state = ChoiceFilter(method="by_state", label=_("Going on or ended"), choices=STATES, empty_label=_("going on"))
    name = CharFilter(method="by_name", label=_("Name of landlord or tenant"), max_length=64)

    class Meta:
        model = Rental
        fields = ("place", "contract", "safety", "not_visited_since", "state", "name")

    def filter_queryset(self, queryset: "QuerySet[Rental]") -> "QuerySet[Rental]":
        found: QuerySet[Rental] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(ended_on=None)

    def by_contract(self, rows: "QuerySet[Rental]", name: str, value: str) -> "QuerySet[Rental]":
        today = timezone.localdate()
        if value == "none":
            return rows.filter(contract_end=None)
        if value == "ended":
            return rows.filter(contract_end__lte=today)
        return rows.filter(contract_end__gt=today, contract_end__lte=today + dt.timedelta(days=int(value)))

    def by_visit(self, rows: "QuerySet[Rental]", name: str, value: dt.date) -> "QuerySet[Rental]":
        return rows.filter(Q(last_visit=None) | Q(last_visit__lt=value))

    def by_state(self, rows: "QuerySet[Rental]", name: str, value: str) -> "QuerySet[Rental]":
        return rows.exclude(ended_on=None) if value == "ended" else rows

    def by_name(self, rows: "QuerySet[Rental]", name: str, value: str) -> "QuerySet[Rental]":
        if not self.request.viewer.may("view_person"):
            return rows.none()
        typed = "".join(value.split())
        found = Q(pk__in=[])
        for side in ("landlord", "tenants__holder"):
            found |= prefix_q(f"{side}__name", typed) | prefix_q(f"{side}__person__name", typed)
            found |= prefix_q(f"{side}__unit__name", typed)
        return rows.filter(pk__in=Rental.objects.filter(found).values("pk"))


class Rentals(Ledger):
    """The page."""

    heading, name = _("Ledger of rentals"), "rentals"
    about = _("What is let to whom, until when the contract runs, the safety statement and the last visit.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = RentalTable, RentalFilter
    source = staticmethod(selectors.rentals)
    totals = {
        "unsigned": (_("Safety statement not signed"), Count("pk", filter=~Q(safety="signed"))),
        "never": (_("Never visited"), Count("pk", filter=Q(last_visit=None))),
    }
    empty_title = _("No rentals here")
    empty_help = _("Nothing matches the filter, or no rentals of your areas were imported or added yet.")


def state(line: Any) -> str:
    """How a rental stands, in a word."""
    if line.rental.ended_on is not None:
        return _now("ended")
    return _now("contract has ended") if line.contract_over else _now("going on")


def grid_code(row: Rental) -> str:
    """The code of the dwelling's grid; '' where none is known."""
    code = row.dwelling.place_code
    return "" if code.endswith(NO_GRID) else code
