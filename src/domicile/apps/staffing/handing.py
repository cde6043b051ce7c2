"""Where open work goes when a post changes hands. Tasks are given to accounts; a worker may have none."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post, Worker
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.selectors import workers

COMMUNITY = 12
#: Before the number of the change in whose course work was handed over: by it an undo finds what to give back.
REASON = "hand-over "


@dataclass(frozen=True, slots=True)
class Handed:
    """How many tasks went to whom; `heir` None: to whoever works the area."""

    count: int
    heir: Worker | None


def above(post: Post, day: dt.date) -> Iterator[Worker]:
    """Who holds the posts above, the nearest first."""
    seen = {post.pk}
    while post.above_id is not None and post.above_id not in seen:
        post = Post.objects.get(pk=post.above_id)
        seen.add(post.pk)
        rows = Holding.objects.filter(on_day(day, "start", "end"), post=post).select_related("worker").order_by("start")
        yield from (row.worker for row in rows if row.worker.at_work(day))


def heir(actor: Viewer, post: Post, leaving: Worker, day: dt.date) -> Worker | None:
    """Who takes the work where nobody is named: the nearest above who has an account that works there."""
    found = (worker for worker in above(post, day) if worker.pk != leaving.pk)
    return next((worker for worker in found if works_there(actor, worker, post, day)), None)


def works_there(actor: Viewer, worker: Worker, post: Post, day: dt.date) -> bool:
    """Whether tasks at the post's place can be given to the worker: an account that sees them."""
    if worker.user_id is None:
        return False
    return workers(actor, post.place_code, day).filter(pk=worker.user_id).exists()


def hand_over(*, actor: Viewer, post: Post, leaving: Worker, heir: Worker | None, day: dt.date) -> Handed:
    """Give the open tasks of a post to the account of the heir. Part of the action that ends the post.

    It goes to whoever works the area where the heir has no account that sees it. Who still holds another post keeps the
    work outside this one's place.
    """
    account = heir.user_id if heir is not None and works_there(actor, heir, post, day) else None
    if leaving.user_id is None or leaving.user_id == account:
        return Handed(0, heir)
    others = Holding.objects.filter(on_day(day, "start", "end"), worker=leaving).exclude(post=post)
    where = (
        (post.place_code.removesuffix("000") if post.place_code.endswith("000") else post.place_code)
        if others.exists()
        else ""
    )
    ended = Change.objects.filter(subject_id=post.pk, action="staffing.end_holding").order_by("-pk").first()
    count = tasks.hand_over(
        actor=actor, from_worker=leaving.user_id, to_worker=account, place_code=where,
        reason=f"{REASON}{ended.pk if ended else ''}",
    )  # fmt: skip
    return Handed(count, heir if account else None)


def give_back(ended: Change, recorder: Recorder) -> int:
    """Give back what was handed over when a post ended, as far as it is open and still where it went; returns how many."""
    handed = Change.objects.filter(action=tasks.HAND_OVER, reason=f"{REASON}{ended.pk}", pk__gt=ended.pk).first()
    if handed is None:
        return 0
    moved: dict[uuid.UUID, list[str | None]] = {
        uuid.UUID(key): fields["worker"] for _table, key, _operation, fields in orjson.loads(handed.values)
    }
    rows = [
        row for row in Task.objects.filter(pk__in=moved, state=Task.State.OPEN).select_for_update().order_by("pk")
        if (row.worker.hex if row.worker else None) == moved[row.pk][1]
    ]  # fmt: skip
    former = {moved[row.pk][0] for row in rows}
    for worker in former:
        recorder.update_many(
            [row for row in rows if moved[row.pk][0] == worker], worker=uuid.UUID(worker) if worker else None
        )
    return len(rows)
