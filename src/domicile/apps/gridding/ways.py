"""The way to the proposals of grids from the page of an area."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.links import Link
from domicile.apps.areas.models import Area
from domicile.apps.areas.policies import could_keep
from domicile.apps.common.viewer import Viewer


def proposals_of(viewer: Viewer, area: Area) -> Link | None:
    """For a community its plans, for a township or county its communities; None for whoever cannot keep the area."""
    if (
        area.valid_to is not None
        or area.level < Area.Level.COUNTY
        or not could_keep(viewer, area.code, timezone.localdate())
    ):
        return None
    if area.level == Area.Level.VILLAGE:
        return Link(_("Propose grids"), reverse("gridding:community", args=[area.code]))
    short = area.code[:6] if area.level == Area.Level.COUNTY else area.code[:9]
    return Link(_("Propose grids"), f"{reverse('gridding:communities')}?within={short}")
