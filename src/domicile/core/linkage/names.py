"""Names of persons: surname and given name, how they sound, how alike two of them are.

A sound is toneless Hanyu Pinyin in lower case, joined without spaces, ü written v: 吕娜 is `lvna`. Every character has
one sound, whatever stands beside it, except that the surname has its own table: so the sound of a million names is a
look-up per character (`name_columns`). Which other readings a typed name may have is the matter of `query_sounds`.
"""

import re
import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from domicile.core.characters import simplified_by_traditional
from domicile.core.linkage.surnames import COMPOUND_SOUNDS, COMPOUND_SURNAMES, SURNAME_SOUNDS

MOST_QUERY_SOUNDS: Final = 8
_READINGS_PER_CHARACTER: Final = 3

# Names of minorities and transliterated names are joined by one of these; they have no Chinese surname.
_DOTS: Final = "·•‧∙⋅・･."
_HAN: Final = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CHINESE_NAME: Final = re.compile(rf"(?:{_HAN.pattern})+")


class NameLikeness(IntEnum):
    """How alike two names are; a higher value is more alike."""

    DIFFERENT = 0
    ONE_CHARACTER = 1
    """One character replaced, left out or added, or two neighbours swapped."""
    SAME_SOUND = 2
    SAME_SCRIPT = 3
    """Equal but for traditional characters, spaces, width of letters, case or the form of the dot."""
    EQUAL = 4


def split_name(name: str) -> tuple[str, str]:
    """Return (surname, given name), both simplified and without spaces.

    A compound surname is taken when at least one character is left for the given name. A name with a dot, or in
    another script, has no surname: ("", name).
    """
    folded = fold_name(name)
    if not _CHINESE_NAME.fullmatch(folded):
        return "", folded
    size = 2 if len(folded) > 2 and folded[:2] in COMPOUND_SURNAMES else 1
    return folded[:size], folded[size:]


@lru_cache(maxsize=65536)
def sound(name: str) -> str:
    """Return the sound of a name; never fails.

    Latin letters lose their accents and keep nothing else; a character without a known reading stands for itself;
    all other signs fall away.
    """
    surname, given = split_name(name)
    return surname_sound(surname) + "".join(character_sound(character) for character in given)


def query_sounds(text: str) -> set[str]:
    """Return the sounds that a typed name may have, at most `MOST_QUERY_SOUNDS`; the set always holds `sound(text)`.

    `text` holds characters, Latin pinyin (with spaces, apostrophes, accents or tone digits) or both. Empty when
    nothing in it has a sound.
    """
    main = sound(text)
    if not main:
        return set()
    if not _HAN.search(text):
        return set(islice(dict.fromkeys([main, *_spellings(main)]), MOST_QUERY_SOUNDS))
    surname, given = split_name(text)
    choices = [[surname_sound(surname), *_all_readings(surname)]] if surname else []
    choices += [_readings(character) for character in given]
    found = dict.fromkeys([main])
    if surname + given in COMPOUND_SOUNDS:
        found[COMPOUND_SOUNDS[surname + given]] = None
    for combination in product(*choices):
        if len(found) >= MOST_QUERY_SOUNDS:
            break
        found["".join(combination)] = None
    return set(found)


def same_name(left: str, right: str) -> NameLikeness:
    """Return how alike two names are; two empty names are different, as nothing is known of either."""
    one, two = fold_name(left), fold_name(right)
    if not one or not two:
        return NameLikeness.DIFFERENT
    if left == right:
        return NameLikeness.EQUAL
    if one.casefold() == two.casefold():
        return NameLikeness.SAME_SCRIPT
    if sound(one) and sound(one) == sound(two):
        return NameLikeness.SAME_SOUND
    return NameLikeness.ONE_CHARACTER if _one_edit_apart(one, two) else NameLikeness.DIFFERENT


def fold_name(name: str) -> str:
    """Return the name simplified, in half width, with one form of dot and without spaces between characters."""
    table = simplified_by_traditional()
    text = "".join(table.get(character, character) for character in unicodedata.normalize("NFKC", name))
    text = "".join("·" if character in _DOTS else character for character in text).strip(" ·\t\r\n")
    text = re.sub("[uU]:", "ü", text)
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "" if _HAN.search(text) else " ", text)


@cache
def character_sound(character: str) -> str:
    return _readings(character)[0]


@cache
def character_readings(character: str) -> frozenset[str]:
    """All readings that a character may have in a name, as a surname too; at most a few."""
    folded = simplified_by_traditional().get(character, character)
    return frozenset([*_readings(folded), surname_sound(folded)])


@cache
def _readings(character: str) -> list[str]:
    """Return the readings of one folded character, the usual one first; never an empty list."""
    if not _HAN.fullmatch(character):
        return [_letters(character)]
    if character == "〇":
        return ["ling"]
    from pypinyin import Style, pinyin

    found = [_letters(reading) for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]]
    distinct = list(dict.fromkeys(reading for reading in found if reading))
    return distinct[:_READINGS_PER_CHARACTER] or [character]


def _letters(text: str) -> str:
    """Return the letters of `text` in lower case: Latin ones without accents, ü as v, those of other scripts as is."""
    text = unicodedata.normalize("NFC", text.lower()).translate(_U_UMLAUT)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if character.isalpha())


_U_UMLAUT: Final = str.maketrans(dict.fromkeys("üǖǘǚǜ", "v"))


def surname_sound(surname: str) -> str:
    if surname in COMPOUND_SOUNDS:
        return COMPOUND_SOUNDS[surname]
    if len(surname) == 1:
        return SURNAME_SOUNDS.get(surname) or character_sound(surname)
    return "".join(character_sound(character) for character in surname)


def _all_readings(surname: str) -> list[str]:
    """Return what a typed surname of one character may sound like besides its sound as a surname."""
    if len(surname) != 1:
        return []
    return [reading for reading in _readings(surname) if reading != surname_sound(surname)]


def _spellings(letters: str) -> list[str]:
    """Return other spellings of ü in pinyin: passports write LYU and NYU, some write LUE for lüe."""
    forms = [re.sub(r"([ln])yu", r"\1v", letters), re.sub(r"([ln])ue", r"\1ve", letters)]
    return [form for form in forms if form != letters]


def _one_edit_apart(one: str, two: str) -> bool:
    """Tell whether names of at least two characters differ by one replaced, missing or swapped character."""
    if min(len(one), len(two)) < 2:
        return False
    if len(one) == len(two):
        places = [place for place, (left, right) in enumerate(zip(one, two, strict=True)) if left != right]
        if len(places) == 1:
            return True
        swapped = len(places) == 2 and places[1] == places[0] + 1
        return swapped and one[places[0]] == two[places[1]] and one[places[1]] == two[places[0]]
    short, long = sorted((one, two), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
