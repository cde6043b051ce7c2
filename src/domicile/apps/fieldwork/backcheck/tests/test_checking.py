"""Checking blind, judging what differs, correcting, and the figures that follow."""

import datetime as dt
import uuid

import pytest

from domicile.apps.collect.actions import Subject, accept, propose
from domicile.apps.collect.models import Proposal
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.fieldwork.backcheck import figures, retention
from domicile.apps.fieldwork.backcheck.actions.judging import judge, propose_correction
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem
from domicile.apps.fieldwork.backcheck.questions import QUESTIONS, agrees, read
from domicile.apps.fieldwork.backcheck.selectors import opened
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.people.actions import CorrectName
from domicile.apps.staffing.assessment.registry import Share, shares
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Task
from domicile.apps.vault.sealing import erase
from tests import factories
from tests.cast import GRID, QIAN, SUN, ZHAO, li_viewer, qian_viewer, sun_viewer, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NEXT = making.TODAY + dt.timedelta(days=1)
FAR = "770101001002001"


@pytest.fixture
def check() -> BackCheck:
    """Zhao's correction of an education, which Qian accepted and Feng has to check."""
    making.staff()
    person, _home = making.at_home()
    making.schooled(person)
    making.drawn()
    return BackCheck.objects.get()


def one_item() -> CheckItem:
    return CheckItem.objects.get()


def test_what_agrees_needs_no_judgement_and_closes_the_task(check: BackCheck) -> None:
    making.checked(check, education=making.SCHOOL)

    check.refresh_from_db()
    assert (check.state, check.checked_by, one_item().agrees) == ("checked", making.FENG.id, True)
    assert Task.objects.get(pk=check.task_id).outcome == "done"
    with pytest.raises(NotAllowed):
        judge(actor=qian_viewer(), item_id=one_item().pk, verdict="changed", note="", today=NEXT)


def test_nobody_checks_a_record_that_they_collected_or_accepted_even_when_given_the_task(check: BackCheck) -> None:
    for actor in (ZHAO, QIAN):
        Task.objects.update(worker=actor.id)
        with pytest.raises(NotAllowed):
            making.checked(check, by=actor, education=making.COLLEGE)
    Task.objects.update(worker=making.FENG.id)
    with pytest.raises(NotAllowed):
        making.checked(check, by=SUN, education=making.COLLEGE)  # somebody else has it
    with pytest.raises(Refused):
        making.checked(check)
    with pytest.raises(Refused) as refusal:
        making.checked(check, education="no such code")
    assert refusal.value.field == str(one_item().pk)
    assert one_item().answer is None


def test_the_task_is_given_to_somebody_else_only(check: BackCheck) -> None:
    for barred in (ZHAO, QIAN):
        with pytest.raises(Refused):
            tasks.give(actor=qian_viewer(), task_id=check.task_id, worker=barred.id, today=making.TODAY)
    tasks.give(actor=qian_viewer(), task_id=check.task_id, worker=SUN.id, today=making.TODAY)
    making.checked(check, by=SUN, education=making.SCHOOL)


