"""The ledger of findings: what is wrong in records of the viewer's areas, and what to do about it."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from domicile.apps.areas.placefilter import PlaceFilterSet
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.selectors import words as people_words
from domicile.apps.quality import definitions, words
from domicile.apps.quality.models import RuleFinding
from domicile.apps.quality.selectors import findings
from domicile.apps.screens.ledger import Ledger, Table
from domicile.apps.screens.list import Column

STATES = (("explained", words.STATES["explained"]), ("solved", words.STATES["solved"]), ("all", _("all")))


def listed(viewer: Viewer) -> "QuerySet[RuleFinding]":
    """Findings of rules that there are, inside the viewer's areas, with whom and what they are about."""
    rows = findings(viewer).filter(rule__in=list(definitions.by_code()))
    return rows.select_related("person", "household__dwelling", "dwelling")


class FindingTable(Table):
    """One line a finding, by the card on which it is put right."""

    columns = (
        Column(_("Whose card"), lambda row: row.called, lambda row: row.card, key="card", official="登记对象"),
        Column(_("What is wrong"), lambda row: row.said, key="name", official="问题"),
        Column(_("How to put it right"), lambda row: row.cure, key="cure", official="处理办法"),
        Column(_("How sure"), lambda row: row.severity, css="short", key="severity", official="程度"),
        Column(_("Grid"), lambda row: row.area, key="area", official="网格"),
        Column(_("First seen"), lambda row: row.first_seen, order="first_seen", css="short", key="since", official="首次发现"),
        Column(_("State"), lambda row: str(words.STATES[row.state]), css="short", key="state", official="状态"),
        Column(_("Why it is right"), lambda row: row.reason, key="reason", shown=False),
        Column(_("Last seen"), lambda row: row.last_seen, order="last_seen", css="short", key="last", shown=False),
        Column(_("Rule"), lambda row: row.rule, order="rule", css="short", key="rule", shown=False),
    )  # fmt: skip
    official = ("card", "name", "cure", "severity", "area", "since", "state")

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """One query: the names of places."""
        places = trails({row.place_code for row in rows}, from_level=5)
        self.named = [row.person_id for row in rows if row.person is not None and row.household_id is None]
        for row in rows:
            check = definitions.by_code()[row.rule]
            row.said, row.cure = words.said(check.name), words.said(check.cure)
            row.severity = str(words.SEVERITIES[check.severity])
            row.area = in_one(places.get(row.place_code, []))
            row.called, row.card = _card(row)
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        return self.named


def _card(row: RuleFinding) -> tuple[str, str]:
    """What the card is called, and its address; '' for what is no longer on file."""
    if row.household_id is not None:
        there = row.household
        return (there.dwelling.address, reverse("people:household", args=[there.pk])) if there else ("—", "")
    if row.person_id is not None:
        who = row.person
        return (people_words.name(who.name), reverse("people:person", args=[who.pk])) if who else ("—", "")
    home = row.dwelling
    return (home.address, reverse("people:dwelling", args=[home.pk])) if home else ("—", "")


def rule_choices() -> list[tuple[str, str]]:
    """Codes and names of all rules."""
    return [(check.code, f"{words.said(check.name)} ({check.code})") for check in definitions.checks()]


class FindingFilter(PlaceFilterSet):
    """By place, rule, how sure, state; the open ones, unless told otherwise."""

    place_field = "place_code"
    savable = {**PlaceFilterSet.savable, "rule": "", "severity": "", "state": ""}
    rule = ChoiceFilter(label=_("Rule"), choices=rule_choices, empty_label=_("all"))
    severity = ChoiceFilter(
        method="by_severity", label=_("How sure"), choices=list(words.SEVERITIES.items()), empty_label=_("all")
    )
    state = ChoiceFilter(method="by_state", label=_("State"), choices=STATES, empty_label=_("not dealt with yet"))

    class Meta:
        model = RuleFinding
        fields = ("place", "rule", "severity", "state")

    def filter_queryset(self, queryset: "QuerySet[RuleFinding]") -> "QuerySet[RuleFinding]":
        found: QuerySet[RuleFinding] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=RuleFinding.State.OPEN)

    def by_severity(self, rows: "QuerySet[RuleFinding]", name: str, value: str) -> "QuerySet[RuleFinding]":
        return rows.filter(rule__in=[check.code for check in definitions.checks() if check.severity == value])

    def by_state(self, rows: "QuerySet[RuleFinding]", name: str, value: str) -> "QuerySet[RuleFinding]":
        return rows.filter(Q() if value == "all" else Q(state=value))


class Findings(Ledger):
    """What is to be put right."""

    heading, name = _("What is to be put right"), "findings"
    about = _(
        "Records that cannot be right or are hardly right, why, and what to do. Nothing follows for anybody but a correction."
    )
    permissions, shows_people = ("view_ledger",), True
    table, filterset = FindingTable, FindingFilter
    source = staticmethod(listed)
    empty_title = _("Nothing to put right here")
    empty_help = _(
        "No rule finds anything, or the rules were not checked yet: the overview of the rules says when they were."
    )
