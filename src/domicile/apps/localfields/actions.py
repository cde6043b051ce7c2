"""Propose, decide and end local fields, and erase what was entered once the purpose has ended."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.localfields import policies
from domicile.apps.localfields.models import LocalChoice, LocalField, LocalValue
from domicile.apps.localfields.refused import refuse
from domicile.apps.vault.sealing import ensure_subject, erase
from domicile.core.policy.parameters import parameter

KIND = "localfield"
MOST_CHOICES = 20
LONGEST_NOTE = 200
LONGEST = {"label_zh": 40, "label_en": 80, "service": 120, "purpose": 200}
LONGEST_PAPER = {"authority": 80, "document": 60}
#: The server's own turn, that erases what has ended.
MACHINE = Viewer(user_id=None, name="domicile", role="machine", channel="command")


@dataclass(frozen=True)
class NewField:
    """A field as proposed, in [start, end). `choices`: pairs of Chinese and English, for the kind `choice` only."""

    scope: str
    subject_kind: str
    kind: str
    label_zh: str
    label_en: str
    service: str
    purpose: str
    start: dt.date
    end: dt.date
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Paper:
    """The paper by which an office above the county approved a field: who, its number, and of which day it is."""

    authority: str
    document: str
    document_date: dt.date


@transaction.atomic
def propose(*, actor: Viewer, arguments: NewField, today: dt.date) -> LocalField:
    """Propose a field for one's own area. Raises Refused naming the argument, NotAllowed outside the own areas."""
    if actor.user_id is None or arguments.scope not in policies.own_scopes(actor):
        raise NotAllowed(policies.PERMISSION)
    _check_texts(arguments)
    _check_days(arguments, today)
    if arguments.subject_kind not in LocalField.Subject or arguments.kind not in LocalField.Kind:
        raise Refused(_("Choose one of the list."), "kind")
    going = LocalField.objects.filter(
        scope=arguments.scope, subject_kind=arguments.subject_kind, state__in=["proposed", "approved"], end__gt=today
    )
    if going.filter(label_zh=arguments.label_zh).exists():
        raise Refused(_("Your area has a field of this name already."), "label_zh")
    if going.count() >= parameter("local_fields.most_in_an_area", today):
        raise Refused(_("Your area has as many local fields as it may. End one that is no longer needed."))
    field = LocalField(
        scope=arguments.scope, subject_kind=arguments.subject_kind, kind=arguments.kind, label_zh=arguments.label_zh,
        label_en=arguments.label_en, service=arguments.service, purpose=arguments.purpose, start=arguments.start,
        end=arguments.end, proposed_by=actor.user_id, proposed_by_name=actor.name, proposed_at=timezone.now(),
    )  # fmt: skip
    with recording(
        actor=actor, action="localfields.propose", subject_kind=KIND, subject_id=field.pk, place_code=field.scope
    ) as change:
        change.create(field)
        for position, (zh, en) in enumerate(arguments.choices, 1):
            change.create(LocalChoice(field=field, position=position, label_zh=zh, label_en=en))
    return field


def _check_texts(arguments: NewField) -> None:
    for name, text in _said(arguments, LONGEST).items():
        refuse(text, name)
    if (arguments.kind == LocalField.Kind.CHOICE) != bool(arguments.choices):
        raise Refused(_("Write the answers to choose from, one a line; other kinds have none."), "choices")
    if arguments.choices and not 2 <= len(arguments.choices) <= MOST_CHOICES:
        raise Refused(_("Give from two to twenty answers."), "choices")
    for zh, en in arguments.choices:
        if not zh.strip() or not en.strip() or len(zh) > LONGEST["label_zh"] or len(en) > LONGEST["label_en"]:
            raise Refused(_("Write each answer as Chinese = English, and short."), "choices")
        refuse(zh, "choices")
        refuse(en, "choices")
    if len({zh for zh, _en in arguments.choices}) != len(arguments.choices):
        raise Refused(_("Two answers are the same."), "choices")


def _said(arguments: object, longest: dict[str, int]) -> dict[str, str]:
    """The texts of these names. Raises Refused where one is empty, too long, or holds a person's number."""
    texts = {name: str(getattr(arguments, name)) for name in longest}
    for name, text in texts.items():
        if not text.strip():
            raise Refused(_("This is needed: whoever approves and whoever reads it must know."), name)
        if len(text) > longest[name]:
            raise Refused(_("At most {count} characters.").format(count=longest[name]), name)
        if without_numbers(text) != text:
            raise Refused(_("This looks like it holds a number. Leave identity and phone numbers out."), name)
    return texts


def _check_days(arguments: NewField, today: dt.date) -> None:
    if arguments.start < today:
        raise Refused(_("It cannot begin before today."), "start")
    if arguments.end <= arguments.start:
        raise Refused(_("The end must lie after the beginning."), "end")
    longest = parameter("local_fields.longest_days", today)
    if (arguments.end - arguments.start).days > longest:
        last = arguments.start + dt.timedelta(days=longest)
        raise Refused(_("Choose an end not after {day}; ask anew if it is still needed then.").format(day=last), "end")


