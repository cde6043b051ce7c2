"""Recruits: won for a census, their papers, and whoever drops out."""

import datetime as dt
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from domicile.apps.access import actions as access
from domicile.apps.access.models import Grant
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff import policies
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import DUTIES, POSTS, ROLES
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing.actions import holdings, workers
from domicile.apps.staffing.actions.common import place, text
from domicile.apps.staffing.models import Holding, Worker

KIND = "census_recruit"
RECRUIT, CORRECT, SIGN = "census.recruit", "census.correct_recruit", "census.sign_undertaking"
BADGE, COVER, LEAVE = "census.give_badge", "census.cover_recruit", "census.drop_out"
#: Before the number of the change in the reason of what ended with a drop-out: by it an undo finds what to give back.
REASON = "drop-out "
#: The same for what ended with an undertaking that was taken back.
TAKEN_BACK = "undertaking taken back "
LONGEST_INSURER = 64


@dataclass(frozen=True)
class NewWorker:
    """Somebody who is no worker yet. `phone` may be empty; `account`: the account that is theirs, None for none yet."""

    name: str
    phone: str = ""
    account: uuid.UUID | None = None


@transaction.atomic
def recruit(
    *, actor: Viewer, census_id: uuid.UUID, community: str, worker: uuid.UUID | NewWorker, duty: str, reserve: bool,
    near_code: str, on: dt.date,
) -> Recruit:  # fmt: skip
    """Win somebody for a census in a census area (12 digits): a worker on file, or a new one. Raises Refused."""
    census = Census.objects.filter(pk=census_id).first()
    if census is None:
        raise NotAllowed("census")
    policies.check_manage(actor, census, community)
    if duty not in DUTIES:
        raise Refused(_("Choose one of the list."), "duty")
    near = place(near_code or community)
    if not near.startswith(community):
        raise Refused(_("Choose one of the list."), "near_code")
    if isinstance(worker, NewWorker):
        who = workers.add_worker(
            actor=actor, place_code=community, name=worker.name, phone=worker.phone, since=on, account=worker.account
        )
    else:
        who = _worker(actor, worker, community)
        if Recruit.objects.filter(census=census, worker=who).exists():
            raise Refused(_("{name} is recruited already.").format(name=who.name), "worker")
    row = Recruit(census=census, worker=who, duty=duty, reserve=reserve, near_code=near, recruited_on=on)
    with recording(
        actor=actor, action=RECRUIT, subject_kind=KIND, subject_id=row.pk, place_code=who.place_code
    ) as change:
        return change.create(row)


@transaction.atomic
def correct_recruit(*, actor: Viewer, recruit_id: uuid.UUID, duty: str, reserve: bool, near_code: str) -> Recruit:
    """Set duty, whether it is a reserve, and the area that they know. Raises Refused for another duty while a post is held."""
    row = recruit_for_change(actor, recruit_id)
    if duty not in DUTIES:
        raise Refused(_("Choose one of the list."), "duty")
    near = place(near_code)
    if not near.startswith(row.worker.place_code[:12]):
        raise Refused(_("Choose one of the list."), "near_code")
    if duty != row.duty and held_by(row.worker).exists():
        raise Refused(_("There is a post that goes with the duty. End it first, and hand over the work."), "duty")
    with _changing(actor, CORRECT, row) as change:
        return change.update(row, duty=duty, reserve=reserve, near_code=near)


@transaction.atomic
def sign_undertaking(*, actor: Viewer, recruit_id: uuid.UUID, on: dt.date | None, today: dt.date) -> Recruit:
    """Note the day on which the undertaking was signed on paper; None takes it back. Nobody notes it for themselves.

    Once no undertaking stands, neither do posts and roles: the posts end, with the open work handed over as of a drop-out, and
    the account sees nothing from that moment on.
    """
    row = recruit_for_change(actor, recruit_id)
    if actor.user_id is not None and row.worker.user_id == actor.user_id:
        raise Refused(_("This is your own. A colleague notes it, with the signed paper at hand."))
    if on is not None and on > today:
        raise Refused(_("The day must not lie after today."), "on")
    with _changing(actor, SIGN, row) as change:
        change.update(row, undertaking_signed_on=on)
    if on is None and not stands(row.worker):
        noted = (
            Change.objects.filter(subject_id=row.pk, action=SIGN).order_by("-pk").values_list("pk", flat=True).first()
        )
        for holding in held_by(row.worker).filter(post__role__in=list(POSTS.values())):
            end = max(today, holding.start + dt.timedelta(days=1))
            holdings.end_holding(
                actor=actor, holding_id=holding.pk, end=end, successor_id=None, reason=f"{TAKEN_BACK}{noted}"
            )
        end_roles(actor, row.worker, today)
    return row


