"""The table of people that ledgers of persons share, and the rows of who lives in an area.

A row is anything with a `person_id` (a tie to an area, a stay, a membership); what the columns say is read for all rows of
a page together, and numbers and phones are opened only where their column is shown.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Visibility
from domicile.apps.people.selectors.ledger_lines import LedgerLine, ledger_lines
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


def _line(name: str) -> Any:
    return lambda row: getattr(row.line, name)


class PersonTable(Table):
    """One line a person. The official layout is that of the sheet of people of a dwelling (住户人口信息采集表)."""

    columns: ClassVar[Sequence[Column]] = (
        Column(_("Name"), _line("name"), lambda row: reverse("people:person", args=[row.person_id]), css="short", key="name",
               official="姓名"),
        Column(_("Sex"), _line("sex"), css="short", key="sex", official="性别"),
        Column(_("Age"), _line("age"), css="numbers", key="age"),
        Column(_("Born"), _line("born"), css="short", key="born", official="出生日期", shown=False),
        Column(_("Identity number"), _line("number"), css="short tabular", key="number", official="身份证号"),
        Column(_("Situation"), _line("situation"), key="situation"),
        Column(_("Dwelling"), _line("address"), lambda row: row.line.home_url, key="address", official="本户地址"),
        Column(_("Grid"), lambda row: row.place, key="grid"),
        Column(_("Grid code"), _line("grid_code"), key="grid_code", official="网格编码", shown=False),
        Column(_("Relation to the head"), _line("relation"), key="relation", official="与户主关系", shown=False),
        Column(_("Phone"), _line("phone"), css="tabular", key="phone", official="联系电话", shown=False),
        Column(_("Education"), _line("education"), key="education", official="文化程度", shown=False),
        Column(_("Marital status"), _line("marital"), key="marital", official="婚姻状况", shown=False),
        Column(_("Registered at"), _line("registered"), key="registered", official="户籍地址", shown=False),
        Column(_("Lives here since"), _line("since"), css="short", key="since", official="流入时间", shown=False),
        Column(_("Reason for coming"), _line("reason"), key="reason", official="流入原因", shown=False),
    )  # fmt: skip
    official: ClassVar[Sequence[str]] = (
        "address", "grid_code", "phone", "name", "relation", "sex", "born", "education", "marital", "registered",
        "number", "since", "reason",
    )  # fmt: skip

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        lines = self.lines(viewer, [row.person_id for row in rows])
        known = [row for row in rows if row.person_id in lines]
        for row in known:
            row.line = lines[row.person_id]
        places = trails({row.line.place_code for row in known}, from_level=5) if self.wants("grid") else {}
        for row in known:
            row.place = " ".join(places.get(row.line.place_code, []))
        return known

    def lines(self, viewer: Viewer, persons: list[uuid.UUID]) -> Mapping[uuid.UUID, LedgerLine]:
        """What the columns say of each person."""
        return ledger_lines(
            viewer,
            persons,
            today=timezone.localdate(),
            numbers=self.wants("number"),
            phones=self.wants("phone"),
            full=self.in_file and viewer.may("view_number_full"),
        )

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return [row.person_id for row in rows]
