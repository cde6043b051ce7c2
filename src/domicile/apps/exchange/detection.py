"""Which layout a file follows, and which of its columns is which."""

from dataclasses import dataclass, field

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

    layout: str  # people, grids, areas; '' when none fits
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
    raise NotImplementedError


def detect(batch: Batch, layout: str | None = None) -> Detection:
    """The layout and column map that fit the file best, or the best map for a given layout."""
    raise NotImplementedError
