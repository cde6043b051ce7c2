"""What suggests codes for the texts of a census: its index is built once a process, and anew where somebody decided since."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from domicile.apps.census.coding.models import Wording
from domicile.apps.census.plan.models import Census
from domicile.apps.vault import sealing
from domicile.core.coding import Coder, lists
from domicile.core.coding.ranking import Entry

#: How many are kept in a process: the lists of two censuses. The one that was asked longest ago goes first.
KEPT: Final = 4


class _Held(NamedTuple):
    entries: Sequence[Entry]
    version: bytes
    coder: Coder


_held: OrderedDict[tuple[str, str], _Held] = OrderedDict()
_turn = threading.Lock()


def coder_of(census: Census, listed: str) -> Coder:
    """Suggestions from the code list and from what people decided in this census. One query where nothing was decided since.

    Kept as long as list and decisions are those of which it was made; it holds texts and codes, and nothing of who wrote them. What
    is kept of another process is its own.
    """
    decided = Wording.objects.filter(census=census, listed=listed, how=Wording.How.PERSON, unclear=False)
    entries, version = lists()[listed], _version(decided.order_by("pk").values_list("pk", "code"))
    key = (census.pk.hex, listed)
    with _turn:
        held = _held.get(key)
        if held is not None and held.entries is entries and held.version == version:
            _held.move_to_end(key)
            return held.coder
    rows = list(decided)
    texts = sealing.open_many(rows, "text")
    coder = Coder(entries, [(texts[row.pk], row.code) for row in rows])
    with _turn:
        _held[key] = _Held(entries, _version((row.pk, row.code) for row in sorted(rows, key=lambda row: row.pk)), coder)
        _held.move_to_end(key)
        while len(_held) > KEPT:
            _held.popitem(last=False)
    return coder


def forget(census: Census) -> None:
    """Drop what this process keeps of a census."""
    with _turn:
        for key in [one for one in _held if one[0] == census.pk.hex]:
            del _held[key]


def _version(decided: Iterable[tuple[object, str]]) -> bytes:
    """What tells decisions apart from others: the texts that are coded, by their keys, and their codes. An undo brings it back."""
    told = hashlib.blake2b(digest_size=16)
    for key, code in decided:
        told.update(f"{key}\x1f{code}\x1e".encode())
    return told.digest()
