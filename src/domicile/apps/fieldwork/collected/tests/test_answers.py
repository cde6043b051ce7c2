"""What a filled form means: proposals in review, visits on record, and refusals that somebody sees."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.collect.openrosa.selectors import sources_of
from domicile.apps.fieldwork.collected.tests.phones import Phone, account, filled, phone_of, processed
from domicile.apps.fieldwork.models import Confirmation, Matter, Visit
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.models import Task
from domicile.apps.tenure.models import Holder, Rental, Tenant
from tests import factories
from tests.cast import OTHER_GRID, ZHAO, qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NEWCOMER = (
    "<newcomer><name>{name}</name><sex>2</sex><birth_date>1991-02-03</birth_date><relation>{relation}</relation>"
    "<since>2026-01-02</since><inflow>01</inflow><registered>elsewhere</registered>"
    "<registered_text>云屏省他乡县</registered_text><document_kind>resident_id</document_kind>"
    "<document_number>{number}</document_number><phone>13812345678</phone></newcomer>"
)


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def number(serial: int) -> str:
    return factories.number_of(birth_date=dt.date(1991, 2, 3), sex="2", serial=serial)


def home_with(size: int) -> tuple[Dwelling, Household, list[Person]]:
    home = factories.dwelling()
    household = factories.family(size=size, at=home, registered=False)
    members = Member.objects.filter(household=household).order_by("relation", "pk").select_related("person")
    return home, household, [member.person for member in members]


def accept_all() -> None:
    for proposal in Proposal.objects.filter(state="waiting").order_by("pk"):
        review.accept(actor=qian_viewer(), proposal_id=proposal.pk)


def test_a_visit_confirms_ends_adds_and_corrects_through_the_review(phone: Phone) -> None:
    home, household, (head, spouse, child) = home_with(3)
    phone.send(filled("dwelling_visit", (
        f"<visited_on>2026-01-05</visited_on><dwelling>{home.pk}</dwelling><outcome>met</outcome><home>"
        f"<confirmed>{head.pk} {spouse.pk}</confirmed><left>{child.pk}</left><left_on>2026-01-03</left_on>"
        f"<newcomers>1</newcomers><joins>existing</joins>{NEWCOMER.format(name='陈晓燕', relation='38', number=number(7))}"
        f"<corrections>1</corrections><correction><person>{head.pk}</person><item>phones</item>"
        f"<new_phone>13998765432</new_phone></correction></home>"
    )))  # fmt: skip
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    assert [one.action for one in Result.objects.order_by("position")] == [
        "fieldwork.record_visit", "moves.declare", "moves.ask", "people.correct_phones"]  # fmt: skip
    assert not Person.objects.filter(name="陈晓燕").exists()  # nothing around the review
    proposals = Proposal.objects.all()
    assert {one.proposed_by_name for one in proposals} == {ZHAO.real_name}
    assert set(sources_of([one.pk for one in proposals]).values()) == {kept.pk}
    accept_all()
    new = Person.objects.get(name="陈晓燕")
    assert Member.objects.get(person=new).household_id == household.pk
    assert Spell.objects.get(person=child).end == dt.date(2026, 1, 3)
    assert head.phones.count() == 1
    seen = Visit.objects.get()
    assert (seen.outcome, seen.visited_on, seen.submission_id) == ("met", dt.date(2026, 1, 5), kept.pk)
    assert set(Confirmation.objects.values_list("person_id", flat=True)) == {head.pk, spouse.pk}
    assert Change.objects.filter(action="moves.ask").exists()


def test_the_reason_on_record_is_in_the_language_of_the_register(phone: Phone) -> None:
    home, _household, (_head, _spouse, child) = home_with(3)
    with translation.override("en"):
        phone.send(filled("dwelling_visit", (
            f"<visited_on>2026-01-05</visited_on><dwelling>{home.pk}</dwelling><outcome>met</outcome><home>"
            f"<left>{child.pk}</left><left_on>2026-01-03</left_on></home>"
        )))  # fmt: skip
        processed()
    assert Proposal.objects.get().reason == "入户走访时本人告知"


def test_a_household_of_newcomers_moves_into_an_empty_dwelling(phone: Phone) -> None:
    home = factories.dwelling()
    rows = NEWCOMER.format(name="周小妹", relation="20", number=number(8)) + NEWCOMER.format(
        name="周大河", relation="02", number=number(9)
    )
    phone.send(filled("arriving", f"<dwelling>{home.pk}</dwelling><newcomers>2</newcomers>{rows}"))
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    accept_all()
    assert Member.objects.get(person__name="周大河").relation == "02"
    assert Member.objects.get(person__name="周小妹").relation == "20"


def test_where_a_head_leaves_the_others_need_a_new_one(phone: Phone) -> None:
    home, _household, (head, spouse) = home_with(2)
    answers = f"<dwelling>{home.pk}</dwelling><left>{head.pk}</left><left_on>2026-01-03</left_on>"
    phone.send(filled("leaving", answers))
    (kept,) = processed()
    assert (kept.state, kept.problem) == (Submission.State.ASIDE, "refused")
    assert Result.objects.get(outcome="refused").note
    phone.send(filled("leaving", f"{answers}<new_head>{spouse.pk}</new_head>"))
    processed()
    accept_all()
    assert Member.objects.get(person=spouse, left_on=None).relation == "02"


def test_a_dwelling_of_somebody_else_is_refused_and_tells_nothing(phone: Phone) -> None:
    other = factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号"))
    phone.send(filled("dwelling_visit", f"<dwelling>{other.pk}</dwelling><outcome>met</outcome>"))
    (kept,) = processed()
    assert kept.state == Submission.State.ASIDE
    assert not Visit.objects.exists()
    assert not Proposal.objects.exists()


def test_an_areas_rule_lets_a_change_take_effect_at_once(phone: Phone) -> None:
    home, _household, (_head, child) = home_with(2)
    ReviewRule.objects.create(scope=home.place_code, action="moves.declare", needs_review=False)
    phone.send(filled("leaving", f"<dwelling>{home.pk}</dwelling><left>{child.pk}</left><left_on>2026-01-03</left_on>"))
    processed()
    assert Result.objects.get(action="moves.declare").outcome == "done"
    assert Spell.objects.get(person=child).end == dt.date(2026, 1, 3)


def test_what_comes_after_the_worker_has_left_waits_for_review_whatever_the_rule(phone: Phone) -> None:
    home, _household, (_head, child) = home_with(2)
    ReviewRule.objects.create(scope=home.place_code, action="moves.declare", needs_review=False)
    worker = account(ZHAO)
    worker.is_active = False
    worker.save()
    phone.send(filled("leaving", f"<dwelling>{home.pk}</dwelling><left>{child.pk}</left><left_on>2026-01-03</left_on>"))
    processed()
    assert Result.objects.get(action="moves.declare").outcome == "proposed"


def test_a_date_that_is_none_keeps_the_form_aside_whole(phone: Phone) -> None:
    home, _household, (_head, child) = home_with(2)
    phone.send(filled("leaving", f"<dwelling>{home.pk}</dwelling><left>{child.pk}</left><left_on>gestern</left_on>"))
    (kept,) = processed()
    assert (kept.state, kept.problem) == (Submission.State.ASIDE, "answers_date")
    assert not Visit.objects.exists()


def test_a_clock_that_is_ahead_makes_no_visit_of_tomorrow(phone: Phone) -> None:
    home = factories.dwelling()
    phone.send(filled("not_at_home", (
        f"<visited_on>2199-01-01</visited_on><dwelling>{home.pk}</dwelling><notice>yes</notice>"
        "<part_of_day>evening</part_of_day>")))  # fmt: skip
    (kept,) = processed()
    seen = Visit.objects.get()
    assert seen.visited_on == kept.received_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    assert (seen.outcome, seen.notice_left, seen.part_of_day) == ("not_at_home", True, "evening")


def test_a_round_notes_matters_of_the_place_without_numbers(phone: Phone) -> None:
    house = factories.building()
    phone.send(filled("patrol", (
        f"<building>{house.pk}</building><matter>passage plate</matter><what>三楼堆放杂物 13812345678</what>")))  # fmt: skip
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    assert set(Matter.objects.values_list("kind", flat=True)) == {"passage", "plate"}
    assert Visit.objects.get().what == "三楼堆放杂物 [number]"


def test_a_changed_name_names_the_paper(phone: Phone) -> None:
    home, _household, (head,) = home_with(1)
    phone.send(filled("status_update", (
        f"<dwelling>{home.pk}</dwelling><corrections>1</corrections><correction><person>{head.pk}</person>"
        "<item>name</item><new_name>王建华</new_name><paper>identity_document</paper></correction>")))  # fmt: skip
    processed()
    proposal = Proposal.objects.get()
    assert (proposal.action, proposal.evidence) == ("people.correct_name", "identity_document")


def rental(**fields: object) -> Rental:
    home = factories.dwelling(room="701室", use="let")
    row = Rental.objects.create(dwelling=home, landlord=Holder.objects.create(name="房东"), **fields)
    Tenant.objects.create(rental=row, holder=Holder.objects.create(name="租客"))
    return row


@pytest.mark.parametrize(
    ("answers", "actions"),
    [
        ("<goes_on>yes</goes_on><contract>same</contract>", ["tenure.record_visit"]),
        ("<goes_on>yes</goes_on><contract>extended</contract><last_day>2099-12-31</last_day>",
         ["tenure.extend_contract", "tenure.record_visit"]),
        ("<goes_on>yes</goes_on><contract>open</contract>", ["tenure.extend_contract", "tenure.record_visit"]),
        ("<goes_on>ended</goes_on><ended_on>2026-02-01</ended_on>", ["tenure.end_rental", "tenure.record_visit"]),
        ("<goes_on>yes</goes_on><tenants>changed</tenants><coming>1</coming><tenant><name>羊秀英</name>"
         "<phone>13800001234</phone></tenant><contract>same</contract>", ["tenure.change_tenants", "tenure.record_visit"]),
        ("<goes_on>yes</goes_on><tenants>added</tenants><coming>1</coming><tenant><name>羊秀英</name><phone/></tenant>"
         "<contract>same</contract>", ["tenure.change_tenants", "tenure.record_visit"]),
        ("<goes_on>yes</goes_on><tenants>same</tenants><contract>same</contract>", ["tenure.record_visit"]),
        ("", ["tenure.record_visit"]),  # an older version did not ask
    ],
)  # fmt: skip
def test_a_rental_visit_tells_all_that_the_form_asks(phone: Phone, answers: str, actions: list[str]) -> None:
    row = rental(contract_start=dt.date(2025, 1, 1), contract_end=dt.date(2027, 1, 1))
    asked = Task.objects.create(
        kind="contract_ends", subject_kind="rental", subject_id=row.pk, occurrence="1", due_on=timezone.localdate(),
        place_code=row.dwelling.place_code, opened_on=timezone.localdate(),
    )  # fmt: skip
    phone.send(
        filled("rental_visit", f"<rental>{row.pk}</rental><outcome>met</outcome>{answers}<safety>signed</safety>")
    )
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(Result.objects.values_list("action", "note"))
    assert sorted(Proposal.objects.values_list("action", flat=True)) == actions
    asked.refresh_from_db()
    assert asked.state == ("done" if answers else "open")
    accept_all()
    row.refresh_from_db()
    assert (row.safety, row.last_visit) == ("signed", timezone.localdate())
    if "last_day" in answers:
        assert row.contract_end == dt.date(2100, 1, 1)
    assert row.ended_on == (dt.date(2026, 2, 1) if "ended_on" in answers else None)
    coming = {"羊秀英"} if "羊秀英" in answers else set()
    stay = set() if "changed" in answers else {"租客"}
    assert {tenant.holder.name for tenant in row.tenants.all()} == coming | stay
