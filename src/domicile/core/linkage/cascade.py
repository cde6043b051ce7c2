"""Cascades: steps, the strictest first, that say when a record of one list and a record of another mean the same.

A cascade is data. It names columns and agreements; an engine finds the pairs. What one step has paired the next no longer
sees, so a later step may ask for less. Nothing is paired that has two equally good partners: that is for people to decide.
"""

from dataclasses import dataclass
from typing import Final

#: Agreements that a step may ask for beside its equal columns. `x_equal` holds where both sides have x and it is the same;
#: `x_slip` where one slip of the pen (a sign replaced, left out or added, or two neighbours swapped) makes one of the other;
#: `number_silent` and `name_silent` where one side has none; `near_in_time` where the days between are usual.
AGREEMENTS: Final = (
    "name_equal", "name_slip", "sound_equal", "birth_equal", "birth_slip", "origin_equal", "destination_equal",
    "number_equal", "number_slip", "number_silent", "name_silent", "near_in_time",
)  # fmt: skip

#: Days between leaving and arriving that need no explanation; an arrival may be noted a little before the leaving.
EARLY_DAYS: Final = 7
LATE_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step: columns that are equal on both sides, and lists of agreements, one of each list at least.

    `name` is what a pair found by it is marked with.
    """

    name: str
    equal: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        unknown = {one for group in self.one_of for one in group} - set(AGREEMENTS)
        if unknown or not self.equal:
            raise ValueError(f"{self.name}: no such agreement {sorted(unknown)}, or nothing that is equal")

    @property
    def listens(self) -> bool:
        """Whether it asks how names sound."""
        return "sound" in self.equal or any("sound_equal" in group for group in self.one_of)


#: A leaving and an arriving of one move. The number decides where the rest does not speak against it; else name, birth date and
#: place of origin together; a newborn may have neither. A borrowed number is passed by where all else agrees.
MOVE_CASCADE: Final = (
    Step("number", ("number",), (("name_equal", "birth_equal"), ("destination_equal", "near_in_time"))),
    Step(
        "name_birth_origin", ("sound", "birth", "origin"),
        (("number_slip", "number_silent", "number_equal"), ("destination_equal", "near_in_time")),
    ),
    Step("number_name", ("number",), (("sound_equal", "name_slip", "birth_slip"), ("destination_equal", "near_in_time"))),
    Step("birth_origin", ("birth", "origin", "destination"), (("name_slip",), ("number_slip", "number_silent"))),
    Step("name_origin", ("sound", "origin", "destination"), (("birth_slip",), ("number_slip", "number_silent"))),
    Step("no_name", ("birth", "origin", "destination"), (("name_silent",), ("number_silent",), ("near_in_time",))),
    Step("other_number", ("name", "birth", "origin", "destination"), (("near_in_time",),)),
)  # fmt: skip
