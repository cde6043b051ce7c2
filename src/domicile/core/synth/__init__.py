"""The synthetic county with known truth: people, dwellings, grids, and a ledger of planted errors.

Nobody in it is real: its province, its prefectures and its counties have codes and names in no use, its phones a range
given to nobody. The same size, seed and day give the same county, byte for byte.
"""

from domicile.core.synth.broken import write_broken_samples
from domicile.core.synth.county import County, make_county
from domicile.core.synth.error_model import model_hash, model_version
from domicile.core.synth.official import write_frames, write_official
from domicile.core.synth.tenure_sheets import write_tenure

__all__ = [
    "County",
    "make_county",
    "model_hash",
    "model_version",
    "write_broken_samples",
    "write_frames",
    "write_official",
    "write_tenure",
]
