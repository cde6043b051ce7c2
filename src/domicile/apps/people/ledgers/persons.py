"""The table of people that ledgers of persons share, and the rows of who lives in an area.

A row is anything with a `person_id` (a tie to an area, a stay, a membership), of which no more than that is read; what the
columns say is read for all rows together, and numbers and phones are opened only where their column is shown.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, ClassVar

from django.db.models import CharField, Func, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields.columns import chosen, read
from domicile.apps.people.local.selectors import local_columns
from domicile.apps.people.models import Visibility
from domicile.apps.people.scope import home_codes
from domicile.apps.people.selectors.ledger_lines import Ids, LedgerLine, ledger_lines
from domicile.apps.screens.list import Column
from domicile.apps.screens.table import Table
from domicile.core.policy.parameters import parameter


def living(viewer: Viewer) -> "QuerySet[Visibility]":
    """A row for each place of the viewer's areas that somebody lives at, by place; people of a home stand together."""
    rows = Visibility.objects.filter(why=Visibility.Why.LIVES)
    return restrict(rows, viewer, "code").order_by("code", "person_id", "id")


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years earlier; 1 March for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 3, 1)


def age_rule(name: str) -> int:
    """A rule of parameters/ledgers.yaml as it holds today."""
    return int(parameter(f"ledgers.{name}", timezone.localdate()))


def person_url(row: Any) -> str:
    return reverse("people:person", args=[row.person_id])


class Stored(Func):
    """An id as the engine keeps it, for those who read many: to make each an id takes longer than to read it."""

    template = "%(expressions)s"
    output_field = CharField()


class PersonTable(Table):
    """One line a person. The official layout is that of the sheet of people of a dwelling (住户人口信息采集表).

    Columns read a LedgerLine; the row it belongs to is its `row`.
    """

    fields: ClassVar[Sequence[str]] = ("pk", "stored")

    columns: ClassVar[Sequence[Column]] = (
        Column(pgettext_lazy("person", "Name"), attrgetter("name"), person_url, css="short", key="name", official="姓名"),
        Column(_("Sex"), attrgetter("sex"), css="short", key="sex", official="性别"),
        Column(_("Age"), attrgetter("age"), css="numbers", key="age"),
        Column(_("Born"), attrgetter("born"), css="short", key="born", official="出生日期", shown=False),
        Column(_("Identity number"), attrgetter("number"), css="short tabular", key="number", official="身份证号"),
        Column(_("Situation"), attrgetter("situation"), key="situation"),
        Column(_("Dwelling"), attrgetter("address"), attrgetter("home_url"), key="address", official="本户地址"),
        Column(_("Grid"), attrgetter("place"), key="grid"),
        Column(_("Grid code"), attrgetter("grid_code"), key="grid_code", official="网格编码", shown=False),
        Column(_("Relation to the head"), attrgetter("relation"), key="relation", official="与户主关系", shown=False),
        Column(_("Phone"), attrgetter("phone"), css="tabular", key="phone", official="联系电话", shown=False),
        Column(_("Education"), attrgetter("education"), key="education", official="文化程度", shown=False),
        Column(_("Marital status"), attrgetter("marital"), key="marital", official="婚姻状况", shown=False),
        Column(_("Registered at"), attrgetter("registered"), key="registered", official="户籍地址", shown=False),
        Column(_("Lives here since"), attrgetter("since"), css="short", key="since", official="流入时间", shown=False),
        Column(_("Reason for coming"), attrgetter("reason"), key="reason", official="流入原因", shown=False),
    )  # fmt: skip
    official: ClassVar[Sequence[str]] = (
        "address", "grid_code", "phone", "name", "relation", "sex", "born", "education", "marital", "registered",
        "number", "since", "reason",
    )  # fmt: skip

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        ids = {key: key if isinstance(key, uuid.UUID) else uuid.UUID(key) for key in (row.stored for row in rows)}
        lines = self.lines(viewer, ids)
        known = []
        for row in rows:
            line = lines.get(row.stored)
            if line is None:
                continue
            if line.row is not None:  # somebody at two places of the ledger
                line = replace(line)
            line.row, line.pk = row, row.pk
            known.append(line)
        if self.wants("grid"):
            trail = trails({line.place_code for line in known}, from_level=5)
            places = {code: in_one(names) for code, names in trail.items()}
            for line in known:
                line.place = places.get(line.place_code, "")
        local = chosen(self.chosen)
        if local:
            homes = home_codes(viewer, list(ids.values()))
            read(known, local, subject=attrgetter("person_id"), place=lambda line: homes[line.person_id])
        return known

    @classmethod
    def offered(cls, viewer: Viewer, within: str = "") -> dict[str, Column]:
        """Also the local fields of persons."""
        return {**cls.by_key(), **local_columns(viewer, "person", within)}

    @classmethod
    def narrow(cls, found: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows with whom they are about as `stored`."""
        return super().narrow(found.annotate(stored=Stored("person_id")))

    def lines(self, viewer: Viewer, ids: Ids) -> Mapping[Any, LedgerLine]:
        """What the columns say of each person."""
        return ledger_lines(
            viewer,
            ids,
            today=timezone.localdate(),
            numbers=self.wants("number"),
            phones=self.wants("phone"),
            full=self.in_file and viewer.may("view_number_full"),
        )

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return [row.person_id for row in rows]
