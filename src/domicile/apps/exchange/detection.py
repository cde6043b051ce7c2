"""Which layout a file follows, and which of its columns is which."""

from dataclasses import dataclass, field

from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import language
from domicile.apps.exchange.models import Batch


@dataclass(frozen=True)
class ColumnChoice:
    """One column of the layout: its name, its words in the reader's language, and the file's header chosen for it."""

    name: str
    label: str
    required: bool
    header: str = ""  # '' when no column of the file is taken for it


@dataclass(frozen=True)
class Detection:
    """What a file looks like."""

    layout: str  # a key of LAYOUTS; '' when none fits
    columns: list[ColumnChoice] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)  # of the file, in its order
    unused: list[str] = field(default_factory=list)  # headers that no column takes
    dropped: list[str] = field(default_factory=list)  # headers of columns that domicile refuses to hold (P-3)
    missing: list[str] = field(default_factory=list)  # names of required columns without a header

    @property
    def column_map(self) -> dict[str, str]:
        """Column name → header, for `check`."""
        return {column.name: column.header for column in self.columns if column.header}


def layouts() -> list[tuple[str, str]]:
    """(key, label in the reader's language) of the layouts that can be imported."""
    return [(key, layout.label(language())) for key, layout in LAYOUTS.items()]


def best_layout(headers: list[str], file_name: str = "") -> str:
    """The layout that recognises most headers, among equals the one that the file is named after, then the one with more
    of its required; '' when none knows two."""
    scores = {}
    for key, layout in LAYOUTS.items():
        found = layout.match(headers, lent=False)
        required = sum(layout.by_name[name].required for name in found)
        scores[key] = (len(found), layout.zh in file_name, required / max(1, sum(c.required for c in layout.columns)))
    best = max(scores, key=lambda key: scores[key])
    return best if scores[best][0] >= 2 else ""


def columns_of(layout: str) -> list[ColumnChoice]:
    """The columns of a layout in the reader's language; none of an unknown one."""
    lang = language()
    return (
        [ColumnChoice(c.name, c.label(lang), c.required) for c in LAYOUTS[layout].columns] if layout in LAYOUTS else []
    )


def detect(batch: Batch, layout: str | None = None, column_map: dict[str, str] | None = None) -> Detection:
    """The layout and column map that fit the file best, or the best map for a given layout.

    `column_map` is taken as it is; else a map that the batch already has for its layout is kept.
    """
    headers = list(batch.report.get("headers", []))
    dropped = list(batch.report.get("dropped", []))
    chosen = layout or batch.layout
    if chosen not in LAYOUTS:
        return Detection("", headers=headers, unused=headers, dropped=dropped)
    form, lang = LAYOUTS[chosen], language()
    kept = batch.column_map if chosen == batch.layout else None
    found = column_map or kept or form.match(headers)
    columns = [ColumnChoice(c.name, c.label(lang), c.required, found.get(c.name, "")) for c in form.columns]
    taken = set(found.values())
    return Detection(
        chosen,
        columns,
        headers,
        [header for header in headers if header not in taken],
        dropped,
        [column.name for column in columns if column.required and not column.header],
    )
