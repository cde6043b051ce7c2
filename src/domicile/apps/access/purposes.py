"""The purpose that a user states before reading about persons, kept in the session until it lapses (P-2)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from domicile.apps.common.viewer import Viewer
from domicile.core.policy.roles import Matrix

KEY = "purpose"
ROLE = "role"


def keep(session: SessionBase | dict[str, Any], purpose: str, *, at: float) -> None:
    """Keep the stated purpose, from `at` in seconds since 1970."""
    session[KEY] = {"purpose": purpose, "at": at}


def drop(session: SessionBase | dict[str, Any]) -> None:
    """Forget the stated purpose."""
    session.pop(KEY, None)


def held(session: SessionBase | dict[str, Any], rules: Matrix, *, now: float) -> str:
    """The purpose stated less than its minutes ago; '' when there is none or it has lapsed."""
    kept = session.get(KEY) or {}
    purpose = rules.known_purposes.get(kept.get("purpose", ""))
    if purpose is None or now - float(kept.get("at", 0)) >= purpose.minutes * 60:
        return ""
    return purpose.key


def that_allow(permission: str, viewer: Viewer, rules: Matrix) -> tuple[str, ...]:
    """The purposes that this viewer's role may state and that give the permission."""
    return tuple(name for name in rules.purposes(viewer.role) if rules.may(viewer.role, name, permission))


def reachable(viewer: Viewer, permissions: Iterable[str], rules: Matrix) -> bool:
    """Whether the viewer has one of the permissions, at once or once a purpose is stated: whether a way is shown."""
    return any(viewer.may(permission) or that_allow(permission, viewer, rules) for permission in permissions)
