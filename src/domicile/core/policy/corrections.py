"""Who may correct what: the level of area at which a correction takes effect."""

from __future__ import annotations

from datetime import date
from typing import Final

from domicile.core.policy.parameters import PolicyError, parameter

#: From the smallest to the largest.
LEVELS: Final = ("grid", "community", "township", "county", "prefecture", "province")
_SCOPE_LEVELS: Final = {15: "grid", 12: "community", 9: "township", 6: "county", 4: "prefecture", 2: "province"}


def scope_level(scope: str) -> str:
    """Return the level of a scope by its length: 15 grid, 12 community, 9 township, 6 county, 4, 2; or PolicyError."""
    level = _SCOPE_LEVELS.get(len(scope))
    if level is None:
        raise PolicyError(f"'{scope}' is no scope; a scope has 2, 4, 6, 9, 12 or 15 digits.")
    return level


def correction_level(field: str, on: date) -> str:
    """Return the lowest level at which a correction of `field` takes effect; PolicyError for an unlisted field."""
    levels = parameter("corrections.level", on)
    if field not in levels:
        raise PolicyError(f"Nobody is named who may correct '{field}'; add it to corrections.yaml.")
    return str(levels[field])


def takes_effect(field: str, scope: str, on: date) -> bool:
    """Tell whether a correction of `field` by somebody with `scope` takes effect; otherwise it is a proposal."""
    return LEVELS.index(scope_level(scope)) >= LEVELS.index(correction_level(field, on))


def evidence_needed(field: str, on: date) -> tuple[str, ...]:
    """Return the kinds of paper of which a correction of `field` must name one; empty where none is needed."""
    kinds: tuple[str, ...] = parameter("corrections.evidence", on).get(field, ())
    return kinds