def stands(worker: Worker) -> bool:
    """Whether an undertaking of a worker stands, for whichever census."""
    return Recruit.objects.filter(worker=worker, undertaking_signed_on__isnull=False).exists()


def end_roles(actor: Viewer, worker: Worker, today: dt.date) -> int:
    """End every role of a duty that the worker's account has, however it was given, from today on; returns how many.

    Also of a post that began today and so ends tomorrow: what is seen ends at once.
    """
    if worker.user_id is None:
        return 0
    ended = 0
    for role in ROLES.values():
        scopes = set(Grant.objects.filter(user_id=worker.user_id, role=role).values_list("scope", flat=True))
        ended += access.end_with_post(actor=actor, user_id=worker.user_id, role=role, scopes=scopes, on=today)
    return ended


@transaction.atomic
def give_badge(*, actor: Viewer, recruit_id: uuid.UUID, on: dt.date | None, today: dt.date) -> Recruit:
    """Note the day on which the badge was handed out; None: it came back. Raises Refused before the undertaking is signed."""
    row = recruit_for_change(actor, recruit_id)
    if on is not None and on > today:
        raise Refused(_("The day must not lie after today."), "on")
    if on is not None and row.undertaking_signed_on is None:
        raise Refused(_("The undertaking comes first."), "on")
    with _changing(actor, BADGE, row) as change:
        return change.update(row, badge_given_on=on)


@transaction.atomic
def cover(
    *, actor: Viewer, recruit_id: uuid.UUID, insurer: str, since: dt.date | None, until: dt.date | None
) -> Recruit:
    """Note the accident cover: with whom, in [since, until). All empty: there is none."""
    row = recruit_for_change(actor, recruit_id)
    named = text(insurer, "insurer", longest=LONGEST_INSURER, needed=since is not None or until is not None)
    if named and (since is None or until is None):
        raise Refused(_("Say from when to when the cover holds."), "since" if since is None else "until")
    if since is not None and until is not None and until <= since:
        raise Refused(_("The end must lie after the beginning."), "until")
    with _changing(actor, COVER, row) as change:
        return change.update(row, insurer=named, insured_from=since, insured_until=until)


@transaction.atomic
def drop_out(*, actor: Viewer, recruit_id: uuid.UUID, on: dt.date, successor_id: uuid.UUID | None) -> list[Holding]:
    """Somebody does not go on from a day; returns the posts that ended. Why is nobody's business and is not asked.

    Each post ends on that day and goes to the successor, a recruit of the same census and duty, with the open work; what is
    done stays theirs, and stays counted and paid. What the account could see of the area ends with the post.
    """
    row = recruit_for_change(actor, recruit_id)
    if row.left_on is not None:
        raise Refused(_("This is noted already."))
    heir = recruit_for_change(actor, successor_id) if successor_id is not None else None
    if heir is not None and (heir.census_id, heir.duty, heir.left_on) != (row.census_id, row.duty, None):
        raise Refused(_("Choose one of the list."), "successor")
    held = [one for one in held_by(row.worker) if one.end is None]
    with _changing(actor, LEAVE, row) as change:
        change.update(row, left_on=on)
    noted = Change.objects.filter(subject_id=row.pk, action=LEAVE).order_by("-pk").values_list("pk", flat=True)[0]
    for holding in held:
        end = max(on, holding.start + dt.timedelta(days=1))
        holdings.end_holding(
            actor=actor, holding_id=holding.pk, end=end, successor_id=heir.worker_id if heir else None,
            reason=f"{REASON}{noted}",
        )  # fmt: skip
    return held


def recruit_for_change(actor: Viewer, pk: uuid.UUID) -> Recruit:
    """A recruit of the actor's areas, locked; with worker and census. Raises NotAllowed, also where there is none."""
    row = Recruit.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotAllowed("recruit")
    policies.check_manage(actor, row.census, row.worker.place_code)
    return row


def held_by(worker: Worker) -> "QuerySet[Holding]":
    """The posts that a worker holds or will hold."""
    return Holding.objects.filter(worker=worker, end=None).select_related("post").order_by("start", "pk")


def _worker(actor: Viewer, pk: uuid.UUID, community: str) -> Worker:
    who = Worker.objects.filter(pk=pk, until=None).first()
    if who is None or not who.place_code.startswith(community) or not actor.covers(who.place_code):
        raise Refused(_("Choose one of the list."), "worker")
    return who


def _changing(actor: Viewer, action: str, row: Recruit) -> AbstractContextManager[Recorder]:
    return recording(actor=actor, action=action, subject_kind=KIND, subject_id=row.pk, place_code=row.worker.place_code)
