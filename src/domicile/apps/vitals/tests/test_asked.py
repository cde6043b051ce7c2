"""Births of parents who are registered elsewhere: which place the form proposes, and what the place that is asked sees."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.moves.tests.making import HAN
from domicile.apps.people.models import Household, Member, Person
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import TODAY, born, family, one
from tests import factories
from tests.cast import QIAN, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FAR = "880101001001"


def registered(people: list[Person], code: str, text: str = "临溪县某村") -> None:
    Person.objects.filter(pk__in=[one.pk for one in people]).update(
        registration="area", registered_code=code, registered_text=text
    )


def proposed(client: Client, household: Household, same: VitalEvent | None = None) -> tuple[str, str]:
    sign_in(client, QIAN)
    address = reverse("vitals:birth", args=[household.pk]) + (f"?same={same.pk}" if same else "")
    initial = client.get(address).context["form"].initial
    return initial.get("ask_code", ""), initial.get("ask_text", "")


def test_a_place_is_proposed_only_where_whoever_the_parents_are_they_are_registered_there(client: Client) -> None:
    household = family()
    people = [row.person for row in Member.objects.filter(household=household)]
    woman = one(household, "10")
    assert woman.sex == "2"
    registered([woman], FAR)
    assert proposed(client, household) == ("", "")
    registered(people, FAR)
    assert proposed(client, household) == (FAR, "临溪县某村")
    registered([woman], "880101001002")
    assert proposed(client, household) == ("", "")
    registered(people, factories.COMMUNITY)
    assert proposed(client, household) == ("", "")


@pytest.mark.parametrize("code", [FAR, "880101001200"])
def test_of_a_twin_the_same_place_is_asked(client: Client, code: str) -> None:
    household = family()
    event = born(household, ask_code=code, ask_text="临溪县某村")
    assert proposed(client, household, event) == (code, "临溪县某村")
    assert f"{code} ·" in client.get(reverse("vitals:event", args=[event.pk])).content.decode()


def test_the_place_that_is_asked_sees_that_it_is_late_and_which_papers_are_open_and_no_number(client: Client) -> None:
    event = born(
        family(), name="王小满", ask_code=factories.OTHER_COMMUNITY, birth_date=TODAY - dt.timedelta(days=200),
        papers={"birth_certificate": "birth_certificate"}, numbers={"birth_certificate": "Y-4711"},
    )  # fmt: skip
    sign_in(client, HAN)
    page = client.get(reverse("vitals:event", args=[event.pk])).content.decode()
    assert "逾期登记" in page
    assert "1份材料待补" in page
    assert "Y-4711" not in page
    asked = client.get(reverse("vitals:asked")).content.decode()
    assert "逾期" in asked
    assert "待补" in asked
    sign_in(client, QIAN)
    assert "Y-4711" in client.get(reverse("vitals:event", args=[event.pk])).content.decode()
