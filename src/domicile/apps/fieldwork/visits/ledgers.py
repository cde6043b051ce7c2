"""The ledgers of visits and of rounds: by grid, day, worker and how they went. They name no resident."""

import uuid
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter

from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits import selectors, words
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.people.forms.base import DayInput
from domicile.apps.places.writing import building_address
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column

SEE = ("view_dwelling",)
FOUND = (("any", _("something found")), *words.MATTERS.items())


def _page(row: Any) -> str:
    return reverse("visits:visit", args=[row.pk])


class VisitTable(Table):
    """One line a visit of a dwelling."""

    columns = (
        Column(_("Dwelling"), lambda row: row.dwelling.address, _page, order="dwelling__address", key="address"),
        Column(_("Visited on"), lambda row: row.visited_on, css="short", order="visited_on", key="on"),
        Column(_("How it went"), lambda row: words.outcome(row.outcome), order="outcome", key="outcome"),
        Column(_("Who went"), lambda row: row.who, key="worker"),
        Column(_("Grid"), lambda row: row.place, order="place_code", key="grid"),
        Column(_("Told by"), lambda row: row.told, key="by", shown=False),
    )

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Two queries: who went, and the names of the grids."""
        who = selectors.workers({row.worker_id for row in rows})
        places = trails({row.place_code for row in rows}, from_level=5) if self.wants("grid") else {}
        for row in rows:
            row.who = who.get(row.worker_id, "")
            row.place = " ".join(places.get(row.place_code, []))
            row.told = words.told(row.form)
        return rows


class RoundTable(VisitTable):
    """One line a round of a building."""

    columns = (
        Column(_("Building"), lambda row: building_address(row.building), _page, key="building"),
        Column(_("Seen on"), lambda row: row.visited_on, css="short", order="visited_on", key="on"),
        Column(_("What was found"), lambda row: row.found or _("nothing"), key="matters"),
        Column(_("Where and what"), lambda row: row.what, key="what"),
        Column(_("Who went"), lambda row: row.who, key="worker"),
        Column(_("Grid"), lambda row: row.place, order="place_code", key="grid"),
    )

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query more: what was found."""
        for row in super().prepared(viewer, rows):
            row.found = words.matters([matter.kind for matter in row.matters.all()])
        return rows


class VisitFilter(PlaceFilterSet):
    """By grid, days, worker and how it went."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "outcome": "", "since": "", "until": ""}
    outcome = ChoiceFilter(label=_("How it went"), choices=words.AT_DOOR, empty_label=_("all"))
    worker = ChoiceFilter(method="by_worker", label=_("Who went"), empty_label=_("all"))
    since = DateFilter("visited_on", lookup_expr="gte", label=_("From day"), widget=DayInput)
    until = DateFilter("visited_on", lookup_expr="lte", label=_("To day"), widget=DayInput)

    class Meta:
        model = Visit
        fields = ("place", "outcome", "worker", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["worker"].extra["choices"] = selectors.workers_of(self.request.viewer)

    def by_worker(self, rows: "QuerySet[Visit]", name: str, value: str) -> "QuerySet[Visit]":
        return rows.filter(worker_id=uuid.UUID(value))


class RoundFilter(PlaceFilterSet):
    """By grid, days and what was found. Not by worker: a round is about places, nobody's way is followed."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "matter": "", "since": "", "until": ""}
    matter = ChoiceFilter(method="by_matter", label=_("What was found"), choices=FOUND, empty_label=_("all"))
    since = DateFilter("visited_on", lookup_expr="gte", label=_("From day"), widget=DayInput)
    until = DateFilter("visited_on", lookup_expr="lte", label=_("To day"), widget=DayInput)

    class Meta:
        model = Visit
        fields = ("place", "matter", "since", "until")

    def by_matter(self, rows: "QuerySet[Visit]", name: str, value: str) -> "QuerySet[Visit]":
        found = rows.filter(matters__isnull=False) if value == "any" else rows.filter(matters__kind=value)
        return found.distinct()


class Visits(Ledger):
    """The page of visits."""

    heading, name, permissions = _("Ledger of visits"), "visits", SEE
    about = _("Who went to which door when, and how it went. Nobody who lives there is named.")
    table, filterset = VisitTable, VisitFilter
    source = staticmethod(selectors.visits)
    totals = {
        "met": (_("Somebody was met"), Count("pk", filter=Q(outcome=Visit.Outcome.MET))),
        "away": (_("Nobody at home"), Count("pk", filter=Q(outcome=Visit.Outcome.NOT_AT_HOME))),
    }
    empty_title = _("No visits here yet")
    empty_help = _("They come from phones, or are entered on the card of a dwelling under “Change something”.")


class Rounds(Ledger):
    """The page of rounds."""

    heading, name, permissions = _("Ledger of rounds"), "rounds", SEE
    about = _("Which building was seen when, and what was found there: stairs, fire equipment, wires, gas, plates.")
    table, filterset = RoundTable, RoundFilter
    source = staticmethod(selectors.rounds)
    empty_title = _("No rounds here yet")
    empty_help = _("They come from phones, or are entered on the page of a building.")
