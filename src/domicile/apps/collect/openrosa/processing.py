"""Process filled forms: many together, in one transaction and a number of queries that does not grow with theirs.

Read and parsed before the transaction begins; then what is on file is gathered, each form says what it proposes and records,
and all of it is written with the forms' states. What a form stumbles over by itself keeps it aside and spoils no other; what
spoils them all is looked for by halves.
"""

import datetime as dt
import gc
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from domicile.apps.audit.bundles import Bundle
from domicile.apps.collect import actions as review
from domicile.apps.collect.drafts import propose_many
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.collect.openrosa import policies, registry, storing
from domicile.apps.collect.openrosa.models import AppUser, Result, Submission
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.storing import Sent
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.inserting import insert_fields
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault.files import BrokenFile
from domicile.core.messages.submissions import Answers, Broken, read_submission

log = logging.getLogger("domicile.collect")
#: Forms taken together: enough that queries do not count, few enough that phones wait no longer for the register than a moment.
TOGETHER = 500


class Spoilt(Exception):
    """A form that had written something already cannot be taken: all that was written with it goes, and it goes alone."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class Incoming:
    """One form that waits, as far as it could be read before anything is written."""

    submission: Sent
    form: registry.Form | None = None
    answers: Answers = field(default_factory=Answers)
    problem: str = ""


class Together:
    """What forms that are processed together share (receipts.Around)."""

    def __init__(self, receipts: "dict[str, list[tuple[Receipt, Answers]]]", rules: Any) -> None:
        self._receipts, self.rules = receipts, rules
        self.zone: dt.tzinfo = timezone.get_current_timezone()
        self._gathered: dict[str, Any] = {}
        self._late = False

    def ground(self, receipt: Receipt) -> Any:
        form = registry.form(receipt.submission.form_id)
        if form is None or form.gather is None:
            return None
        if self._late:
            return form.gather([pair for pair in self._receipts[form.id] if pair[0] is receipt])
        if form.id not in self._gathered:
            self._gathered[form.id] = form.gather(self._receipts[form.id])
        return self._gathered[form.id]

    def wrote(self) -> None:
        self._late = True


def process(most: int = TOGETHER) -> int:
    """Process the forms that have waited for longest, at most so many; how many there were.

    Their proposals, records, results and states are written together: a process killed in the middle has done nothing.
    What is written for them in words is in the language of the register, whoever calls.
    """
    with override(settings.LANGUAGE_CODE), _kept():
        return _process(most)


@contextmanager
def _kept() -> Iterator[None]:
    """What is made for a set is needed until its end: to look meanwhile for what is needed no more takes long and finds none."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def _process(most: int) -> int:
    waiting = Submission.objects.filter(state=Submission.State.RECEIVED).order_by("received_at", "pk")
    sent = (Sent._make(row) for row in waiting.values_list(*Sent._fields)[:most])
    incoming = [_opened(one) for one in _independent(sent)]
    if incoming:
        _take(incoming)
    return len(incoming)


def _independent(waiting: Iterable[Sent]) -> Iterator[Sent]:
    """The first of them up to one that corrects another of them: that one has to be there before."""
    taken = set()
    for one in waiting:
        if one.deprecated_id and storing.key_of(one.deprecated_id) in taken:
            return
        taken.add(one.pk)
        yield one


def _opened(submission: Sent) -> Incoming:
    form = registry.form(submission.form_id)
    if form is None:
        return Incoming(submission, problem="unknown_form")
    try:
        answers = read_submission(storing.content_of(submission)).answers
    except Broken as broken:
        return Incoming(submission, form, problem=f"answers_{broken.code}")
    except (BrokenFile, FileNotFoundError):
        return Incoming(submission, form, problem="file")
    return Incoming(submission, form, answers)


def _take(incoming: Sequence[Incoming], *, again: bool = True) -> None:
    """Together; where that fails, by halves, down to the one that it fails for. A database that fails is no form's fault."""
    alone = len(incoming) == 1
    try:
        with transaction.atomic():
            _take_together(incoming)
        return
    except InterfaceError:
        raise
    except OperationalError:
        if alone:
            raise
    except Spoilt as spoilt:
        if alone:
            _put_aside(incoming[0].submission, spoilt.problem)
    except Exception as error:  # what one form stumbles over must not stop the others
        if alone and again and isinstance(error, IntegrityError):  # somebody else may have written the same row since
            _take(incoming, again=False)
        elif alone:
            _told(incoming[0], error)
            _put_aside(incoming[0].submission, "error")
    if not alone:
        middle = len(incoming) // 2
        _take(incoming[:middle])
        _take(incoming[middle:])


def _put_aside(submission: Sent, problem: str) -> None:
    waiting = Submission.objects.filter(pk=submission.pk, state=Submission.State.RECEIVED)
    waiting.update(state=Submission.State.ASIDE, problem=problem, processed_at=timezone.now())


def _told(one: Incoming, error: Exception) -> None:
    log.error("a submission of %s was kept aside: %s", one.submission.form_id, type(error).__name__)


