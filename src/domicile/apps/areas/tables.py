"""Ledgers of areas."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import words
from domicile.apps.areas.models import Grid
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.ledger import Table
from domicile.apps.screens.list import Column


def grid_url(grid: Grid) -> str:
    return reverse("areas:grid", args=[grid.pk])


class GridTable(Table):
    """Grids with the community that each lies in."""

    columns = (
        Column(_("Name of the grid"), lambda grid: grid.name, grid_url, order="name"),
        Column(_("Code"), lambda grid: grid.code, css="numbers", order="code"),
        Column(_("Lies in"), lambda grid: grid.area_name),
        Column(_("Tier"), lambda grid: words.coded("grid_tier", grid.tier), order="tier"),
        Column(_("Special grid"), lambda grid: words.coded("grid_kind", grid.special_kind), order="special_kind"),
        Column(
            _("Kind of compound"), lambda grid: words.coded("compound_kind", grid.compound_kind), order="compound_kind"
        ),
        Column(_("Exists from"), lambda grid: grid.valid_from, order="valid_from"),
    )

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        names = names_of({grid.code[:12] for grid in rows})
        for grid in rows:
            grid.area_name = names.get(grid.code[:12], grid.code[:12])
        return rows
