"""The printed card of a dwelling says who owns and rents it."""

import datetime as dt

import pytest

from domicile.apps.access.models import Look
from domicile.apps.people.printed import cards
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from tests import factories as make
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def card(dwelling, full=False):
    return cards.dwelling_data(qian_viewer(), dwelling.pk, today=dt.date(2026, 5, 6), full=full, paper="a4")


def test_owner_landlord_tenants_and_contract_stand_on_the_card_masked_and_on_record():
    make.area_tree()
    here = make.dwelling(use="let")
    number = make.number_of(birth_date=dt.date(1970, 1, 2))
    owner, tenant = make.person(name="房东", number=number), make.person(name="房客")
    for person in (owner, tenant):
        make.visible(of=person, code=here.place_code)
    holders = [Holder.objects.create(person=person) for person in (owner, tenant)]
    Holding.objects.create(dwelling=here, holder=holders[0], role="owner")
    rental = Rental.objects.create(
        dwelling=here,
        landlord=holders[0],
        contract_start=dt.date(2026, 1, 1),
        contract_end=dt.date(2027, 1, 1),
    )
    Tenant.objects.create(rental=rental, holder=holders[1])
    (added,) = card(here)["added"]
    text = str(added["pairs"])
    assert "房东" in text
    assert "房客" in text
    assert "2026-01-01 – 2026-12-31" in text
    assert number not in text
    look = Look.objects.using("log").get(question="print_dwelling")
    assert {owner.pk.bytes, tenant.pk.bytes} == {bytes(look.persons)[at : at + 16] for at in range(0, 32, 16)}


def test_a_dwelling_that_nobody_owns_or_rents_has_no_such_part():
    make.area_tree()
    assert card(make.dwelling())["added"] == []
