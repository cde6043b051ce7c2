"""Reads of saved views: one's own, and those shared with an area that one works in."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.models import DefaultView, SavedFilter, SavedView

LEVELS = (2, 4, 6, 9, 12, 15)


@dataclass(frozen=True)
class ViewLine:
    """A saved view in a list of them."""

    id: uuid.UUID
    title: str
    shared: bool
    own: bool
    may_remove: bool
    is_default: bool
    columns: list[str] = field(default_factory=list)
    sort: str = ""


def around(scopes: Iterable[str]) -> set[str]:
    """The areas that these scopes are or lie in."""
    return {scope[:length] for scope in scopes for length in LEVELS if length <= len(scope)}


def visible(viewer: Viewer) -> "QuerySet[SavedView]":
    """Views that the viewer may use; none without an account."""
    if viewer.user_id is None:
        return SavedView.objects.none()
    shared = Q(scope__in=around(viewer.scopes)) | may_manage(viewer)
    return SavedView.objects.filter(Q(owner_id=viewer.user_id) | (shared & ~Q(scope="")))


def may_manage(viewer: Viewer) -> Q:
    """Views shared with an area inside the viewer's."""
    condition = Q(pk__in=[])
    for low, high in viewer.ranges():
        condition |= Q(scope__gte=low, scope__lt=high)
    return condition


def views(viewer: Viewer, ledger: str) -> list[ViewLine]:
    """The views of a ledger, one's own first, by title. One query."""
    if viewer.user_id is None:
        return []
    default = DefaultView.objects.filter(user_id=viewer.user_id, view_id=OuterRef("pk"))
    rows = visible(viewer).filter(ledger=ledger).annotate(is_default=Exists(default)).order_by("title", "id")
    lines = [
        ViewLine(
            id=row.pk,
            title=row.title,
            shared=bool(row.scope),
            own=row.owner_id == viewer.user_id,
            may_remove=row.owner_id == viewer.user_id or (bool(row.scope) and viewer.covers(row.scope)),
            is_default=row.is_default,
            columns=row.columns.split(),
            sort=row.sort,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.own)


def filters_of(view_id: uuid.UUID) -> list[tuple[str, str]]:
    """(name, value) of the filters of a view that the viewer may use. One query."""
    return list(SavedFilter.objects.filter(view_id=view_id).order_by("name", "value").values_list("name", "value"))
