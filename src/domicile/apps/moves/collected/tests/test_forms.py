"""Forms of leaving and arriving as moves: declared, matched to declarations, asked, or left for somebody to choose."""

import contextlib
import datetime as dt
import uuid

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.areas.models import Area
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.collect.registry import handler
from domicile.apps.common.refusals import Refused
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, phone_of, processed
from domicile.apps.moves.collected import telling
from domicile.apps.moves.models import Move, MoveEnd
from domicile.apps.moves.tests.making import DAY, HAN, LATER, declared, flat, home, members
from domicile.apps.people.models import Household, Member, Person, Spell
from tests import factories
from tests.cast import QIAN, Actor, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
BORN = dt.date(1991, 2, 3)
ROW = (
    "<newcomer><name>{name}</name><sex>2</sex><birth_date>{born}</birth_date><relation>{relation}</relation>"
    "<since>{since}</since><inflow>01</inflow><registered>elsewhere</registered><registered_text>他乡县</registered_text>"
    "<document_kind>{kind}</document_kind><document_number>{number}</document_number></newcomer>"
)
#: Who works where people arrive.
FAR = Actor("fang", "方网格", "grid_worker", factories.FAR_GRID, "field_work")


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def row(name: str, *, number: str = "", relation: str = "02", born: dt.date = BORN, since: dt.date = LATER) -> str:
    kind = "resident_id" if number else "none"
    return ROW.format(name=name, number=number, kind=kind, relation=relation, born=born, since=since)


def number(serial: int = 7) -> str:
    return factories.number_of(birth_date=BORN, sex="2", serial=serial)


def known(person: Person, name: str, serial: int = 7) -> str:
    """The person with a name, a birth date and a document; gives its number."""
    from domicile.core.linkage.names import sound

    Person.objects.filter(pk=person.pk).update(name=name, sound=sound(name), birth_date=BORN, sex="2")
    factories.document(of=person, number=number(serial))
    person.refresh_from_db()
    return number(serial)


def arrive(phone: Phone, rows: str, *, at: uuid.UUID, more: str = "") -> Submission:
    count = rows.count("<newcomer>")
    phone.send(filled("arriving", f"<dwelling>{at}</dwelling><newcomers>{count}</newcomers>{more}{rows}"))
    *_earlier, kept = processed()
    return kept


def accept_all() -> None:
    for proposal in Proposal.objects.filter(state="waiting").order_by("pk"):
        review.accept(actor=sun_viewer(), proposal_id=proposal.pk)


def test_who_left_is_declared_and_the_destination_is_told(phone: Phone) -> None:
    household = home(3)
    head, spouse, child = members(household)
    area = Area.objects.get(code=factories.OTHER_COMMUNITY)
    answers = (
        f"<dwelling>{household.dwelling_id}</dwelling><left>{head.pk} {child.pk}</left><left_on>{DAY}</left_on>"
        f"<new_head>{spouse.pk}</new_head><to_where>area</to_where><to_area>{area.pk}</to_area><inflow>01</inflow>"
    )
    phone.send(filled("leaving", answers))
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    accept_all()
    move = Move.objects.get()
    assert (move.state, move.reason, move.new_head_id) == ("told", "01", spouse.pk)
    assert set(move.people.values_list("person_id", flat=True)) == {head.pk, child.pk}
    assert move.ends.get(side="destination").code.startswith(factories.OTHER_COMMUNITY)
    assert Spell.objects.get(person=head).end is None  # they count here until the arrival is registered


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ("", "unknown"),  # an older form did not ask
        ("<to_where>elsewhere</to_where><to_text>上海市</to_text>", "elsewhere"),
        ("<to_where>abroad</to_where><to_text>泰国</to_text>", "abroad"),
        ("<to_where>unknown</to_where>", "unknown"),
    ],
)
def test_where_nobody_can_answer_they_count_no_longer_from_the_day(phone: Phone, answers: str, where: str) -> None:
    household = home(1)
    head = members(household)[0]
    start = f"<dwelling>{household.dwelling_id}</dwelling><left>{head.pk}</left><left_on>{DAY}</left_on>"
    phone.send(filled("leaving", start + answers))
    processed()
    accept_all()
    assert Move.objects.get().state == "away"
    assert MoveEnd.objects.get(side="origin").to_where == where
    assert Spell.objects.get(person=head).end == DAY


