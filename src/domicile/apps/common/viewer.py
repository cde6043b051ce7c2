"""Who is looking or acting, in which role, over which areas and for what purpose."""

import uuid
from dataclasses import dataclass, field

from domicile.apps.common.fields import next_key


class NotAllowed(Exception):
    """The role, the scope or the purpose does not allow this. The message says which, and what to do."""


@dataclass(frozen=True)
class Viewer:
    """One person at work. `scopes` are area-code prefixes; `permissions` are those of role and purpose together."""

    user_id: uuid.UUID | None
    name: str
    role: str
    scopes: tuple[str, ...] = ()
    purpose: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    channel: str = "web"

    def may(self, permission: str) -> bool:
        """Whether role and purpose give this permission. Unknown permissions are refused."""
        return permission in self.permissions

    def covers(self, place_code: str) -> bool:
        """Whether `place_code` (2 to 15 digits) lies inside one of the scopes."""
        return place_code.startswith(self.scopes)

    def ranges(self) -> list[tuple[str, str]]:
        """The scopes as half-open ranges of place codes."""
        return [(scope, next_key(scope)) for scope in self.scopes if scope]

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless `may(permission)`."""
        if not self.may(permission):
            raise NotAllowed(f"{self.role}/{self.purpose or '-'} may not: {permission}")


def packed(actor: Viewer) -> dict[str, object]:
    """A viewer as plain values that a task can carry."""
    return {
        "user_id": str(actor.user_id) if actor.user_id else "",
        "name": actor.name,
        "role": actor.role,
        "scopes": list(actor.scopes),
        "purpose": actor.purpose,
        "permissions": sorted(actor.permissions),
        "channel": "job",
    }


def unpacked(plain: dict[str, object]) -> Viewer:
    """The viewer that `packed` made plain."""
    user = str(plain["user_id"])
    return Viewer(
        user_id=uuid.UUID(user) if user else None,
        name=str(plain["name"]),
        role=str(plain["role"]),
        scopes=tuple(plain["scopes"]),  # type: ignore[arg-type]
        purpose=str(plain["purpose"]),
        permissions=frozenset(plain["permissions"]),  # type: ignore[call-overload]
        channel=str(plain["channel"]),
    )
