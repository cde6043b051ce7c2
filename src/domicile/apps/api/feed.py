"""The log of changes as a stream: what may be read of it, so that nothing is skipped and nothing comes twice."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connections

from domicile.apps.access.scopes import restrict
from domicile.apps.audit.models import Change, Seal
from domicile.apps.common.viewer import Viewer

#: Records looked through in one answer; a reader of a small area passes over an import in several.
WINDOW = 50_000
#: Kinds of subjects that are about members of staff: administrators read these in the log of changes.
STAFF = ("user", "token", "webhook")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what was done to which subject, where; not what stands there now."""

    id: int
    at: dt.datetime
    action: str
    subject_kind: str
    subject_id: uuid.UUID
    place_code: str
    batch_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Part:
    """Changes with after < id <= upto; `more` tells whether there are later ones already."""

    entries: list[Entry]
    upto: int
    more: bool


def settled() -> int:
    """The id up to which no change can come in between any more.

    SQLite gives ids under its one write lock. On PostgreSQL a transaction under way may still write a lower one, until
    the log is sealed, which happens every minute.
    """
    if connections[Change.objects.db].vendor == "sqlite":
        return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Seal.objects.order_by("-pk").values_list("last_id", flat=True).first() or 0


def read(viewer: Viewer, after: int, limit: int) -> Part:
    """The next changes inside the viewer's areas."""
    end = settled()
    last = min(end, after + WINDOW)
    rows = Change.objects.filter(pk__gt=after, pk__lte=last).exclude(subject_kind__in=STAFF)
    rows = restrict(rows, viewer).order_by("pk")
    fields = ("pk", "at", "action", "subject_kind", "subject_id", "place_code", "batch_id")
    found = [Entry(*row) for row in rows.values_list(*fields)[: limit + 1]]
    if len(found) > limit:
        return Part(found[:limit], found[limit - 1].id, True)
    upto = max(last, after)
    return Part(found, upto, upto < end)
