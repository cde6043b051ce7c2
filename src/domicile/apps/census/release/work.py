"""The folder between the records and the release: what is done already, written whole or not at all, for this user alone."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from domicile.apps.common.refusals import Refused
from domicile.core.tabulation import Cells

#: Rises when what stands in a work folder is made in another way.
VERSION: Final = 1
_LOCK: Final = ".lock"
_STATE: Final = "state.json"
#: Folders of what a tabulation makes; and what is made of that to be looked at (risk.py), gone when it is made anew.
PARTS: Final = ("cells", "pairs", "sample")
LOOKED_AT: Final = ("risk.json", "risk.html", "signed.json")


@contextmanager
def opened(folder: Path, state: Mapping[str, Any]) -> Iterator[tuple[Path, bool]]:
    """The folder, held by this job alone; what another state left there is deleted. Gives whether something was done already.

    Raises Refused where another job has it, or where somebody else's files stand in it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    others = [path for path in folder.iterdir() if path.name not in (_LOCK, _STATE, *PARTS, *LOOKED_AT)]
    if others:
        raise Refused(f"{folder} holds {others[0].name}, which is none of a tabulation's files. Name an empty folder.")
    folder.chmod(0o700)  # true cells and sums of keys stand in it
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Refused(f"Another tabulation works in {folder}. Wait for it, or name another folder.") from problem
        whole = {"version": VERSION, **state}
        resumed = read_state(folder) == whole
        if not resumed:
            for name in PARTS:
                shutil.rmtree(folder / name, ignore_errors=True)
            for name in LOOKED_AT:
                (folder / name).unlink(missing_ok=True)
            write(folder / _STATE, json.dumps(whole, sort_keys=True).encode())
        for name in PARTS:
            (folder / name).mkdir(exist_ok=True)
        yield folder, resumed


def read_state(folder: Path) -> dict[str, Any] | None:
    """What the folder was made of; None where nothing readable stands there."""
    try:
        found: dict[str, Any] = json.loads((folder / _STATE).read_text())
    except (OSError, ValueError):
        return None
    return found


def write(path: Path, content: bytes) -> None:
    """A file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.part")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put_cells(path: Path, cells: Cells) -> None:
    """Cells as a file of NumPy; the same bytes for the same cells."""
    import io

    arrays = {"areas": cells.areas, "n": cells.n, "k": cells.k}
    for name, (total, behind) in cells.sums.items():
        arrays |= {f"s_{name}": total, f"b_{name}": behind}
    arrays |= {} if cells.w is None else {"w": cells.w}
    arrays |= {} if cells.r is None else {"r": cells.r}
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    write(path, content.getvalue())


def get_cells(path: Path) -> Cells:
    """Raises Refused where the file is missing or broken."""
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
    except (OSError, ValueError) as problem:
        raise Refused(f"{path} cannot be read. Run the tabulation again; what is whole there is kept.") from problem
    sums = {name[2:]: (arrays[name], arrays[f"b_{name[2:]}"]) for name in arrays if name.startswith("s_")}
    return Cells(arrays["areas"], arrays["n"], arrays["k"], sums, arrays.get("w"), arrays.get("r"))
