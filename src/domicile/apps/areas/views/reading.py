"""The tree of areas, the cards of an area and a grid, and the ledger of grids."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.decorators import requires
from domicile.apps.areas import links, policies, tree, words
from domicile.apps.areas.actions import undoing
from domicile.apps.areas.filters import GridFilter
from domicile.apps.areas.forms import day_field
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.selectors import trails
from domicile.apps.areas.tables import GridTable
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import DetailView
from domicile.apps.screens.ledger import Ledger, import_address

# A tree of so many communities also shows the grids in each; a larger one leaves them to the communities' own pages.
MOST_WITH_GRIDS = 30
CHANGES = ("split", "merge", "rename", "recode")


class DayChoice(forms.Form):
    """The day for which areas are shown."""

    on = day_field(gettext_lazy("Areas of the day"), required=False)


@requires("view_areas")
def areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas, today's or those of a past day."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    form = DayChoice(request.GET or {"on": today})
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    roots = tree.tree(viewer, on)
    communities = sum(1 for node in _walk(roots) if node.area.level == Area.Level.VILLAGE)
    context = {
        "heading": _("Areas and grids"),
        "form": form,
        "on": on,
        "past": on != today,
        "roots": roots,
        "with_grids": communities <= MOST_WITH_GRIDS,
        "unclear": any(node.dwellings is None for node in _walk(roots)),
        "may_add": any(policies.could_keep(viewer, scope.ljust(12, "0")[:12], today) for scope in viewer.scopes),
        "import_url": import_address(viewer),
    }
    return render(request, "areas/tree.html", context, status=422 if form.errors else 200)


def _walk(nodes: list[tree.Node]) -> list[tree.Node]:
    return [found for node in nodes for found in (node, *_walk(node.children))]


class AreaCard(DetailView):
    """One area: its codes and days, what it came from and became, what lies in it."""

    permissions = ("view_areas",)
    template_name = "areas/area.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Area:
        return tree.area(viewer, kwargs["pk"])

    def facts(self, viewer: Viewer, subject: Area) -> list[dict[str, Any]]:
        above = trails([subject.code], from_level=1).get(subject.code, [])[:-1]
        facts: list[dict[str, Any]] = [
            {"label": _("Code"), "value": subject.code},
            {"label": _("Level"), "value": words.LEVELS[subject.level]},
            {"label": _("Kind by the code"), "value": words.kind(subject.code)},
            {"label": _("Urban–rural class"), "value": words.urban_rural(subject.urban_rural)},
            {"label": _("Lies in"), "value": " ".join(above)},
            {"label": _("Exists"), "value": words.span(subject.valid_from, subject.valid_to)},
        ]
        if viewer.covers(subject.code) or any(scope.startswith(subject.code.rstrip("0")) for scope in viewer.scopes):
            count = tree.dwellings_on(viewer, day_of(subject), [subject.code])[subject.code]
            facts.append({"label": _("Dwellings"), "value": "" if count is None else str(count)})
        return facts

    def context(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        day = day_of(subject)
        grids = tree.grids_of(viewer, subject, day)
        labels = {"split": _("split"), "merge": _("merged"), "rename": _("renamed"), "recode": _("recoded")}
        return {
            "area": subject,
            "children": [
                {
                    "name": row.name,
                    "code": row.code,
                    "url": reverse("areas:area", args=[row.pk]),
                    "kind": words.kind(row.code),
                }
                for row in tree.children(viewer, subject, day)
            ],
            "grids": [
                {
                    "grid": row,
                    "url": reverse("areas:grid", args=[row.pk]),
                    "tier": words.coded("grid_tier", row.tier),
                    "special": words.coded("grid_kind", row.special_kind),
                }
                for row in grids
            ],
            "came_from": [(step, labels[step.kind]) for step in tree.predecessors(subject)],
            "became": [(step, labels[step.kind]) for step in tree.successors(subject)],
            "may_keep": subject.valid_to is None and policies.could_keep(viewer, subject.code, timezone.localdate()),
            "whole": policies.splits_and_merges(subject),
            "links": links.of_area(viewer, subject),
            "holds_grids": subject.level == Area.Level.VILLAGE,
            "undoable": [
                (words.CHANGES[change.action], reverse("areas:undo_change", args=[change.pk]))
                for change in undoing.undoable(viewer, subject, timezone.localdate())
            ],
        }


class GridCard(DetailView):
    """One grid."""

    permissions = ("view_areas",)
    template_name = "areas/grid.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Grid:
        return tree.grid(viewer, kwargs["pk"])

    def facts(self, viewer: Viewer, subject: Grid) -> list[dict[str, Any]]:
        above = trails([subject.code]).get(subject.code, [])
        inside = above[:-1] if above and above[-1] == subject.name else above
        return [
            {"label": _("Code"), "value": subject.code},
            {"label": _("Tier"), "value": words.coded("grid_tier", subject.tier)},
            {"label": _("Special grid"), "value": words.coded("grid_kind", subject.special_kind)},
            {"label": _("Kind of compound"), "value": words.coded("compound_kind", subject.compound_kind)},
            {"label": _("Land area"), "value": words.square_metres(subject.land_area)},
            {"label": _("Lies in"), "value": " ".join(inside)},
            {"label": _("Exists"), "value": words.span(subject.valid_from, subject.valid_to)},
        ]

    def context(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        return {
            "grid": subject,
            "may_keep": subject.valid_to is None and policies.could_keep(viewer, subject.code, timezone.localdate()),
        }


class Grids(Ledger):
    """The ledger of grids."""

    heading, name = gettext_lazy("Grids"), "grids"
    permissions = export_permissions = ("view_areas",)
    table, filterset, importing = GridTable, GridFilter, True
    empty_title = gettext_lazy("No grids here")
    empty_help = gettext_lazy("Nothing matches the filter, or no grids were made or imported yet.")
    source = staticmethod(lambda viewer: tree.grids_on(viewer, timezone.localdate()))


def day_of(row: Area | Grid) -> dt.date:
    """The day for which a card is shown: today, or the last day of something that ended."""
    return timezone.localdate() if row.valid_to is None else row.valid_to - dt.timedelta(days=1)