def approve(*, actor: Viewer, field_id: uuid.UUID, note: str = "", today: dt.date) -> LocalField:
    """Put a proposed field in force for its days. Raises Refused when it was decided already or is over."""
    with transaction.atomic():
        return _put_in_force(actor, _to_decide(actor, field_id, policies.may_decide), note, today)


def record_approval(*, actor: Viewer, field_id: uuid.UUID, paper: Paper, note: str = "", today: dt.date) -> LocalField:
    """Put a county's field in force by the paper with which the office above approved it, entered by a second person.

    Raises Refused for a paper that is not named whole or is of a day to come.
    """
    texts = _said(paper, LONGEST_PAPER)
    if paper.document_date > today:
        raise Refused(_("The paper cannot be of a day to come."), "document_date")
    with transaction.atomic():
        field = _to_decide(actor, field_id, policies.may_record)
        return _put_in_force(actor, field, note, today, **texts, document_date=paper.document_date)


def _put_in_force(actor: Viewer, field: LocalField, note: str, today: dt.date, **paper: object) -> LocalField:
    if field.end <= today:
        raise Refused(_("Its end has passed. It must be proposed anew."))
    _check_texts(_as_proposed(field))
    ensure_subject(field.pk)  # its key exists before anything is entered, and is destroyed when it ends
    return _decide(actor, field, LocalField.State.APPROVED, note, **paper)


def reject(*, actor: Viewer, field_id: uuid.UUID, note: str) -> LocalField:
    """Refuse a proposed field with a reason that its proposer reads."""
    if not note.strip():
        raise Refused(_("Say why you refuse it, so that the proposer understands."), "note")
    with transaction.atomic():
        return _decide(actor, _to_decide(actor, field_id, policies.may_refuse), LocalField.State.REFUSED, note)


def end_early(*, actor: Viewer, field_id: uuid.UUID, reason: str) -> LocalField:
    """End a field because its purpose has ended: nobody sees it from now on, and what was entered is erased."""
    if not reason.strip():
        raise Refused(_("Say why it ends."), "note")
    with transaction.atomic():
        field = LocalField.objects.select_for_update().get(pk=field_id)
        if field.state == LocalField.State.ENDED:
            raise Refused(_("It has ended already."))
        if not policies.may_end(actor, field):
            raise NotAllowed("end")
        return _end(actor, field, reason)


def erase_ended(*, actor: Viewer, today: dt.date) -> int:
    """End every field whose last day has passed and erase what was entered in it; returns how many. Runs by itself."""
    due = LocalField.objects.filter(state=LocalField.State.APPROVED, end__lte=today).order_by("pk")
    ids = list(due.values_list("pk", flat=True))
    for field_id in ids:
        with transaction.atomic():
            field = LocalField.objects.select_for_update().get(pk=field_id)
            if field.state == LocalField.State.APPROVED:
                _end(actor, field, "")
    return len(ids)


def erase_over() -> int:
    """`erase_ended` in the server's own name, for today."""
    return erase_ended(actor=MACHINE, today=timezone.localdate())


def _end(actor: Viewer, field: LocalField, reason: str) -> LocalField:
    note = without_numbers(reason.strip())[:LONGEST_NOTE]
    with recording(
        actor=actor,
        action="localfields.end",
        subject_kind=KIND,
        subject_id=field.pk,
        place_code=field.scope,
        reason=note,
    ) as change:
        LocalValue.objects.filter(field=field).delete()  # not noted one by one: there is to be no copy of them
        erase(field.pk)
        return change.update(field, state=LocalField.State.ENDED, erased_at=timezone.now())


def _to_decide(actor: Viewer, field_id: uuid.UUID, allowed: Callable[[Viewer, LocalField], bool]) -> LocalField:
    field = LocalField.objects.select_for_update().get(pk=field_id)
    if field.state != LocalField.State.PROPOSED:
        raise Refused(_("Somebody has decided this already."))
    if not allowed(actor, field):
        raise NotAllowed("decide")
    return field


def _decide(actor: Viewer, field: LocalField, state: str, note: str, **paper: object) -> LocalField:
    note = without_numbers(note.strip())[:LONGEST_NOTE]
    with recording(
        actor=actor, action=f"localfields.{state}", subject_kind=KIND, subject_id=field.pk, place_code=field.scope,
        reason=note,
    ) as change:  # fmt: skip
        return change.update(
            field, state=state, decided_by=actor.user_id, decided_by_name=actor.name, decided_at=timezone.now(),
            decision_note=note, **paper,
        )  # fmt: skip


def _as_proposed(field: LocalField) -> NewField:
    names = ("scope", "subject_kind", "kind", "label_zh", "label_en", "service", "purpose", "start", "end")
    choices = tuple((row.label_zh, row.label_en) for row in field.choices.order_by("position"))
    return NewField(**{name: getattr(field, name) for name in names}, choices=choices)


def keep(*, change: Recorder, field: LocalField, subject_id: uuid.UUID, sealed: bytes | None, row: LocalValue) -> None:
    """Store, replace or take away one value within a recorded change; `row` is the one on file or a new one."""
    if row._state.adding:
        if sealed is not None:
            row.field, row.subject_id, row.value = field, subject_id, sealed
            change.create(row)
    elif sealed is None:
        change.delete(row)
    else:
        change.update(row, value=sealed)
