"""Who holds a post: given, ended with hand-over of the open work, and the letter that was signed."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import handing, registry
from domicile.apps.staffing.actions.common import holding_for_change, post_for_change, text, worker_for_change
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post, Worker

KIND = "staff_post"
GIVE, END, SIGN = "staffing.give_post", "staffing.end_holding", "staffing.sign_letter"
LONGEST_REASON = 200
COMMUNITY = 12


@transaction.atomic
def give_post(*, actor: Viewer, post_id: uuid.UUID, worker_id: uuid.UUID, start: dt.date) -> Holding:
    """Give a post to a worker from a day on. Raises Refused where somebody holds it then, or the worker is not there."""
    post = post_for_change(actor, post_id)
    worker = worker_for_change(actor, worker_id)
    check_free(post, worker, start)
    with recording(
        actor=actor, action=GIVE, subject_kind=KIND, subject_id=post.pk, place_code=post.place_code
    ) as change:
        return change.create(Holding(post=post, worker=worker, start=start, alone=not post.shared))


@transaction.atomic
def end_holding(
    *, actor: Viewer, holding_id: uuid.UUID, end: dt.date, successor_id: uuid.UUID | None, reason: str = ""
) -> handing.Handed:
    """End a worker's post from a day on, and hand over the open work.

    The successor holds the post from that day. Without one the work goes to the nearest post above that somebody holds,
    and where there is none, to whoever works the area: nothing is orphaned. Returns to whom how much went.
    """
    holding = holding_for_change(actor, holding_id)
    post, leaving = holding.post, holding.worker
    if holding.end is not None:
        raise Refused(_("It has ended already."))
    if end <= holding.start:
        raise Refused(_("It began on {day}: choose a later day, or undo it.").format(day=holding.start), "end")
    successor = worker_for_change(actor, successor_id) if successor_id else None
    with recording(
        actor=actor, action=END, subject_kind=KIND, subject_id=post.pk, place_code=post.place_code,
        reason=text(reason, "reason", longest=LONGEST_REASON, needed=False),
    ) as change:  # fmt: skip
        change.update(holding, end=end)
        registry.ended(actor, holding)
        if successor is not None:
            if successor.pk == leaving.pk:
                raise Refused(_("Choose somebody else, or nobody."), "successor")
            check_free(post, successor, end)
            change.create(Holding(post=post, worker=successor, start=end, alone=not post.shared))
    heir = successor or handing.heir(actor, post, leaving, end)
    return handing.hand_over(actor=actor, post=post, leaving=leaving, heir=heir, day=end)


@transaction.atomic
def sign_letter(*, actor: Viewer, holding_id: uuid.UUID, on: dt.date | None) -> Holding:
    """Note the day on which the duty letter was signed; None takes it back."""
    holding = holding_for_change(actor, holding_id)
    with recording(
        actor=actor, action=SIGN, subject_kind=KIND, subject_id=holding.post_id, place_code=holding.post.place_code
    ) as change:
        return change.update(holding, letter_signed_on=on)


def check_free(post: Post, worker: Worker, start: dt.date) -> None:
    """Raise Refused where the post cannot be given to the worker on that day. The database says so too."""
    if post.closed_on is not None or start < post.opened_on:
        raise Refused(
            _("The post is there from {day} on, and not after it was closed.").format(day=post.opened_on), "start"
        )
    if not worker.at_work(start):
        raise Refused(_("{name} is not there on this day.").format(name=worker.name), "worker")
    against = registry.condition(worker, post, start)
    if against:
        raise Refused(against, "worker")
    others = Holding.objects.filter(post=post).exclude(end__lte=start)
    if not post.shared and (other := others.first()) is not None:
        raise Refused(
            _("{name} holds this post. End that first, and hand over the work.").format(name=other.worker.name),
            "worker",
        )
    if others.filter(worker=worker).exists():
        raise Refused(_("{name} holds this post already.").format(name=worker.name), "worker")


def holders(post: Post, day: dt.date) -> list[Worker]:
    """Who holds a post on a day."""
    rows = Holding.objects.filter(on_day(day, "start", "end"), post=post).select_related("worker").order_by("start")
    return [row.worker for row in rows]
