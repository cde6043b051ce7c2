"""Work at doors for tests: tasks that were due, tried and closed, told with forms, reviewed."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import AppUser, Result, Submission
from domicile.apps.common.ids import new_id
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.places.models import Dwelling
from domicile.apps.staffing.models import Holding, Worker
from domicile.apps.staffing.tests.making import chain_of_three
from domicile.apps.tasks.models import Task, Try
from tests import factories
from tests.cast import COMMUNITY, GRID, ZHAO, make_user

CHINA = ZoneInfo("Asia/Shanghai")
MONTH = "2026-10"
FIRST, LAST, NEXT = dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 11, 1)
#: The month is over and its review too; the workers have had their days to look.
LATER = dt.date(2026, 11, 12)
AWAY = {"done": "met", "refused": "refused", "wrong_address": "wrong_address"}


def zhao_at_work() -> Worker:
    """A chain whose informant is Zhao, with an account."""
    _lead, _group, informant = chain_of_three()
    make_user(ZHAO)
    holding = Holding.objects.get(post=informant)
    Worker.objects.filter(pk=holding.worker_id).update(user_id=ZHAO.id)
    return Worker.objects.get(pk=holding.worker_id)


def doors(count: int) -> list[Dwelling]:
    """So many dwellings of one building."""
    house = factories.building(place_code=GRID, street="考核路", plate="9号", name="1栋")
    return [factories.dwelling(within=house) for _number in range(count)]


def due(at: Dwelling, on: dt.date, **fields: object) -> Task:
    """A visit of a dwelling due on a day."""
    values = {
        "kind": "visit", "subject_kind": "dwelling", "subject_id": at.pk, "occurrence": new_id().hex,
        "place_code": at.place_code, "opened_on": on - dt.timedelta(days=20), "due_on": on, **fields,
    }  # fmt: skip
    return Task.objects.create(**values)


def tried(task: Task, on: dt.date, *, by: uuid.UUID = ZHAO.id) -> Try:
    """Nobody was at home."""
    return Try.objects.create(task=task, on=on, part="morning", outcome="not_at_home", by=by)


def closed(
    task: Task, on: dt.date, *, by: uuid.UUID = ZHAO.id, outcome: str = "done", source: uuid.UUID | None = None
) -> Task:
    """Somebody went, and the task was closed."""
    Try.objects.create(task=task, on=on, part="morning", outcome=outcome, by=by, source=source)
    Task.objects.filter(pk=task.pk).update(state="done", outcome=outcome, closed_on=on)
    task.refresh_from_db()
    return task


def phone(worker: uuid.UUID = ZHAO.id) -> AppUser:
    """The phone of an account."""
    found = AppUser.objects.filter(worker_id=worker).first()
    return found or AppUser.objects.create(
        worker_id=worker, digest=b"x", role="grid_worker", scopes=GRID, place_code=COMMUNITY + "000", made_by=worker,
        made_at=dt.datetime(2026, 1, 1, tzinfo=CHINA),
    )  # fmt: skip


def sent(on: dt.date, *, by: uuid.UUID = ZHAO.id, at: Dwelling | None = None) -> Submission:
    """A filled form that came on a day, with the record that a visit was made."""
    moment = dt.datetime.combine(on, dt.time(18), tzinfo=CHINA)
    row = Submission.objects.create(
        instance_id=f"uuid:{new_id()}", form_id="dwelling_visit", version="1", app_user=phone(by),
        place_code=COMMUNITY + "000", digest=b"x", size=1, state="processed", received_at=moment, processed_at=moment,
    )  # fmt: skip
    subject = at.pk if at else None
    Result.objects.create(
        submission=row, position=0, action="fieldwork.record_visit", outcome="done", subject_kind="dwelling",
        subject_id=subject,
    )  # fmt: skip
    return row


def found(form: Submission, action: str, *, state: str = "accepted") -> Proposal:
    """Something that a form tells of a person, as a proposal."""
    row = Proposal(
        action=action, subject_kind="person", subject_id=new_id(), place_code=GRID, level="community", state=state,
        proposed_by=form.app_user.worker_id, proposed_by_name="赵网格", proposed_at=form.received_at,
    )  # fmt: skip
    row.arguments = b"x"
    row.save(force_insert=True)
    Result.objects.create(
        submission=form, position=form.results.count(), action=action, outcome="proposed", proposal=row,
        subject_kind="person", subject_id=row.subject_id,
    )  # fmt: skip
    return row


def visited(task: Task, at: Dwelling, on: dt.date, *, by: uuid.UUID = ZHAO.id, outcome: str = "done") -> Submission:
    """A visit told with a form, which closes the task."""
    form = sent(on, by=by, at=at)
    visit = Visit.objects.create(
        form="dwelling_visit", dwelling=at, place_code=at.place_code, worker_id=by, visited_on=on, outcome=AWAY[outcome],
        submission_id=form.pk,
    )  # fmt: skip
    closed(task, on, by=by, outcome=outcome, source=visit.pk)
    return form
