"""The rules over a register: what is found, kept, comes back, goes; and that one record alone comes to the same."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Household, Member, Parentage, Person, SamePerson
from domicile.apps.places.models import Dwelling
from domicile.apps.quality import definitions, jobs
from domicile.apps.quality.models import RuleCount, RuleFinding, RuleRun
from domicile.apps.quality.rechecking import Touched, recheck
from domicile.apps.quality.running import MACHINE
from domicile.apps.snapshots.folders import home as snapshots
from domicile.apps.tasks.models import Progress
from tests import factories
from tests.cast import GRID, qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 1)
TOMORROW = TODAY + dt.timedelta(days=1)


def found(today: dt.date = TODAY) -> set[str]:
    jobs.run_now(today)
    return set(RuleFinding.objects.filter(state="open").values_list("rule", flat=True))


def messy() -> dict[str, Any]:
    """A household in which much is wrong, and what stands around it."""
    home = factories.dwelling(in_use_to=dt.date(2020, 1, 1), use="vacant", floor_area=9000)
    head = factories.person(
        name="王3", sex="1", birth_date=dt.date(1980, 5, 6), died_on=dt.date(2025, 1, 1), marital="10"
    )
    wife = factories.person(name="李?", sex="1", birth_date=dt.date(1982, 1, 1), marital="10")
    other = factories.person(
        name="赵梅",
        sex="2",
        birth_date=dt.date(2015, 1, 1),
        number=factories.number_of(birth_date=dt.date(2014, 1, 1), sex="1"),
    )
    child = factories.person(name="不详", sex="2", birth_date=dt.date(1979, 1, 1), number="110105194912310021")
    old = factories.person(name="寿", sex="2", birth_date=dt.date(1890, 1, 1), number=None)
    household = factories.household(
        at=home,
        members=[(head, "02"), (wife, "12"), (other, "10"), (child, "30"), (old, "05")],
        formed_on=dt.date(2010, 1, 1),
    )
    Parentage.objects.create(child=child, parent=head, kind="birth")
    return {"home": home, "household": household, "head": head, "child": child, "old": old, "other": other}


def test_what_is_wrong_is_found_with_its_record_place_and_card() -> None:
    made = messy()
    rules = found()
    assert {"P03", "P07", "P08", "P10", "N01", "N03", "M01", "M03", "M04", "M11", "H03", "H09", "H11", "D01", "S01", "S02",
            "F01", "H13", "M10", "H15", "M12"} <= rules  # fmt: skip
    row = RuleFinding.objects.get(rule="P03")
    assert (row.record, row.subject, row.person_id, row.household_id) == (
        "person",
        made["old"].pk,
        made["old"].pk,
        None,
    )
    assert (row.place_code, row.first_seen, row.last_seen, row.state) == (GRID, TODAY, TODAY, "open")
    assert RuleFinding.objects.get(rule="D01").dwelling_id == made["home"].pk
    row = RuleFinding.objects.get(rule="M01")
    assert (row.household_id, row.person_id) == (made["household"].pk, made["old"].pk)


def test_a_register_without_faults_has_no_findings_and_all_rules_were_asked() -> None:
    factories.family()
    assert found() <= {"N02", "P09"}
    run = RuleRun.objects.get()
    assert (run.state, run.solved) == ("done", 0)
    assert RuleCount.objects.filter(run=run).count() == len(definitions.checks())
    assert RuleCount.objects.get(run=run, rule="P02").asked == Person.objects.count()


def test_an_empty_register_runs() -> None:
    assert found() == set()
    assert RuleCount.objects.get(rule="P02").asked == 0


def test_the_same_finding_is_the_same_row_and_what_is_put_right_closes_itself() -> None:
    made = messy()
    found()
    before = dict(RuleFinding.objects.values_list("pk", "rule"))
    Person.objects.filter(pk=made["child"].pk).update(name="赵小雨")
    assert "P10" not in found(TOMORROW)
    assert dict(RuleFinding.objects.values_list("pk", "rule")) == before
    solved = RuleFinding.objects.get(rule="P10")
    assert (solved.state, solved.solved_on, solved.last_seen) == ("solved", TOMORROW, TODAY)
    assert RuleFinding.objects.get(rule="P07").last_seen == TOMORROW
    assert RuleRun.objects.order_by("-asked_at")[0].solved == 1
    Person.objects.filter(pk=made["child"].pk).update(name="不详")
    assert "P10" in found(TOMORROW + dt.timedelta(days=1))
    again = RuleFinding.objects.get(rule="P10")
    assert (again.pk, again.state, again.solved_on, again.first_seen) == (solved.pk, "open", None, TODAY)


def test_a_finding_goes_along_when_its_record_moves() -> None:
    made = messy()
    found()
    Dwelling.objects.filter(pk=made["home"].pk).update(place_code=factories.OTHER_GRID)
    found(TOMORROW)
    assert RuleFinding.objects.get(rule="D01").place_code == factories.OTHER_GRID


def test_what_is_missing_makes_a_rule_undecided_and_never_failed() -> None:
    factories.person(name="", sex="9", birth_date=None, number=None, registration="unknown", registered_code="")
    found()
    count = RuleCount.objects.get(rule="P02")
    assert (count.asked, count.failed, count.undecided) == (1, 0, 1)


def test_one_record_alone_comes_to_what_the_whole_register_does() -> None:
    made = messy()
    found()
    fields = ("rule", "subject", "place_code", "person_id", "household_id", "dwelling_id")
    by_run = set(RuleFinding.objects.values_list(*fields))
    RuleFinding.objects.all().delete()
    persons = set(Person.objects.values_list("pk", flat=True))
    touched = Touched(persons, set(Household.objects.values_list("pk", flat=True)), {made["home"].pk})
    recheck(actor=qian_viewer(), touched=touched, today=TODAY)
    entry = {check.code for check in definitions.checks() if check.entry}
    assert set(RuleFinding.objects.values_list(*fields)) == {row for row in by_run if row[0] in entry}
    found()
    assert set(RuleFinding.objects.values_list(*fields)) == by_run


def test_a_look_at_one_record_leaves_the_findings_of_others() -> None:
    made = messy()
    found()
    count = RuleFinding.objects.count()
    Person.objects.filter(pk=made["child"].pk).update(name="赵小雨")
    recheck(actor=qian_viewer(), touched=Touched({made["child"].pk}), today=TODAY)
    assert RuleFinding.objects.get(rule="P10").state == "solved"
    assert RuleFinding.objects.exclude(rule="P10").filter(state="open").count() == count - 1


def copies() -> set[str]:
    return {path.name for path in snapshots().iterdir() if path.is_dir()} if snapshots().exists() else set()


def test_the_register_is_looked_at_under_a_purpose_and_the_copy_is_gone() -> None:
    messy()
    before = copies()  # of jobs of other tests that were killed
    found()
    look = Look.objects.get()
    assert (look.question, look.purpose, look.user_name) == ("snapshot", "register_maintenance", "domicile")
    assert copies() <= before
    change = Change.objects.get(action="quality.run_rules")
    assert "王3" not in change.values


def test_a_run_that_fails_leaves_no_finding_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    messy()
    monkeypatch.setattr("domicile.apps.quality.running.keep", lambda *_: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises(MemoryError):
        jobs.run_now(TODAY)
    assert RuleRun.objects.get().state == "failed"
    assert not RuleFinding.objects.exists()
    assert not Progress.objects.exists()
    monkeypatch.undo()
    assert found()


def test_two_runs_at_once_are_refused_and_a_silent_one_holds_up_nothing() -> None:
    run = jobs.ask(actor=qian_viewer(), today=TODAY)
    with pytest.raises(Refused):
        jobs.ask(actor=qian_viewer(), today=TODAY)
    RuleRun.objects.filter(pk=run.pk).update(asked_at=run.asked_at - dt.timedelta(minutes=20))
    assert jobs.ask(actor=qian_viewer(), today=TODAY).pk != run.pk


def test_once_a_day_a_run_is_put_into_the_queue() -> None:
    jobs.daily(TODAY)
    jobs.daily(TODAY)
    assert RuleRun.objects.count() == 1


def test_queries_do_not_grow_with_the_findings() -> None:
    counts = []
    for _round in range(2):
        for place in range(5):
            factories.person(name=f"王{place}", birth_date=dt.date(1890, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            jobs.run_now(TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    home = factories.household(members=[(factories.person(), "02")])
    with CaptureQueriesContext(connection) as one:
        recheck(actor=qian_viewer(), touched=Touched(households={home.pk}), today=TODAY)
    for _place in range(4):
        who = factories.person()
        Member.objects.create(household=home, person=who, side="living", relation="99")
        factories.spell(of=who, at=home.dwelling)
    with CaptureQueriesContext(connection) as five:
        recheck(actor=qian_viewer(), touched=Touched(households={home.pk}), today=TODAY)
    assert len(five) <= len(one) + 2  # new findings are written, and old ones closed


def test_the_machine_sees_all_areas() -> None:
    assert dataclasses.replace(MACHINE).covers("999999")


def test_a_merged_record_counts_with_the_one_that_stands_for_it() -> None:
    stands, merged = factories.person(name="王芳", number=None), factories.person(name="王9")
    home = factories.household(members=[(stands, "02")])
    SamePerson.objects.create(person=merged, into=stands, stands=stands, merged_at=timezone.now())
    assert "P07" not in found()  # the name of a record that stands for nobody
    assert not RuleFinding.objects.filter(rule="N10", state="open").exists()  # the number stands on the other record
    recheck(actor=qian_viewer(), touched=Touched({merged.pk}, {home.pk}), today=TODAY)
    assert not RuleFinding.objects.filter(rule__in=["P07", "N10"], state="open").exists()
