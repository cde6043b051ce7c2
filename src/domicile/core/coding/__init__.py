"""Codes for what people write about their work: code lists, ranked suggestions, and coding without a person where that is sure.

lists()["occupation"]                             # the codes with their names (GB/T 6565-2015, GB/T 4754-2017)
coder = Coder(lists()["occupation"], decisions)   # decisions: (text, code) that people made before
coder.suggestions("在电子厂流水线上班")             # codes, best first, each with a share from 0 to 1 and why
auto_code(coder, texts, threshold)                # a code for each text that is sure enough, else None
"""

from domicile.core.coding.measuring import Measured, auto_code, measured
from domicile.core.coding.ranking import Coder, Entry, Suggestion, lists

__all__ = ["Coder", "Entry", "Measured", "Suggestion", "auto_code", "lists", "measured"]
