"""What ledgers of areas are filtered by."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from domicile.apps.areas.forms import choices
from domicile.apps.areas.models import Grid
from domicile.apps.common.fields import prefix_q


class GridFilter(FilterSet):
    """By name or the beginning of the code, tier and kind."""

    text = CharFilter(method="by_text", label=_("Name, or beginning of the code"))
    tier = ChoiceFilter(label=_("Tier"), choices=lambda: choices("grid_tier")[1:], empty_label=_("all"))
    special_kind = ChoiceFilter(label=_("Special grid"), choices=lambda: choices("grid_kind")[1:], empty_label=_("all"))

    class Meta:
        model = Grid
        fields = ("text", "tier", "special_kind")

    def by_text(self, rows: "QuerySet[Grid]", name: str, value: str) -> "QuerySet[Any]":
        typed = value.strip()
        return rows.filter(prefix_q("code", typed) if typed.isdigit() else Q(name__contains=typed))
