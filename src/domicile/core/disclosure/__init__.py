"""Disclosure control: counts in, counts that may be shown out.

Small counts inside the house: SmallCells. Published counts of a census: a p-table (make_ptable) and cell keys (record_keys,
apply_cell_key, cell_key_sql), and which tables tell too much together (close_pairs). Published sums: suppress, with its proof
(audit). What that costs and what is left at risk: loss_report, sample_risk. docs/develop/disclosure.md says what they keep safe and
what they do not.
"""

from typing import TYPE_CHECKING

from domicile.core.at_use import loader
from domicile.core.disclosure.small_cells import SMALL, SmallCells

if TYPE_CHECKING:
    from domicile.core.disclosure.auditing import audit
    from domicile.core.disclosure.differencing import ClosePair, close_pairs
    from domicile.core.disclosure.keying import apply_cell_key, cell_key_sql, cell_keys, record_keys
    from domicile.core.disclosure.microdata import SampleRisk, sample_risk
    from domicile.core.disclosure.ptable import BITS, Moments, PTable, Transition, make_ptable
    from domicile.core.disclosure.reporting import LossReport, hellinger, loss_report
    from domicile.core.disclosure.sensitive import dominance_level, p_percent_level
    from domicile.core.disclosure.suppression import Suppression, suppress
    from domicile.core.disclosure.totals import Totals

__all__ = [
    "BITS", "SMALL", "ClosePair", "LossReport", "Moments", "PTable", "SampleRisk", "SmallCells", "Suppression", "Totals",
    "Transition", "apply_cell_key", "audit", "cell_key_sql", "cell_keys", "close_pairs", "dominance_level", "hellinger",
    "loss_report", "make_ptable", "p_percent_level", "record_keys", "sample_risk", "suppress",
]  # fmt: skip
#: Where each stands. Who only hides small counts, as every process of a site does, loads no NumPy for it.
_HOMES = {
    "auditing": ("audit",),
    "keying": ("apply_cell_key", "cell_key_sql", "cell_keys", "record_keys"),
    "differencing": ("ClosePair", "close_pairs"),
    "microdata": ("SampleRisk", "sample_risk"),
    "ptable": ("BITS", "Moments", "PTable", "Transition", "make_ptable"),
    "reporting": ("LossReport", "hellinger", "loss_report"),
    "sensitive": ("dominance_level", "p_percent_level"),
    "suppression": ("Suppression", "suppress"),
    "totals": ("Totals",),
}


__getattr__ = loader(__name__, _HOMES)
