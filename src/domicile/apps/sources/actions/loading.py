"""Take a list in: its columns are settled, its rows tidied and sealed, what is odd about it is asked."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.selectors.words import listed
from domicile.apps.sources import faults, policies, reading, staging
from domicile.apps.sources.models import Load
from domicile.apps.sources.preparing import Prepared, prepare
from domicile.apps.sources.registry import Source, keys, source
from domicile.apps.vault.sealing import erase
from domicile.core.codes.headings import header_key

LOAD, DISCARD = "sources.load", "sources.discard"
FILE_NAME = 120
#: States in which a list is not done with: the same content again is no other list.
HELD = (Load.State.READ, Load.State.ASKED, Load.State.COMPARING, Load.State.READY)


@dataclass(frozen=True, kw_only=True)
class NewList:
    """A list as it is handed over: of which source, of which area, for the days [begin, end) (of a moment: that one day).

    `columns` (field -> head) are those that were remembered for these heads, or recognised, where none are given.
    """

    source: str
    scope: str
    begin: dt.date
    end: dt.date
    file_name: str
    content: bytes
    columns: Mapping[str, str] = field(default_factory=dict)


class NeedsColumns(Refused):
    """Not all columns that are needed were recognised. Nothing of the file was kept: choose it again with its columns."""

    def __init__(self, message: str, headers: Sequence[str], found: Mapping[str, str]) -> None:
        super().__init__(message, "columns")
        self.headers, self.found = tuple(headers), dict(found)


def load_list(*, actor: Viewer, new: NewList) -> Load:
    """Read a file and keep what the source needs of it, sealed. Raises Refused, NeedsColumns, NotAllowed, OutOfReach.

    The load is `read`, or `asked` where something about it is odd: `report["questions"]`.
    """
    policies.check_may_load(actor, new.scope)
    now = timezone.now()
    today = timezone.localdate(now)
    kind = _checked(new, today)
    if not new.content:
        raise Refused(_("The file is empty: save it and choose it again."), "file")
    sheet = reading.read(new.file_name, new.content)
    if any(without_numbers(head) != head for head in sheet.headers):
        raise Refused(
            _("The first row holds numbers of people: the row with the heads of the columns is missing."), "file"
        )
    columns = dict(new.columns) or remembered(kind, sheet.headers) or kind.layout.match(list(sheet.headers))
    _check_columns(kind, columns, sheet.headers)
    found = prepare(kind, sheet.frame, columns, today)
    faults.refuse_unusable(found, today)
    load = Load(
        id=new_id(), source=kind.key, scope=new.scope, begin=new.begin, end=new.end, rows=found.rows.height, loaded_at=now,
        file_name=without_numbers(new.file_name.replace("\\", "/").rsplit("/", 1)[-1])[:FILE_NAME],
        digest=_digest(found.rows), header_mark=header_mark(sheet.headers), column_map=columns,
        loaded_by=actor.user_id, loaded_by_name=actor.name,
    )  # fmt: skip
    _refuse_twice(load)
    questions = faults.questions_before(kind, found, load, latest(kind.key, new.scope), today)
    unneeded = [head for head in sheet.headers if head not in columns.values()]
    load.report = _report(found, unneeded, sheet.dropped, questions)
    load.state = Load.State.ASKED if questions else Load.State.READ
    staging.write(load.pk, found.rows)
    try:
        with recording(
            actor=actor, action=LOAD, subject_kind="list", subject_id=load.pk, place_code=new.scope
        ) as change:  # fmt: skip
            change.create(load)
    except BaseException:
        staging.remove(load.pk)
        raise
    return load


@transaction.atomic
def discard(*, actor: Viewer, load_id: uuid.UUID) -> Load:
    """Put a list away: its rows, what was decided about them and its key go; that it was here stays. Raises OutOfReach, Refused."""
    load = held(actor, load_id)
    if load.state not in HELD:
        raise Refused(_("This list was put away already."))
    if load.state == Load.State.COMPARING and not policies.may_begin(load, timezone.now()):
        raise Refused(_("This list is being compared: wait until that has ended."))
    with recording(
        actor=actor, action=DISCARD, subject_kind="list", subject_id=load.pk, place_code=load.scope
    ) as change:  # fmt: skip
        load.entries.all().delete()
        change.update(load, state=Load.State.DISCARDED)
    erase(load.pk)
    staging.remove(load.pk)
    return load


def held(actor: Viewer, load_id: uuid.UUID) -> Load:
    """A load inside the actor's areas, locked. Raises NotAllowed, OutOfReach."""
    load = Load.objects.select_for_update().filter(pk=load_id).first()
    if load is None:
        raise OutOfReach
    policies.check_may_load(actor, load.scope)
    return load


