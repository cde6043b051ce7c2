"""What a visit means for open tasks: said once, in the transaction that processes the form."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.collect.openrosa import processing
from domicile.apps.collect.openrosa import registry as phones
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.collect.openrosa.policies import viewer_of
from domicile.apps.collect.openrosa.registry import Processed
from domicile.apps.collect.openrosa.storing import Sent
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, phone_of, processed
from domicile.apps.fieldwork.models import Visit
from domicile.apps.fieldwork.visits import closing
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks import actions, registry
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.tests import making
from domicile.core.messages.submissions import Answers
from tests import factories
from tests.cast import OTHER_GRID, QIAN, ZHAO, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
BLIND, PLAIN = "test_blind", "test_campaign"


@pytest.fixture(autouse=True)
def kinds():
    for name, events in ((BLIND, frozenset()), (PLAIN, frozenset({registry.VISIT}))):
        if registry.known(name) is None:
            registry.register(registry.Kind(name, name, {"dwelling": "people:dwelling"}, answered_by=events))


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def today() -> dt.date:
    return timezone.localdate()


def open_task(home: Dwelling, **fields: object) -> Task:
    return making.task(at=home, opened=today(), due=today() + dt.timedelta(days=9), **fields)


def visit(phone: Phone, home: Dwelling, outcome: str = "refused") -> Submission:
    phone.send(filled("dwelling_visit", f"<dwelling>{home.pk}</dwelling><outcome>{outcome}</outcome>"))
    return processed()[-1]


def told_of(phone: Phone, kept: Submission) -> Processed:
    """A form that was processed, as those who ask are told of it."""
    row = vars(Visit.objects.get(submission_id=kept.pk))
    sent = Sent._make(getattr(kept, name) for name in Sent._fields)
    return Processed(sent, viewer_of(phone.app_user), Answers({"outcome": row["outcome"]}), [], [(Visit, row)])


def test_a_visit_closes_the_open_tasks_of_its_door_and_no_others(phone: Phone) -> None:
    home = factories.dwelling()
    due, campaign, blind = open_task(home), open_task(home, kind=PLAIN), open_task(home, kind=BLIND)
    next_door = open_task(factories.dwelling(within=home.building, room="999室"))
    kept = visit(phone, home)
    assert kept.state == Submission.State.PROCESSED
    for row, state, outcome in (
        (due, "done", "refused"), (campaign, "done", "refused"), (blind, "open", ""), (next_door, "open", ""),
    ):  # fmt: skip
        row.refresh_from_db()
        assert (row.state, row.outcome) == (state, outcome), row.kind
    said = Try.objects.get(task=due)
    assert (said.source, said.by) == (Visit.objects.get().pk, phone.app_user.worker_id)
    assert not Task.objects.filter(kind="ask_after_refusal").exists()  # nothing follows from a refusal now


def test_a_met_household_is_done_and_can_be_taken_back(phone: Phone) -> None:
    home = factories.dwelling()
    row = open_task(home)
    phone.send(filled("dwelling_visit", f"<dwelling>{home.pk}</dwelling><outcome>met</outcome><home></home>"))
    processed()
    row.refresh_from_db()
    assert (row.state, row.outcome, row.closed_on) == ("done", "done", today())
    back = actions.undo(actor=zhao_viewer(), task_id=row.pk)
    assert back.state == "open"


def test_nobody_at_home_plans_the_next_try_of_the_open_task(phone: Phone) -> None:
    home = factories.dwelling()
    row = open_task(home)
    answers = f"<dwelling>{home.pk}</dwelling><notice>yes</notice><part_of_day>morning</part_of_day>"
    phone.send(filled("not_at_home", answers))
    processed()
    row.refresh_from_db()
    assert (row.state, row.tries, row.next_try_on) == ("open", 1, today() + dt.timedelta(days=1))
    assert row.next_try_part not in {"", "morning"}
    assert Task.objects.count() == 1


def test_where_no_task_was_open_the_next_try_is_made(phone: Phone) -> None:
    home = factories.dwelling()
    answers = f"<dwelling>{home.pk}</dwelling><notice>no</notice><part_of_day>evening</part_of_day>"
    phone.send(filled("not_at_home", answers))
    processed()
    row = Task.objects.get()
    assert (row.kind, row.rule, row.tries, row.place_code) == ("revisit", "revisit", 1, home.place_code)
    assert row.next_try_on == today() + dt.timedelta(days=1)
    visit(phone, home, "wrong_address")
    row.refresh_from_db()
    assert row.outcome == "wrong_address"
    check = Task.objects.get(kind="check_address")  # the kind of the task that was answered makes it
    assert check.level == "community"


def test_a_wrong_address_without_a_task_goes_to_the_community_once(phone: Phone) -> None:
    home = factories.dwelling()
    visit(phone, home, "wrong_address")
    visit(phone, home, "wrong_address")
    assert Task.objects.get().kind == "check_address"


def test_processed_again_it_is_said_once(phone: Phone) -> None:
    home = factories.dwelling()
    row = open_task(home)
    kept = visit(phone, home, "not_at_home")
    again = told_of(phone, kept)
    closing.after([again, again])
    phones.after([again])
    row.refresh_from_db()
    assert (row.tries, Try.objects.count(), Task.objects.count()) == (1, 1, 1)


def test_a_round_answers_the_tasks_of_its_building(phone: Phone) -> None:
    home = factories.dwelling()
    house, door = making.task(
        at=home, kind="patrol", subject_kind="building", opened=today(), due=today()
    ), open_task(home)  # fmt: skip
    Task.objects.filter(pk=house.pk).update(subject_id=home.building_id)
    phone.send(filled("patrol", f"<building>{home.building_id}</building><matter>none</matter>"))
    processed()
    house.refresh_from_db(), door.refresh_from_db()
    assert (house.state, door.state) == ("done", "open")


def test_a_task_that_was_opened_after_the_visit_waits_for_another(phone: Phone) -> None:
    home = factories.dwelling()
    row = open_task(home)
    day = today() - dt.timedelta(days=3)
    phone.send(filled("dwelling_visit", (
        f"<visited_on>{day}</visited_on><dwelling>{home.pk}</dwelling><outcome>refused</outcome>")))  # fmt: skip
    processed()
    row.refresh_from_db()
    assert row.state == "open"


def test_a_visit_elsewhere_says_nothing(phone: Phone) -> None:
    other = factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号"))
    row = open_task(other)
    assert visit(phone, other).state == Submission.State.ASIDE
    row.refresh_from_db()
    assert row.state == "open"


def test_many_forms_without_a_task_take_as_many_statements_as_one(phone: Phone, django_assert_num_queries) -> None:
    homes = [factories.dwelling(within=factories.building(plate=f"{at}号")) for at in range(5)]
    told = []
    for home in homes:
        told.append(told_of(phone, visit(phone, home)))
    with django_assert_num_queries(3):  # open tasks, and the savepoint around them
        closing.after(told)
    with django_assert_num_queries(3):
        closing.after(told[:1])


@pytest.mark.parametrize("waiting", [False, True], ids=["no task", "an open task"])
@pytest.mark.parametrize("outcome", ["not_at_home", "wrong_address", "met"])
def test_forms_of_many_phones_take_as_many_statements_as_one(outcome: str, waiting: bool) -> None:
    phones_of, counts = [phone_of(ZHAO), phone_of(QIAN)], []
    for count in (1, 6):
        homes = [factories.dwelling(within=factories.building(plate=f"{count}{at}号")) for at in range(count)]
        tasks = {open_task(home).pk for home in homes} if waiting else set()
        for at, home in enumerate(homes):
            form = f"<dwelling>{home.pk}</dwelling><outcome>{outcome}</outcome>"
            assert phones_of[at % 2].send(filled("dwelling_visit", form)).status_code == 201
        with CaptureQueriesContext(connection) as seen:
            assert processing.process() == count
        counts.append(len(seen))
        keys = {home.pk for home in homes}
        made = Task.objects.filter(subject_id__in=keys).exclude(pk__in=tasks)
        assert Try.objects.filter(task__in=tasks).count() == len(tasks)
        assert made.count() == (0 if outcome == "met" or (waiting and outcome == "not_at_home") else count)
        told = tasks | {task.pk for task in made}
        said = Change.objects.filter(action__in=["tasks.outcome", "tasks.add"], subject_id__in=told)
        assert said.count() == (count if waiting or outcome != "met" else 0)
    assert counts[1] <= counts[0], [one["sql"][:120] for one in seen]
