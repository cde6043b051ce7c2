"""A birth is registered at once, whatever is missing; what is missing stays open, and the same birth is never silently twice."""

import datetime as dt

import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Member, Parentage, Person, Spell
from domicile.apps.tasks.generating import MACHINE, generate
from domicile.apps.tasks.models import Task
from domicile.apps.vitals import actions
from domicile.apps.vitals.models import VitalEvent, VitalPaper, VitalQuestion
from domicile.apps.vitals.tests.making import DAY, TODAY, WHY, born, died, family, get, one, rows, undo_last
from tests import factories
from tests.cast import li_viewer, qian_viewer, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_a_birth_without_name_paper_nationality_or_parents_is_registered_whole() -> None:
    household = family()
    event = born(household)
    child = Person.objects.get(pk=event.person_id)
    assert (child.name, child.nationality, child.birth_date, child.documents.count()) == ("", "", DAY, 0)
    assert Spell.objects.get(person=child).start == DAY
    assert Member.objects.get(person=child).household == household
    assert (event.late, event.state, event.dwelling) == (False, "counts", household.dwelling)
    assert {paper.need: paper.seen_on for paper in event.papers.all()} == {
        "birth_certificate": None, "parents_document": None,
    }  # fmt: skip
    assert Change.objects.filter(subject_id=child.pk).count() == 1
    assert not event.named.exists()


def test_parents_papers_and_where_it_was_are_kept() -> None:
    household = family()
    mother = one(household, "10")
    event = born(
        household, parents={str(mother.pk): "birth"}, father_name="陈大海", place="县人民医院", told_by="family",
        papers={"birth_certificate": "birth_certificate"}, numbers={"birth_certificate": "X44 010203"},
    )  # fmt: skip
    assert Parentage.objects.get(child=event.person).parent == mother
    assert {(row.role, row.person_id, row.name) for row in event.named.all()} == {
        ("mother", mother.pk, ""), ("father", None, "陈大海"),
    }  # fmt: skip
    paper = event.papers.get(need="birth_certificate")
    assert (paper.kind, paper.seen_on) == ("birth_certificate", TODAY)
    assert b"010203" not in bytes(paper.number)
    assert "010203" not in Change.objects.latest("id").values


def test_a_birth_told_years_later_is_late_and_nothing_else() -> None:
    household = family()
    event = born(household, birth_date=DAY.replace(year=DAY.year - 4))
    assert event.late
    assert Spell.objects.get(person=event.person).start == event.day


def test_a_foundling_has_an_estimated_date_and_no_parents() -> None:
    household = family()
    event = born(household, found=True, precision="month", papers={"found_report": "found_report"})
    assert event.found
    assert event.person is not None
    assert event.person.birth_precision == "month"
    assert [paper.need for paper in event.papers.all()] == ["found_report"]
    with pytest.raises(Refused) as refusal:
        born(household, found=True, parents={str(one(household, "10").pk): "birth"})
    assert refusal.value.field == "found"


def test_twins_are_told_apart_by_a_word_and_never_by_force() -> None:
    household = family()
    parents = {str(one(household, "10").pk): "birth"}
    first = born(household, parents=parents)
    with pytest.raises(Refused) as refusal:
        born(household, parents=parents, sex="1", relation="20")
    assert refusal.value.field == "another_child"
    second = born(household, parents=parents, sex="1", relation="20", another_child=True)
    assert Parentage.objects.filter(parent=one(household, "10")).count() == 2
    assert first.person_id != second.person_id


def test_the_same_birth_told_at_both_ends_is_found_by_name_and_day() -> None:
    household = family()
    born(household, name="王小满")
    other = factories.family(size=1, at=factories.dwelling(place_code=factories.OTHER_GRID))
    with pytest.raises(Refused):
        born(other, name="王晓满")  # sounds the same
    born(other, name="李四季")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"birth_date": TODAY + dt.timedelta(days=1)}, "birth_date"),
        ({"sex": "7"}, "sex"),
        ({"relation": "02"}, "relation"),
        ({"told_by": "neighbour"}, "told_by"),
        ({"precision": "century"}, "precision"),
        ({"papers": {"birth_certificate": "driving_licence"}}, "paper_birth_certificate"),
        ({"numbers": {"birth_certificate": "1"}}, "paper_birth_certificate"),
        ({"place": "远" * 161}, "place"),
        ({"ask_code": "44x"}, "ask_code"),
        ({"name": "张3"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_leaves_nothing(fields: dict[str, object], field: str) -> None:
    household, before = family(), rows()
    before = rows()
    with pytest.raises(Refused) as refusal:
        born(household, **fields)
    assert refusal.value.field == field
    assert rows() == before
    assert not VitalEvent.objects.exists()


def test_who_works_elsewhere_registers_nothing() -> None:
    with pytest.raises(OutOfReach):
        born(family(), li_viewer())


def test_undo_from_the_history_leaves_nothing_of_it() -> None:
    household = family()
    before = rows()
    born(household, parents={str(one(household, "10").pk): "birth"}, ask_text="外省某县")
    undo_last()
    assert rows() == before
    assert not VitalEvent.objects.exists()
    assert not VitalQuestion.objects.exists()


def test_missing_papers_are_asked_for_once_and_closed_when_shown() -> None:
    event = born(family())
    made = {run.rule: run.made for run in generate(actor=MACHINE, today=TODAY, rules=["birth_papers"])}
    assert made == {"birth_papers": 1}
    task = Task.objects.get()
    assert (task.subject_kind, task.subject_id, task.state) == ("vital", event.pk, "open")
    for need, kind in (("birth_certificate", "hospital_certificate"), ("parents_document", "household_register")):
        paper = VitalPaper.objects.get(event=event, need=need)
        actions.show_paper(actor=zhao_viewer(), reason=WHY, arguments=actions.ShowPaper(paper.pk, kind, "A-1"))
        with pytest.raises(Refused):
            actions.show_paper(actor=zhao_viewer(), reason=WHY, arguments=actions.ShowPaper(paper.pk, kind))
    generate(actor=MACHINE, today=TODAY, rules=["birth_papers"])
    task.refresh_from_db()
    assert task.outcome == "settled"


def test_of_a_child_that_died_nothing_is_asked() -> None:
    event = born(family())
    assert event.person is not None
    died(event.person)
    assert [run.made for run in generate(actor=MACHINE, today=TODAY, rules=["birth_papers"])] == [0]


def test_the_place_of_registration_is_asked_and_nothing_waits_for_it() -> None:
    other = viewer(factories_actor())
    event = born(family(), ask_code=factories.OTHER_COMMUNITY, ask_text="北塔社区")
    question = event.questions.get()
    assert question.asked_on == TODAY
    assert question.due_on is None or question.due_on > TODAY
    arguments = actions.AnswerQuestion(question.pk, "registered")
    with pytest.raises(Refused) as refusal:  # who asks writes an answer down with the letter it came by
        actions.answer(actor=qian_viewer(), reason=WHY, arguments=arguments)
    assert refusal.value.field == "evidence"
    actions.answer(actor=other, reason="查户籍", arguments=arguments)
    question.refresh_from_db()
    assert (question.answer, question.answered_on, question.answered_by_name) == ("registered", TODAY, other.name)
    with pytest.raises(Refused):
        actions.answer(actor=other, reason="查户籍", arguments=arguments)
    assert get(event.pk).state == "counts"


def factories_actor():  # type: ignore[no-untyped-def]
    """Qian's like in the other community of the same county."""
    from domicile.apps.moves.tests.making import HAN

    return HAN
