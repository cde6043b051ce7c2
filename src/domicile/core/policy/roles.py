"""The matrix of roles, areas and purposes: what may be done, by whom, why. What is not written is refused.

Read from `parameters/roles.yaml`, and of the census from `parameters/census_roles.yaml`; editions hold from a date on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from domicile.core.policy.corrections import scope_level
from domicile.core.policy.parameters import PolicyError, read_yaml

#: The files of matrices: what the register and the census know of.
REGISTER, CENSUS = "roles", "census_roles"


@dataclass(frozen=True, slots=True)
class Label:
    """A name in Chinese and English."""

    zh: str
    en: str

    def name(self, lang: str = "zh") -> str:
        return self.en if lang.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that may be done; `shows_person` where it lays a named person open.

    `needs_second` where no administrator gives it alone: it shows a person, or opens the way to what does.
    """

    key: str
    label: Label
    shows_person: bool
    needs_second: bool


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason to look at people; stated once, it holds for `minutes`."""

    key: str
    label: Label
    explanation: Label
    minutes: int


@dataclass(frozen=True, slots=True)
class Role:
    """A duty: the levels of area it may be granted over, and what it may do for each purpose."""

    key: str
    label: Label
    scope_levels: tuple[str, ...]
    standing: frozenset[str]
    by_purpose: Mapping[str, frozenset[str]]

    def may_hold(self, scope: str) -> bool:
        """Tell whether the role may be granted over `scope` (a code prefix of a whole level)."""
        return scope_level(scope) in self.scope_levels


@dataclass(frozen=True, slots=True)
class Matrix:
    """One edition of the matrix. Unknown roles, purposes and permissions are refused, never an error."""

    valid_from: date
    reference: str
    roles: Mapping[str, Role]
    known_purposes: Mapping[str, Purpose]
    known_permissions: Mapping[str, Permission]

    def purposes(self, role: str) -> tuple[str, ...]:
        """Return the purposes that `role` may state; none for an unknown role."""
        found = self.roles.get(role)
        return () if found is None else tuple(found.by_purpose)

    def permissions(self, role: str, purpose: str = "") -> frozenset[str]:
        """Return what `role` may do for `purpose`: its standing permissions and those of the purpose.

        A purpose that the role does not have adds nothing; an unknown role may do nothing.
        """
        found = self.roles.get(role)
        if found is None:
            return frozenset()
        return found.standing | found.by_purpose.get(purpose, frozenset())

    def may(self, role: str, purpose: str, permission: str) -> bool:
        """Tell whether `role` may do `permission` for `purpose`."""
        return permission in self.permissions(role, purpose)

    def ever(self, role: str) -> frozenset[str]:
        """Return all that `role` may do, for whatever purpose; nothing for an unknown role."""
        found = self.roles.get(role)
        return frozenset() if found is None else found.standing.union(*found.by_purpose.values())

    def needs_second(self, role: str) -> bool:
        """Tell whether a second administrator approves before somebody holds `role`."""
        return any(self.known_permissions[name].needs_second for name in self.ever(role))


def matrix(on: date, name: str = REGISTER) -> Matrix:
    """Return the edition of a matrix that holds on a day; raise PolicyError where none does."""
    held = [edition for edition in _editions(name) if edition.valid_from <= on]
    if not held:
        raise PolicyError(f"No matrix of roles holds on {on.isoformat()}; add an edition to {name}.yaml.")
    return held[-1]


@cache
def _editions(name: str) -> tuple[Matrix, ...]:
    return read_editions(read_yaml("parameters", name), name)


def read_editions(content: Mapping[str, Any], name: str = REGISTER) -> tuple[Matrix, ...]:
    """Read and check the content of a roles file called `name`, oldest edition first; raise PolicyError naming the fault."""
    permissions = {
        key: Permission(
            key, _label(row), row.get("person", False), row.get("person", False) or row.get("second", False)
        )
        for key, row in content["permissions"].items()
    }
    purposes = {key: _purpose(key, row) for key, row in content["purposes"].items()}
    editions = [
        Matrix(
            valid_from=edition["from"],
            reference=edition["reference"],
            roles=MappingProxyType(
                {key: _role(key, row, permissions, purposes, name) for key, row in edition["roles"].items()}
            ),
            known_purposes=MappingProxyType(purposes),
            known_permissions=MappingProxyType(permissions),
        )
        for edition in content["editions"]
    ]
    return tuple(sorted(editions, key=lambda edition: edition.valid_from))


def _role(
    key: str, row: Mapping[str, Any], permissions: Mapping[str, Permission], purposes: Mapping[str, Purpose], name: str
) -> Role:
    by_purpose = {purpose: frozenset(granted) for purpose, granted in row["purposes"].items()}
    standing = frozenset(row["standing"])
    unknown = (set(by_purpose) - set(purposes)) | (standing.union(*by_purpose.values()) - set(permissions))
    if unknown:
        raise PolicyError(f"Role '{key}' names {', '.join(sorted(unknown))}, which {name}.yaml does not explain.")
    exposing = sorted(name for name in standing if permissions[name].shows_person)
    if exposing:
        raise PolicyError(f"Role '{key}' may {', '.join(exposing)} without a purpose; people are read with a purpose.")
    return Role(key, _label(row), tuple(row["scopes"]), standing, MappingProxyType(by_purpose))


def _purpose(key: str, row: Mapping[str, Any]) -> Purpose:
    return Purpose(key, _label(row), Label(row["explain_zh"], row["explain_en"]), row["minutes"])


def _label(row: Mapping[str, Any]) -> Label:
    return Label(row["zh"], row["en"])
