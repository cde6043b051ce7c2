"""Roles on which a second administrator decides, as the pages show them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from domicile.apps.access import policies
from domicile.apps.access.models import Grant
from domicile.apps.access.scopes import restrict
from domicile.apps.administration.selectors import names
from domicile.apps.administration.words import role_name
from domicile.apps.common.viewer import NotAllowed, Viewer

MOST = 200
DECIDED_DAYS = 30


@dataclass(frozen=True)
class Line:
    """One role. `own`: the viewer asked; `decides`: the viewer may decide; `undoes`: the viewer's decision, still undone.

    `others` are those who may decide, by name.
    """

    grant: Grant
    role: str
    asked_by: str
    decided_by: str
    others: tuple[str, ...]
    own: bool
    decides: bool
    undoes: bool


def waiting(viewer: Viewer) -> "QuerySet[Grant]":
    """What waits for a second administrator, the oldest first. Nobody decides on a role of a closed account."""
    return _reached(viewer).filter(state=Grant.State.WAITING, user__is_active=True).order_by("asked_at", "id")


def given_alone(viewer: Viewer, today: dt.date) -> "QuerySet[Grant]":
    """What one administrator gave alone and nobody has confirmed, as long as it holds."""
    open_or_later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    rows = _reached(viewer).filter(open_or_later, alone=True, decided_by__isnull=True, user__is_active=True)
    return rows.order_by("asked_at", "id")


def decided(viewer: Viewer, now: dt.datetime) -> "QuerySet[Grant]":
    """What was decided in the last days, the newest first."""
    since = now - dt.timedelta(days=DECIDED_DAYS)
    return _reached(viewer).filter(decided_at__gte=since).order_by(F("decided_at").desc(), "id")


def grant(viewer: Viewer, grant_id: uuid.UUID) -> Grant:
    """One role of the viewer's areas. Raises NotAllowed, also when there is none."""
    found = _reached(viewer).filter(pk=grant_id).first()
    if found is None:
        raise NotAllowed("grant outside the area")
    return found


def to_decide(viewer: Viewer, today: dt.date) -> int:
    """How many roles this viewer may decide on: neither asked for by nor given to the viewer."""
    if not viewer.may(policies.PERMISSION):
        return 0
    mine = Q(asked_by=viewer.user_id) | Q(user_id=viewer.user_id)
    return waiting(viewer).exclude(mine).count() + given_alone(viewer, today).exclude(mine).count()


def own_unconfirmed(viewer: Viewer, today: dt.date) -> int:
    """How many roles this viewer gave alone that nobody has confirmed."""
    if not viewer.may(policies.PERMISSION):
        return 0
    return given_alone(viewer, today).filter(asked_by=viewer.user_id).count()


def lines(viewer: Viewer, found: "QuerySet[Grant]", today: dt.date) -> list[Line]:
    """The roles with who asked, who decided, and who may decide. Three queries, whatever their number."""
    rows = list(found[:MOST])
    known = policies.administrators(today) if rows else policies.Administrators({})
    called = names({*known.scopes, *(who for row in rows for who in (row.asked_by, row.decided_by) if who)})
    return [_line(viewer, row, known, called, today) for row in rows]


def _line(
    viewer: Viewer, row: Grant, known: policies.Administrators, called: dict[uuid.UUID, str], today: dt.date
) -> Line:
    deciding = known.over((row.scope, row.user.area_code), but=(row.asked_by, row.user_id))
    still = row.valid_to is None or row.valid_to > today
    return Line(
        grant=row,
        role=role_name(row.role),
        asked_by=called.get(row.asked_by, "—") if row.asked_by else "—",
        decided_by=called.get(row.decided_by, "—") if row.decided_by else "",
        others=tuple(called[who] for who in deciding),
        own=row.asked_by == viewer.user_id,
        decides=viewer.user_id in deciding and policies.is_open(row, today),
        undoes=row.decided_by == viewer.user_id and still,
    )


def _reached(viewer: Viewer) -> "QuerySet[Grant]":
    rows = restrict(restrict(Grant.objects.all(), viewer, "scope"), viewer, "user__area_code")
    return rows.select_related("user")
