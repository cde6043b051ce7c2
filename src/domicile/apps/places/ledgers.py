"""Lists of places: buildings, streets and plates, also those that lack a plate. They name nobody."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, UUIDFilter

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import words
from domicile.apps.places.models import Building, Dwelling, OrderedPlate, Plate, PlateOrder, Street
from domicile.apps.places.selectors.addresses import read_address
from domicile.apps.places.writing import building_address
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.core.addresses.codes import CodeError, read, written

READ = ("view_dwelling",)
TABS = (
    ("places:buildings", _("Buildings")),
    ("places:streets", _("Streets")),
    ("places:plates", _("Plates")),
    ("places:orders", _("Plate orders")),
)


class PlaceLedger(Ledger):
    """What the lists of places share: the right to see dwellings, and the way from one list to the next."""

    permissions = export_permissions = READ
    template_name = "places/ledger.html"
    url_name = ""

    def context(self, viewer: Viewer) -> dict[str, Any]:
        may_keep = viewer.may("apply_change")
        return {
            "tabs": [(reverse(name), label, name == self.url_name) for name, label in TABS],
            "may_change": viewer.may("propose_change") or may_keep,
            "may_keep": may_keep and any(len(scope) <= 12 for scope in viewer.scopes),
            "at": self.url_name,
        }


def buildings(viewer: Viewer) -> "QuerySet[Building]":
    """Buildings inside the viewer's areas."""
    return restrict(Building.objects.select_related("number_plate"), viewer).order_by("place_code", "sort_key", "id")


class BuildingTable(Table):
    columns = (
        Column(
            _("Building"), building_address, lambda row: reverse("places:building", args=[row.pk]), order="key",
            key="address", official="楼栋地址",
        ),
        Column(_("Community or grid"), lambda row: row.place, order="place_code", key="place", official="社区网格"),
        Column(_("Number plate"), lambda row: row.plate_words, order="plate", key="plate", official="门牌号"),
        Column(_("Dwellings"), lambda row: row.homes, css="numbers", key="dwellings", official="房屋数"),
        Column(_("Code of the building"), lambda row: written(row.code), css="numbers", order="code", key="code",
               official="楼栋编码"),
        Column(_("In use until"), lambda row: row.in_use_to, order="in_use_to", key="to", shown=False),
    )  # fmt: skip
    official = ("address", "place", "plate", "dwellings", "code")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query for the numbers of dwellings, one for the names of places."""
        counted = Dwelling.objects.filter(building__in=rows, in_use_to=None).order_by().values_list("building_id")
        homes = dict(counted.annotate(Count("pk")))
        places = trails({row.place_code for row in rows}, from_level=5)
        for row in rows:
            row.homes = homes.get(row.pk, 0)
            row.place = in_one(places.get(row.place_code, []))
            row.plate_words = row.plate or str(_("none"))
        return rows


class BuildingFilter(PlaceFilterSet):
    """By place, street or code, whether it has a number plate, standing or demolished."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "plate": "", "state": ""}
    text = CharFilter(method="by_text", label=_("Street, address or code of a plate"), max_length=64)
    plate = ChoiceFilter(
        method="by_plate", label=_("Number plate"), empty_label=_("all"),
        choices=(("none", _("without a number plate")), ("has", _("with a number plate"))),
    )  # fmt: skip
    state = ChoiceFilter(
        method="by_state", label=_("State"), empty_label=_("standing"),
        choices=(("gone", _("demolished")), ("both", _("standing and demolished"))),
    )  # fmt: skip
    street = UUIDFilter(field_name="lies_on", label=_("Street"))

    class Meta:
        model = Building
        fields = ("place", "text", "plate", "state", "street")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["street"].widget = self.form.fields["street"].hidden_widget()

    def filter_queryset(self, queryset: "QuerySet[Building]") -> "QuerySet[Building]":
        found: QuerySet[Building] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(in_use_to=None)

    def by_text(self, rows: "QuerySet[Building]", name: str, value: str) -> "QuerySet[Building]":
        code = code_of(value)
        if code:
            return rows.filter(Q(code=code) | Q(number_plate__code=code) | Q(lies_on__code=code))
        parts = read_address(value)
        if parts is None or not parts.street:
            return rows.filter(Q(street__contains=value.strip()) | Q(name=value.strip()))
        rows = rows.filter(street=parts.street)
        rows = rows.filter(plate__in=[parts.plate, f"{parts.plate}号"]) if parts.plate else rows
        return rows.filter(key__endswith=f"|{parts.building}") if parts.building else rows

    def by_plate(self, rows: "QuerySet[Building]", name: str, value: str) -> "QuerySet[Building]":
        return rows.filter(plate="") if value == "none" else rows.exclude(plate="")

    def by_state(self, rows: "QuerySet[Building]", name: str, value: str) -> "QuerySet[Building]":
        return rows.exclude(in_use_to=None) if value == "gone" else rows


