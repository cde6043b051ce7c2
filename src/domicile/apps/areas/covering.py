"""What the responsibility chain must cover: communities and their small grids. They name nobody."""

from collections.abc import Sequence

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.recoding import Recoding
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.models import Course, Meeting, Post, Site, Worker
from domicile.apps.staffing.registry import Ground


def communities(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Code and name of the villages and communities inside the viewer's areas."""
    rows = restrict(Area.objects.filter(level=Area.Level.VILLAGE, valid_to=None), viewer, "code")
    return list(rows.order_by("code").values_list("code", "name"))


def small_grids(scope: str) -> Sequence[Ground]:
    """The small grids in force under a code prefix."""
    rows = Grid.objects.filter(prefix_q("code", scope), tier=Grid.Tier.SMALL, valid_to=None)
    return [Ground(code, name) for code, name in rows.order_by("code").values_list("code", "name")]


def move(recoding: Recoding) -> None:
    """Posts, workers, sites, meetings and courses follow their areas; worker numbers stay as they were given."""
    for model in (Worker, Post, Site, Meeting, Course):
        recoding.rewrite(model, "place_code")
