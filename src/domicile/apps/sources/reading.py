"""How a file becomes rows under heads. Who can read files stands above this app and registers here at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domicile.apps.common.refusals import Refused

if TYPE_CHECKING:
    import polars as pl  # large: a command that reads no file starts without it


@dataclass(frozen=True, eq=False)  # two frames are not compared by ==
class Sheet:
    """`frame`: `_sheet`, `_row` (1 is the sheet's first row), then a String column for each of `headers`.

    `dropped` names the heads of columns that the product refuses to hold; they are gone already.
    """

    frame: pl.DataFrame
    headers: tuple[str, ...]
    dropped: tuple[str, ...] = ()


Reader = Callable[[str, bytes], Sheet]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Tell how files are read; the last one told is taken."""
    _readers[:] = [reader]


def read(file_name: str, content: bytes) -> Sheet:
    """The rows of a file. Raises Refused naming the place and the cure."""
    if not _readers:
        raise Refused("nothing here reads files")
    return _readers[0](file_name, content)