def test_the_checker_corrects_a_slip_until_somebody_has_judged(check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    making.checked(check, education=making.SCHOOL)
    assert one_item().agrees is True
    making.checked(check, education=making.COLLEGE)
    judge(actor=qian_viewer(), item_id=one_item().pk, verdict="unclear", note="", today=NEXT)
    with pytest.raises(NotAllowed):
        making.checked(check, education=making.SCHOOL)


def test_a_refused_visit_ends_the_check_and_taking_it_back_opens_it(check: BackCheck) -> None:
    moment = dt.datetime(2026, 3, 6, 10, tzinfo=dt.UTC)
    task = Task.objects.get(pk=check.task_id)
    tasks.record_outcome(actor=viewer(making.FENG), task_id=task.pk, outcome="not_at_home", moment=moment)
    check.refresh_from_db()
    assert check.state == "open"
    tasks.record_outcome(actor=viewer(making.FENG), task_id=task.pk, outcome="refused", moment=moment)
    check.refresh_from_db()
    assert check.state == "refused"
    tasks.undo(actor=viewer(making.FENG), task_id=task.pk)
    check.refresh_from_db()
    assert check.state == "open"
    with pytest.raises(Refused):
        tasks.record_outcome(actor=viewer(making.FENG), task_id=task.pk, outcome="done", moment=moment)


def test_who_collected_or_checked_does_not_judge(check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    BackCheck.objects.update(collected_by=SUN.id)
    for actor in (sun_viewer(), viewer(making.FENG), li_viewer()):
        with pytest.raises(NotAllowed):
            judge(actor=actor, item_id=one_item().pk, verdict="changed", note="", today=NEXT)
    item = judge(actor=qian_viewer(), item_id=one_item().pk, verdict="changed", note="电话13800138000", today=NEXT)
    assert (item.verdict, item.judged_by) == ("changed", QIAN.id)
    assert "13800138000" not in item.note


def test_an_error_of_the_first_record_becomes_a_proposal_that_somebody_else_decides(check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    item = one_item()
    with pytest.raises(Refused):
        propose_correction(actor=qian_viewer(), item_id=item.pk)
    judge(actor=qian_viewer(), item_id=item.pk, verdict="first_wrong", note="", today=NEXT)

    proposal = propose_correction(actor=qian_viewer(), item_id=item.pk)

    assert (proposal.state, proposal.action, proposal.proposed_by) == ("waiting", "people.correct_education", QIAN.id)
    assert one_item().proposal_id == proposal.pk
    with pytest.raises(Refused):
        propose_correction(actor=qian_viewer(), item_id=item.pk)
    with pytest.raises(Refused):
        judge(actor=qian_viewer(), item_id=item.pk, verdict="changed", note="", today=NEXT)


def test_a_name_and_a_birth_date_are_corrected_as_far_as_they_are_known() -> None:
    making.staff()
    person, _home = making.at_home(name="张伟")
    _named(person)
    making.drawn()
    check = BackCheck.objects.get()
    making.checked(check, name="张炜")
    item = one_item()
    judge(actor=qian_viewer(), item_id=item.pk, verdict="first_wrong", note="", today=NEXT)
    proposal = propose_correction(actor=qian_viewer(), item_id=item.pk, evidence="身份证")
    assert proposal.action == "people.correct_name"


def _named(person) -> Proposal:  # type: ignore[no-untyped-def]
    """A name that the county corrected after Zhao's proposal."""
    made = propose(
        actor=zhao_viewer(), action="people.correct_name", subject=Subject("person", person.pk, GRID),
        arguments=CorrectName(person.pk, "张玮"), reason="上门", evidence="户口簿",
    )  # fmt: skip
    accept(actor=sun_viewer(), proposal_id=made.pk)
    at = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    Proposal.objects.filter(pk=made.pk).update(decided_at=at)
    return made


@pytest.mark.parametrize(
    ("key", "first", "answer", "same"),
    [
        ("birth_date", "1980-05-06", "1980-05-06", True),
        ("birth_date", "1980-05-06", "1980-05-16", False),
        ("birth_date", "1980-05", "1980-05-16", True),
        ("birth_date", "1980-05-06", "1980", True),
        ("birth_date", "1980-05-06", "1981", False),
        ("start", "2026-02-01", "2026-02-27", True),
        ("start", "2026-02-01", "2026-03-01", False),
        ("name", "张伟", "张玮", False),
        ("education", "20", "21", True),
        ("education", "21", "31", False),
        ("marital", "21", "20", True),
        ("marital", "21", "22", False),
        ("lives_here", "no", "yes", False),
    ],
)
def test_answers_agree_as_far_as_both_are_known(key: str, first: str, answer: str, same: bool) -> None:
    assert agrees(QUESTIONS[key], first, answer) is same


@pytest.mark.parametrize("text", ["1980-13", "198", "昨天", "2027-01-01", "1980-05-06-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(QUESTIONS["birth_date"], text, making.TODAY)
    assert read(QUESTIONS["birth_date"], "1980/05", making.TODAY) == "1980-05"


def judged(verdict: str, number: int, *, count: int) -> None:
    """So many visits by Zhao, of which `number` differ and were judged so; all are drawn and checked."""
    for _ in range(count):
        person, home = making.at_home(number=None)
        making.visited(home, person)
    making.drawn()
    for at, check in enumerate(BackCheck.objects.order_by("pk")):
        making.checked(check, visited="yes", lives_here="no" if at < number else "yes")
        for item in check.items.filter(agrees=False):
            if verdict:
                judge(actor=qian_viewer(), item_id=item.pk, verdict=verdict, note="", today=NEXT)


def test_errors_are_counted_by_item_worker_and_grid_and_only_what_was_judged() -> None:
    making.staff()
    judged("first_wrong", 2, count=10)

    found = figures.of_area(qian_viewer(), making.BEGIN, making.END, NEXT)

    assert (found.all.estimate.records, found.all.estimate.checked, found.all.estimate.wrong) == (10, 20, 2)
    assert [(line.label, line.estimate.wrong) for line in found.items] == [("是否走访过", 0), ("在此居住", 2)]
    assert [line.label for line in found.workers] == ["赵网格"]
    assert [line.estimate.checked for line in found.grids] == [20]
    assert found.all.few
    assert "再查" in found.all.says
    assert "记录太少" in found.all.told
    measured = shares("back_check_error", [ZHAO.id, QIAN.id], dt.date(2026, 3, 1), dt.date(2026, 4, 1))
    assert measured == {ZHAO.id: Share(2, 20)}
    assert shares("back_check_error", [ZHAO.id], dt.date(2026, 4, 1), dt.date(2026, 5, 1)) == {}


@pytest.mark.parametrize(
    ("verdict", "wrong", "checked"), [("changed", 0, 20), ("checker_wrong", 0, 20), ("unclear", 0, 18)]
)
def test_what_changed_since_is_no_error(verdict: str, wrong: int, checked: int) -> None:
    making.staff()
    judged(verdict, 2, count=10)
    found = figures.own(ZHAO.id, making.BEGIN, making.END, NEXT).all
    assert (found.estimate.wrong, found.estimate.checked) == (wrong, checked)


def test_while_something_waits_to_be_judged_nothing_is_said_to_hold() -> None:
    making.staff()
    judged("", 1, count=10)
    found = figures.own(ZHAO.id, making.BEGIN, making.END, NEXT).all
    assert (found.pending, found.estimate.checked) == (1, 19)
    assert "待认定" in found.says
    assert figures.own(QIAN.id, making.BEGIN, making.END, NEXT).all.estimate.records == 0
    assert figures.own(uuid.uuid4(), making.BEGIN, making.END, NEXT).items == []


def test_a_checked_record_weighs_as_many_as_it_stands_for() -> None:
    making.staff()
    for _ in range(60):
        making.visited(factories.dwelling())
    far = factories.dwelling(place_code=FAR)
    for _ in range(4):
        making.visited(far)
    making.drawn(place="770101", actor=sun_viewer())
    for check in BackCheck.objects.filter(state="open"):
        wrong = check.place_code == FAR
        making.checked(check, by=SUN if wrong else making.FENG, visited="no" if wrong else "yes")
    CheckItem.objects.filter(agrees=False).update(verdict="first_wrong", judged_by=QIAN.id, judged_on=NEXT)

    found = figures.of_area(sun_viewer(), making.BEGIN, making.END, NEXT).all

    assert (found.estimate.records, found.estimate.wrong) == (30, 2)
    assert found.rate == "6.2%"  # 4 of 64 records, not 2 of 30


def test_figures_need_as_many_queries_for_many_as_for_few(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    making.staff()
    judged("first_wrong", 3, count=8)
    with django_assert_max_num_queries(4):
        figures.of_area(qian_viewer(), making.BEGIN, making.END, NEXT)
    with django_assert_max_num_queries(1):
        shares("back_check_error", [ZHAO.id, QIAN.id], making.BEGIN, NEXT)


def test_values_of_who_was_erased_are_gone_and_break_nothing(check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    erase(one_item().person_id)
    assert opened([one_item()], "first") == {one_item().pk: ""}


def test_values_and_persons_go_when_their_time_is_over_and_the_figures_stay(check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    assert retention.erase_over(actor=MACHINE, today=dt.date(2029, 3, 1)) == 0
    assert retention.erase_over(actor=MACHINE, today=dt.date(2029, 3, 5)) == 1
    item = one_item()
    assert (item.person_id, item.first, item.answer, item.agrees) == (None, None, None, False)
    assert retention.erase_over(actor=MACHINE, today=dt.date(2029, 3, 5)) == 0
