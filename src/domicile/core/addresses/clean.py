"""Fold the ways of typing the same characters: width, case, traditional forms, spaces, dashes, brackets."""

from functools import cache
from typing import Final

import polars as pl

from domicile.core.characters import simplified_by_traditional

_DASHES: Final = "－—–−‐‑―﹣~～_/\\.．。、,，；;：:／"
_BRACKETS: Final = "()（）[]【】〔〕{}<>《》\"'“”‘’|!?！？*"
_SPACES: Final = "\t\r\n\u00a0\u3000\u200b\ufeff"
_WIDE_RANGE: Final = range(0xFF01, 0xFF5F)

# {code of a note: pattern that finds its cause in the text as typed}
CAUSES: Final = {
    "full_width": r"[\x{FF01}-\x{FF5E}&&[^（），；：！？．／]]",
    "spaces": r"\s|\x{200B}|\x{FEFF}",
    "punctuation": r"[（），；：、。．／.,;:()\[\]【】\"“”/\\—–−－_~～*|]",
}


@cache
def _table() -> dict[str, str]:
    wide = {chr(point): chr(point - 0xFEE0).upper() for point in _WIDE_RANGE}
    lower = {chr(point): chr(point).upper() for point in range(ord("a"), ord("z") + 1)}
    return (
        simplified_by_traditional()
        | wide
        | lower
        | dict.fromkeys(_DASHES, "-")
        | dict.fromkeys(_BRACKETS, "")
        | dict.fromkeys(_SPACES, " ")
        | {"○": "〇", "＃": "#", "橦": "幢"}
    )


def folded(texts: pl.Expr, *, few: bool) -> pl.Expr:
    """Return the texts with every character folded by itself.

    The automaton that folds a million texts takes longer to build than a page of them to translate one by one.
    """
    table = _table()
    if few:
        translation = str.maketrans(table)
        return texts.map_elements(lambda text: text.translate(translation), return_dtype=pl.String)
    return texts.str.replace_many(list(table), list(table.values()))


def cleaned(texts: pl.Expr, *, few: bool = False) -> pl.Expr:
    """Return the text in half width, upper case, simplified, without brackets and spaces, with one kind of dash.

    A space between two numbers tells them apart, so it becomes a dash: `3 2 501` is `3-2-501`.
    """
    text = folded(texts, few=few)
    between = r"([0-9A-Z]) +([0-9A-Z])"
    for _ in range(2):  # `3 2 501`: the 2 stands in two pairs
        text = text.str.replace_all(between, "${1}-${2}")
    return text.str.replace_all(" ", "", literal=True).str.replace_all("-{2,}", "-").str.strip_chars("-")


def traditional() -> str:
    """Return a pattern that finds a traditional character."""
    return "[" + "".join(simplified_by_traditional()) + "]"
