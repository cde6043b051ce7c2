"""The filter by community or grid that the ledgers of all apps share."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import areas, grids
from domicile.apps.common.fields import prefix_q

# Grids are offered beneath their communities while the list stays short enough to choose from.
MOST_CHOICES = 400


class PlaceFilterSet(FilterSet):
    """A ledger's filter with `place`: a community or grid of the viewer's areas. `place_field` holds the place code."""

    place_field = "dwelling__place_code"
    place = ChoiceFilter(method="by_place", label=_("Community or grid"), empty_label=_("all"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        viewer = self.request.viewer
        held = grids(viewer) if viewer.may("view_areas") else []
        communities = [row for row in areas(viewer) if row.level == Area.Level.VILLAGE] if held else []
        names = {row.code: row.name for row in communities}
        if len(held) + len(communities) > MOST_CHOICES:
            held = []
        beneath = ((grid.code, f"{names.get(grid.code[:12], '')} {grid.name}".strip()) for grid in held)
        self.filters["place"].extra["choices"] = sorted([*names.items(), *beneath])

    def by_place(self, rows: "QuerySet[Model]", name: str, value: str) -> "QuerySet[Model]":
        return rows.filter(prefix_q(self.place_field, value))