class Buildings(PlaceLedger):
    heading, name, url_name = _("Streets and buildings"), "buildings", "places:buildings"
    about = _("All buildings of your areas, with or without a number plate, and the dwellings in each.")
    table, filterset, source = BuildingTable, BuildingFilter, staticmethod(buildings)
    empty_title = _("No buildings here")
    empty_help = _("Nothing matches the filter, or no addresses of your areas were imported or added yet.")


def code_of(text: str) -> str:
    """The code in a typed or scanned text; a room's or an entrance's gives its building's. '' where it is none."""
    try:
        code = read(text)
    except CodeError:
        return ""
    return code.partition("U")[0]


def streets(viewer: Viewer) -> "QuerySet[Street]":
    """Streets on which buildings of the viewer's areas lie, with how many of them have no number."""
    inside = scope_q(viewer, "buildings__place_code")
    if inside is None:
        return Street.objects.none()
    standing = inside & Q(buildings__in_use_to=None)
    return (
        Street.objects.filter(pk__in=restrict(Building.objects.all(), viewer).order_by().values("lies_on"))
        .annotate(
            houses=Count("buildings", filter=standing),
            bare=Count("buildings", filter=standing & Q(buildings__plate="")),
        )
        .order_by("name", "code")
    )


class StreetTable(Table):
    columns = (
        Column(
            _("Street or compound"), lambda row: row.name, lambda row: reverse("places:street", args=[row.pk]),
            order="name", key="name", official="街路巷",
        ),
        Column(_("Kind of address element"), lambda row: words.element(row.kind), order="kind", key="kind", official="类别"),
        Column(_("Communities"), lambda row: row.where, key="where", official="社区"),
        Column(_("Buildings"), lambda row: row.houses, css="numbers", key="buildings", official="楼栋数"),
        Column(_("Without a number plate"), lambda row: row.bare, css="numbers", key="bare", official="无门牌楼栋数"),
        Column(_("Code of the street"), lambda row: written(row.code), css="numbers", order="code", key="code",
               official="街路巷编码"),
    )  # fmt: skip
    official = ("name", "kind", "where", "buildings", "bare", "code")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query for the communities of each street, one for their names."""
        held = restrict(Building.objects.filter(lies_on__in=rows), viewer).order_by("community_code")
        pairs = list(held.values_list("lies_on_id", "community_code").distinct())
        names = trails({code for _street, code in pairs}, from_level=5)
        for row in rows:
            own = [in_one(names.get(code, [code])) for street, code in pairs if street == row.pk]
            row.where = "、".join(own)
        return rows


class StreetFilter(PlaceFilterSet):
    """By place, name, and whether buildings on it lack a number."""

    savable = {**PlaceFilterSet.savable, "plate": ""}
    text = CharFilter(method="by_text", label=_("Name of the street"), max_length=64)
    plate = ChoiceFilter(
        method="by_plate", label=_("Number plates"), empty_label=_("all"),
        choices=(("some", _("some building has none")), ("none", _("no building has one"))),
    )  # fmt: skip

    class Meta:
        model = Street
        fields = ("place", "text", "plate")

    def by_place(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(pk__in=Building.objects.filter(prefix_q("place_code", value)).order_by().values("lies_on"))

    def by_text(self, rows: "QuerySet[Street]", name: str, value: str) -> "QuerySet[Street]":
        code = code_of(value)
        return rows.filter(code=code) if code else rows.filter(name__contains=value.strip())

    def by_plate(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        if value == "some":
            return rows.filter(bare__gt=0)
        # Not by `pk__in`: a building without a code lies on nothing, and no row is outside a list that holds NULL.
        return rows.filter(~Exists(Building.objects.filter(lies_on=OuterRef("pk"), in_use_to=None).exclude(plate="")))


class Streets(PlaceLedger):
    heading, name, url_name = _("Streets, lanes and compounds"), "streets", "places:streets"
    about = _("What buildings lie on: streets, lanes, compounds, villages and groups, with a code each.")
    table, filterset, source = StreetTable, StreetFilter, staticmethod(streets)
    empty_title = _("No streets here")
    empty_help = _("Nothing matches the filter, or codes were not given out yet: see the list of buildings.")


def plates(viewer: Viewer) -> "QuerySet[Plate]":
    """Number plates of buildings inside the viewer's areas."""
    held = restrict(Building.objects.filter(in_use_to=None), viewer).order_by().values("number_plate")
    return Plate.objects.filter(pk__in=held).select_related("street").order_by("code")


