"""Column maps that are kept: remembered when a strange file was given its columns, named, shared, taken again."""

import hashlib
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.layouts import LAYOUTS, header_key
from domicile.apps.exchange.models import Batch, SavedMap

NAME = 64
REMEMBER, CHANGE, DELETE = "import.map_remember", "import.map_change", "import.map_delete"


def header_mark(headers: Sequence[str]) -> str:
    """The same for the same headers in any order and spelling of width."""
    return hashlib.sha256("\x1f".join(sorted(header_key(header) or header for header in headers)).encode()).hexdigest()


def visible(viewer: Viewer) -> "QuerySet[SavedMap]":
    """The viewer's own maps and those shared with an area that the viewer's lie in, last used first."""
    shared = Q()
    for scope in viewer.scopes:
        shared |= Q(scope__in=[scope[:length] for length in range(2, len(scope) + 1)])
    own = Q(owner_id=viewer.user_id) if viewer.user_id else Q(pk__in=[])
    condition = own | shared if viewer.scopes else own
    return SavedMap.objects.filter(condition, layout__in=list(LAYOUTS)).order_by("-used_at", "-id")


def fitting(viewer: Viewer, headers: Sequence[str], layout: str = "") -> list[SavedMap]:
    """Maps all of whose headers stand in the file: those of the same headers first, own ones before shared ones."""
    here, mark_of = set(headers), header_mark(headers)
    rows = visible(viewer).filter(layout=layout) if layout else visible(viewer)
    found = [row for row in rows if here.issuperset(row.column_map.values())]
    return sorted(found, key=lambda row: (row.header_mark != mark_of, row.owner_id != viewer.user_id))


def known(viewer: Viewer, headers: Sequence[str], layout: str = "") -> SavedMap | None:
    """The map for just these headers, when there is one."""
    found = fitting(viewer, headers, layout)
    return found[0] if found and found[0].header_mark == header_mark(headers) else None


def map_in_reach(viewer: Viewer, pk: uuid.UUID, *, to_change: bool = False) -> SavedMap:
    """A map that the viewer may use, or change: the own ones, and shared ones whose area lies in the viewer's."""
    row = visible(viewer).filter(pk=pk).first()
    if row is None:
        row = SavedMap.objects.filter(pk=pk).exclude(scope="").first()
        row = row if row is not None and viewer.covers(row.scope) else None
    if row is None or (to_change and not may_change(viewer, row)):
        raise OutOfReach
    return row


def may_change(viewer: Viewer, row: SavedMap) -> bool:
    """Whether the map is the viewer's, or shared with an area that the viewer answers for."""
    own = row.owner_id is not None and row.owner_id == viewer.user_id
    return own or (bool(row.scope) and viewer.covers(row.scope))


@transaction.atomic
def remember(*, actor: Viewer, batch: Batch) -> SavedMap | None:
    """Keep the batch's columns for files with the same headers, unless they are those that are recognised anyway."""
    actor.require("import")
    headers = list(batch.report["headers"])
    used = known(actor, headers, batch.layout)
    if used is not None and used.column_map == batch.column_map:
        SavedMap.objects.filter(pk=used.pk).update(used_at=timezone.now())
        return used
    if batch.column_map == LAYOUTS[batch.layout].match(headers) and used is None:
        return None
    mark = {"owner_id": actor.user_id, "header_mark": header_mark(headers), "layout": batch.layout}
    row = SavedMap.objects.select_for_update().filter(**mark).first()
    made = row or SavedMap(**mark, name=batch.file_name[:NAME], owner_name=actor.name, used_at=timezone.now())
    with recording(actor=actor, action=REMEMBER, subject_kind="column_map", subject_id=made.pk) as change:
        if row is None:
            made.column_map = batch.column_map
            change.create(made)
        else:
            change.update(row, column_map=batch.column_map, used_at=timezone.now())
    return made


@transaction.atomic
def change_map(*, actor: Viewer, pk: uuid.UUID, name: str, scope: str) -> SavedMap:
    """Name a map, and share it with an area ('' with nobody). Raises Refused, OutOfReach."""
    actor.require("import")
    row = map_in_reach(actor, pk, to_change=True)
    if not name.strip():
        raise Refused(_("Give the map a name."), "name")
    if scope and scope != row.scope and not actor.covers(scope):
        raise Refused(_("This area is not one of yours."), "scope")
    with recording(
        actor=actor, action=CHANGE, subject_kind="column_map", subject_id=row.pk, place_code=scope
    ) as change:
        change.update(row, name=name.strip()[:NAME], scope=scope)
    return row


@transaction.atomic
def delete_map(*, actor: Viewer, pk: uuid.UUID) -> None:
    """Forget a map; files that were loaded by it stay as they are. Raises OutOfReach."""
    actor.require("import")
    row = map_in_reach(actor, pk, to_change=True)
    with recording(actor=actor, action=DELETE, subject_kind="column_map", subject_id=row.pk) as change:
        change.delete(row)
