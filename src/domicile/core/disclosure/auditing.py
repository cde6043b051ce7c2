"""What an outsider can reckon of suppressed cells: the least and the greatest that each can be, by linear programs.

Sources: Gusfield, A graph theoretic approach to statistical data security (SIAM Journal on Computing 17, 1988); Fischetti and
Salazar, Models and algorithms for optimizing cell suppression in tabular data with linear constraints (Journal of the American
Statistical Association 95, 2000), whose attacker problem this is.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.disclosure.entropy import Floats
from domicile.core.disclosure.totals import Totals

Flags = NDArray[np.bool_]
#: Tables are reckoned in units in which their largest cell is this.
_LARGEST: Final = 1e4


def audit(values: ArrayLike, suppressed: ArrayLike, totals: Totals) -> tuple[Floats, Floats]:
    """The least and the greatest that each cell can be, given the published ones, the sums and that no cell is below 0.

    values, suppressed: shape totals.shape, the table with totals (of suppressed cells the values are not looked at) and which are
    left out. Gives two arrays of that shape; inf where there is no upper end; the value itself where it is published. Of counts,
    ends of tables of two axes without subtotals are whole numbers; of others a whole number may be bound closer than these ends.
    Raises ValueError where the published cells contradict the sums.
    """
    table, hidden = np.asarray(values, dtype=float), np.asarray(suppressed, dtype=bool)
    if table.shape != totals.shape or hidden.shape != totals.shape:
        raise ValueError(
            f"the table with its totals has the shape {totals.shape}, not {table.shape} and {hidden.shape}."
        )
    shown = np.where(hidden, 0.0, table)
    unit = max(float(np.abs(shown).max(initial=0.0)), 1.0) / _LARGEST
    lower, upper = table.copy().ravel(), table.copy().ravel()
    places = np.flatnonzero(hidden)
    sums = totals.sums()
    parts, rest = sums[:, places], -(sums @ (shown.ravel() / unit))
    if not len(places):
        if np.abs(rest).max() > 1e-6 * _LARGEST:
            raise ValueError("The published cells contradict the sums.")
        return lower.reshape(table.shape), upper.reshape(table.shape)
    for at, place in enumerate(places):
        for sign, ends in ((1.0, lower), (-1.0, upper)):
            aim = np.zeros(len(places))
            aim[at] = sign
            found = lowest(aim, parts, rest, np.zeros(len(places)), np.full(len(places), np.inf))
            if found is None:
                raise ValueError("The published cells contradict the sums.")
            ends[place] = sign * found[0] * unit
    return lower.reshape(table.shape), upper.reshape(table.shape)


def lowest(aim: Floats, sums: Any, rest: Floats, least: Floats, most: Floats) -> tuple[float, Floats, Floats] | None:
    """min aim @ y with sums @ y = rest and least <= y <= most: the value (-inf without end), y, and the multipliers of the sums.

    None where no y keeps the conditions. Solved by HiGHS (Huangfu and Hall, Mathematical Programming Computation 10, 2018).
    """
    from scipy.optimize import linprog

    found = linprog(aim, A_eq=sums, b_eq=rest, bounds=np.column_stack([least, most]), method="highs")
    if found.status == 3:
        return -np.inf, np.zeros(len(aim)), np.zeros(len(rest))
    if found.status == 2:
        return None
    if found.status != 0:
        raise RuntimeError(f"HiGHS gave a linear program of a table up: {found.message}")
    return float(found.fun), np.asarray(found.x, dtype=float), np.asarray(found.eqlin.marginals, dtype=float)
