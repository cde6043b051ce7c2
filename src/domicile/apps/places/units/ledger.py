"""The ledger of units (单位信息表): by kind, place and employees lodged on site."""

import uuid
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields.columns import chosen, columns, read
from domicile.apps.places.models import Unit
from domicile.apps.places.units import selectors, words
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.core.codes.areas import NO_GRID

LODGED = (("yes", _("with employees lodged on site")), ("no", _("without")))
STATES = (("closed", _("closed down")), ("both", _("open and closed")))


class UnitTable(Table):
    """One line a unit; the phone is opened only where its column is shown."""

    columns = (
        Column(
            words.LABELS["name"], lambda row: row.name, lambda row: reverse("units:unit", args=[row.pk]), order="name",
            key="name", official="单位名称",
        ),
        Column(words.LABELS["kind"], lambda row: words.kind(row.kind), order="kind", key="kind", official="类型"),
        Column(words.LABELS["address"], lambda row: row.address, order="address", key="address", official="地址"),
        Column(_("Grid"), lambda row: row.place, order="place_code", key="grid"),
        Column(words.LABELS["responsible"], lambda row: row.responsible, key="responsible", official="负责人"),
        Column(
            words.LABELS["employees"], lambda row: row.employees, css="numbers", order="employees", key="employees",
            official="从业人数",
        ),
        Column(
            words.LABELS["lodged"], lambda row: row.lodged, css="numbers", order="lodged", key="lodged",
            official="住宿人数",
        ),
        Column(_("Phone"), lambda row: row.phone_text, css="numbers", key="phone", official="电话", shown=False),
        Column(
            words.LABELS["credit_code"], lambda row: row.credit_code, css="numbers", key="credit_code",
            official="统一社会信用代码", shown=False,
        ),
        Column(_("Grid code"), lambda row: grid_code(row), key="grid_code", official="网格编码", shown=False),
        Column(words.LABELS["in_use_from"], lambda row: row.in_use_from, order="in_use_from", key="from", shown=False),
        Column(words.LABELS["in_use_to"], lambda row: row.in_use_to, order="in_use_to", key="to", shown=False),
        Column(words.LABELS["remark"], lambda row: row.remark, key="remark", official="备注", shown=False),
    )  # fmt: skip
    official = ("name", "credit_code", "kind", "address", "grid_code", "responsible", "phone", "employees", "lodged",
                "remark")  # fmt: skip

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query for the names of places, one for the keys of phones where they are shown."""
        places = trails({row.place_code for row in rows}, from_level=5) if self.wants("grid") else {}
        phones = self.phones(viewer, rows) if self.wants("phone") else {}
        for row in rows:
            row.place = in_one(places.get(row.place_code, []))
            row.phone_text = phones.get(row.pk, "")
        local = chosen(self.chosen)
        if local:
            read(rows, local, subject=attrgetter("dwelling_id"), place=attrgetter("place_code"))
        return rows

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """Also the local fields of the dwellings that units are in."""
        own = cls.by_key()
        return (
            {**own, **columns(viewer, "dwelling", timezone.localdate(), within)} if viewer.may("view_dwelling") else own
        )

    def phones(self, viewer: Viewer, rows: Sequence[Unit]) -> dict[uuid.UUID, str]:
        """In full in a file of somebody who may see numbers, masked else."""
        return selectors.phones(rows, full=self.in_file and viewer.may("view_number_full"))


class UnitFilter(PlaceFilterSet):
    """By place, kind, employees lodged on site, open or closed, and name."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "kind": "", "lodged": "", "state": ""}
    kind = ChoiceFilter(
        method="by_kind", label=words.LABELS["kind"], choices=words.filter_choices, empty_label=_("all")
    )
    lodged = ChoiceFilter(method="by_lodged", label=words.LABELS["lodged"], choices=LODGED, empty_label=_("all"))
    state = ChoiceFilter(method="by_state", label=_("Open or closed"), choices=STATES, empty_label=_("open"))
    text = CharFilter(method="by_text", label=_("Name or address"), max_length=64)

    class Meta:
        model = Unit
        fields = ("place", "kind", "lodged", "state", "text")

    def filter_queryset(self, queryset: "QuerySet[Unit]") -> "QuerySet[Unit]":
        found: QuerySet[Unit] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(in_use_to=None)

    def by_kind(self, rows: "QuerySet[Unit]", name: str, value: str) -> "QuerySet[Unit]":
        return rows.filter(kind__in=words.small_places() if value == words.SMALL_PLACE else [value])

    def by_lodged(self, rows: "QuerySet[Unit]", name: str, value: str) -> "QuerySet[Unit]":
        return rows.filter(lodged__gt=0) if value == "yes" else rows.filter(Q(lodged=0) | Q(lodged=None))

    def by_state(self, rows: "QuerySet[Unit]", name: str, value: str) -> "QuerySet[Unit]":
        return rows.exclude(in_use_to=None) if value == "closed" else rows

    def by_text(self, rows: "QuerySet[Unit]", name: str, value: str) -> "QuerySet[Unit]":
        typed = value.strip()
        return rows.filter(Q(name__contains=typed) | Q(address__contains=typed))


class Units(Ledger):
    """The page. The units' contacts are named in it, so what is asked stands in no address."""

    heading, name = _("Ledger of units"), "units"
    about = _("Firms, shops, schools and offices, among them the nine small-place kinds, and who lodges in them.")
    permissions, shows_people = ("view_ledger", "view_dwelling"), True
    table, filterset = UnitTable, UnitFilter
    source = staticmethod(selectors.units)
    totals = {
        "employed": (words.LABELS["employees"], Sum("employees")),
        "lodging": (words.LABELS["lodged"], Sum("lodged")),
        "lodging_units": (_("Units with employees lodged"), Count("pk", filter=Q(lodged__gt=0))),
    }
    template_name = "places/units.html"
    empty_title = _("No units here")
    empty_help = _("Nothing matches the filter, or no units of your areas were imported or added yet.")

    def context(self, viewer: Viewer) -> dict[str, Any]:
        return {"may_change": viewer.may("propose_change") or viewer.may("apply_change")}


def grid_code(row: Unit) -> str:
    """The code of the grid; '' where none is known."""
    return "" if row.place_code.endswith(NO_GRID) else row.place_code
