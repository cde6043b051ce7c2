"""Fold the ways of typing the same characters: width, case, traditional forms, spaces, dashes, brackets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from domicile.core.addresses.dialect import replaced
from domicile.core.characters import simplified_by_traditional

if TYPE_CHECKING:
    import polars as pl

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


@cache
def _translation() -> dict[int, str]:
    return str.maketrans(_table())


# What is done to folded text, in this order: pairs of a pattern and what stands for it. `3 2 501` needs the first
# twice, since the 2 stands in two pairs.
_STEPS: Final = (
    *[("([0-9A-Z]) +([0-9A-Z])", "${1}-${2}")] * 2,
    (" ", ""),
    ("-{2,}", "-"),
)


def folded(texts: pl.Expr, *, few: bool) -> pl.Expr:
    """Return the texts with every character folded by itself.

    The automaton that folds a million texts takes longer to build than a page of them to translate one by one.
    """
    if few:
        import polars as pl

        translation = _translation()
        return texts.map_elements(lambda text: text.translate(translation), return_dtype=pl.String)
    table = _table()
    return texts.str.replace_many(list(table), list(table.values()))


def cleaned(texts: pl.Expr, *, few: bool = False) -> pl.Expr:
    """Return the text in half width, upper case, simplified, without brackets and spaces, with one kind of dash.

    A space between two numbers tells them apart, so it becomes a dash: `3 2 501` is `3-2-501`.
    """
    text = folded(texts, few=few)
    for pattern, standard in _STEPS:
        text = text.str.replace_all(pattern, standard)
    return text.str.strip_chars("-")


def clean(text: str) -> str:
    """Return one text as `cleaned` does."""
    text = text.translate(_translation())
    for pattern, standard in _STEPS:
        text = replaced(text, pattern, standard, count=0)
    return text.strip("-")


def traditional() -> str:
    """Return a pattern that finds a traditional character."""
    return "[" + "".join(simplified_by_traditional()) + "]"
