"""Parse a single address, in a fraction of a millisecond: the reading of `frame`, by the same patterns in Python's engine."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from domicile.core.addresses.clean import CAUSES, clean
from domicile.core.addresses.dialect import compiled, replaced
from domicile.core.addresses.grammar import (
    COMMUNITY_OFFICES,
    FLOOR_OF_JOINED,
    HEAD,
    LEADING_ZERO,
    LOWER,
    LOWER_CASE,
    NAMED_COMPOUND,
    NAMELESS_COMPOUNDS,
    NUMERAL_WORD,
    PLATE_COURTS,
    ROOM_OF_JOINED,
    STREET_WITHOUT_NAME,
    UPPER,
)
from domicile.core.addresses.numerals import arabic, chinese
from domicile.core.addresses.parts import NAMED, NUMBERED
from domicile.core.characters import simplified_by_traditional

Parts = dict[str, str | None]
_NUMBERS: Final = ("plate", "building", "unit", "room", "group")


def parse_line(text: str) -> tuple[Parts, bool, list[str]]:
    """Return (the parts `PARTS`, ok, notes) of one text, as a row of `parse_frame`."""
    parts, shorthand = _split(clean(text))
    written = [value for name in NUMBERED if (value := parts[name]) is not None]
    _fold(parts)
    joined = _finish(parts)
    numbered = any(parts[name] is not None for name in _NUMBERS)
    compound = parts["compound"]
    named = parts["street"] is not None or parts["village"] is not None
    ok = numbered or named or (compound is not None and _found(NAMED_COMPOUND, compound))
    causes = {code: _found(pattern, text) for code, pattern in CAUSES.items()} | {
        "traditional": not _traditional().isdisjoint(text),
        "letter_case": _found(LOWER_CASE, text),
        "numerals": any(_found(NUMERAL_WORD, value) for value in written),
        "leading_zeros": any(_found(LEADING_ZERO, value) for value in written),
        "shorthand": shorthand,
        "floor_joined": joined,
        "not_understood": parts["detail"] is not None,
        "no_number": not numbered,
    }
    return parts, ok, [code for code, holds in causes.items() if holds]


def standard_name(name: str) -> str:
    """Return the name of a community without the words for its office."""
    for pattern, standard in COMMUNITY_OFFICES:
        name = replaced(name, pattern, standard)
    return name


def keys_of(parts: Mapping[str, str | None]) -> tuple[str, str]:
    """Return (key, building key) of parts in standard form."""
    street, compound, room, floor = parts["street"], parts["compound"], parts["room"], parts["floor"]
    group = f"{parts['group']}组" if parts["group"] is not None else ""
    place = f"{parts['village'] or ''}{group}{compound or ''}" if street is None else street
    plate = parts["plate"]
    if plate is None:
        plate = compound if street is not None and compound is not None else ""
    building_key = f"{place}|{plate}|{parts['building'] or ''}"
    if room is None:
        room = f"{floor}F" if floor is not None else ""
    detail = f"~{parts['detail']}" if parts["detail"] is not None else ""
    return f"{building_key}|{parts['unit'] or ''}|{room}{detail}", building_key


def _split(text: str) -> tuple[Parts, bool]:
    """Cut a clean text into its parts as written, and tell whether numbers were read by their place."""
    head = _groups(HEAD, text)[""] or ""
    found = _groups(UPPER, head)
    rest = (found["rest"] or "") + text[len(head) :]
    village, community = found["village"], found["community"]
    if _found(STREET_WITHOUT_NAME, rest):
        if village is not None:
            rest, village = village + rest, None
        elif community is not None and community.endswith("村"):
            rest, community = community + rest, None
    low = _groups(LOWER, rest)
    building = _first(low, "building", "building_named", "building_dashed", "building_4")
    plate = _first(low, "plate", "plate_bare", "plate_alone", "plate_4")
    compound, inside = low["compound"], low["plate_inside"]
    if plate is not None and inside is not None:
        if building is None:  # 桂花路12号锦绣花园5号: the number inside a compound is that of a building.
            building = inside.rstrip("号")
            compound = None if compound in NAMELESS_COMPOUNDS else compound
        else:
            compound = f"{compound}{inside}"
            building += low["wing"] or ""
    else:
        plate = plate if plate is not None else inside
        compound = None if compound in NAMELESS_COMPOUNDS else compound
        building = building + (low["wing"] or "") if building is not None else None
    parts = {
        "province": found["province"], "prefecture": found["prefecture"],
        "county": _first(found, "county_of_city", "county_alone"), "township": found["township"],
        "community": community, "village": village, "group": low["group"], "street": low["street"], "plate": plate,
        "compound": compound, "building": building, "unit": _first(low, "unit", "unit_4"), "floor": low["floor"],
        "room": _first(low, "room", "room_named", "room_4"), "detail": low["detail"],
    }  # fmt: skip
    by_place = _first(low, "building_dashed", "building_4", "plate_bare") is not None
    return parts, by_place or (low["room"] is not None and low["room_word"] is None)


def _fold(parts: Parts) -> None:
    """Write numbers in digits and the numbers in names in Chinese."""
    for name in NUMBERED:
        value = parts[name]
        if value is not None and _found(f"{NUMERAL_WORD}|0[0-9]", value):
            parts[name] = arabic(value)
    for name in NAMED:
        value = parts[name]
        if value is not None:
            parts[name] = chinese(value)


def _finish(parts: Parts) -> bool:
    """Give the parts their standard form; tell whether floor and door were joined to a room number."""
    community, plate, floor, room, compound = (
        parts[name] for name in ("community", "plate", "floor", "room", "compound")
    )
    inside = any(parts[name] is not None for name in ("building", "unit", "room"))
    if plate is not None and compound is not None and not inside and not _found(NAMED_COMPOUND, compound):
        # Words after a plate describe rather than name a compound: 桂花路12号临街门面.
        parts["detail"], parts["compound"] = compound + (parts["detail"] or ""), None
    if community is not None:
        parts["community"] = standard_name(community)
    if plate is not None:
        for pattern, standard in PLATE_COURTS:
            plate = replaced(plate, pattern, standard)
        parts["plate"] = replaced(plate, "之", "-")
    if room is None:
        return False
    joined = floor is not None and _found(FLOOR_OF_JOINED, floor) and _found(ROOM_OF_JOINED, room)
    parts["room"] = f"{floor}{room.zfill(2)}" if joined else replaced(room, "之", "-")
    return joined


def _groups(pattern: str, text: str) -> Parts:
    """Return the named groups of a match, and the whole of it under ''; all None where there is none."""
    expression = compiled(pattern)
    found = expression.search(text)
    if found is None:
        return dict.fromkeys(["", *expression.groupindex])
    return {"": found[0], **found.groupdict()}


def _found(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text) is not None


def _first(parts: Mapping[str, str | None], *names: str) -> str | None:
    return next((parts[name] for name in names if parts[name] is not None), None)


@cache
def _traditional() -> frozenset[str]:
    return frozenset(simplified_by_traditional())
