"""Disclosure control: counts in, counts that may be shown out.

Small counts inside the house: SmallCells. Published counts of a census: a p-table (make_ptable) and cell keys (record_keys,
apply_cell_key, cell_key_sql). Published sums: suppress, with its proof (audit). What that costs and what is left at risk:
loss_report, sample_risk. docs/develop/disclosure.md says what they keep safe and what they do not.
"""

from domicile.core.disclosure.cell_keys import apply_cell_key, cell_key_sql, cell_keys, record_keys
from domicile.core.disclosure.ptable import BITS, Moments, PTable, Transition, make_ptable
from domicile.core.disclosure.small_cells import SMALL, SmallCells

__all__ = [
    "BITS", "SMALL", "Moments", "PTable", "SmallCells", "Transition", "apply_cell_key", "cell_key_sql", "cell_keys",
    "make_ptable", "record_keys",
]  # fmt: skip
