"""How records of people in China are compared: the specification that finds duplicates and links lists.

The order of levels is the order in which they are looked for. Place and company are one comparison on purpose: who lives at one
address shares its phone and its company, so that two or three of these as if independent would make one person of a whole
household.
"""

from __future__ import annotations

from typing import Final

from domicile.core.linkage.conditions import (
    all_of,
    any_of,
    both_are,
    crosses,
    day_month_swapped,
    days_apart,
    equal,
    is_not,
    like,
    look_alike,
    neighbours,
    one_is,
    one_place,
    one_sign,
    overlap,
    same_reading,
    silent,
    years_apart,
)
from domicile.core.linkage.specification import OTHER, SILENT, BlockingRule, Comparison, Level, Specification, Step

_NAMES_AGREE: Final = any_of(equal("name"), equal("sound"), crosses("name", "former"))
# Enough for one person, too much for two of a family, who share a surname and often a character of a generation.
_ALIKE: Final = any_of(_NAMES_AGREE, silent("name"), equal("parts"), look_alike("name"))
_TOGETHER: Final = any_of(equal("household"), equal("dwelling"), overlap("company"))

NUMBER: Final = Comparison(
    "number",
    (
        Level(SILENT, silent("number")),
        Level("equal", all_of(equal("number"), both_are("state", "certain"))),
        Level("upgraded", all_of(equal("number"), one_is("state", "old")), like="equal"),
        Level("borrowed", all_of(equal("number"), one_is("state", "doubtful"), is_not(_NAMES_AGREE))),
        Level("equal_unsure", equal("number")),
        Level("one_digit", all_of(one_place("number"), is_not(both_are("state", "certain")))),
        Level("swapped", all_of(neighbours("number"), is_not(both_are("state", "certain")))),
        Level("different", both_are("state", "certain")),
        Level(OTHER, None),
    ),
)

NAME: Final = Comparison(
    "name",
    (
        Level(SILENT, silent("name")),
        Level("equal", equal("name"), frequency="name"),
        Level("former", crosses("name", "former"), like="equal"),
        Level("same_sound", equal("sound"), frequency="sound"),
        Level("reading", same_reading("name"), like="same_sound"),
        Level("look_alike", look_alike("name")),
        Level("turned", equal("parts")),
        Level("own_part", equal("own_part"), like="one_sign"),
        Level("one_sign", one_sign("name")),
        Level("like", like("letters", 0.92), like="one_sign"),
        Level("first", equal("first")),
        Level(OTHER, None),
    ),
)

BIRTH: Final = Comparison(
    "birth",
    (
        Level(SILENT, silent("birth")),
        Level("equal", equal("birth"), frequency="birth"),
        # The same number on both sides says nothing of whose it is: it may be borrowed.
        Level("in_number", all_of(crosses("birth", "born"), is_not(equal("paper")))),
        Level("swapped", day_month_swapped("birth")),
        Level("day_off", days_apart("birth", 1)),
        Level("year_off", years_apart("birth", 1)),
        Level("decade_off", years_apart("birth", 10)),
        Level("lunar", crosses("numerals", "lunar")),
        Level("digit", one_place("numerals")),
        Level("year", equal("year")),
        Level(OTHER, None),
    ),
)

SEX: Final = Comparison(
    "sex",
    (
        Level(SILENT, silent("sex")),
        Level("equal", equal("sex")),
        Level(OTHER, None),
    ),
)

PLACE: Final = Comparison(
    "place",
    (
        # Twins and siblings: at one home, born on one day, but of two names.
        Level("kin", all_of(_TOGETHER, is_not(_ALIKE)), weightless=True),
        Level("household", equal("household")),
        Level("company", overlap("company")),
        Level("dwelling", any_of(equal("dwelling"), equal("place"))),
        Level("building", equal("building")),
        Level("registered", equal("registered_community")),
        Level("community", equal("area")),
        Level("origin", equal("registered_elsewhere")),
        Level("township", equal("township")),
        Level(SILENT, silent("area")),
        Level(OTHER, None),
    ),
)

PHONE: Final = Comparison(
    "phone",
    (
        Level(SILENT, silent("phone")),
        # The phone of a home, or of a parent, is no second piece of evidence.
        Level("shared", any_of(_TOGETHER, all_of(equal("phone"), is_not(_ALIKE))), weightless=True),
        Level("equal", equal("phone")),
        Level("one_digit", any_of(one_place("phone"), neighbours("phone"))),
        Level(OTHER, None),
    ),
)

BLOCKING: Final = (
    BlockingRule("number", ("number",), everyone=True),
    BlockingRule("sound_birth", ("named", "birth")),
    BlockingRule("former_birth", ("former", "birth"), ("name", "birth")),
    BlockingRule("birth_in_number", ("named", "birth"), ("named", "born")),
    BlockingRule("number_birth", ("named", "born"), ("named", "birth")),
    BlockingRule("sound_next_day", ("named", "birth"), ("named", "next_day")),
    BlockingRule("sound_day", ("named", "day_of_year")),
    BlockingRule("given_birth", ("given", "birth")),
    # Pairs of these two are mostly chance, and the more of it the longer the list. Of two records of different counties nothing
    # that is left could speak loud enough for one person (a phone or a number of both has a rule of its own): so they are looked
    # for inside a county, and the number of pairs grows as the list does, not as its square.
    BlockingRule("sound_year", ("named", "year", "sex", "county")),
    BlockingRule("first_birth", ("first", "birth", "sex", "county")),
    BlockingRule("phone", ("phone",)),
    BlockingRule("dwelling", ("dwelling",)),
    BlockingRule("home_twice", ("dwelling", "named", "birth"), everyone=True),
    BlockingRule("phone_twice", ("phone", "named", "birth"), everyone=True),
)

CASCADE: Final = (
    Step(
        "identical",
        ("name", "birth", "dwelling"),
        None,
        alike=("sex", "number", "phone", "household", "area", "registered"),
    ),
    Step("number_name", ("number", "named"), is_not(one_is("state", "broken"))),
    Step(
        "number_birth",
        ("number", "birth", "sex"),
        all_of(any_of(one_sign("name"), crosses("name", "former")), is_not(equal("household"))),
    ),
    Step(
        "number_alone",
        ("number",),
        all_of(silent("name"), any_of(silent("birth"), equal("birth")), is_not(one_is("state", "broken"))),
    ),
)

PEOPLE: Final = Specification(
    "people-1",
    (NUMBER, NAME, BIRTH, SEX, PLACE, PHONE),
    BLOCKING,
    CASCADE,
    certain="certain",
    strata=("sex", "decade"),
    corrected="number",
    same=(
        "name",
        "former",
        "birth",
        "sex",
        "number",
        "phone",
        "household",
        "dwelling",
        "address",
        "area",
        "registered",
    ),
)
