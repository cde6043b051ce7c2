"""Compare a list: match its rows, sort them into piles, know again what was decided before. All of it or nothing."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import faults, marks, policies, staging
from domicile.apps.sources.actions.loading import held
from domicile.apps.sources.comparing import Compared, Earlier, compare
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.register import frame_for, pool
from domicile.apps.sources.registry import FIELDS, Source, source
from domicile.apps.vault.sealing import binding, encrypt, ensure_subject

COMPARE = "sources.compare"
AT_ONCE = 2000
#: What was decided so stays decided in the next list of the source.
LASTING = (ListRow.Outcome.VISIT, ListRow.Outcome.WRONG, ListRow.Outcome.ELSEWHERE)
CHOSEN, REFUSED = "chosen", "refused"
REASON = 200


def compare_load(*, actor: Viewer, load_id: uuid.UUID, answer: str = "") -> Load:
    """Compare a list with the register as it stands now. `answer`: why it is right all the same, where something was asked.

    Afterwards the load is `ready`, or `asked` where only now something turned out odd. A comparison that is cut off leaves
    nothing, and can be begun again. Raises Refused, NotAllowed, OutOfReach.
    """
    load = _begin(actor, load_id, answer.strip())
    try:
        compared = _compare(actor, load)
    except BaseException:
        Load.objects.filter(pk=load.pk, state=Load.State.COMPARING).update(state=Load.State.READ)
        raise
    if compared.state == Load.State.READY:
        staging.remove(load.pk)
    return compared


@transaction.atomic
def _begin(actor: Viewer, load_id: uuid.UUID, answer: str) -> Load:
    load, now = held(actor, load_id), timezone.now()
    if not policies.may_begin(load, now):
        raise Refused(_("This list was compared already, or is being compared."))
    if load.report.get("questions") and not (answer or load.answer):
        raise Refused(_("Say why the list is right all the same, or put it away."), "answer")
    if len(answer) > REASON:
        raise Refused(_("This is too long: {most} characters at most.").format(most=REASON), "answer")
    with recording(
        actor=actor, action=COMPARE, subject_kind="list", subject_id=load.pk, place_code=load.scope, reason=answer
    ) as change:  # fmt: skip
        change.update(load, state=Load.State.COMPARING, begun_at=now, answer=answer or load.answer)
    return load


@transaction.atomic
def _compare(actor: Viewer, load: Load) -> Load:
    kind, now = source(load.source), timezone.now()
    today = timezone.localdate(now)
    try:
        rows = staging.read(load.pk)
    except FileNotFoundError:
        raise Refused(_("The rows of this list are gone: load the file again.")) from None
    people = pool(load.scope)
    register = frame_for(kind, load.scope, load.begin, load.end, people)
    known = marks.of_rows(load.source, rows)
    before = _decided(load)
    found = compare(kind, rows, known, register, people, load.scope, _earlier(before), today)
    on_file = sum(row["person"] is not None or bool(row["candidates"]) for row in found.there)
    questions = dict(load.report.get("questions", {}))
    asked = faults.questions_after(on_file, rows.height, today)
    report = load.report | {
        "questions": questions | asked,
        "passed_over": found.passed_over,
        "left_out": found.left_out,
        "register": register["expected"].sum(),
    }
    with recording(
        actor=actor, action=COMPARE, subject_kind="list", subject_id=load.pk, place_code=load.scope
    ) as change:  # fmt: skip
        if asked and not (load.answer and faults.UNKNOWN in questions):
            return change.update(load, state=Load.State.ASKED, report=report, answer="")
        carried = _write(load, kind, rows, known, found, before)
        counts = {pile: found.count(pile) for pile in ListRow.Pile.values}
        change.update(
            load, state=Load.State.READY, compared_at=now, report=report | {"piles": counts, "carried": carried}
        )
    return load


def _decided(load: Load) -> dict[bytes, ListRow]:
    """The rows of earlier lists of this source, here or around, about which something was decided: the last word by mark."""
    around = Q(load__scope__in=[load.scope[:length] for length in range(2, len(load.scope) + 1)])
    rows = ListRow.objects.filter(
        around | Q(load__scope__startswith=load.scope), Q(outcome__in=LASTING) | Q(step__in=[CHOSEN, REFUSED]),
        load__source=load.source, load__loaded_at__lt=load.loaded_at,
    )  # fmt: skip
    held_fields = (
        "id",
        "mark",
        "step",
        "person",
        "candidates",
        "outcome",
        "reason",
        "answered_by",
        "answered_by_name",
        "answered_at",
    )
    return {
        bytes(row.mark): row
        for row in rows.only(*held_fields).order_by("load__loaded_at", "pk").iterator(chunk_size=AT_ONCE)
    }


def _earlier(before: dict[bytes, ListRow]) -> Earlier:
    chosen = {mark: row.person.hex for mark, row in before.items() if row.step == CHOSEN and row.person}
    refused = {
        mark: frozenset(one["person"] for one in row.candidates if one.get("why") == "not")
        for mark, row in before.items()
        if row.step == REFUSED
    }
    return Earlier(chosen, refused)


def _write(
    load: Load, kind: Source, rows: pl.DataFrame, known: list[bytes], found: Compared, before: dict[bytes, ListRow]
) -> int:  # fmt: skip
    """Write the rows; returns how many of them were decided about before."""
    load.entries.all().delete()  # what a comparison left that was cut off
    key, table, carried = ensure_subject(load.pk), ListRow._meta.db_table, 0
    facts = rows.select(*FIELDS).to_dicts()
    numbers = rows["_row"].to_list()
    waiting: list[ListRow] = []
    for said in _rows(load, kind, found, known):
        row, place = said
        if place is not None:
            row.number = numbers[place]
            if row.pile != ListRow.Pile.AGREE:
                row.facts = encrypt(key, marks.packed(facts[place]).encode(), binding(table, "facts", row.pk))
        earlier = before.get(bytes(row.mark))
        if earlier is not None and row.pile != ListRow.Pile.AGREE:
            carried += _carry(row, earlier)
        waiting.append(row)
        if len(waiting) >= AT_ONCE:
            ListRow.objects.bulk_create(waiting)
            waiting = []
    ListRow.objects.bulk_create(waiting)
    return carried


def _rows(load: Load, kind: Source, found: Compared, known: list[bytes]) -> Iterable[tuple[ListRow, int | None]]:
    for one in found.there:
        row = ListRow(
            load=load, mark=known[one["row"]], pile=one["pile"], person=_key(one["person"]), event=_key(one["event"]),
            place_code=one["place_code"], month=month_of(kind, load, one["day"]), step=one["step"], sure=one["sure"],
            differs=one["differs"], candidates=one["candidates"],
        )  # fmt: skip
        yield row, one["row"]
    for one in found.here:
        mark = marks.of_person(load.source, one["event"] or one["person"])
        yield (
            ListRow(
                load=load, mark=mark, pile=ListRow.Pile.HERE, person=_key(one["person"]), event=_key(one["event"]),
                place_code=one["place_code"], month=month_of(kind, load, one["day"]),
            ),
            None,
        )  # fmt: skip


def month_of(kind: Source, load: Load, day: dt.date | None) -> dt.date | None:
    """The month of an event; one outside the time of the list counts where that is nearer."""
    if day is None or not kind.is_event():
        return None
    inside = min(max(day, load.begin), load.end - dt.timedelta(days=1))
    return inside.replace(day=1)


def _carry(row: ListRow, earlier: ListRow) -> bool:
    """Take over what was decided about the same row before; whether that settles it."""
    if earlier.step == REFUSED:
        row.candidates = row.candidates + [one for one in earlier.candidates if one.get("why") == "not"]
        row.step = row.step or REFUSED
    if earlier.outcome not in LASTING:
        return False
    row.outcome, row.reason, row.carried = earlier.outcome, earlier.reason, True
    row.answered_by, row.answered_by_name, row.answered_at = (
        earlier.answered_by,
        earlier.answered_by_name,
        earlier.answered_at,
    )
    return True


def _key(text: Any) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
