"""A visit that finds somebody gone or newly there: a move with two ends, and one residence for everybody."""

import datetime as dt
import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa import processing
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.collect.undoing import undo
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, instance_of, phone_of, processed
from domicile.apps.moves import actions
from domicile.apps.moves.collected.tests.test_forms import FAR, known, number, row
from domicile.apps.moves.models import Move, MoveEnd
from domicile.apps.moves.tests.making import DAY, HAN, LATER, arrived, declared, flat, han_viewer, home, members
from domicile.apps.people.actions import NewPerson
from domicile.apps.people.models import Household, Person, Spell
from tests import factories
from tests.cast import qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def visit(
    at: uuid.UUID, *, left: tuple[Person, ...] = (), told: str = "", rows: str = "", joins: str = "new", **more: str
) -> str:
    """A visit that finds these gone, with where to, and these rows of newcomers."""
    gone = " ".join(str(person.pk) for person in left)
    home = f"<left>{gone}</left><left_on>{DAY}</left_on>{told}" if left else ""
    home += f"<newcomers>{rows.count('<newcomer>')}</newcomers><joins>{joins}</joins>{rows}"
    answers = f"<dwelling>{at}</dwelling><outcome>met</outcome><home>{home}</home>"
    return filled("dwelling_visit", answers, **more)


def sent(phone: Phone, form: str) -> list[str]:
    """Process a form that must come through; the changes that it proposes."""
    before = set(Proposal.objects.values_list("pk", flat=True))
    phone.send(form)
    *_earlier, kept = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    return sorted(Proposal.objects.exclude(pk__in=before).values_list("action", flat=True))


def accept_all() -> None:
    for proposal in Proposal.objects.filter(state="waiting").order_by("pk"):
        review.accept(actor=sun_viewer(), proposal_id=proposal.pk)


def residences(person: Person) -> int:
    return Spell.objects.filter(person=person, kind=Spell.Kind.USUAL, end=None).count()


def test_who_is_found_gone_and_where_they_are_found_is_one_move_with_two_ends(phone: Phone) -> None:
    household, there = home(2), flat()
    _head, spouse = members(household)
    held, area = known(spouse, "陈晓燕"), Area.objects.get(code=factories.OTHER_COMMUNITY)
    told = f"<to_where>area</to_where><to_area>{area.pk}</to_area>"
    assert sent(phone, visit(household.dwelling_id, left=(spouse,), told=told)) == ["moves.declare"]
    accept_all()
    assert Move.objects.get().state == "told"
    assert residences(spouse) == 1  # here, until the other end has them
    assert sent(phone_of(FAR, HAN), visit(there.pk, rows=row("陈晓燕", number=held))) == ["moves.arrive"]
    accept_all()
    assert Move.objects.get().state == "confirmed"
    assert Spell.objects.get(person=spouse, end=None).dwelling_id == there.pk
    assert Person.objects.count() == 2


def test_who_came_without_a_declaration_is_asked_for(phone: Phone) -> None:
    household = home(1)
    new = row("周大河", number=number(8), relation="70")
    assert sent(phone, visit(household.dwelling_id, rows=new, joins="existing")) == ["moves.ask"]
    accept_all()
    came = Person.objects.get(name="周大河")
    assert residences(came) == 1
    assert Move.objects.get().people.get().person_id == came.pk
    assert Household.objects.filter(side="living").count() == 1


def test_who_lives_elsewhere_on_file_lives_here_for_the_time_being(phone: Phone) -> None:
    household, there = home(1), flat()
    (head,) = members(household)
    held = known(head, "陈晓燕")
    assert sent(phone_of(FAR, HAN), visit(there.pk, rows=row("陈晓燕", number=held))) == ["moves.ask"]
    accept_all()
    assert residences(head) == 1
    assert (Move.objects.get().state, Move.objects.get().owner) == ("asked", "origin")
    assert sent(phone, visit(household.dwelling_id, left=(head,))) == ["moves.confirm"]  # the visit answers
    accept_all()
    assert Move.objects.get().state == "confirmed"
    assert Spell.objects.get(person=head, kind=Spell.Kind.USUAL, end=None).dwelling_id == there.pk


@pytest.mark.parametrize(
    ("day", "follows"), [(DAY, []), (DAY + dt.timedelta(days=3), ["moves.correct"])], ids=["as declared", "another day"]
)
def test_who_is_gone_as_declared_is_not_declared_again(phone: Phone, day: dt.date, follows: list[str]) -> None:
    household = home(1)
    (head,) = members(household)
    declared(qian_viewer(), head, day=day)
    assert sent(phone, visit(household.dwelling_id, left=(head,))) == follows
    accept_all()
    assert MoveEnd.objects.get(side="origin").day == DAY
    assert Move.objects.count() == 1
    assert residences(head) == 1


