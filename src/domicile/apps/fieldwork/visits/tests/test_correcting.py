"""A form that is sent again with corrections opens and closes the tasks of the door by what it says now."""

import datetime as dt

import pytest
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, instance_of, phone_of, processed
from domicile.apps.fieldwork.visits.correcting import REPLACE
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.models import Task, Try
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FIRST = instance_of("first")


@pytest.fixture
def phone() -> Phone:
    return phone_of()


@pytest.fixture
def home() -> Dwelling:
    return factories.dwelling()


def due(home: Dwelling) -> Task:
    today = timezone.localdate()
    return Task.objects.create(
        kind="visit", subject_kind="dwelling", subject_id=home.pk, occurrence="1", place_code=home.place_code,
        opened_on=today - dt.timedelta(days=9), due_on=today,
    )  # fmt: skip


def sent(phone: Phone, home: Dwelling, outcome: str, **more: str) -> None:
    answers = f"<dwelling>{home.pk}</dwelling><outcome>{outcome}</outcome>"
    phone.send(filled("dwelling_visit", answers, **more))
    processed()


def state(task: Task) -> tuple[str, str, int]:
    task.refresh_from_db()
    return task.state, task.outcome, task.tries


def test_a_door_closed_by_mistake_opens_again_and_plans_the_next_try(phone: Phone, home: Dwelling) -> None:
    task = due(home)
    sent(phone, home, "met", instance=FIRST)
    assert state(task) == ("done", "done", 1)
    sent(phone, home, "not_at_home", replaces=FIRST)
    assert state(task) == ("open", "", 1)
    assert task.next_try_on is not None
    assert Visit.objects.get().outcome == "not_at_home"
    assert Try.objects.get().outcome == "not_at_home"
    assert Change.objects.filter(action=REPLACE, subject_id=home.pk).count() == 1
    assert set(Submission.objects.values_list("state", flat=True)) == {"processed"}


def test_a_door_left_open_by_mistake_closes(phone: Phone, home: Dwelling) -> None:
    task = due(home)
    sent(phone, home, "not_at_home", instance=FIRST)
    assert state(task) == ("open", "", 1)
    sent(phone, home, "met", replaces=FIRST)
    assert state(task) == ("done", "done", 1)
    assert Visit.objects.get().outcome == "met"


def test_the_next_try_that_only_the_earlier_form_asked_for_goes(phone: Phone, home: Dwelling) -> None:
    sent(phone, home, "not_at_home", instance=FIRST)
    assert Task.objects.get().kind == "revisit"
    sent(phone, home, "met", replaces=FIRST)
    assert not Task.objects.filter(state="open").exists()


def test_where_somebody_went_since_both_stay_and_the_form_is_looked_at(phone: Phone, home: Dwelling) -> None:
    task = due(home)
    sent(phone, home, "not_at_home", instance=FIRST)
    sent(phone, home, "met")
    sent(phone, home, "refused", replaces=FIRST)
    assert state(task) == ("done", "done", 2)
    assert Visit.objects.count() == 3
    assert Submission.objects.filter(state="aside", problem="edited").count() == 1


def test_a_visit_that_was_drawn_for_a_back_check_stays(phone: Phone, home: Dwelling) -> None:
    sent(phone, home, "met", instance=FIRST)
    Visit.objects.update(visited_on=making.BEGIN)
    making.staff()
    making.drawn()
    sent(phone, home, "refused", replaces=FIRST)
    assert Visit.objects.count() == 2
    assert Submission.objects.filter(problem="edited").count() == 1
