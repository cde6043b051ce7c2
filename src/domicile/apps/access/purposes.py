"""The purpose that a user states before reading about persons, kept in the session until it lapses (P-2)."""

from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.base import SessionBase

from domicile.apps.common.viewer import Viewer

if TYPE_CHECKING:
    from domicile.core.policy.roles import Matrix

KEY = "purpose"
ROLE = "role"


def keep(session: SessionBase | dict[str, Any], purpose: str, *, at: float) -> None:
    """Keep the stated purpose, from `at` in seconds since 1970."""
    session[KEY] = {"purpose": purpose, "at": at}


def drop(session: SessionBase | dict[str, Any]) -> None:
    """Forget the stated purpose."""
    session.pop(KEY, None)


def held(session: SessionBase | dict[str, Any], rules: "Matrix", *, now: float) -> str:
    """The purpose stated less than its minutes ago; '' when there is none or it has lapsed."""
    kept = session.get(KEY) or {}
    purpose = str(kept.get("purpose", ""))
    if purpose not in rules.purpose_names or now - float(kept.get("at", 0)) >= rules.minutes(purpose) * 60:
        return ""
    return purpose


def is_missing(viewer: Viewer, rules: "Matrix") -> bool:
    """Whether this viewer could state a purpose and has not."""
    return not viewer.purpose and bool(rules.purposes(viewer.role))