def unlike(phone: Phone, form: str, *gone: Person) -> None:
    """A form that finds these gone proposes nothing, and says of each that a move is under way: somebody looks at it."""
    before = set(Proposal.objects.values_list("pk", flat=True))
    phone.send(form)
    *_earlier, kept = processed()
    assert kept.problem
    refused = Result.objects.filter(submission=kept, outcome=Result.Outcome.REFUSED)
    assert {row.subject_id for row in refused} == {person.pk for person in gone}
    assert {row.action for row in refused} == {"moves.declare"}
    assert all("已有流动正在办理" in row.note or "under way already" in row.note for row in refused)
    assert set(Proposal.objects.values_list("pk", flat=True)) == before


def test_a_newcomer_who_has_gone_again_is_told(phone: Phone) -> None:
    household = home(1)
    new = NewPerson("周大河", "1", registered="elsewhere", registered_code=factories.OTHER_COMMUNITY, relation="70")
    asked = actions.Ask(household.dwelling_id, DAY, people=(new,), into_id=household.pk)
    actions.ask(actor=qian_viewer(), reason="入户登记", arguments=asked)
    assert Move.objects.get().state == "asked"
    came = Person.objects.get(name="周大河")
    unlike(phone, visit(household.dwelling_id, left=(came,)), came)


def test_who_is_asked_for_and_has_gone_again_is_told() -> None:
    household, there = home(1), flat()
    (head,) = members(household)
    actions.ask(actor=sun_viewer(), reason="入户登记", arguments=actions.Ask(there.pk, LATER, head.pk))
    unlike(phone_of(FAR, HAN), visit(there.pk, left=(head,)), head)


def test_who_arrived_and_has_gone_again_before_it_was_confirmed_is_told() -> None:
    household, there = home(1), flat()
    (head,) = members(household)
    move = arrived(han_viewer(), declared(qian_viewer(), head), there, day=DAY - dt.timedelta(days=10))
    assert move.state == "arrived"
    unlike(phone_of(FAR, HAN), visit(there.pk, left=(head,)), head)


def test_of_two_who_were_declared_the_one_who_has_gone_is_told(phone: Phone) -> None:
    household = home(3)
    _head, spouse, child = members(household)
    declared(qian_viewer(), spouse, child)
    unlike(phone, visit(household.dwelling_id, left=(child,)), child)


def test_a_visit_that_was_accepted_is_taken_back_whole(phone: Phone) -> None:
    household = home(2)
    head, spouse = members(household)
    sent(phone, visit(household.dwelling_id, left=(spouse,)))
    accept_all()
    assert (residences(spouse), Move.objects.get().state) == (0, "away")  # nobody knows where to
    change = Change.objects.get(action="moves.declare")
    undo(actor=sun_viewer(), change_id=change.pk, kinds=["moves.declare"])
    assert not Move.objects.exists()
    assert (residences(head), residences(spouse)) == (1, 1)
    assert household.members.filter(left_on=None).count() == 2


def test_a_visit_that_is_sent_again_replaces_what_waits(phone: Phone) -> None:
    household = home(3)
    _head, spouse, child = members(household)
    first = instance_of("first")
    sent(phone, visit(household.dwelling_id, left=(spouse,), instance=first))
    assert sent(phone, visit(household.dwelling_id, left=(child,), replaces=first)) == ["moves.declare"]
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "waiting"]
    accept_all()
    assert (residences(spouse), residences(child)) == (1, 0)


def test_after_a_wrong_visit_the_return_brings_them_home(phone: Phone) -> None:
    household = home(2)
    _head, spouse = members(household)
    sent(phone, visit(household.dwelling_id, left=(spouse,)))
    accept_all()
    actions.return_home(
        actor=qian_viewer(), reason="走访记错", arguments=actions.Return(Move.objects.get().pk, LATER)
    )  # fmt: skip
    assert residences(spouse) == 1


def test_many_visits_ask_as_often_as_one(phone: Phone) -> None:
    def queries(count: int) -> int:
        for place in range(count):
            household = factories.family(size=2, at=factories.dwelling(room=f"{count}{place}9室"), registered=False)
            person = household.members.exclude(relation="02").get().person
            phone.send(visit(household.dwelling_id, left=(person,), rows=row("周大河", since=LATER)))
        with CaptureQueriesContext(connections["default"]) as asked:
            assert processing.process() == count
        return len(asked)

    one, many = queries(1), queries(6)
    assert many <= one, "a query for each form"