def _take_together(incoming: Sequence[Incoming]) -> None:
    rows = Submission.objects.select_for_update(skip_locked=_can_skip()).filter(state=Submission.State.RECEIVED)
    moments = [one.submission.received_at for one in incoming]
    locked = set(rows.filter(received_at__range=(min(moments), max(moments))).values_list("pk", flat=True))
    mine = [one for one in incoming if one.submission.pk in locked]
    pairs = _receipts(mine)
    for one, receipt in pairs:
        if not one.problem:
            _receive(one, receipt)
    if not pairs:
        return
    drafts = [draft for _one, receipt in pairs for _row, draft in receipt.drafts]
    outcomes = iter(propose_many(drafts, pairs[0][1].around.rules))
    for _one, receipt in pairs:
        receipt.settle([next(outcomes) for _pair in receipt.drafts])
    _record([receipt for _one, receipt in pairs])
    insert_fields(Result, [row for _one, receipt in pairs for row in receipt.results])
    _set_states(pairs)
    registry.after([_processed(receipt, one.answers) for one, receipt in pairs if not one.problem])


def _record(receipts: Iterable[Receipt]) -> None:
    """Write what forms record by themselves, each with its change."""
    bundle, now = Bundle(), timezone.now()
    for receipt in receipts:
        for record in receipt.records:
            subject = record.subject
            bundle.create(
                record.rows, actor=receipt.viewer, action=record.kind, subject_kind=subject.kind, subject_id=subject.id,
                place_code=subject.place_code, at=now,
            )  # fmt: skip
    bundle.write()


def _processed(receipt: Receipt, answers: Answers) -> registry.Processed:
    rows = [row for record in receipt.records for row in record.rows]
    return registry.Processed(receipt.submission, receipt.viewer, answers, receipt.results, rows)


def _receipts(mine: Sequence[Incoming]) -> list[tuple[Incoming, Receipt]]:
    """A receipt for each, with what they share. Three queries."""
    phones = AppUser.objects.select_related("worker").in_bulk({one.submission.app_user_id for one in mine})
    states = policies.states(list(phones.values()))
    viewers = {key: policies.viewer_of(phone) for key, phone in phones.items()}
    by_form: dict[str, list[tuple[Receipt, Answers]]] = defaultdict(list)
    together = Together(by_form, _rules(viewers.values()))
    pairs = []
    for one in mine:
        key = one.submission.app_user_id
        receipt = Receipt(one.submission, viewers[key], together, review=states[key] != policies.LIVE)
        pairs.append((one, receipt))
        if not one.problem:
            by_form[one.submission.form_id].append((receipt, one.answers))
    return pairs


def _rules(viewers: Iterable[Viewer]) -> Callable[[str], list[ReviewRule]]:
    """The rules of review over the places of these viewers. One query."""
    inside = Q(pk__in=[])
    for scope in {scope for viewer in viewers for scope in viewer.scopes if scope}:
        inside |= prefix_q("scope", scope) | Q(scope__in=[scope[:digits] for digits in range(2, len(scope))])
    held = list(ReviewRule.objects.filter(inside))
    over: dict[str, list[ReviewRule]] = {}

    def rules(place_code: str) -> list[ReviewRule]:
        if place_code not in over:
            over[place_code] = [rule for rule in held if place_code.startswith(rule.scope)]
        return over[place_code]

    return rules


def _receive(one: Incoming, receipt: Receipt) -> None:
    """Have the form say what it proposes and records. Raises Spoilt where it cannot be read and has written something."""
    edited, form = False, one.form
    if form is None:
        return
    try:
        edited = _replace(receipt)
        form.receive(receipt, one.answers)
    except Broken as broken:
        one.problem = f"answers_{broken.code}"
        if receipt.wrote or form.gather is None:
            raise Spoilt(one.problem) from broken
        receipt.drafts, receipt.results, receipt.records = [], [], []
    receipt.edited = edited


def _replace(receipt: Receipt) -> bool:
    """Withdraw what waits of the submission that this one corrects; whether something of it was decided already."""
    worker = receipt.viewer.user_id
    if not receipt.submission.deprecated_id or worker is None:
        return False
    earlier = Result.objects.filter(
        submission=storing.key_of(receipt.submission.deprecated_id),
        proposal__proposed_by=worker,
    )
    decided = False
    for row in earlier.select_related("proposal"):
        if row.proposal is not None and row.proposal.state == Proposal.State.WAITING:
            try:
                review.withdraw(actor=receipt.viewer, proposal_id=row.proposal.pk)
                receipt.touch()
            except NotAllowed:
                decided = True
        elif row.proposal is not None and row.proposal.state == Proposal.State.ACCEPTED:
            decided = True
    return decided


def _set_states(pairs: Sequence[tuple[Incoming, Receipt]]) -> None:
    """One statement for those without a problem, one for each sort of problem."""
    now, sorts = timezone.now(), defaultdict(list)
    for one, receipt in pairs:
        problem = one.problem or ("edited" if receipt.edited else "refused" if receipt.refused else "")
        sorts[Submission.State.ASIDE if problem else Submission.State.PROCESSED, problem].append(one.submission.pk)
    for (state, problem), keys in sorts.items():
        Submission.objects.filter(pk__in=keys).update(state=state, problem=problem, processed_at=now)


def _can_skip() -> bool:
    return bool(connections[Submission.objects.db].features.has_select_for_update_skip_locked)