def latest(key: str, scope: str) -> Load | None:
    """The list of this source and area that was compared last."""
    return Load.objects.filter(source=key, scope=scope, state=Load.State.READY).order_by("-loaded_at").first()


def header_mark(headers: Sequence[str]) -> str:
    """The same for the same heads in any order and spelling of width."""
    return hashlib.sha256("\x1f".join(sorted(header_key(head) or head for head in headers)).encode()).hexdigest()


def remembered(kind: Source, headers: Sequence[str]) -> dict[str, str]:
    """The columns that somebody chose for a file of this source with these heads; none where nobody did."""
    rows = Load.objects.filter(source=kind.key, header_mark=header_mark(headers)).order_by("-loaded_at")
    known = dict(rows.values_list("column_map", flat=True).first() or {})
    return known if set(known.values()) <= set(headers) else {}


def _checked(new: NewList, today: dt.date) -> Source:
    if new.source not in keys():
        raise Refused(_("There is no such source here."), "source")
    if new.end <= new.begin:
        raise Refused(_("The last day lies before the first one."), "end")
    if new.begin > today or new.end > today + dt.timedelta(days=1):
        raise Refused(_("These days lie in the future."), "end")
    return source(new.source)


def _check_columns(kind: Source, columns: Mapping[str, str], headers: Sequence[str]) -> None:
    """Raise NeedsColumns unless the columns that name people are there, each head used once."""
    used = list(columns.values())
    names = kind.layout.by_name
    if (
        any(name not in names for name in columns)
        or any(head not in headers for head in used)
        or len(set(used)) < len(used)
    ):
        raise NeedsColumns(
            _("Say which column is which; each column of the file can be chosen once."), headers, columns
        )
    spoken = get_language() or "zh"
    missing = [kind.label(column.name, spoken) for column in kind.required if column.name not in columns]
    if missing:
        _refuse_lost(headers)
    if missing or not any(all(name in columns for name in group) for group in kind.identified):
        text = _(
            "Not recognised: {columns}. Say which column is which, and choose the file again: nothing of it was kept."
        )
        raise NeedsColumns(text.format(columns=listed(missing) or "—"), headers, columns)


def _refuse_lost(headers: Sequence[str]) -> None:
    """Raise Refused where the heads are question marks: there is nothing to choose from, and the names are lost with them."""
    lost = [head for head in headers if head.count("?") * 2 >= len(head) > 0]
    if len(lost) * 2 > len(headers):
        raise Refused(
            _(
                "The heads hold question marks: what stood there was lost when the file was saved in another code page. Ask for "
                "the file as xlsx, or as CSV UTF-8."
            ),
            "file",
        )


def _refuse_twice(load: Load) -> None:
    same = Load.objects.filter(source=load.source, scope=load.scope, digest=load.digest, state__in=HELD).first()
    if same is not None:
        raise Refused(
            _("This list was loaded on {day} by {name} already: work it off there.").format(
                day=timezone.localdate(same.loaded_at).isoformat(), name=same.loaded_by_name or "—"
            ),
            "file",
        )


def _digest(rows: pl.DataFrame) -> str:
    """Of what the rows say, in any order."""
    ordered = rows.drop("_row").sort(pl.all())
    return hashlib.sha256(ordered.write_csv(include_header=False).encode()).hexdigest()


def _report(
    found: Prepared, unneeded: Sequence[str], dropped: Sequence[str], questions: Mapping[str, Sequence[int]]
) -> dict[str, object]:  # fmt: skip
    return {
        "read": found.read, "repeated": found.repeated, "unidentified": found.unidentified, "unreadable": dict(found.unreadable),
        "unneeded": [without_numbers(head)[:40] for head in unneeded][:40], "dropped": list(dropped),
        "questions": {code: list(numbers) for code, numbers in questions.items()},
    }  # fmt: skip
