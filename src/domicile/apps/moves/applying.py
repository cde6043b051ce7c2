"""The days of the core as residence spells of the register, and back: the only place where a move writes who lives where."""

import datetime as dt
import uuid
from collections.abc import Mapping

from domicile.apps.audit.recording import Recorder
from domicile.apps.moves import ground
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Dwelling
from domicile.core.moves import OUTSIDE, Line, Stay, line_of


def line_of_person(person_id: uuid.UUID, *, lock: bool = False) -> Line:
    """The usual residences of somebody, day by day; days without one are OUTSIDE. One query."""
    usual = [row for row in ground.spells_of([person_id], lock=lock) if row.kind == Spell.Kind.USUAL]
    return line_of(Stay(row.dwelling_id.hex, row.start, row.end, row.pk) for row in usual)


def write(
    person_id: uuid.UUID, before: Line, after: Line, change: Recorder, *, reason: str = "", source: str = "move",
    dwellings: Mapping[str, Dwelling] | None = None,
) -> list[Spell]:  # fmt: skip
    """Bring the spells from `before` to `after`; returns those that are new. Nobody lives twice at any moment of it."""
    known = {stay.key: stay for stay in before if isinstance(stay.key, uuid.UUID)}
    kept = {stay.key: stay for stay in after if isinstance(stay.key, uuid.UUID)}
    rows = {row.pk: row for row in ground.spells_of([person_id]) if row.pk in known} if known else {}
    for key in known.keys() - kept.keys():
        change.delete(rows[key])
    ends = [(rows[key], stay.end) for key, stay in kept.items() if stay.end != known[key].end]
    for row, end in sorted(
        ends, key=lambda pair: pair[1] is None or (pair[0].end is not None and pair[1] > pair[0].end)
    ):
        change.update(row, end=end)  # what becomes shorter first
    new = [stay for stay in after if stay.key is None and stay.place != OUTSIDE]
    return [_begin(person_id, stay, reason, source, change) for stay in new]


def _begin(person_id: uuid.UUID, stay: Stay, reason: str, source: str, change: Recorder) -> Spell:
    """A spell for a new stay. The same dwelling lived in for the time being becomes the usual residence."""
    dwelling = uuid.UUID(stay.place)
    there = ground.spells_at(person_id, dwelling)
    for_now = next((row for row in there if row.kind == Spell.Kind.TEMPORARY and row.end is None), None)
    if for_now is not None and stay.end is None:
        return change.update(for_now, kind=Spell.Kind.USUAL, start=stay.start, reason=reason or for_now.reason)
    return change.create(
        Spell(
            person_id=person_id, dwelling_id=dwelling, kind=Spell.Kind.USUAL, start=stay.start, end=stay.end,
            reason=reason, source=source,
        )
    )  # fmt: skip


def stay_for_now(person_id: uuid.UUID, dwelling: Dwelling, since: dt.date, reason: str, change: Recorder) -> Spell:
    """A temporary stay: here and served here, while another place still counts."""
    return change.create(
        Spell(
            person_id=person_id, dwelling=dwelling, kind=Spell.Kind.TEMPORARY, start=since, reason=reason, source="move"
        )
    )


def end_stay_for_now(person_id: uuid.UUID, dwelling_id: uuid.UUID, day: dt.date, change: Recorder) -> None:
    """End the temporary stay there, if there is one; one without a day is gone."""
    for row in ground.spells_at(person_id, dwelling_id):
        if row.kind != Spell.Kind.TEMPORARY or (row.end is not None and row.end <= day):
            continue
        if row.start is not None and day <= row.start:
            change.delete(row)
        else:
            change.update(row, end=day)


def own_spells(person_id: uuid.UUID, dwelling_id: uuid.UUID | None, day: dt.date | None) -> set[uuid.UUID]:
    """The spells that a move made: those at its destination's dwelling from its day of arrival on."""
    if dwelling_id is None or day is None:
        return set()
    there = ground.spells_at(person_id, dwelling_id)
    return {row.pk for row in there if row.kind == Spell.Kind.USUAL and row.start == day}


def shift_stay_for_now(person_id: uuid.UUID, dwelling_id: uuid.UUID | None, day: dt.date, change: Recorder) -> None:
    """Have a temporary stay begin on another day."""
    if dwelling_id is None:
        return
    for row in ground.spells_at(person_id, dwelling_id):
        if row.kind == Spell.Kind.TEMPORARY and row.end is None:
            change.update(row, start=day)
