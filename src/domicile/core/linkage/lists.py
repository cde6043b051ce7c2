"""The cascade that finds who on a list from outside is whom in the register: exact steps first, then one slip.

A pair of a step in UNSURE is a question to people, never an answer: something in it speaks against it, or too little for it.
The columns of both sides: name, sound, sex, birth, number, and of another person the event is about (mother, spouse)
other_number, other_name. A step says nothing about columns that one side leaves empty.
"""

from typing import Final

from domicile.core.linkage.cascade import Step

_NUMBER_OPEN: Final = ("number_slip", "number_silent")

LIST_CASCADE: Final = (
    Step("number", ("number",), (("name_equal", "sound_equal", "name_slip", "name_silent"),)),
    Step("couple", ("number", "other_number"), ()),
    Step("name_birth", ("name", "birth", "sex"), (_NUMBER_OPEN,)),
    Step("mother_birth", ("other_number", "birth"), (("name_equal", "sound_equal", "name_slip", "name_silent"),)),
    Step("name_mother", ("name", "other_name", "birth"), ()),
    Step("couple_names", ("name", "other_name", "day"), ()),
    # From here on people are asked.
    Step("mother_name_birth", ("other_name", "birth", "sex"), (("name_silent", "sound_equal", "name_slip"),)),
    Step("mother_same_day", ("other_number", "birth"), ()),
    Step("name_birth_any", ("name", "birth"), ()),
    Step("sound_birth", ("sound", "birth"), (_NUMBER_OPEN,)),
    Step("couple_one", ("number", "day"), ()),
    Step("couple_other", ("other_number", "day"), ()),
    Step("number_alone", ("number",), ()),
    Step("name_slip_birth", ("name", "sex"), (("birth_slip",), _NUMBER_OPEN)),
    Step("slip_birth", ("birth", "sex"), (("name_slip",), _NUMBER_OPEN)),
)  # fmt: skip
UNSURE: Final = frozenset(
    {
        "mother_name_birth", "mother_same_day", "name_birth_any", "sound_birth", "couple_one", "couple_other", "number_alone",
        "name_slip_birth", "slip_birth",
    }
)  # fmt: skip
