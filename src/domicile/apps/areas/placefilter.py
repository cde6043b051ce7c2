"""The filter by community or grid that the ledgers of all apps share."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import area_names, grid_names, in_one
from domicile.apps.common.fields import asked_first, prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.widgets import LongSelect

# Grids are offered beneath their communities while the list stays short enough to choose from.
MOST_CHOICES = 400
TOWNSHIP = 9


class PlaceFilterSet(FilterSet):
    """A ledger's filter with `place`: a township, community or grid of the viewer's areas. `place_field` holds the place code."""

    place_field = "dwelling__place_code"
    #: What a saved view may keep (screens/policies.py): never anything by which somebody is looked for.
    savable: ClassVar[Mapping[str, str]] = {"place": ""}
    place = ChoiceFilter(method="by_place", label=_("Community or grid"), empty_label=_("all"), widget=LongSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["place"].extra["choices"] = place_choices(self.request.viewer)

    def by_place(self, rows: "QuerySet[Model]", name: str, value: str) -> "QuerySet[Model]":
        asked = prefix_q(self.place_field, value)
        return asked_first(rows.filter(asked), len(asked))


def place_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Codes and names of the townships and communities of the viewer's areas, the grids beneath each. Two queries."""
    if not viewer.may("view_areas"):
        return []
    held = grid_names(viewer, at_most=MOST_CHOICES + 1)
    listed = area_names(viewer) if held else []
    names = {code: name for code, name, level in listed if level == Area.Level.VILLAGE}
    townships = {code[:TOWNSHIP]: name for code, name, level in listed if level == Area.Level.TOWNSHIP}
    if len(held) + len(names) > MOST_CHOICES:
        held = []
    beneath = ((code, in_one([*filter(None, [names.get(code[:12])]), name])) for code, name in held)
    return sorted([*townships.items(), *names.items(), *beneath])