class PlateTable(Table):
    columns = (
        Column(
            _("Number plate"), lambda row: row.words, lambda row: row.url, key="plate", order="text", official="门牌",
        ),
        Column(_("Buildings at it"), lambda row: row.houses, key="buildings", official="楼栋"),
        Column(_("Code of the plate"), lambda row: written(row.code), css="numbers", order="code", key="code",
               official="门牌编码"),
        Column(_("On the wall"), lambda row: row.state, key="state", official="安装情况"),
    )  # fmt: skip
    official = ("plate", "buildings", "code", "state")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query for the buildings, one for the orders."""
        held = restrict(Building.objects.filter(number_plate__in=rows), viewer).order_by("sort_key")
        houses: dict[Any, list[Building]] = {}
        for building in held:
            houses.setdefault(building.number_plate_id, []).append(building)
        lines = OrderedPlate.objects.filter(code__in=[row.code for row in rows]).order_by("order__ordered_on", "pk")
        states = {line.code: words.plate_state(line) for line in lines}
        for row in rows:
            own = houses.get(row.pk, [])
            row.words = building_address(Building(street=row.street.name, plate=row.text, key=""))
            row.url = reverse("places:building", args=[own[0].pk]) if own else ""
            row.houses = "、".join(building.name for building in own if building.name) or ("1" if own else "")
            row.state = states.get(row.code) or str(_("never ordered"))
        return rows


class PlateFilter(PlaceFilterSet):
    """By place, street, and how far the plate has come."""

    savable = {**PlaceFilterSet.savable, "state": ""}
    text = CharFilter(method="by_text", label=_("Street or code of a plate"), max_length=64)
    state = ChoiceFilter(
        method="by_state", label=_("On the wall"), empty_label=_("all"),
        choices=(("never", _("never ordered")), ("ordered", _("ordered")), ("delivered", _("arrived")),
                 ("mounted", _("mounted"))),
    )  # fmt: skip

    class Meta:
        model = Plate
        fields = ("place", "text", "state")

    def by_place(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        held = Building.objects.filter(prefix_q("place_code", value), in_use_to=None).order_by()
        return rows.filter(pk__in=held.values("number_plate"))

    def by_text(self, rows: "QuerySet[Plate]", name: str, value: str) -> "QuerySet[Plate]":
        code = code_of(value)
        return rows.filter(code=code) if code else rows.filter(street__name__contains=value.strip())

    def by_state(self, rows: "QuerySet[Plate]", name: str, value: str) -> "QuerySet[Plate]":
        lines = OrderedPlate.objects.filter(code=OuterRef("code"))
        if value == "never":
            return rows.filter(~Exists(lines))
        wanted = {
            "ordered": lines.filter(delivered_on=None),
            "delivered": lines.exclude(delivered_on=None).filter(mounted_on=None),
            "mounted": lines.exclude(mounted_on=None),
        }[value]
        return rows.filter(Exists(wanted))


class Plates(PlaceLedger):
    heading, name, url_name = _("Number plates"), "plates", "places:plates"
    about = _("Every number that was given out, with its code, and whether its plate hangs on the wall.")
    table, filterset, source = PlateTable, PlateFilter, staticmethod(plates)
    empty_title = _("No number plates here")
    empty_help = _("Nothing matches the filter, or codes were not given out yet: see the list of buildings.")


def orders(viewer: Viewer) -> "QuerySet[PlateOrder]":
    """Orders of plates inside the viewer's areas, the latest first, with how far they have come."""
    rows = restrict(PlateOrder.objects.all(), viewer).annotate(
        plates=Count("lines"),
        delivered=Count("lines", filter=~Q(lines__delivered_on=None)),
        mounted=Count("lines", filter=~Q(lines__mounted_on=None)),
    )
    return rows.order_by("-ordered_on", "-id")


class OrderTable(Table):
    columns = (
        Column(
            _("Ordered on"), lambda row: row.ordered_on, lambda row: reverse("places:order", args=[row.pk]),
            order="ordered_on", key="on", official="下单日期",
        ),
        Column(_("Community"), lambda row: row.place, key="place", order="place_code", official="社区"),
        Column(_("Plates"), lambda row: row.plates, css="numbers", key="plates", official="牌数"),
        Column(_("Arrived"), lambda row: row.delivered, css="numbers", key="delivered", official="已到货"),
        Column(_("Mounted"), lambda row: row.mounted, css="numbers", key="mounted", official="已安装"),
        Column(_("Note for the maker"), lambda row: row.note, key="note", official="备注"),
    )  # fmt: skip
    official = ("on", "place", "plates", "delivered", "mounted", "note")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query for the names of communities."""
        names = trails({row.place_code for row in rows}, from_level=5)
        for row in rows:
            row.place = in_one(names.get(row.place_code, []))
        return rows


class OrderFilter(PlaceFilterSet):
    """By place and state."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "state": ""}
    state = ChoiceFilter(
        method="by_state", label=_("State"), empty_label=_("all"),
        choices=(("open", _("not all mounted")), ("done", _("all mounted"))),
    )  # fmt: skip

    class Meta:
        model = PlateOrder
        fields = ("place", "state")

    def by_state(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        waiting = OrderedPlate.objects.filter(order=OuterRef("pk"), mounted_on=None)
        return rows.filter(~Exists(waiting) if value == "done" else Exists(waiting))


class Orders(PlaceLedger):
    heading, name, url_name = _("Plate orders"), "plate_orders", "places:orders"
    about = _("Which plates were ordered from the maker, and how far they have come.")
    table, filterset, source = OrderTable, OrderFilter, staticmethod(orders)
    empty_title = _("No plates were ordered yet")
    empty_help = _("Order those that are lacking in one go: choose a community and the kinds of plates.")
