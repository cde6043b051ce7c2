"""Noting published figures and taking them back. Each is one recorded change with undo."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.indicators.models import Published

MANAGE = "manage_areas"
NOTE, REMOVE = "indicators.note", "indicators.remove"


@dataclass(frozen=True)
class Note:
    """A published figure: of an area (code shortened to its level), of the days [start, end); see Published."""

    code: str
    subject: str
    start: dt.date
    end: dt.date
    value: int
    source: str
    relative_error: float | None = None


def note(*, actor: Viewer, arguments: Note) -> Published:
    """Put a published figure on file. Raises NotAllowed outside the actor's areas, Refused for one that is there already."""
    actor.require(MANAGE)
    if not actor.covers(arguments.code):
        raise NotAllowed(arguments.code)
    if not Area.objects.filter(code=arguments.code.ljust(12, "0"), valid_to__isnull=True).exists():
        raise Refused(_("No area on file has this code."), "code")
    same = Published.objects.filter(code=arguments.code, subject=arguments.subject)
    if same.filter(start=arguments.start, end=arguments.end).exists():
        raise Refused(_("A figure of these days is on file: take it back first."), "start")
    if arguments.end > timezone.localdate() + dt.timedelta(days=1):
        raise Refused(_("These days have not passed yet."), "end")
    row = Published(
        code=arguments.code, subject=arguments.subject, start=arguments.start, end=arguments.end, value=arguments.value,
        relative_error=arguments.relative_error, source=arguments.source.strip(), noted_by=actor.user_id,
        noted_by_name=actor.name, noted_at=timezone.now(), pk=new_id(),
    )  # fmt: skip
    with recording(
        actor=actor, action=NOTE, subject_kind="published_figure", subject_id=row.pk, place_code=_place(row.code)
    ) as change:
        return change.create(row)


def remove(*, actor: Viewer, figure_id: uuid.UUID) -> None:
    """Take a published figure back. Raises NotAllowed outside the actor's areas, Published.DoesNotExist."""
    actor.require(MANAGE)
    row = Published.objects.get(pk=figure_id)
    if not actor.covers(row.code):
        raise NotAllowed(row.code)
    with recording(
        actor=actor, action=REMOVE, subject_kind="published_figure", subject_id=row.pk, place_code=_place(row.code)
    ) as change:
        change.delete(row)


def _place(code: str) -> str:
    return code.ljust(15, "0")
