"""Writes of the frame: a file is read, shown, loaded as a whole or thrown away, and taken back."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import registry
from domicile.apps.areas.actions import boundaries, create_area
from domicile.apps.areas.registry import Moved
from domicile.apps.audit import reversal
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.frame import comparing, policies, reading
from domicile.apps.census.frame.comparing import Differences
from domicile.apps.census.frame.models import Building, FrameFile
from domicile.apps.census.plan.models import Census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

LOAD, TAKE_BACK, READ, DISCARD = "census.load_frame", "census.undo_frame", "census.read_frame", "census.discard_frame"
#: A record of a change holds the rows of one community.
ORDER = ("buildings", "stairwells", "ways", "lines")
QUICKER = _("Somebody was quicker. This is how it stands now.")
Told = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Nobody asks how far the work is."""


@transaction.atomic
def read_file(*, actor: Viewer, census: Census, file_name: str, content: bytes) -> FrameFile:
    """Read a file and keep what it says until somebody loads it or throws it away. Nothing of the frame changes.

    What is wrong stands in the report of the file, with line and cure. Raises NotAllowed.
    """
    policies.check_keep(actor, census.scope)
    frame = reading.read(content)
    if not frame.errors:
        comparing.check(actor, census, frame)
    sound = not frame.errors
    figures = comparing.compare(census, frame).figures() if sound else {}
    digest = frame.digest()
    same = (
        FrameFile.objects.filter(census=census, digest=digest, state=FrameFile.State.LOADED).first() if sound else None
    )
    row = FrameFile(
        census=census, file_name=file_name[:120], digest=digest, content=frame.packed() if sound else b"",
        uploaded_by=actor.user_id, uploaded_at=timezone.now(),
        report={
            "rows": frame.counts(), "errors": frame.errors, "findings": frame.told(), "figures": figures,
            "same_as": same.file_name if same else "",
        },
    )  # fmt: skip
    with recording(
        actor=actor, action=READ, subject_kind="frame_file", subject_id=row.pk, place_code=census.scope
    ) as change:
        row.save(force_insert=True)
        # What the file says is no part of the log: it is on record when it is loaded.
        change.values.append([FrameFile._meta.db_table, row.pk.hex, "create", {"digest": [None, digest]}])
    return row


@transaction.atomic
def discard_file(*, actor: Viewer, file_id: uuid.UUID) -> FrameFile:
    """Throw away a file that was not loaded. Raises Refused, NotAllowed."""
    row = _held(actor, file_id, FrameFile.State.READ, FrameFile.State.FAILED)
    with recording(
        actor=actor, action=DISCARD, subject_kind="frame_file", subject_id=row.pk, place_code=row.census.scope
    ) as change:
        change.values.append([FrameFile._meta.db_table, row.pk.hex, "update", {"state": [row.state, "discarded"]}])
        return _set(row, state=FrameFile.State.DISCARDED, content=b"")


@transaction.atomic
def load_file(*, actor: Viewer, file_id: uuid.UUID, today: dt.date, told: Told = _quiet) -> FrameFile:
    """Write what a file says, all of it or nothing. What is on file already stays; rows that it does not name stay as well.

    `told(done, total)` is called as the work goes on. Raises Refused where the frame changed so that the file no longer fits it.
    """
    row = _held(actor, file_id, FrameFile.State.READ, FrameFile.State.LOADING, FrameFile.State.FAILED)
    if row.report["errors"]:
        raise Refused(_("Nothing can be loaded while lines have errors. Correct the file and choose it again."))
    frame = reading.unpacked(bytes(row.content))
    comparing.check(actor, row.census, frame)
    if frame.errors:
        raise Refused(_("The areas or buildings changed since this file was read. Choose the file again."))
    before = comparing.compare(row.census, frame)
    for code, name in before.areas:
        create_area(actor=actor, code=code, name=name, valid_from=today, today=today)
    found = comparing.compare(row.census, frame)
    _write(actor, row, found, told)
    return _set(
        row,
        state=FrameFile.State.LOADED,
        loaded_at=timezone.now(),
        content=b"",
        report=row.report | {"written": found.figures() | {"areas": before.figures()["areas"]}},
    )


