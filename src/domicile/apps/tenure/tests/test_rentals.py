"""Rentals: added with their contract, corrected, extended, visited, ended and undone; the use of the dwelling agrees."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, accept, submit
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.places.registry import check_change
from domicile.apps.tenure import actions, checks, selectors
from domicile.apps.tenure.actions import rentals
from domicile.apps.tenure.holders import holder_lines
from domicile.apps.tenure.models import Holder, Rental, Tenant
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import QIAN, ZHAO, chen_viewer, li_viewer, make_user, qian_viewer, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 1)
START, END = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
PHONE, OTHER_PHONE = "13800001234", "13900005678"


def arguments(home, **fields):
    values = {
        "landlord_name": "马守仁",
        "tenants": {"牛大力": ""},
        "contract_start": START,
        "contract_end": END,
        **fields,
    }
    return actions.AddRental(dwelling_id=home.pk, **values)


def add(home=None, actor=None, **fields):
    home = home or factories.dwelling()
    return actions.add_rental(actor=actor or qian_viewer(), reason="看到合同", arguments=arguments(home, **fields))


def test_a_rental_is_added_and_the_dwelling_becomes_let() -> None:
    home = factories.dwelling()
    lodger = factories.person(name="牛小力")
    factories.spell(of=lodger, at=home)
    number = factories.number_of(birth_date=dt.date(1970, 1, 1), serial=11)
    key = add(
        home, landlord_number=number, landlord_phone=PHONE, tenant_ids=(lodger.pk.hex,),
        tenants={"羊秀英": OTHER_PHONE}, safety="signed", safety_signed_on=START, last_visit=START,
    )  # fmt: skip
    rental = Rental.objects.get(pk=key)
    home.refresh_from_db()
    assert home.use == "let"
    assert (rental.landlord.name, open_value(rental.landlord, "number")) == ("马守仁", number)
    assert open_value(rental.landlord, "phone") == PHONE
    assert {tenant.holder.person or tenant.holder.name for tenant in rental.tenants.all()} == {lodger, "羊秀英"}
    assert rental.last_day == dt.date(2026, 12, 31)
    told = "".join(Change.objects.values_list("values", flat=True))
    assert not [secret for secret in (number, PHONE, OTHER_PHONE) if secret in told]


def test_a_shop_that_is_let_stays_a_shop() -> None:
    home = factories.dwelling(use="commercial")
    add(home)
    home.refresh_from_db()
    assert home.use == "commercial"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"landlord_name": " "}, "landlord_name"),
        ({"landlord_number": "123"}, "landlord_number"),
        ({"landlord_phone": "12"}, "landlord_phone"),
        ({"landlord_id": uuid.UUID(int=5)}, "landlord"),
        ({"tenants": {}}, "tenant_ids"),
        ({"contract_end": START}, "last_day"),
        ({"safety": "perhaps"}, "safety"),
        ({"safety": "unsigned", "safety_signed_on": START}, "safety_signed_on"),
        ({"last_visit": dt.date(2999, 1, 1)}, "last_visit"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(fields, field) -> None:
    with pytest.raises(Refused) as refusal:
        add(**fields)
    assert refusal.value.field == field
    assert not Rental.objects.exists()
    assert not Holder.objects.exists()


def test_a_form_sent_twice_makes_one_rental_and_two_rooms_make_two() -> None:
    home = factories.dwelling()
    add(home)
    with pytest.raises(Refused):
        add(home)
    add(home, part="次卧")
    assert Rental.objects.count() == 2


def test_a_landlord_on_file_in_the_area_is_found_by_number_and_name() -> None:
    number = factories.number_of(birth_date=dt.date(1970, 1, 1), serial=12)
    person = factories.person(name="马守仁", number=number)
    add(landlord_number=number)
    assert Rental.objects.get().landlord.person is None  # not visible here
    factories.visible(of=person, code=factories.GRID)
    add(landlord_number=number)
    assert Rental.objects.latest("id").landlord.person == person
    add(landlord_number=number, landlord_name="马守义")  # another name: not taken for the same
    assert Rental.objects.latest("id").landlord.person is None


def test_a_company_lets_by_its_credit_code() -> None:
    unit = factories.unit(credit_code="91110000600037341L")
    add(landlord_name="某某公司", landlord_number="91110000600037341L")
    assert Rental.objects.get().landlord.unit == unit


def test_an_owner_on_file_is_chosen_as_landlord_only_of_this_dwelling() -> None:
    home = factories.dwelling()
    add(home)
    owner = Rental.objects.get().landlord
    add(home, landlord_id=owner.pk, landlord_name="", part="次卧")
    assert Rental.objects.latest("id").landlord == owner
    with pytest.raises(Refused):
        add(landlord_id=owner.pk, landlord_name="")


def test_a_tenant_outside_the_areas_is_out_of_reach() -> None:
    far = factories.person()
    with pytest.raises(OutOfReach):
        add(tenant_ids=(far.pk.hex,))


def test_the_contract_is_extended_forward_only() -> None:
    key = add()

    def extend(end):
        actions.extend_contract(actor=qian_viewer(), reason="续签", arguments=actions.ExtendContract(key, end))

    for end in (END, dt.date(2026, 6, 1)):
        with pytest.raises(Refused):
            extend(end)
    extend(dt.date(2028, 1, 1))
    assert Rental.objects.get().contract_end == dt.date(2028, 1, 1)
    extend(None)
    assert Rental.objects.get().contract_end is None


def test_a_visit_signs_the_statement_and_goes_not_back() -> None:
    key = add(last_visit=dt.date(2026, 3, 1))

    def visit(day, safety=""):
        actions.record_visit(actor=qian_viewer(), reason="走访", arguments=actions.RecordVisit(key, day, safety))

    visit(dt.date(2026, 4, 1), "signed")
    rental = Rental.objects.get()
    assert (rental.last_visit, rental.safety, rental.safety_signed_on) == (
        dt.date(2026, 4, 1), "signed", dt.date(2026, 4, 1)
    )  # fmt: skip
    visit(dt.date(2026, 5, 1), "signed")
    assert Rental.objects.get().safety_signed_on == dt.date(2026, 4, 1)
    for day in (dt.date(2026, 4, 1), dt.date(2999, 1, 1)):
        with pytest.raises(Refused):
            visit(day)


def end(key, day=dt.date(2026, 6, 1), use=""):
    actions.end_rental(actor=qian_viewer(), reason="退租", arguments=actions.EndRental(key, day, use))


def test_the_last_rental_that_ends_says_what_the_dwelling_is_then() -> None:
    home = factories.dwelling()
    first, second = add(home), add(home, part="次卧")
    with pytest.raises(Refused):
        end(first, use="vacant")  # another goes on
    end(first)
    home.refresh_from_db()
    assert home.use == "let"
    end(second, use="vacant")
    home.refresh_from_db()
    assert home.use == "vacant"
    with pytest.raises(Refused):
        end(second)


@pytest.mark.parametrize("day", [dt.date(2025, 12, 31), dt.date(2999, 1, 1)])
def test_a_rental_ends_neither_before_it_began_nor_in_the_future(day) -> None:
    key = add()
    with pytest.raises(Refused):
        end(key, day)


def test_corrections_change_the_tenants_and_the_contract() -> None:
    home = factories.dwelling()
    lodger = factories.person(name="牛小力")
    factories.spell(of=lodger, at=home)
    key = add(home)
    held = Tenant.objects.get().holder_id.hex
    same = {"contract_start": START, "contract_end": END}

    def correct(**fields):
        given = actions.CorrectRental(key, **{**same, **fields})
        actions.correct_rental(actor=qian_viewer(), reason="核对", arguments=given)

    with pytest.raises(Refused):
        correct(keep=(held,))  # nothing differs
    with pytest.raises(Refused):
        correct()  # nobody is left
    correct(tenant_ids=(lodger.pk.hex,), part="主卧")
    assert [tenant.holder.person for tenant in Tenant.objects.all()] == [lodger]
    assert Rental.objects.get().part == "主卧"


def test_each_change_is_undone_back_to_nothing() -> None:
    home = factories.dwelling(use="vacant")
    key = add(home)
    visit = actions.RecordVisit(key, dt.date(2026, 4, 1), "signed")
    actions.record_visit(actor=qian_viewer(), reason="走访", arguments=visit)
    end(key, use="owner_occupied")
    for change in Change.objects.filter(subject_id=key).order_by("-pk"):
        undo(actor=qian_viewer(), change_id=change.pk, kinds=actions.ACTIONS)
    home.refresh_from_db()
    assert home.use == "vacant"
    assert not Rental.objects.exists()
    assert not Holder.objects.exists()


def test_a_dwelling_with_a_rental_is_neither_closed_nor_called_vacant() -> None:
    home = factories.dwelling()
    key = add(home)
    for use, day in (("vacant", None), ("let", TODAY)):
        with pytest.raises(Refused):
            check_change(home, use=use, in_use_to=day)
    check_change(home, use="commercial", in_use_to=None)
    end(key)
    check_change(home, use="vacant", in_use_to=TODAY)


def test_what_does_not_agree_is_found() -> None:
    home = factories.dwelling()
    add(home)
    assert not list(checks.run())
    type(home).objects.update(use="vacant")
    assert [finding.code for finding in checks.run(factories.COMMUNITY)] == ["rental_in_dwelling_not_let"]
    assert not list(checks.run(factories.OTHER_COMMUNITY))


def test_contracts_that_ended_and_end_soon() -> None:
    factories.area_tree()
    over = add(contract_end=TODAY)
    soon = add(contract_end=TODAY + dt.timedelta(days=10))
    add(contract_end=TODAY + dt.timedelta(days=100))
    add(contract_end=None)
    ended = add(contract_end=dt.date(2026, 5, 1))
    end(ended)
    asked = qian_viewer()
    assert [row.pk for row in selectors.contracts_ended(asked, today=TODAY)] == [over]
    assert [row.pk for row in selectors.contracts_ending(asked, today=TODAY, days=30)] == [soon]
    assert not selectors.contracts_ended(li_viewer(), today=TODAY).exists()


def test_a_grid_worker_proposes_and_the_community_accepts() -> None:
    make_user(ZHAO), make_user(QIAN)
    home = factories.dwelling()
    lodger = factories.person(name="牛小力")
    factories.spell(of=lodger, at=home)
    outcome = submit(
        actor=zhao_viewer(), action=rentals.ADD, subject=Subject("dwelling", home.pk, home.place_code),
        arguments=arguments(home, tenant_ids=(lodger.pk.hex,), landlord_phone=PHONE), reason="看到合同",
    )  # fmt: skip
    assert outcome.waiting
    assert not Rental.objects.exists()
    accept(actor=qian_viewer(), proposal_id=outcome.proposal.pk)
    rental = Rental.objects.get()
    assert rental.tenants.count() == 2
    assert rental.contract_end == END


def test_a_stranger_reaches_nothing() -> None:
    key = add()
    for attempt in (
        lambda: selectors.rental_card(li_viewer(), key, today=TODAY),
        lambda: actions.rental_in_scope(li_viewer(), key),
        lambda: add(actor=li_viewer()),
    ):
        with pytest.raises(OutOfReach):
            attempt()
    assert not selectors.rentals(chen_viewer().__class__(None, "", "")).exists()


def test_who_may_see_no_people_is_told_no_names() -> None:
    person = factories.person(name="牛大力")
    named = [Holder.objects.create(person=person), Holder.objects.create(name="马守仁")]
    from tests.cast import SUN

    inspector = viewer(SUN.__class__("i", "检查员", "inspector", SUN.scope, "inspection"))
    assert {line.name for line in holder_lines(inspector, named).values()} == {""}
    assert {line.name for line in holder_lines(qian_viewer(), named).values()} == {"牛大力", "马守仁"}


def test_the_database_itself_holds_the_rules() -> None:
    home, person = factories.dwelling(), factories.person()
    holder = Holder.objects.create(name="马守仁")
    bad = (
        lambda: Holder.objects.create(),
        lambda: Holder.objects.create(person=person, name="x"),
        lambda: Holder.objects.create(name="x", number=b"1"),
        lambda: Holder.objects.create(person=person, phone=b"1"),
        lambda: Rental.objects.create(dwelling=home, landlord=holder, contract_start=END, contract_end=START),
        lambda: Rental.objects.create(dwelling=home, landlord=holder, contract_start=END, ended_on=START),
        lambda: Rental.objects.create(dwelling=home, landlord=holder, safety="x"),
        lambda: Rental.objects.create(dwelling=home, landlord=holder, safety="unsigned", safety_signed_on=START),
    )
    for attempt in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    rental = Rental.objects.create(dwelling=home, landlord=holder)
    Tenant.objects.create(rental=rental, holder=holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(rental=rental, holder=holder)
    with pytest.raises(ProtectedError):
        holder.delete()