def test_one_sure_declaration_becomes_an_arrival() -> None:
    household, there = home(2), flat()
    head, spouse = members(household)
    held = known(head, "陈晓燕")
    move = declared(qian_viewer(), head, spouse)
    kept = arrive(phone_of(FAR, HAN), row("陈晓燕", number=held), at=there.pk)
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    assert Proposal.objects.get().action == "moves.arrive"
    accept_all()
    move.refresh_from_db()
    assert move.state == "confirmed"
    assert move.parts.get().people.get().person_id == spouse.pk  # who did not come stays announced
    assert Spell.objects.get(person=head, end=None).dwelling_id == there.pk


def test_a_number_under_another_name_is_for_somebody_to_choose() -> None:
    household, there = home(1), flat()
    held = known(members(household)[0], "陈晓燕")
    declared(qian_viewer(), members(household)[0])
    arrive(phone_of(FAR, HAN), row("赵大山", number=held), at=there.pk)
    assert Proposal.objects.get().action == "moves.choose"


def test_who_fits_by_name_is_chosen_by_the_reviewer(client: Client) -> None:
    household, there = home(2), flat()
    head, spouse = members(household)
    known(head, "陈晓燕"), known(spouse, "陈小燕", serial=9)
    declared(qian_viewer(), spouse)
    move = declared(qian_viewer(), head, new_head_id=spouse.pk)
    kept = arrive(phone_of(FAR, HAN), row("陈晓燕"), at=there.pk)
    assert kept.state == Submission.State.PROCESSED
    proposal = Proposal.objects.get()
    assert proposal.action == "moves.choose"
    with pytest.raises(Refused):
        review.accept(actor=sun_viewer(), proposal_id=proposal.pk)
    sign_in(client, Actor("sun2", "孙县", "county_operator", factories.COUNTY, "register_maintenance"))
    page = client.get(reverse("collect:proposal", args=[proposal.pk])).content.decode()
    assert "陈晓燕" in page
    assert "陈小燕" in page
    review.accept(actor=sun_viewer(), proposal_id=proposal.pk, values={"choice": f"name:{head.pk}"}, note="已当面核实")
    move.refresh_from_db()
    assert move.state == "confirmed"
    assert Person.objects.count() == 2


def test_nobody_announced_is_put_on_file_as_one_household() -> None:
    home(1)
    there = flat()
    kept = arrive(phone_of(FAR, HAN), row("周小妹", relation="20", number=number(8)) + row("周大河"), at=there.pk)
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    assert Proposal.objects.get().action == "moves.ask"
    accept_all()
    assert Member.objects.get(person__name="周大河").relation == "02"
    assert Member.objects.get(person__name="周小妹").relation == "20"
    assert Move.objects.get().people.count() == 2


def test_who_is_on_file_elsewhere_keeps_the_identity() -> None:
    household, there = home(1), flat()
    head = members(household)[0]
    held = known(head, "陈晓燕")
    arrive(phone_of(FAR, HAN), row("陈晓燕", number=held), at=there.pk)
    accept_all()
    move = Move.objects.get()
    assert (move.state, move.owner) == ("asked", "origin")
    assert Person.objects.filter(name="陈晓燕").count() == 1


def test_those_who_join_a_household_keep_their_own_days(phone: Phone) -> None:
    household = home(1)
    rows = row("周大河", relation="70") + row("周小妹", relation="70", since=DAY)
    arrive(phone, rows, at=household.dwelling_id, more="<joins>existing</joins>")
    accept_all()
    joined = dict(Member.objects.filter(household=household).values_list("person__name", "joined_on"))
    assert joined["周大河"] == LATER
    assert joined["周小妹"] == DAY
    assert Household.objects.filter(dwelling=household.dwelling_id, side="living").count() == 1


def test_forms_ask_as_often_for_many_newcomers_as_for_one() -> None:
    from domicile.apps.moves.collected.ground import Row, found_for

    household = home(4)
    people = members(household)
    for place, person in enumerate(people):
        known(person, f"陈晓{'燕雁艳彦'[place]}", serial=7 + place)
    declared(qian_viewer(), *people)

    def queries(count: int) -> int:
        rows = {
            (uuid.UUID(int=1), place): Row(zhao_viewer(), people[place].name, BORN, frozenset())
            for place in range(count)
        }
        with CaptureQueriesContext(connections["default"]) as asked:
            found = found_for(rows)
        assert all(one.declared for one in found.values())
        return len(asked)

    assert queries(1) == queries(4)


