"""Slips of the pen on single values: each takes what is true and gives what was written, None where it cannot apply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from domicile.core.synth.lexicon import look_alikes, sound_alikes

Generator = np.random.Generator
LATE_PART_OF_PHONE = 3  # the first three digits stay, so that a wrong phone is nobody's either


def wrong_digit(number: str, rng: Generator) -> str | None:
    """One of the digits 3…17 replaced by another."""
    place = int(rng.integers(6, 17)) if rng.random() < 0.8 else int(rng.integers(2, 6))
    digit = (int(number[place]) + int(rng.integers(1, 10))) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def swapped_digits(number: str, rng: Generator) -> str | None:
    """Two different neighbours among the digits 3…17 exchanged."""
    places = [place for place in range(2, 16) if number[place] != number[place + 1]]
    if not places:
        return None
    place = places[int(rng.integers(0, len(places)))]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def fifteen_digits(number: str, rng: Generator) -> str | None:
    """The 15-digit form that was issued until 1999; its serials 996…999 meant births before 1900."""
    return number[:6] + number[8:17] if number[6:8] == "19" and number[14:16] != "99" else None


def missing(value: str, rng: Generator) -> str | None:
    """Nothing written."""
    return ""


def _replace_one(name: str, table: dict[str, str], rng: Generator) -> str | None:
    places = [place for place, character in enumerate(name) if character in table and place > 0]
    if "·" in name or not places:
        return None
    place = places[int(rng.integers(0, len(places)))]
    return name[:place] + table[name[place]] + name[place + 1 :]


def homophone(name: str, rng: Generator) -> str | None:
    """A character of the given name replaced by one of the same sound."""
    return _replace_one(name, sound_alikes(), rng)


def lookalike(name: str, rng: Generator) -> str | None:
    """A character of the name replaced by one that looks like it."""
    if "·" in name:
        return None
    places = [place for place, character in enumerate(name) if character in look_alikes()]
    if not places:
        return None
    place = places[int(rng.integers(0, len(places)))]
    return name[:place] + look_alikes()[name[place]] + name[place + 1 :]


def swapped_characters(name: str, rng: Generator) -> str | None:
    """The two characters of a given name exchanged."""
    if len(name) != 3 or name[1] == name[2] or not "\u4e00" <= name[2] <= "\u9fff":
        return None
    return name[0] + name[2] + name[1]


def wrong_phone_digit(phone: str, rng: Generator) -> str | None:
    """One digit replaced by another."""
    place = int(rng.integers(LATE_PART_OF_PHONE, len(phone)))
    digit = (int(phone[place]) + int(rng.integers(1, 10))) % 10
    return f"{phone[:place]}{digit}{phone[place + 1 :]}"


def wrong_sex(sex: str, rng: Generator) -> str | None:
    """The other sex."""
    return {"1": "2", "2": "1"}.get(sex)


def day_month_swapped(birth: str, rng: Generator) -> str | None:
    """Day and month exchanged, where that gives another date."""
    born = date.fromisoformat(birth)
    if born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month).isoformat()


def day_off_by_one(birth: str, rng: Generator) -> str | None:
    """A day early or late."""
    return (date.fromisoformat(birth) + timedelta(days=1 if rng.random() < 0.5 else -1)).isoformat()


def _years_off(birth: str, years: int) -> str | None:
    born = date.fromisoformat(birth)
    if (born.month, born.day) == (2, 29):
        return None
    return born.replace(year=born.year + years).isoformat()


def year_off_by_one(birth: str, rng: Generator) -> str | None:
    """A year early or late."""
    return _years_off(birth, 1 if rng.random() < 0.5 else -1)


def decade_slip(birth: str, rng: Generator) -> str | None:
    """Ten years early or late."""
    return _years_off(birth, 10 if rng.random() < 0.5 else -10)


FAULTS: dict[str, Callable[[str, Generator], str | None]] = {
    "wrong_digit": wrong_digit,
    "swapped_digits": swapped_digits,
    "fifteen_digits": fifteen_digits,
    "missing_number": missing,
    "homophone": homophone,
    "lookalike": lookalike,
    "swapped_characters": swapped_characters,
    "day_month_swapped": day_month_swapped,
    "day_off_by_one": day_off_by_one,
    "year_off_by_one": year_off_by_one,
    "decade_slip": decade_slip,
    "wrong_sex": wrong_sex,
    "wrong_phone_digit": wrong_phone_digit,
}
