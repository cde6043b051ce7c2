"""The synthetic county with known truth: people, dwellings, grids, and a ledger of planted errors.

Nobody in it is real: its province, its prefectures and its counties have codes and names in no use, its phones a range
given to nobody. The same size, seed and day give the same county, byte for byte.
"""

from domicile.core.synth.county import County, make_county

__all__ = ["County", "make_county"]
