"""Text as people type it: width, blanks, dots and traditional characters, for one value and for columns.

What changes a value for storage (`clean_name`, `fold_width`) is small and reversible by eye; what serves comparison
only (`comparison_key`) may change more, and its result is never stored as the name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import opencc
    import polars as pl

_FULL_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS: Final = "\u3000\u00a0\u2002\u2003\u2007\u2009\u202f\t\r\n\v\f"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKS: Final = {
    "【": "[",
    "】": "]",
    "〔": "(",
    "〕": ")",
    "［": "[",
    "］": "]",
    "﹣": "-",
    "–": "-",
    "—": "-",
    "－": "-",
}
_FOLD: Final[dict[int, str]] = {
    **_FULL_WIDTH,
    **{ord(mark): plain for mark, plain in _MARKS.items()},
    **{ord(blank): " " for blank in _BLANKS},
    **{ord(sign): "" for sign in _INVISIBLE},
}
#: Dots that stand between the parts of transliterated names; the first is the one of GB 18030 name rules.
MIDDLE_DOT: Final = "·"
_DOTS: Final = "•‧∙⋅・･．●"
_CHINESE: Final = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CHINESE_RUST: Final = r"[\x{3400}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{3ffff}]"


def fold_width(text: str) -> str:
    """Return the text with full-width letters, digits and brackets in half width, and every blank as a space.

    Invisible characters (zero-width, soft hyphen, byte-order mark) go. The ideographic full stop and comma stay.
    """
    return text.translate(_FOLD)


def fold_width_expression(text: pl.Expr) -> pl.Expr:
    """`fold_width` for a String column; nulls stay null."""
    import polars as pl

    pairs = {chr(code): plain for code, plain in _FOLD.items()}
    # Most values are plain ASCII or Chinese without such marks: the replacement looks only at those that have one.
    needs = text.str.contains(_FOLD_CLASS)
    folded = text.str.replace_many(list(pairs), list(pairs.values()))
    return pl.when(needs).then(folded).otherwise(text)


_FOLD_CLASS: Final = "[" + "".join(f"\\x{{{code:x}}}" for code in sorted(_FOLD)) + "]"


def clean_name(text: str) -> str:
    """Return a name ready to store: half width, one kind of middle dot, no blanks inside Chinese names.

    Blanks between Latin parts are kept as one space. Characters are never exchanged for simplified ones.
    """
    dotted = text.translate(_DOT_TABLE)
    folded = " ".join(fold_width(dotted).split())
    if MIDDLE_DOT in folded:
        folded = re.sub(r"\s*·\s*", MIDDLE_DOT, folded)
    return re.sub(f"(?<={_CHINESE}) (?={_CHINESE})", "", folded) if " " in folded else folded


_DOT_TABLE: Final = str.maketrans(dict.fromkeys(_DOTS, MIDDLE_DOT))


def clean_name_expression(text: pl.Expr) -> pl.Expr:
    """`clean_name` for a String column; nulls stay null."""
    dotted = text.str.replace_all(f"[{_DOTS}]", MIDDLE_DOT)
    folded = fold_width_expression(dotted).str.replace_all(r"\s+", " ").str.strip_chars(" ")
    joined = folded.str.replace_all(r" ?· ?", MIDDLE_DOT)
    # The engine has no look-around: two passes take away the blanks of "张 三 丰", whose matches overlap.
    pattern = f"({_CHINESE_RUST}) ({_CHINESE_RUST})"
    return joined.str.replace_all(pattern, "$1$2").str.replace_all(pattern, "$1$2")


def simplified(text: str) -> str:
    """Return the text in simplified characters (OpenCC t2s), for comparison only."""
    converted: str = _converter().convert(text)
    return converted


def comparison_key(text: str) -> str:
    """Return what two spellings of one name or word share: half width, simplified, lower case, no blanks or dots."""
    folded = simplified(fold_width(text.translate(_DOT_TABLE))).casefold()
    return re.sub(r"[\s·]+", "", folded)


def comparison_key_column(values: pl.Series) -> pl.Series:
    """`comparison_key` for a String series; each distinct value is converted once, nulls stay null."""
    import polars as pl

    distinct = values.drop_nulls().unique()
    keys = pl.Series("key", [comparison_key(value) for value in distinct.to_list()], dtype=pl.String)
    return values.replace_strict(distinct, keys, default=None, return_dtype=pl.String)


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")