def test_phones_are_told_of_areas_and_of_nobody_in_them() -> None:
    home(1)
    rows = telling.areas(zhao_viewer())
    area = Area.objects.get(code=factories.OTHER_COMMUNITY)
    assert (str(area.pk), rows[[key for key, _label in rows].index(str(area.pk))][1]) in rows
    assert telling.areas_there(zhao_viewer(), [area.pk, uuid.uuid4()]) == {area.pk}


def test_a_back_check_asks_of_moves(phone: Phone) -> None:
    household = home(2)
    head, spouse = members(household)
    start = f"<dwelling>{household.dwelling_id}</dwelling><left>{spouse.pk}</left><left_on>{DAY}</left_on>"
    phone.send(filled("leaving", start))
    processed()
    accept_all()
    proposal = Proposal.objects.get()
    from domicile.apps.fieldwork.backcheck.records import _proposal

    dwelling, said = _proposal(proposal.pk)
    assert dwelling == household.dwelling_id
    assert [(one.person_id, one.key) for one in said] == [(spouse.pk, "lives_here")]
    assert head.pk != spouse.pk
    assert handler("moves.choose").level() == "community"
    assert QIAN.role == "community_officer"


def test_many_forms_are_judged_as_one_by_one_and_in_as_few_queries() -> None:
    from domicile.apps.collect.drafts import UNSURE, Draft, Subject
    from domicile.apps.moves import actions
    from domicile.apps.moves.collected import judging
    from domicile.apps.people.actions import NewPerson

    household = home(3)
    head, spouse, child = members(household)
    at, here = household.dwelling_id, Subject("dwelling", household.dwelling_id, factories.GRID)
    good, twice = (
        NewPerson(name="周大河", sex="1", birth_date=BORN),
        NewPerson(name=head.name, birth_date=head.birth_date),
    )
    asked = [
        actions.Ask(at, LATER, people=(good,)), actions.Ask(at, LATER, people=(good,), into_id=household.pk),
        actions.Ask(at, LATER, people=(twice,)), actions.Ask(at, LATER, people=(twice,), into_id=household.pk),
        actions.Ask(at, LATER, person_id=head.pk),
    ]  # fmt: skip
    told = [
        actions.Declare(spouse.pk, DAY, "unknown"), actions.Declare(head.pk, DAY, "unknown"),
        actions.Declare(child.pk, DAY, "area", factories.OTHER_COMMUNITY),
        actions.Declare(child.pk, factories.LONG_AGO - dt.timedelta(days=1), "unknown"),
    ]  # fmt: skip
    for judge, arguments, name in (
        (judging.judge_asked, asked, "moves.ask"), (judging.judge_declared, told, "moves.declare"),
    ):  # fmt: skip
        drafts = [Draft(qian_viewer(), name, here, one, "入户登记") for one in arguments]
        with CaptureQueriesContext(connections["default"]) as once:
            verdicts = judge(drafts)
        with CaptureQueriesContext(connections["default"]) as thrice:
            judge(drafts * 3)
        assert len(once) == len(thrice)
        for draft, verdict in zip(drafts, verdicts, strict=True):
            if verdict is UNSURE:
                continue
            alone = {
                "actor": draft.actor,
                "action": name,
                "subject": here,
                "arguments": draft.arguments,
                "reason": "入户登记",
            }
            if verdict is None:
                review.propose(**alone)
            else:
                with pytest.raises(Refused, match=str(verdict)):
                    review.propose(**alone)
        assert {type(one).__name__ for one in verdicts} == {"NoneType", "Refused", "Unsure"}


def test_who_is_registered_in_the_dwelling_joins_its_registered_household(phone: Phone) -> None:
    dwelling = home(1) and factories.dwelling(room="909室")
    rows = row("周大河").replace("<registered>elsewhere</registered><registered_text>他乡县</registered_text>",
                                "<registered>here</registered>")  # fmt: skip
    arrive(phone, rows, at=dwelling.pk)
    arrive(phone, rows, at=dwelling.pk)  # sent again as another form
    accept_all_but_refused()
    person = Person.objects.get(name="周大河")
    assert set(person.memberships.values_list("side", flat=True)) == {"living", "registered"}


def accept_all_but_refused() -> None:
    for proposal in Proposal.objects.filter(state="waiting").order_by("pk"):
        with contextlib.suppress(Refused):
            review.accept(actor=sun_viewer(), proposal_id=proposal.pk)
