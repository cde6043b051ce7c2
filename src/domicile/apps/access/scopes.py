"""Every read of a person starts here: what lies outside the viewer's areas is not there at all."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from domicile.apps.common.viewer import Viewer

Row = TypeVar("Row", bound=Model)


def scope_q(viewer: Viewer, field: str = "place_code") -> Q | None:
    """The viewer's areas as half-open ranges [scope, next) over `field`; None when there is no scope at all."""
    ranges = viewer.ranges()
    if not ranges:
        return None
    condition = Q()
    for begin, end in ranges:
        condition |= Q(**{f"{field}__gte": begin, f"{field}__lt": end})
    return condition


def restrict(queryset: "QuerySet[Row]", viewer: Viewer, field: str = "place_code") -> "QuerySet[Row]":
    """The rows whose place code lies in one of the viewer's areas. Without a scope: none.

    `field` is the place code's column, also across a foreign key (`dwelling__place_code`).
    """
    condition = scope_q(viewer, field)
    return queryset.none() if condition is None else queryset.filter(condition)
