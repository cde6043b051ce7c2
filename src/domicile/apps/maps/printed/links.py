"""The way to the house plan from the page of a community."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.links import Link
from domicile.apps.areas.models import Area
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import policies


def plan_of(viewer: Viewer, area: Area) -> Link | None:
    """The house plan of a community of today that lies in, or holds, one of the viewer's areas; None elsewhere."""
    return (
        Link(_("Print the house plan"), reverse("printed_maps:plan", args=[area.pk]))
        if has_plan(viewer, area)
        else None
    )


def has_plan(viewer: Viewer, area: Area) -> bool:
    """Whether there is a plan of this area for this viewer."""
    near = viewer.covers(area.code) or any(scope.startswith(area.code) for scope in viewer.scopes)
    return viewer.may(policies.VIEW) and near and area.level == Area.Level.VILLAGE and area.valid_to is None
