"""Opens a workbook in a small process of its own first: one made to fill the memory ends that process, not the server.

A few hundred bytes can claim one cell in the last row and column of a sheet, or one cell repeated a billion times. The
reader would make room for every cell between; when there is none, the operating system ends the whole program.
"""

import subprocess
import sys

MOST_CELLS = 20_000_000  # a full sheet of the widest layout: 1,048,576 rows of 18 columns
MEMORY = 2 * 1024**3  # bytes; so many cells and the text of the largest workbook taken have room in it
SECONDS = 30
TOO_LARGE, BROKEN = 3, 4
# Runs without Django: it starts in a few hundredths of a second.
_LOOK = """
import io, resource, sys
memory, seconds, most, too_large, broken = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import python_calamine
try:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        end = book.get_sheet_by_name(name).end
        if end is not None and (end[0] + 1) * (end[1] + 1) > most:
            sys.exit(too_large)
except MemoryError:
    sys.exit(too_large)
except python_calamine.PasswordError:
    pass
except Exception:
    sys.exit(broken)
"""


class CannotOpen(ValueError):
    """The workbook cannot be opened at all."""


class TooLarge(ValueError):
    """The workbook would fill the memory, or take too long; the message says of what it has too much."""


def require_harmless(content: bytes) -> None:
    """Raise CannotOpen or TooLarge for a workbook that must not be read here.

    One that is protected by a password passes: the reader itself says so.
    """
    numbers = [str(number) for number in (MEMORY, SECONDS, MOST_CELLS, TOO_LARGE, BROKEN)]
    try:
        done = subprocess.run(  # noqa: S603 (a constant program)
            [sys.executable, "-c", _LOOK, *numbers],
            input=content,
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooLarge(f"> {SECONDS} s") from None
    if done.returncode == BROKEN:
        raise CannotOpen
    if done.returncode:  # ended by a limit, or by its own count
        raise TooLarge(f"> {MOST_CELLS:,} cells")
