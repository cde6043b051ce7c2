"""The ledger of vital events (出生、死亡、婚姻登记簿)."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.forms.base import DayInput
from domicile.apps.people.selectors import words as people_words
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.apps.vault.sealing import open_many
from domicile.apps.vitals import words
from domicile.apps.vitals.models import OutsideBirth, State, VitalEvent, VitalNamed, VitalPaper, VitalQuestion

YES_NO = (("yes", _("yes")), ("no", _("no")))
STATES = (("annulled", _("registered in error")), ("all", _("all")))
OPEN_PAPER = Exists(VitalPaper.objects.filter(event=OuterRef("pk"), seen_on=None))


def events(viewer: Viewer) -> "QuerySet[VitalEvent]":
    """Events registered in the viewer's areas, the latest first."""
    rows = VitalEvent.objects.select_related("person").annotate(missing=OPEN_PAPER)
    return restrict(rows, viewer, "code").order_by("-registered_on", "-id")


def asked_of(viewer: Viewer) -> "QuerySet[VitalEvent]":
    """Births elsewhere about which a place of the viewer's areas is asked and has not answered."""
    open_ones = restrict(VitalQuestion.objects.filter(answer="").exclude(to_code=""), viewer, "to_code")
    rows = VitalEvent.objects.select_related("person").filter(state=State.COUNTS, pk__in=open_ones.values("event_id"))
    return rows.annotate(missing=OPEN_PAPER).order_by("-registered_on", "-id")


class VitalTable(Table):
    """One line an event, by whose it is."""

    columns = (
        Column(_("Who"), lambda row: row.who, lambda row: reverse("vitals:event", args=[row.pk]), key="who", official="姓名"),
        Column(_("Kind of event"), lambda row: str(words.KINDS[row.kind]), key="kind", official="登记事项"),
        Column(_("Day"), lambda row: words.day(row.day.isoformat(), row.precision), order="day", css="short", key="day",
               official="发生日期"),
        Column(_("Where it happened"), lambda row: row.place, key="place", official="发生地点"),
        Column(_("Others named"), lambda row: row.others, key="others", official="相关人员"),
        Column(_("Registered on"), lambda row: row.registered_on, order="registered_on", css="short", key="registered",
               official="登记日期"),
        Column(_("Registered late"), lambda row: _now("late") if row.late else "", css="short", key="late",
               official="是否逾期"),
        Column(_("Papers"), lambda row: _now("missing") if row.missing else _now("complete"), css="short", key="papers",
               official="材料"),
        Column(_("Grid"), lambda row: row.area, key="area", official="登记网格"),
        Column(_("State"), lambda row: str(words.STATES[row.state]), key="state", shown=False),
        Column(_("Registered by"), lambda row: row.registered_by_name, key="by", official="经办人", shown=False),
    )  # fmt: skip
    official = ("who", "kind", "day", "place", "others", "registered", "late", "papers", "area", "by")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Two queries: who else is named, and the names of places."""
        parties: dict[uuid.UUID, list[VitalNamed]] = {row.pk: [] for row in rows}
        for party in VitalNamed.objects.select_related("person").filter(event_id__in=parties).order_by("role", "pk"):
            parties[party.event_id].append(party)
        places = trails({row.code for row in rows}, from_level=5)
        self.named = [row.person_id for row in rows if row.person_id]
        self.named += [one.person_id for found in parties.values() for one in found if one.person_id]
        for row in rows:
            row.who = people_words.name(row.person.name) if row.person else _now("taken off file")
            row.others = people_words.listed(
                people_words.name(one.person.name) if one.person else one.name for one in parties[row.pk]
            )
            row.area = in_one(places.get(row.code, []))
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return self.named


class VitalFilter(PlaceFilterSet):
    """By place, kind, period, late, papers missing; those that count, unless told otherwise."""

    place_field = "code"
    savable = {**PlaceFilterSet.savable, "kind": "", "since": "", "until": "", "late": "", "papers": "", "state": ""}
    kind = ChoiceFilter(label=_("Kind of event"), choices=list(words.KINDS.items()), empty_label=_("all"))
    since = DateFilter("registered_on", lookup_expr="gte", label=_("Registered from"), widget=DayInput)
    until = DateFilter("registered_on", lookup_expr="lte", label=_("Registered until"), widget=DayInput)
    late = ChoiceFilter(method="by_late", label=_("Registered late"), choices=YES_NO, empty_label=_("all"))
    papers = ChoiceFilter(method="by_papers", label=_("Papers missing"), choices=YES_NO, empty_label=_("all"))
    state = ChoiceFilter(method="by_state", label=_("State"), choices=STATES, empty_label=_("registered"))

    class Meta:
        model = VitalEvent
        fields = ("place", "kind", "since", "until", "late", "papers", "state")

    def filter_queryset(self, queryset: "QuerySet[VitalEvent]") -> "QuerySet[VitalEvent]":
        found: QuerySet[VitalEvent] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=State.COUNTS)

    def by_late(self, rows: "QuerySet[VitalEvent]", name: str, value: str) -> "QuerySet[VitalEvent]":
        return rows.filter(late=value == "yes")

    def by_papers(self, rows: "QuerySet[VitalEvent]", name: str, value: str) -> "QuerySet[VitalEvent]":
        return rows.filter(OPEN_PAPER if value == "yes" else ~OPEN_PAPER)

    def by_state(self, rows: "QuerySet[VitalEvent]", name: str, value: str) -> "QuerySet[VitalEvent]":
        return rows if value == "all" else rows.filter(state=value)


class VitalLedger(Ledger):
    """What was registered here."""

    heading, name = _("Ledger of vital events"), "vitals"
    about = _("Births, deaths, marriages, divorces and adoptions that were registered here, and papers still missing.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = VitalTable, VitalFilter
    source = staticmethod(events)
    totals = {"late": (_("Registered late"), Count("pk", filter=Q(late=True)))}
    empty_title = _("No vital events here")
    empty_help = _(
        "Nothing matches the filter. A birth is registered from the card of a household, all else from that of a person."
    )


class Asked(Ledger):
    """Births elsewhere about which this place is asked."""

    heading, name = _("Births elsewhere of people registered here"), "vitals_asked"
    about = _("A place where the parents live asks whether they are registered here. Answer in good time.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = VitalTable, None
    source = staticmethod(asked_of)
    empty_title = _("No question is open")


def asked_by_registers(viewer: Viewer) -> "QuerySet[OutsideBirth]":
    """Births in other registers about which a place of the viewer's areas is asked and has not answered."""
    rows = restrict(OutsideBirth.objects.select_related("peer").prefetch_related("parents"), viewer, "to_code")
    return rows.filter(answer="").order_by("due_on", "id")


