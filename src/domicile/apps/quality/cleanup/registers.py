"""The registers of a clean-up: one ledger a list, to be read, taken along and printed (xlsx, CSV, PDF)."""

import uuid
from collections.abc import Callable, Collection
from operator import attrgetter
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.ledgers.persons import Stored
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.ledger_lines import ledger_lines
from domicile.apps.quality.cleanup import selectors, words
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column
from domicile.apps.sources import sides
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.selectors import visible

STATES = (
    ("open", words.STATES["open"]), ("waiting", words.STATES["waiting"]), ("left", _("not settled")),
    ("settled", _("settled or no longer so")), ("all", _("all")),
)  # fmt: skip


class CaseTable(Table):
    """One line a case, by the page on which it is worked off."""

    columns = (
        Column(
            pgettext_lazy("person", "Name"), attrgetter("name"), lambda row: reverse("cleanup:case", args=[row.pk]), css="short",
            key="name", official="姓名",
        ),
        Column(_("Sex"), lambda row: row.sex, css="short", key="sex", official="性别"),
        Column(_("Born"), lambda row: row.born, css="short", key="born", official="出生日期"),
        Column(_("Identity number"), lambda row: row.number, css="short tabular", key="number", official="证件号码", shown=False),
        Column(_("Registered at"), lambda row: row.registered, key="registered", official="户籍地址"),
        Column(_("Dwelling"), lambda row: row.address, key="address", official="现住址"),
        Column(_("Grid"), lambda row: row.grid, key="grid", official="网格"),
        Column(_("Why it is here"), lambda row: row.why, key="why", official="列入原因"),
        Column(_("How it came out"), lambda row: row.said, key="outcome", official="核查结果"),
        Column(_("State"), lambda row: str(words.STATES[row.state]), order="state", css="short", key="state", official="状态"),
        Column(_("Note"), lambda row: row.note, key="note", shown=False, official="备注"),
        Column(_("By"), lambda row: row.said_by_name, css="short", key="by", shown=False, official="核查人"),
        Column(_("Date"), lambda row: row.said_on, order="said_on", css="short", key="on", shown=False, official="核查日期"),
        Column(_("First seen"), lambda row: row.first_seen, order="first_seen", css="short", key="since", shown=False),
    )  # fmt: skip
    official = ("name", "sex", "born", "number", "registered", "address", "why", "outcome", "by", "on", "note")

    @classmethod
    def narrow(cls, found: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows with whom they are about as `stored`."""
        return super().narrow(found.annotate(stored=Stored("person_id")))

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """A fixed number of queries: the people inside the viewer's areas, rows of outside lists, names of places."""
        seen = visible(viewer, [row.person_id for row in rows if row.person_id])
        self.named, shown = seen, set(seen)
        full = self.in_file and viewer.may("view_number_full")
        people = ledger_lines(
            viewer, {row.stored: row.person_id for row in rows if row.person_id in shown}, today=timezone.localdate(),
            numbers=self.wants("number"), full=full,
        )  # fmt: skip
        by_id = {line.person_id: line for line in people.values()}
        outside = [row.subject for row in rows if row.person_id is None]
        told = sides.said(list(ListRow.objects.filter(pk__in=outside))) if outside else {}
        places = trails({row.place_code for row in rows}, from_level=5)
        for row in rows:
            _fill(row, by_id.get(row.person_id), told.get(row.subject, {}))
            row.grid = in_one(places.get(row.place_code, []))
            row.why, row.said = words.why(row.evidence), words.outcome(row.outcome)
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return self.named


def _fill(row: Any, line: Any, told: dict[str, str]) -> None:
    """What the register says of somebody, else what the outside list does; nothing of who lies outside the areas."""
    if line is not None:
        row.name, row.sex, row.born, row.number = line.name, line.sex, line.born, line.number
        row.registered, row.address = line.registered, line.address
        return
    row.name = people_words.name(told.get("name", "")) if told else "—"
    row.sex, row.born = people_words.sex(told.get("sex", "")), told.get("birth_date", "") or told.get("day", "")
    row.number, row.registered, row.address = "", "", told.get("address", "")


class CaseFilter(PlaceFilterSet):
    """By clean-up, place and state; what is not settled, unless told otherwise."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "state": ""}
    round = ChoiceFilter(label=_("Clean-up"), empty_label=_("all"))
    state = ChoiceFilter(method="by_state", label=_("State"), choices=STATES, empty_label=_("not settled"))

    class Meta:
        model = CleanupCase
        fields = ("round", "place", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = selectors.rounds(self.request.viewer)
        self.filters["round"].extra["choices"] = [(str(one.pk), one.name) for one in rounds]

    def filter_queryset(self, queryset: "QuerySet[CleanupCase]") -> "QuerySet[CleanupCase]":
        found: QuerySet[CleanupCase] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state__in=selectors.LEFT)

    def by_state(self, rows: "QuerySet[CleanupCase]", name: str, value: str) -> "QuerySet[CleanupCase]":
        if value in ("left", "settled"):
            return rows.filter(state__in=selectors.LEFT if value == "left" else selectors.SETTLED)
        return rows.filter(Q() if value == "all" else Q(state=value))


def listed(key: str) -> Callable[[Viewer], "QuerySet[CleanupCase]"]:
    """The cases of a list inside the viewer's areas, by place."""

    def rows(viewer: Viewer) -> "QuerySet[CleanupCase]":
        found = CleanupCase.objects.filter(listed=key)
        return restrict(found, viewer).order_by("place_code", "id")

    return rows


class Register(Ledger):
    """One list of a clean-up."""

    list_key: ClassVar[str] = ""
    permissions, shows_people = ("view_ledger",), True
    table, filterset = CaseTable, CaseFilter
    signatures = (_("Checked by"), _("Signed by"), _("Date"))
    empty_title = _("Nobody on this list")
    empty_help = _("Nothing is left here, or the lists of the clean-up were not made yet.")


def _told(key: str, part: str) -> str:
    return words.said(getattr(lists()[key], part))


_lazy = lazy(_told, str)
#: A register for each list, by its key.
REGISTERS: dict[str, type[Register]] = {
    key: type(
        f"Register{key.title()}", (Register,),
        {
            "list_key": key, "name": f"cleanup_{key}", "heading": _lazy(key, "name"), "about": _lazy(key, "todo"),
            "source": staticmethod(listed(key)), "__doc__": f"The register of {key}.", "__module__": __name__,
        },
    )
    for key in lists()
}  # fmt: skip
