"""People of two registers compared without either telling whom it holds (RV-3).

`tokens` makes of each person a few match keys, each an exact value that two records of one person are likely to share; it needs
polars and is asked for by its own name. `blinding` lets two registers find which tokens they have in common, and nothing of the
others. `boxes` keeps what travels from everybody else. What each end learns by it: docs/develop/comparisons.md.
"""

from domicile.core.linkage.private.blinding import POINT, Blinder, Unfit, common
from domicile.core.linkage.private.boxes import Box, BoxBroken, public_of
from domicile.core.linkage.private.kinds import KINDS, MOST_TOKENS, Strength, strength

__all__ = [
    "KINDS",
    "MOST_TOKENS",
    "POINT",
    "Blinder",
    "Box",
    "BoxBroken",
    "Strength",
    "Unfit",
    "common",
    "public_of",
    "strength",
]