class OutsideTable(Table):
    """One line a birth, by its parents: nobody on it is on file here by it."""

    columns = (
        Column(_("Parents"), lambda row: row.named or "—",
               lambda row: reverse("vitals:answer_outside", args=[row.pk]), key="parents", official="父母姓名"),
        Column(_("Child"), lambda row: row.called, key="child", official="婴儿姓名"),
        Column(_("Born on"), lambda row: words.day(row.day.isoformat(), row.precision), css="short", key="day",
               official="出生日期"),
        Column(_("Asking register"), lambda row: row.peer.name, key="by", official="询问单位"),
        Column(_("Registered late"), lambda row: _now("late") if row.late else "", css="short", key="late",
               official="是否逾期"),
        Column(_("Papers"), lambda row: _now("missing") if row.missing else _now("complete"), css="short", key="papers",
               official="材料"),
        Column(_("Answer due on"), lambda row: row.due_on, order="due_on", css="short", key="due", official="答复期限"),
    )  # fmt: skip
    official = ("parents", "child", "day", "by", "late", "papers", "due")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """Two queries: the keys of what is sealed."""
        parents = [one for row in rows for one in row.parents.all()]
        names, children = open_many(parents, "name"), open_many(rows, "child")
        for row in rows:
            row.named = people_words.listed(filter(None, (names[one.pk] for one in row.parents.all())))
            row.called = people_words.name(children[row.pk])
        return rows


class AskedOutside(Ledger):
    """Births in other registers about which this place is asked."""

    heading, name = _("Births in other registers of people registered here"), "births_outside"
    about = _("Another register asks whether the parents are registered here. Answer in good time.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = OutsideTable, None
    source = staticmethod(asked_by_registers)
    empty_title = _("No question is open")
