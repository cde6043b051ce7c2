"""Names of persons: surname and given name, how they sound, how alike two of them are.

A sound is toneless Hanyu Pinyin in lower case, joined without spaces, ü written v: 吕娜 is `lvna`. Every character has
one sound, whatever stands beside it, except that the surname has its own table: so the sound of a million names is a
look-up per character. Which other readings a typed name may have is the matter of `query_sounds`.
"""

import re
import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

import polars as pl
from pypinyin import Style, pinyin

from domicile.core.characters import simplified_by_traditional
from domicile.core.linkage.surnames import COMPOUND_SOUNDS, COMPOUND_SURNAMES, SURNAME_SOUNDS

MOST_QUERY_SOUNDS: Final = 8
_READINGS_PER_CHARACTER: Final = 3

# Names of minorities and transliterated names are joined by one of these; they have no Chinese surname.
_DOTS: Final = "·•‧∙⋅・･."
# What `sounds` does a column at a time; all else takes the road of one name at a time.
_PLAIN_NAME: Final = r"^[\x{4E00}-\x{9FFF}]+$"
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
    folded = _fold(name)
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
    return _surname_sound(surname) + "".join(_character_sound(character) for character in given)


def sounds(names: pl.Series) -> pl.Series:
    """Return `sound` of each name of a String column; null stays null."""
    frame = pl.DataFrame({"name": names.cast(pl.String)})
    plain = frame.get_column("name").str.contains(_PLAIN_NAME).fill_null(value=False)
    if plain.all():
        return _plain_sounds(frame.get_column("name")).alias(names.name)
    others = frame.filter(~plain).get_column("name").drop_nulls().unique().to_list()
    table = pl.DataFrame(
        {"name": others, "other": [sound(name) for name in others]}, schema={"name": pl.String, "other": pl.String}
    )
    frame = frame.with_columns(plain=plain).join(table, on="name", how="left", maintain_order="left")
    quick = _plain_sounds(frame.select(pl.when("plain").then("name")).to_series())
    return frame.select(pl.when("plain").then(quick).otherwise("other")).to_series().alias(names.name)


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
    choices = [[_surname_sound(surname), *_all_readings(surname)]] if surname else []
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
    one, two = _fold(left), _fold(right)
    if not one or not two:
        return NameLikeness.DIFFERENT
    if left == right:
        return NameLikeness.EQUAL
    if one.casefold() == two.casefold():
        return NameLikeness.SAME_SCRIPT
    if sound(one) and sound(one) == sound(two):
        return NameLikeness.SAME_SOUND
    return NameLikeness.ONE_CHARACTER if _one_edit_apart(one, two) else NameLikeness.DIFFERENT


def _fold(name: str) -> str:
    """Return the name simplified, in half width, with one form of dot and without spaces between characters."""
    table = simplified_by_traditional()
    text = "".join(table.get(character, character) for character in unicodedata.normalize("NFKC", name))
    text = "".join("·" if character in _DOTS else character for character in text).strip(" ·\t\r\n")
    text = re.sub("[uU]:", "ü", text)
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "" if _HAN.search(text) else " ", text)


@cache
def _character_sound(character: str) -> str:
    return _readings(character)[0]


@cache
def _readings(character: str) -> list[str]:
    """Return the readings of one folded character, the usual one first; never an empty list."""
    if not _HAN.fullmatch(character):
        return [_letters(character)]
    if character == "〇":
        return ["ling"]
    found = [_letters(reading) for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]]
    distinct = list(dict.fromkeys(reading for reading in found if reading))
    return distinct[:_READINGS_PER_CHARACTER] or [character]


def _letters(text: str) -> str:
    """Return the letters of `text` in lower case: Latin ones without accents, ü as v, those of other scripts as is."""
    text = unicodedata.normalize("NFC", text.lower()).translate(_U_UMLAUT)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if character.isalpha())


_U_UMLAUT: Final = str.maketrans(dict.fromkeys("üǖǘǚǜ", "v"))


def _surname_sound(surname: str) -> str:
    if surname in COMPOUND_SOUNDS:
        return COMPOUND_SOUNDS[surname]
    if len(surname) == 1:
        return SURNAME_SOUNDS.get(surname) or _character_sound(surname)
    return "".join(_character_sound(character) for character in surname)


def _all_readings(surname: str) -> list[str]:
    """Return what a typed surname of one character may sound like besides its sound as a surname."""
    if len(surname) != 1:
        return []
    return [reading for reading in _readings(surname) if reading != _surname_sound(surname)]


def _spellings(letters: str) -> list[str]:
    """Return other spellings of ü in pinyin: passports write LYU and NYU, some write LUE for lüe."""
    forms = [re.sub(r"([ln])yu", r"\1v", letters), re.sub(r"([ln])ue", r"\1ve", letters)]
    return [form for form in forms if form != letters]


def _plain_sounds(names: pl.Series) -> pl.Series:
    """Return the sounds of names that consist of common Han characters only."""
    known = names.drop_nulls()
    if known.is_empty():
        return names
    fold = simplified_by_traditional()
    characters = sorted(set(known.str.join("").item()))
    readings = {character: _character_sound(fold.get(character, character)) for character in characters}
    singles = {character: _surname_sound(fold.get(character, character)) for character in characters}
    compounds = {"": ""} | _compounds_written_in(characters)
    name = pl.col("name")
    heads = pl.DataFrame({"name": names}).select(
        "name",
        compound=pl.when(name.str.len_chars() > 2).then(
            name.str.slice(0, 2).replace_strict(compounds, default=None, return_dtype=pl.String)
        ),
        single=name.str.slice(0, 1).replace_strict(singles, default=None, return_dtype=pl.String),
    )
    given = pl.when(pl.col("compound").is_null()).then(name.str.slice(1)).otherwise(name.str.slice(2))
    sounds_of_given = given.str.replace_many(list(readings), list(readings.values()))
    return heads.select(pl.coalesce("compound", "single") + sounds_of_given).to_series()


def _compounds_written_in(characters: list[str]) -> dict[str, str]:
    """Return {compound surname in any mixture of simplified and traditional `characters`: its sound}."""
    fold = simplified_by_traditional()
    written: dict[str, list[str]] = {}
    for character in characters:
        written.setdefault(fold.get(character, character), []).append(character)
    return {
        first + second: _surname_sound(surname)
        for surname in COMPOUND_SURNAMES
        for first in written.get(surname[0], [])
        for second in written.get(surname[1], [])
    }


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
