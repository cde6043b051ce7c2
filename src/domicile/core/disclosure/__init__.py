"""Disclosure control: counts in, counts that may be shown out.

Small counts inside the house: SmallCells. Published counts of a census: a p-table (make_ptable) and cell keys (record_keys,
apply_cell_key, cell_key_sql), and which tables tell too much together (close_pairs). Published sums: suppress, with its proof
(audit). What that costs and what is left at risk: loss_report, sample_risk. docs/develop/disclosure.md says what they keep safe and
what they do not.
"""

from domicile.core.disclosure.auditing import audit
from domicile.core.disclosure.cell_keys import apply_cell_key, cell_key_sql, cell_keys, record_keys
from domicile.core.disclosure.differencing import ClosePair, close_pairs
from domicile.core.disclosure.microdata import SampleRisk, sample_risk
from domicile.core.disclosure.ptable import BITS, Moments, PTable, Transition, make_ptable
from domicile.core.disclosure.reporting import LossReport, hellinger, loss_report
from domicile.core.disclosure.sensitive import dominance_level, p_percent_level
from domicile.core.disclosure.small_cells import SMALL, SmallCells
from domicile.core.disclosure.suppression import Suppression, suppress
from domicile.core.disclosure.totals import Totals

__all__ = [
    "BITS", "SMALL", "ClosePair", "LossReport", "Moments", "PTable", "SampleRisk", "SmallCells", "Suppression", "Totals",
    "Transition", "apply_cell_key", "audit", "cell_key_sql", "cell_keys", "close_pairs", "dominance_level", "hellinger",
    "loss_report", "make_ptable", "p_percent_level", "record_keys", "sample_risk", "suppress",
]  # fmt: skip
