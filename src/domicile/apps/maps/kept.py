"""The map's document, compressed and kept in this process's memory for those who see the same.

Kept by areas and by whether counts are exact. What is kept is right while nothing was changed in the register. After a
change of areas, grids or buildings it is made anew at once; after any other change it may be shown on for ten times as
long as it took to make, so that a busy county counts for a tenth of the time at most and a community sees each change at
once. The document says of which moment it is.

On PostgreSQL a transaction under way, such as a long import, writes its records under lower numbers than a change that was
committed before it. So what stood open when a document was made is remembered with it: once one of these has ended, the
document counts as changed since.
"""

import datetime as dt
import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

import orjson
from django.db import connection

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import drawing, policies

MOST = 12
#: Kept documents are shown so many times longer than they took to make.
PATIENCE = 10
#: In any case no longer, in seconds: imports of other kinds write beneath the log of single changes.
LONGEST = 300.0
#: Changes of these apps change what is drawn.
DRAWN = ("areas.", "maps.", "places.", "exchange.")
#: Every transaction that writes holds a lock on its own number until it ends. (A snapshot leaves out the newest of them.)
_UNDER_WAY = (
    "(SELECT string_agg(CAST(transactionid AS text), ',') FROM pg_locks WHERE locktype = 'transactionid' AND granted)"
)
Key = tuple[tuple[str, ...], bool, dt.date]


@dataclass(frozen=True)
class State:
    """The newest record of the log of changes, 0 for none, and the writing transactions that were under way."""

    change: int = 0
    open: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The compressed document, its tag, and when and of which state of the register it was made."""

    body: bytes
    tag: str
    state: State
    made: float
    took: float


_kept: "OrderedDict[Key, Kept]" = OrderedDict()
_lock = threading.Lock()


def document(viewer: Viewer, *, now: dt.datetime) -> Kept:
    """The document of the viewer's areas. One query where it is kept."""
    key = (tuple(sorted(viewer.scopes)), policies.sees_exact(viewer), now.date())
    now_state = _state()
    with _lock:
        found = _kept.get(key)
    if found is not None and _holds(found, now_state):
        return found
    fresh = make(viewer, now=now, state=now_state)
    with _lock:
        _kept[key] = fresh
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return fresh


def make(viewer: Viewer, *, now: dt.datetime, state: State = State()) -> Kept:
    """Read and compress the document."""
    begin = time.monotonic()
    body = gzip.compress(orjson.dumps(drawing.document(viewer, now=now)), compresslevel=6, mtime=0)
    made = time.monotonic()
    return Kept(body, hashlib.sha256(body).hexdigest()[:32], state, made, made - begin)


def forget() -> None:
    """Keep nothing any more: for whoever writes to the register beneath its log of changes."""
    with _lock:
        _kept.clear()


def _state() -> State:
    """How the register stands. Asked at each request, and so in plain SQL. One query."""
    table, under_way = Change._meta.db_table, "NULL"
    if connection.vendor == "postgresql":
        under_way = _UNDER_WAY
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max(id), {under_way} FROM "{table}"')  # noqa: S608 (names of this program)
        last, written = cursor.fetchone()
    return State(int(last or 0), frozenset(int(one) for one in (written or "").split(",") if one))


def _holds(found: Kept, state: State) -> bool:
    age = time.monotonic() - found.made
    if age > LONGEST:
        return False
    ended = found.state.open - state.open
    if found.state.change == state.change and not ended:
        return True
    if age > PATIENCE * found.took:
        return False
    since = Change.objects.filter(pk__gt=found.state.change, pk__lte=state.change).values_list("action", flat=True)
    return not any(action.startswith(DRAWN) for action in since)
