"""Whether a phone may fetch and send, and the dated limits of what is taken (core/policy/parameters/openrosa.yaml)."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.utils import timezone

from domicile.apps.access.grants import grants_of, grants_on
from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.viewer import Viewer
from domicile.core.policy.parameters import parameter

MANAGE = "manage_collection"
#: For which purpose a worker stands at a door: the first that the site knows.
DOORS = ("door_visit", "enumeration")
CHANNEL = "collect"
LIVE, DRAINING, ENDED = "live", "draining", "ended"
#: What a phone may do of what its worker may do at the door. Nothing that came from a phone is decided by the phone.
RIGHTS = frozenset({"search_places", "view_person", "view_household", "view_ledger", "view_dwelling", "propose_change"})


def state(app_user: AppUser) -> str:
    """`live`: fetches and sends. `draining`: sends what it still holds, after it was stopped or its worker left."""
    if app_user.ended_at is not None:
        return ENDED
    return DRAINING if app_user.draining_at is not None or has_left(app_user) else LIVE


def states(app_users: Collection[AppUser]) -> dict[uuid.UUID, str]:
    """`state` of many phones with their workers. One query."""
    today = timezone.localdate()
    held: dict[uuid.UUID, list[Grant]] = {phone.worker_id: [] for phone in app_users}
    for grant in grants_of(held, today):
        held[grant.user_id].append(grant)
    return {
        phone.pk: ENDED
        if phone.ended_at is not None
        else DRAINING
        if phone.draining_at is not None or _closed(phone, today) or not _both(phone, held[phone.worker_id])
        else LIVE
        for phone in app_users
    }


def has_left(app_user: AppUser) -> bool:
    """Whether the worker's account is closed, or the role is no longer theirs in any of the phone's areas."""
    return _closed(app_user, timezone.localdate()) or not held_scopes(app_user)


def _closed(app_user: AppUser, today: dt.date) -> bool:
    worker = app_user.worker
    return not worker.is_active or (worker.closed_on is not None and worker.closed_on <= today)


def held_scopes(app_user: AppUser) -> tuple[str, ...]:
    """The phone's areas in which the worker still has the role today. One query."""
    return _both(app_user, grants_on(app_user.worker_id, timezone.localdate()))


def _both(app_user: AppUser, held: Iterable[Grant]) -> tuple[str, ...]:
    grants = [grant.scope for grant in held if grant.role == app_user.role]
    both = [
        max(one, other, key=len)
        for one in app_user.scopes.split()
        for other in grants
        if one.startswith(other) or other.startswith(one)
    ]
    return tuple(dict.fromkeys(both))


def purpose(today: dt.date) -> str:
    """What a worker's phone is for: visits in a register, enumeration in a census."""
    known = matrix(today).known_purposes
    return next(one for one in DOORS if one in known)


def viewer_of(app_user: AppUser, scopes: tuple[str, ...] | None = None) -> Viewer:
    """Who fetches or sends: the worker at the door, in the phone's areas or in those given, and no more than that."""
    today = timezone.localdate()
    stated = purpose(today)
    held = matrix(today).permissions(app_user.role, stated)
    return Viewer(
        user_id=app_user.worker_id,
        name=app_user.worker.real_name,
        role=app_user.role,
        scopes=tuple(app_user.scopes.split()) if scopes is None else scopes,
        purpose=stated,
        permissions=held & RIGHTS,
        channel=CHANNEL,
    )


def _today(name: str) -> int:
    return int(parameter(name, timezone.localdate()))


def wrong_tokens() -> int:
    """Wrong tokens after which an address is turned away."""
    return _today("openrosa.wrong_tokens_before_lockout")


def lockout_seconds() -> int:
    """How long it is turned away."""
    return _today("openrosa.lockout_minutes") * 60


def largest_form() -> int:
    """Bytes of the largest filled form."""
    return _today("openrosa.form_kilobytes") * 1024


def photo_pixels() -> int:
    """Pixels on the longer side of a kept photo."""
    return _today("openrosa.photo_pixels")


def original_until(day: dt.date) -> dt.date:
    """The first day on which a photo that came on `day` is no longer kept as it came."""
    return day + dt.timedelta(days=_today("retention.photo_original_days"))


def submissions_kept() -> dt.timedelta:
    """How long a processed form is kept as it came."""
    return dt.timedelta(days=_today("retention.submission_days"))
