"""What the responsibility chain must cover: communities and their small grids. They name nobody."""

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import F

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.recoding import TABLE, Recoding
from domicile.apps.areas.selectors import names_of
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


def names(codes: Collection[str]) -> dict[str, str]:
    """Names of areas and grids; of those that are no more the last one. One query, a second for those."""
    found = names_of(codes)
    gone = [code for code in codes if code not in found]
    if gone:
        ended = Area.objects.filter(code__in=gone).order_by("valid_to").values_list("code", "name")
        found = dict(ended) | found
    return found


def small_grids(scope: str) -> Sequence[Ground]:
    """The small grids in force under a code prefix."""
    rows = Grid.objects.filter(prefix_q("code", scope), tier=Grid.Tier.SMALL, valid_to=None)
    return [Ground(code, name) for code, name in rows.order_by("code").values_list("code", "name")]


def move(recoding: Recoding) -> None:
    """Posts, workers, sites, meetings and courses follow their areas; worker numbers stay as they were given."""
    for model in (Worker, Post, Site, Meeting, Course):
        recoding.rewrite(model, "place_code")
    for monthly in (AssessedMonth, PayRun):
        _months(recoding, monthly)
    recoding.rewrite(PayRate, "scope", rights=True, only=_alone(PayRate._meta.db_table, "scope", ("kind", "since")))


def _months(recoding: Recoding, model: type[AssessedMonth] | type[PayRun]) -> None:
    """Months follow. Of two communities that become one, a month that both have stands there twice, the one that came with
    the code from which it came; a code that it came from and bears again is forgotten."""
    table = model._meta.db_table
    alone = _alone(table, "place_code", ("month", "came_from"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET came_from = place_code WHERE came_from = ''"  # noqa: S608
            f" AND place_code IN (SELECT old FROM {TABLE} WHERE is_code = 1) AND NOT ({alone})"
        )
    recoding.rewrite(model, "place_code", only=alone)
    model._default_manager.filter(came_from=F("place_code")).update(came_from="")


def _alone(table: str, column: str, same: tuple[str, ...]) -> str:
    """That nothing of the same kind stands under the new code, or comes there."""
    alike = " AND ".join(f"other.{name} = {table}.{name}" for name in same)
    new = f"(SELECT new FROM {TABLE} WHERE old = {table}.{column})"  # noqa: S608
    return (
        f"NOT EXISTS (SELECT 1 FROM {table} AS other WHERE {alike} AND other.id <> {table}.id AND (other.{column} = {new}"  # noqa: S608
        f" OR (SELECT new FROM {TABLE} WHERE old = other.{column}) = {new}))"
    )