def _write(actor: Viewer, row: FrameFile, found: Differences, told: Told) -> None:
    """One record a community, so that none grows without end."""
    by_place: dict[str, dict[str, tuple[list[Any], list[Any]]]] = defaultdict(lambda: defaultdict(lambda: ([], [])))
    total = 0
    for name in ORDER:
        for place, new in found.kinds[name].new:
            by_place[place[: reading.COMMUNITY]][name][0].append(new)
            total += 1
        for place, held, values in found.kinds[name].changed:
            by_place[place[: reading.COMMUNITY]][name][1].append((held, values))
            total += 1
    done = 0
    # Buildings of all communities first: a pair of neighbours may lie in two.
    for names in (("buildings",), ("stairwells", "ways", "lines")):
        for place in sorted(by_place):
            with _recorded(actor, LOAD, row, place) as change:
                for name in names:
                    rows, differing = by_place[place][name]
                    _stored(change, rows, differing)
                    done += len(rows) + len(differing)
            told(done, total)


def _stored(change: Recorder, new: list[Model], changed: Iterable[tuple[Model, dict[str, Any]]]) -> None:
    change.create_many(new)
    for held, values in changed:
        to = values.pop("place_code", "")
        change.update(held, **values)
        if isinstance(held, Building) and to:
            stairs = held.stairwells.values_list("pk", "place_code")
            moved = [Moved(held.pk, held.place_code, to), *(Moved(key, code, to) for key, code in stairs)]
            registry.follow(moved, change)


def _put_back(change: Change, recorder: Recorder) -> None:
    """Reverse a record of loading; buildings that came to another community go back with what hangs on them."""
    entries = orjson.loads(change.values)
    went = [row for row in entries if row[0] in boundaries.BUILDINGS and row[2] == "update" and "place_code" in row[3]]
    reversal.reverse(Change(values=orjson.dumps([row for row in entries if row not in went]).decode()), recorder)
    registry.follow(
        [Moved(uuid.UUID(key), *reversed(fields["place_code"])) for _table, key, _op, fields in went], recorder
    )


@transaction.atomic
def undo_file(*, actor: Viewer, file_id: uuid.UUID, told: Told = _quiet) -> FrameFile:
    """Put the frame back as it was before a file. Areas that the file added stay; they can be ended where areas are kept.

    Raises Refused where another file was loaded since, or something was built on the rows: plans adopted, dwellings listed.
    """
    row = _held(actor, file_id, FrameFile.State.LOADED, FrameFile.State.UNDOING)
    later = FrameFile.objects.filter(census=row.census, state=FrameFile.State.LOADED, loaded_at__gt=row.loaded_at)
    if later.exists():
        raise Refused(_("Another file was loaded since. Take that one back first."))
    changes = list(Change.objects.filter(batch_id=row.pk, action=LOAD).order_by("-pk"))
    for done, change in enumerate(changes, start=1):
        with _recorded(actor, TAKE_BACK, row, change.place_code) as recorder:
            try:
                _put_back(change, recorder)
            except (reversal.ChangedSince, ProtectedError) as conflict:
                raise Refused(
                    _(
                        "Buildings of this file were worked with since: areas were adopted, or dwellings were listed. Undo that "
                        "first, or load a file that corrects them."
                    )
                ) from conflict
        told(done, len(changes))
    return _set(row, state=FrameFile.State.UNDONE)


def _recorded(actor: Viewer, action: str, row: FrameFile, place: str) -> Any:
    return recording(
        actor=actor, action=action, subject_kind="frame_file", subject_id=row.pk, place_code=place, batch_id=row.pk
    )


def _held(actor: Viewer, file_id: uuid.UUID, *states: str) -> FrameFile:
    row = FrameFile.objects.select_for_update(of=("self",)).select_related("census").filter(pk=file_id).first()
    policies.check_file(actor, row)
    if row is None or row.state not in states:
        raise Refused(QUICKER)
    return row


def _set(row: FrameFile, **values: Any) -> FrameFile:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row
