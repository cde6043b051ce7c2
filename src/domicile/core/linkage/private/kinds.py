"""The kinds of match keys, and how much it says that two records share them. Needs none of the large libraries."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

#: In the order in which they are told.
KINDS: Final = ("number", "name_birth", "name_tail", "name_phone", "birth_phone")
_OF_NAMES: Final = ("name_birth", "name_tail", "name_phone")
#: Most tokens of one person: those with a name count twice where there is a former one, name_birth twice more where the number
#: says another birth date.
MOST_TOKENS: Final = len(KINDS) + len(_OF_NAMES) + 2


class Strength(IntEnum):
    """How much it says that two records share their keys."""

    WEAK = 0
    LIKELY = 1
    STRONG = 2


#: What each kind says alone.
STRENGTH: Final = {
    "number": Strength.STRONG, "name_birth": Strength.LIKELY, "name_tail": Strength.LIKELY,
    "name_phone": Strength.WEAK, "birth_phone": Strength.WEAK,
}  # fmt: skip


def strength(kinds: Iterable[str]) -> Strength:
    """How much all that is shared says: two kinds that do not lean on the same values count as strong."""
    held = frozenset(kinds)
    if "number" in held or {"name_birth", "name_tail"} <= held or ("name_birth" in held and "name_phone" in held):
        return Strength.STRONG
    if {"name_phone", "birth_phone"} <= held:
        return Strength.LIKELY
    return max((STRENGTH[kind] for kind in held), default=Strength.WEAK)
