"""Moves: how they go (`machine`), the invariant of residence (`residence`), what the ends say (`ends`), matching."""

from domicile.core.moves.ends import Difference, Word, differences, lies_in, significant
from domicile.core.moves.machine import (
    IllegalStep,
    State,
    Step,
    check_step,
    open_states,
    owner_of,
    possible,
    states,
    steps,
)
from domicile.core.moves.matching import Candidate, Mover, candidates
from domicile.core.moves.residence import (
    OUTSIDE,
    Line,
    Stay,
    TooEarly,
    after,
    before_day,
    ended,
    faults,
    from_day,
    line_of,
    now,
    place_on,
)

__all__ = [
    "OUTSIDE", "Candidate", "Difference", "IllegalStep", "Line", "Mover", "State", "Stay", "Step", "TooEarly", "Word", "after",
    "before_day", "candidates", "check_step", "differences", "ended", "faults", "from_day", "lies_in", "line_of", "now",
    "open_states", "owner_of", "place_on", "possible", "significant", "states", "steps",
]  # fmt: skip
