"""The heads of tables: the columns a kind of table has, and how a head of a file is recognised as one of them."""

import re
from dataclasses import dataclass
from functools import cached_property

from domicile.core.codes.text import comparison_key, fold_width

_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_INSIDE = re.compile(r"[(\[](.*?)[)\]]")
_MARKS = re.compile(r"[*：:、。．.\s_/]+")


def header_key(header: str) -> str:
    """What two spellings of one header share: half width, simplified, without brackets' content, marks and blanks."""
    return _MARKS.sub("", comparison_key(_BRACKETS.sub("", fold_width(header))))


def _keys(header: str) -> list[str]:
    """The keys a header may be known by: without its bracket words, whole, and by each bracket word alone."""
    folded = fold_width(header)
    whole = _MARKS.sub("", comparison_key(re.sub(r"[()\[\]]", "", folded)))
    inside = [_MARKS.sub("", comparison_key(word)) for word in _INSIDE.findall(folded)]
    return [key for key in (header_key(header), whole, *inside) if key]


@dataclass(frozen=True)
class Column:
    """A column: its name in code, its words on the form and in English, and other words that stand for it."""

    name: str
    zh: str
    en: str
    required: bool = False  # the file must have the column (a cell may still be empty where the layout allows)
    synonyms: tuple[str, ...] = ()
    masked: bool = False  # numbers and phones: shown in part only
    lent: tuple[str, ...] = ()  # words of another layout, taken where this one was chosen; no sign that it is this one

    def label(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Layout:
    """A kind of table that files bring."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def label(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def _known(self) -> list[dict[str, str]]:
        """Header key → column name, by rank: printed words first, then synonyms and the column's own name."""
        printed: dict[str, str] = {}
        others: dict[str, str] = {}
        lent: dict[str, str] = {}
        for column in self.columns:
            for key in _keys(column.zh):
                printed.setdefault(key, column.name)
            for word in (column.en, column.name, column.name.replace("_", ""), *column.synonyms):
                for key in _keys(word):
                    others.setdefault(key, column.name)
            for word in column.lent:
                for key in _keys(word):
                    lent.setdefault(key, column.name)
        return [printed, others, lent]

    def match(self, headers: list[str], *, lent: bool = True) -> dict[str, str]:
        """Column name → header, each header and column used once; the better fit wins. Without `lent`, by own words alone."""
        found: dict[str, str] = {}
        for known in self._known if lent else self._known[:-1]:
            for depth in range(3):
                for header in headers:
                    keys = _keys(header)
                    name = known.get(keys[depth]) if depth < len(keys) else None
                    if name is not None and name not in found and header not in found.values():
                        found[name] = header
        return found
