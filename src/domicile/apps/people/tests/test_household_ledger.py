"""The ledger of households: everything ledgers are tried for, its filter and its figures."""

import pytest
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.people.ledgers.households import HouseholdTable, households, registered_elsewhere
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.screens.tests.checks import LedgerChecks
from tests import factories
from tests.cast import COUNTY, QIAN, SUN, ZHAO, Actor, qian_viewer, sign_in

URL = "people:ledger_households"


class TestHouseholds(LedgerChecks):
    url_name = URL
    headings = ("住户台账", "Ledger of households")
    question = "ledger_households"

    def make(self, count):
        factories.area_tree()
        made = [factories.family(size=2, surname="王") for _ in range(count)]
        return [household.dwelling.address for household in made]


pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def ledger(client):
    factories.area_tree()
    sign_in(client, SUN)
    return lambda **asked: client.post(reverse(URL), asked)


def addresses(answer):
    return [row.cells[3].value for row in answer.context["rows"]]


def test_it_is_filtered_by_community_and_grid(ledger):
    near, next_door, far = (
        factories.family(
            at=factories.dwelling(within=factories.building(place_code=code, plate=plate))
        ).dwelling.address
        for code, plate in ((factories.GRID, "1号"), (factories.OTHER_GRID, "2号"), (factories.FAR_GRID, "3号"))
    )
    assert set(addresses(ledger())) == {near, next_door, far}
    assert set(addresses(ledger(place=factories.COMMUNITY))) == {near, next_door}
    assert addresses(ledger(place=factories.OTHER_GRID)) == [next_door]


def test_it_runs_by_number_and_not_by_spelling(ledger):
    plates = ["11号", "2号", "1号", "100号"]
    for plate in plates:
        factories.family(at=factories.dwelling(within=factories.building(plate=plate, name="")))
    found = [address.partition("人民路")[2].partition("号")[0] for address in addresses(ledger())]
    assert found == ["1", "2", "11", "100"]
    assert [*reversed(found)] == [
        one.partition("人民路")[2].partition("号")[0] for one in addresses(ledger(sort="-dwelling__sort_key"))
    ]


def test_a_place_outside_the_area_is_no_choice(ledger):
    factories.family()
    answer = ledger(place="770102001001")
    assert answer.status_code == 422
    assert answer.context["filter_form"].errors["place"]
    assert addresses(answer) == []


def test_it_is_filtered_by_the_use_of_the_dwelling(ledger):
    let = factories.family(at=factories.dwelling(use=Dwelling.Use.LET)).dwelling.address
    factories.family()
    assert addresses(ledger(use="let")) == [let]


@pytest.mark.parametrize("typed", ["王建", "wangjian", "Wang Jian", "王建国"])
def test_it_is_filtered_by_the_name_of_the_head_or_its_sound(ledger, typed):
    found = factories.family(surname="王").dwelling.address
    factories.family(surname="李")
    assert addresses(ledger(head=typed)) == [found]


def test_a_member_who_is_not_head_is_not_found_as_one(ledger):
    factories.family(surname="王")
    assert addresses(ledger(head="王秀英")) == []


def test_no_name_stands_in_an_address(client):
    factories.area_tree()
    factories.family()
    sign_in(client, SUN)
    answer = client.get(reverse(URL), {"head": "无此人"})
    assert len(answer.context["rows"]) == 1  # what stands in the address is not read
    assert 'method="post"' in answer.content.decode()


def test_the_community_officer_takes_the_own_communitys_rows_with_a_mark_and_on_record(client):
    factories.area_tree()
    near = factories.family().dwelling.address
    far = factories.family(at=factories.dwelling(place_code=factories.FAR_GRID)).dwelling.address
    sign_in(client, QIAN)
    assert 'value="csv"' in client.get(reverse(URL)).content.decode()
    content = b"".join(client.post(reverse(URL), {"format": "csv"}).streaming_content).decode()
    assert "钱社区 · 登记维护 · " in content
    assert (near in content, far in content) == (True, False)
    look = Look.objects.using("log").latest("id")
    assert (look.question, look.user_name, look.purpose) == ("download_households", "钱社区", "register_maintenance")
    assert client.post(reverse(URL), {"format": "exe"}).status_code == 403


@pytest.mark.parametrize(
    ("actor", "purpose"),
    [(QIAN, "door_visit"), (QIAN, "duplicate_review"), (ZHAO, "door_visit"), (SUN, "import_check")],
)
def test_nobody_takes_a_file_for_a_purpose_that_needs_none(client, actor, purpose):
    factories.area_tree()
    factories.family()
    sign_in(client, actor, purpose)
    assert 'value="csv"' not in client.get(reverse(URL)).content.decode()
    assert client.post(reverse(URL), {"format": "csv"}).status_code == 403
    assert client.post(reverse(URL), {"bulk": "csv"}).status_code == 403


def test_members_and_those_registered_elsewhere_are_counted():
    factories.area_tree()
    home = factories.dwelling()
    head = factories.person(name="王建国", registered_code=factories.COMMUNITY)
    lodger = factories.person(name="李远", registered_code="780101001001")
    factories.household(at=home, members=[(head, "02"), (lodger, "97")])
    (row,) = HouseholdTable().prepared(qian_viewer(), list(households(qian_viewer())))
    assert (row.head_name, row.member_count, row.elsewhere) == ("王建国", 2, 1)


def test_former_members_and_ended_households_are_left_out():
    factories.area_tree()
    household = factories.family(size=3)
    household.members.filter(relation="20").update(left_on=factories.LONG_AGO)
    gone = factories.family(size=1)
    type(gone).objects.filter(pk=gone.pk).update(ended_on=factories.LONG_AGO)
    rows = HouseholdTable().prepared(qian_viewer(), list(households(qian_viewer())))
    assert [row.member_count for row in rows] == [2]


@pytest.mark.parametrize(
    ("registration", "code", "elsewhere"),
    [
        ("area", "770101001001", False),
        ("area", "770101001001001", False),
        ("area", "770101", False),
        ("area", "770101000000", False),
        ("area", "770101001002", True),
        ("area", "780101", True),
        ("area", "", False),
        ("abroad", "", True),
        ("nowhere", "", False),
        ("unknown", "", False),
    ],
)
def test_registered_elsewhere_is_told_as_far_as_it_is_known(registration, code, elsewhere):
    person = Person(registration=registration, registered_code=code)
    assert registered_elsewhere(person, "770101001001003") is elsewhere


def test_the_query_desk_answers_one_question_and_pages_through_no_ledger(client):
    clerk = Actor("he", "何窗口", "query_clerk", COUNTY, "query_desk")
    sign_in(client, clerk)
    assert client.get(reverse(URL)).status_code == 403
    assert client.get(reverse("people:search")).status_code == 200
