"""What the responsibility chain must cover: communities and their small grids. They name nobody."""

from collections.abc import Sequence

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.recoding import TABLE, Recoding
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.assessment.models import AssessedMonth
from domicile.apps.staffing.models import Course, Meeting, Post, Site, Worker
from domicile.apps.staffing.pay.models import PayRate, PayRun
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
    for monthly in (AssessedMonth, PayRun):
        recoding.rewrite(monthly, "place_code", only=_alone(monthly._meta.db_table, "place_code", ("month",)))
    recoding.rewrite(PayRate, "scope", rights=True, only=_alone(PayRate._meta.db_table, "scope", ("kind", "since")))


def _alone(table: str, column: str, same: tuple[str, ...]) -> str:
    """That nothing of the same kind stands under the new code, or comes there: of two communities that become one, the
    months of the one that ends stay under its code, where the township finds them."""
    alike = " AND ".join(f"other.{name} = {table}.{name}" for name in same)
    new = f"(SELECT new FROM {TABLE} WHERE old = {table}.{column})"  # noqa: S608
    return (
        f"NOT EXISTS (SELECT 1 FROM {table} AS other WHERE {alike} AND other.id <> {table}.id AND (other.{column} = {new}"  # noqa: S608
        f" OR (SELECT new FROM {TABLE} WHERE old = other.{column}) = {new}))"
    )
