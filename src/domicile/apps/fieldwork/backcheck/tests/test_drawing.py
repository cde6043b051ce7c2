"""Drawing: the design that is stored, the same again from the frame, somebody else for each, gaps."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder
from domicile.apps.collect.actions import Subject
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.fieldwork.backcheck import moves, records, selectors
from domicile.apps.fieldwork.backcheck.actions.drawing import NewDraw, assign_again, draw_sample
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw, Framed
from domicile.apps.fieldwork.backcheck.selectors import opened
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.people import actions
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.models import Task
from domicile.core import sampling
from tests import factories
from tests.cast import (
    COMMUNITY,
    GRID,
    LI,
    QIAN,
    SUN,
    ZHAO,
    Actor,
    li_viewer,
    make_user,
    qian_viewer,
    sun_viewer,
    zhao_viewer,
)

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FAR = "770101001002001"


@pytest.fixture
def staff() -> None:
    making.staff()


def test_the_design_is_stored_and_the_frame_draws_the_same_again(staff: None) -> None:
    homes = [making.at_home() for _ in range(40)]
    for person, home in homes:
        making.visited(home, person)
    far = factories.dwelling(place_code=FAR)
    for _ in range(3):
        making.visited(far)

    draw = making.drawn(seed=20260305, place="770101", actor=sun_viewer())

    strata = {layer.place_code: layer for layer in draw.strata.all()}
    assert {code: (layer.size, layer.drawn) for code, layer in strata.items()} == {GRID: (40, 28), FAR: (3, 2)}
    assert draw.size == 30
    for layer in strata.values():
        frame = [str(key) for key in layer.frame.values_list("source_id", flat=True)]
        again = sampling.draw(draw.seed, frame, layer.drawn)
        stored = layer.checks.order_by("position").values_list("source_id", flat=True)
        assert [str(key) for key in stored] == again
    assert Change.objects.filter(action="fieldwork.draw_back_checks", subject_id=draw.pk).count() == 1


def test_a_record_is_drawn_once_and_other_days_and_places_are_left_out(staff: None) -> None:
    person, home = making.at_home()
    early = making.visited(home, person, on=making.BEGIN - dt.timedelta(days=1))
    visit = making.visited(home, person)
    proposal = making.schooled(person)
    making.drawn()
    assert set(Framed.objects.values_list("source_id", flat=True)) == {visit.pk, proposal.pk}

    with pytest.raises(Refused):
        making.drawn()
    wider = NewDraw(COMMUNITY, making.BEGIN - dt.timedelta(days=1), making.END)
    draw_sample(actor=qian_viewer(), new=wider, seed=1, today=making.TODAY)
    assert BackCheck.objects.filter(source_id=early.pk).exists()


def test_each_record_goes_to_somebody_else_the_nearest_first(staff: None) -> None:
    person, home = making.at_home()
    making.schooled(person)
    making.visited(home, person, by=making.FENG.id)

    making.drawn()

    given = {check.collected_by: Task.objects.get(pk=check.task_id) for check in BackCheck.objects.all()}
    assert {who: task.worker for who, task in given.items()} == {ZHAO.id: making.FENG.id, making.FENG.id: ZHAO.id}
    task = given[ZHAO.id]
    assert (task.kind, task.subject_kind, task.place_code, task.due_on) == (
        "back_check",
        "back_check",
        GRID,
        dt.date(2026, 3, 19),
    )
    assert task.stop_id == home.building_id


def test_where_only_collector_and_reviewer_work_the_record_is_a_gap_until_somebody_comes() -> None:
    factories.area_tree()
    for actor in (ZHAO, QIAN, LI):
        make_user(actor)
    person, _home = making.at_home()
    making.schooled(person)

    draw = making.drawn()
    check = BackCheck.objects.get()
    assert (check.state, check.task_id) == ("gap", None)
    assert assign_again(actor=qian_viewer(), draw_id=draw.pk, today=making.TODAY) == 0

    make_user(SUN)
    assert assign_again(actor=qian_viewer(), draw_id=draw.pk, today=making.TODAY) == 1
    check.refresh_from_db()
    assert check.state == "open"
    assert Task.objects.get(pk=check.task_id).worker == SUN.id


def test_closed_accounts_are_not_sent_and_a_task_taken_off_the_list_is_given_again(staff: None) -> None:
    person, _home = making.at_home()
    making.schooled(person)
    User.objects.filter(pk=making.FENG.id).update(is_active=False)
    draw = making.drawn()
    check = BackCheck.objects.get()
    assert Task.objects.get(pk=check.task_id).worker == SUN.id

    Task.objects.update(state="cancelled", closed_on=making.TODAY)
    User.objects.filter(pk=making.FENG.id).update(is_active=True)
    assign_again(actor=qian_viewer(), draw_id=draw.pk, today=making.TODAY)
    check.refresh_from_db()
    assert Task.objects.get(pk=check.task_id).worker == making.FENG.id


def test_everybody_who_let_it_pass_the_review_is_kept_away(staff: None) -> None:
    person, _home = making.at_home()
    proposal = making.schooled(person)
    proposal.decisions.create(
        version=9, verdict="passed", level="grid", by=making.FENG.id, by_name="冯", at=timezone.now()
    )
    making.drawn()
    assert Task.objects.get(pk=BackCheck.objects.get().task_id).worker == SUN.id


def test_a_check_goes_with_its_building_and_with_new_codes(staff: None) -> None:
    person, home = making.at_home()
    making.schooled(person)
    making.drawn()
    new = GRID[:-3] + "002"
    moves.follow([Moved(home.building_id, GRID, new)], Recorder())
    check = BackCheck.objects.get()
    assert (check.place_code, check.stratum.place_code) == (new, GRID)


def test_only_who_reviews_there_draws(staff: None) -> None:
    person, _home = making.at_home()
    making.schooled(person)
    for actor in (zhao_viewer(), li_viewer()):
        with pytest.raises(NotAllowed):
            making.drawn(actor=actor)
    with pytest.raises(Refused):
        draw_sample(
            actor=qian_viewer(), new=NewDraw(COMMUNITY, making.BEGIN, making.TODAY + dt.timedelta(days=9)), seed=1,
            today=making.TODAY,
        )  # fmt: skip
    assert not Draw.objects.exists()


def said_by(proposal_or_visit) -> dict[str, list[str]]:  # type: ignore[no-untyped-def]
    """What a drawn record asks, with what it said."""
    check = BackCheck.objects.get(source_id=proposal_or_visit.pk)
    items = list(check.items.select_related("check_of").order_by("position"))
    first = opened(items, "first")
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item.key, []).append(first[item.pk])
    return found


def test_what_a_record_said_is_kept_sealed(staff: None) -> None:
    person, home = making.at_home()
    proposal, visit = making.schooled(person), making.visited(home, person)
    making.drawn()

    assert said_by(proposal) == {"education": [making.SCHOOL]}
    assert said_by(visit) == {"visited": ["yes"], "lives_here": ["yes"]}
    assert all(making.SCHOOL.encode() != bytes(item.first) for item in CheckItem.objects.all())


def test_newcomers_and_leavers_are_asked_about_by_who_they_became(staff: None) -> None:
    person, home = making.at_home()
    household = person.memberships.get().household
    new = actions.AddMember(
        household_id=household.pk, relation="10", since=dt.date(2026, 2, 1), name="李秀英", sex="2",
        birth_date=dt.date(1984, 3, 2),
    )  # fmt: skip
    came = making.accepted("people.add_member", Subject("household", household.pk, GRID), new, on=None)
    gone = making.accepted(
        "people.leave_household", Subject("household", household.pk, GRID),
        actions.LeaveHousehold(household.pk, (household.members.get(person__name="李秀英").person_id,), dt.date(2026, 3, 1)),
        on=None,
    )  # fmt: skip
    joined = records.door_of(_record(came))
    left = records.door_of(_record(gone))

    assert joined is not None
    assert left is not None
    assert joined.dwelling_id == left.dwelling_id == home.pk
    assert {one.key: one.value for one in joined.said} == {
        "lives_here": "yes", "sex": "2", "birth_date": "1984-03-02", "relation": "10", "start": "2026-02-01",
    }  # fmt: skip
    assert [(one.key, one.value, one.person_id) for one in left.said] == [
        ("lives_here", "no", joined.said[0].person_id)
    ]


def _record(proposal) -> records.Accepted:  # type: ignore[no-untyped-def]
    return records.Accepted(proposal.pk, proposal.action, GRID, proposal.proposed_by, proposal.decided_by, making.BEGIN)


def test_what_cannot_be_asked_about_any_more_stays_in_the_sample_and_says_so(staff: None) -> None:
    person, _home = making.at_home()
    making.schooled(person)
    person.spells.update(end=dt.date(2026, 3, 4))
    making.drawn()

    check = BackCheck.objects.get()
    assert (check.state, check.stratum.drawn, check.items.count()) == ("lost", 1, 0)


def test_the_database_keeps_collector_and_reviewer_from_checking(staff: None) -> None:
    person, _home = making.at_home()
    making.schooled(person)
    making.drawn()
    for who in (ZHAO.id, QIAN.id):
        with pytest.raises(IntegrityError), transaction.atomic():
            BackCheck.objects.update(state="checked", checked_by=who, checked_on=making.TODAY)


def test_drawing_reads_the_frame_with_a_fixed_number_of_queries(staff: None, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(4):
        person, home = making.at_home()
        making.visited(home, person)
    with django_assert_num_queries(2):
        assert len(records.frame(COMMUNITY, making.BEGIN, making.END)) == 4


def test_a_check_of_somebody_who_left_or_may_not_make_it_is_given_to_somebody_else() -> None:
    making.staff()
    making.schooled(making.at_home()[0])
    draw = making.drawn()
    check, task = BackCheck.objects.get(), Task.objects.get()
    assert selectors.without_checker(draw, making.TODAY).count() == 0
    other = Actor("guo", "郭网格", "grid_worker", GRID, "door_visit")
    make_user(other)
    User.objects.filter(pk=making.FENG.id).update(is_active=False)
    assert [row.pk for row in selectors.without_checker(draw, making.TODAY)] == [check.pk]
    assert assign_again(actor=qian_viewer(), draw_id=draw.pk, today=making.TODAY) == 1
    task.refresh_from_db()
    assert task.worker == other.id
    # Handed over to who collected the record, it goes to whoever works there.
    tasks.hand_over(actor=qian_viewer(), from_worker=other.id, to_worker=ZHAO.id)
    task.refresh_from_db()
    assert task.worker is None
    Task.objects.update(worker=ZHAO.id)
    User.objects.filter(pk__in=[other.id, SUN.id]).update(is_active=False)
    assert selectors.without_checker(draw, making.TODAY).count() == 1
    assert assign_again(actor=qian_viewer(), draw_id=draw.pk, today=making.TODAY) == 0
    task.refresh_from_db(), check.refresh_from_db()
    assert (task.state, check.state) == ("cancelled", "gap")
