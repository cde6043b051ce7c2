"""Ledgers of people: everything ledgers are tried for, who stands in which, filters, files, and what no view keeps."""

import csv
import datetime as dt
import io

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.people.ledgers import general
from domicile.apps.people.ledgers.persons import PersonTable, years_before
from domicile.apps.people.ledgers.shells import shells
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.screens.tests.checks import LedgerChecks
from tests import factories
from tests.cast import LI, QIAN, SUN, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ELSEWHERE = "780101001001"


def born(age, *, days=0):
    return years_before(timezone.localdate(), age) - dt.timedelta(days=days)


def lodger(**fields):
    """Somebody alone at a dwelling of their own; the address."""
    factories.area_tree()
    home = fields.pop("at", None) or factories.dwelling()
    who = factories.person(**fields)
    factories.household(at=home, members=[(who, "02")])
    return who


def addresses(count, **fields):
    made = [factories.dwelling() for _ in range(count)]
    for home in made:
        lodger(at=home, **fields)
    return [home.address for home in made]


class TestPeople(LedgerChecks):
    url_name = "people:ledger_people"
    headings = ("人口台账", "Ledger of people")
    question = "ledger_people"

    def make(self, count):
        return addresses(count, phone="13800001111")


class TestRegisteredElsewhere(LedgerChecks):
    url_name = "people:ledger_here_elsewhere"
    headings = ("有人无户台账", "Here and registered elsewhere")
    question = "ledger_here_elsewhere"

    def make(self, count):
        return addresses(count, registered_code=ELSEWHERE)


class TestRegisteredAway(LedgerChecks):
    url_name = "people:ledger_registered_away"
    headings = ("有户无人台账", "Registered here and away")
    question = "ledger_registered_away"

    def make(self, count):
        factories.area_tree()
        people = [factories.person(name=f"远行{number}") for number in range(count)]
        for who in people:
            factories.visible(of=who, code=factories.COMMUNITY)
        return [who.name for who in people]


class TestChildren(LedgerChecks):
    url_name = "people:ledger_children"
    headings = ("学龄前儿童台账", "Children below school age")
    question = "ledger_children"

    def make(self, count):
        return addresses(count, birth_date=born(3))


class TestElderlyAlone(LedgerChecks):
    url_name = "people:ledger_elderly_alone"
    headings = ("独居老人台账", "Elderly living alone")
    question = "ledger_elderly_alone"

    def make(self, count):
        return addresses(count, birth_date=born(75))


class TestGreatAge(LedgerChecks):
    url_name = "people:ledger_centenarians"
    headings = ("100 岁及以上老人台账", "Aged 100 and over")
    question = "ledger_centenarians"

    def make(self, count):
        return addresses(count, birth_date=born(101))


class TestShells(LedgerChecks):
    url_name = "people:ledger_shells"
    headings = ("空挂户台账", "Shell registrations")
    question = "ledger_shells"

    def make(self, count):
        factories.area_tree()
        gone = [factories.dwelling(in_use_to=dt.date(2020, 1, 1)) for _ in range(count)]
        for home in gone:
            factories.household(at=home, members=[(factories.person(), "02")], side="registered")
        return [home.address for home in gone]


def listed(rows):
    return {row.person.name for row in rows}


def test_everybody_stands_in_the_ledgers_of_their_situation():
    lodger(name="本地人")
    lodger(name="外来", registered_code=ELSEWHERE)
    lodger(name="境外", registration=Person.Registration.ABROAD, registered_code="")
    lodger(name="粗略", registered_code="770101000000")
    lodger(name="无户", registration=Person.Registration.NOWHERE, registered_code="")
    lodger(name="不明", registration=Person.Registration.UNKNOWN, registered_code="")
    lodger(name="未编码", registered_code="")
    rows = {key: listed(general.by_situation(general.living(qian_viewer()), key)) for key, _ in general.SITUATIONS}
    assert rows == {
        "both": {"本地人"},
        "elsewhere": {"外来", "境外", "未编码"},
        "roughly": {"粗略"},
        "nowhere": {"无户"},
        "unknown": {"不明"},
    }


def test_who_is_registered_here_and_lives_in_another_community_is_away():
    home = factories.dwelling(place_code=factories.FAR_GRID)
    away = lodger(name="外住", at=home)
    factories.visible(of=away, code=factories.GRID)
    near = lodger(name="在家")
    factories.visible(of=near, code=factories.GRID)
    assert listed(general.registered_away(sun_viewer())) == {"外住"}


def test_a_child_leaves_the_ledger_on_the_birthday():
    lodger(name="六岁", birth_date=born(7, days=-1))
    lodger(name="七岁", birth_date=born(7))
    assert listed(general.Children.source(qian_viewer())) == {"六岁"}


def test_the_elderly_are_alone_only_where_nobody_else_stays():
    lodger(name="独居", birth_date=born(60))
    lodger(name="年轻", birth_date=born(60, days=-1))
    shared = factories.dwelling()
    lodger(name="合住", birth_date=born(80), at=shared)
    lodger(name="房客", at=shared)
    assert listed(general.elderly_alone(qian_viewer())) == {"独居"}


def test_a_building_that_is_gone_makes_shells_of_its_dwellings():
    house = factories.building(plate="99号", in_use_to=dt.date(2020, 1, 1))
    home, standing = factories.dwelling(within=house), factories.dwelling()
    for place in (home, standing):
        factories.household(at=place, members=[(factories.person(), "02")], side="registered")
    assert [row.household.dwelling_id for row in shells(qian_viewer())] == [home.pk]
    Dwelling.objects.filter(pk=standing.pk).update(in_use_to=timezone.localdate() + dt.timedelta(days=1))
    assert len(shells(qian_viewer())) == 1


@pytest.fixture
def ledger(client):
    factories.area_tree()
    sign_in(client, SUN)
    return lambda **asked: client.post(reverse("people:ledger_people"), asked)


def names(answer):
    return {row.cells[0].value for row in answer.context["rows"]}


def test_people_are_filtered_by_sex_age_place_and_situation(ledger):
    lodger(name="老妇", sex="2", birth_date=born(80))
    lodger(name="老汉", sex="1", birth_date=born(80), registered_code=ELSEWHERE)
    lodger(name="少女", sex="2", birth_date=born(15), at=factories.dwelling(place_code=factories.FAR_GRID))
    assert names(ledger(sex="2")) == {"老妇", "少女"}
    assert names(ledger(age_from="80", age_to="80")) == {"老妇", "老汉"}
    assert names(ledger(age_to="79")) == {"少女"}
    assert names(ledger(place=factories.OTHER_COMMUNITY)) == {"少女"}
    assert names(ledger(place=factories.TOWNSHIP)) == {"老妇", "老汉", "少女"}
    assert names(ledger(situation="elsewhere", sex="1")) == {"老汉"}
    assert ledger(age_from="x").status_code == 422


def test_numbers_are_masked_on_the_page_and_opened_only_where_their_column_is_shown(ledger):
    who = lodger()
    number = ledger().context["rows"][0].cells[3].value
    assert (number[:6], number[10]) == ("770101", "*")
    with CaptureQueriesContext(connections["default"]) as told:
        ledger(columns=["name", "sex"])
    assert not [query for query in told if "people_document" in query["sql"]]
    assert who.name in names(ledger(columns=["name"]))


def test_the_file_in_the_official_layout_has_its_heads_whole_numbers_and_who_took_it(ledger, client):
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    lodger(number=number, phone="13800001111")
    content = b"".join(ledger(format="csv", layout="official").streaming_content).decode("utf-8-sig")
    title, mark, head, row = list(csv.reader(io.StringIO(content)))
    assert title == ["人口台账"]
    assert mark[0].startswith("孙县区 · 登记维护 · ")
    assert head == ["本户地址", "网格编码", "联系电话", "姓名", "与户主关系", "性别", "出生日期", "文化程度",
                    "婚姻状况", "户籍地址", "身份证号", "流入时间", "流入原因"]  # fmt: skip
    line = dict(zip(head, row, strict=True))
    assert (line["身份证号"], line["联系电话"], line["性别"], line["与户主关系"]) == (
        number,
        "13800001111",
        "男",
        "户主",
    )
    assert list(Look.objects.using("log").values_list("question", flat=True)) == ["download_people"]


def test_chosen_rows_go_into_a_file_and_no_others(ledger):
    chosen, other = lodger(name="选中"), lodger(name="未选")
    keys = {row.cells[0].value: row.key for row in ledger().context["rows"]}
    content = b"".join(ledger(bulk="csv", row=[keys["选中"], "x"]).streaming_content).decode()
    assert chosen.name in content
    assert other.name not in content
    assert ledger(bulk="delete_all", row=[keys["选中"]]).status_code == 403


def test_rows_of_other_areas_are_not_chosen_by_their_keys(client):
    lodger(name="本地")
    sign_in(client, SUN)
    (key,) = [row.key for row in client.post(reverse("people:ledger_people")).context["rows"]]
    for actor, taken in ((QIAN, True), (LI, False)):
        sign_in(client, actor)
        answer = client.post(reverse("people:ledger_people"), {"bulk": "csv", "row": key})
        assert ("本地" in b"".join(answer.streaming_content).decode()) is taken


def test_a_community_officers_file_has_whole_numbers_though_the_page_masks_them(client):
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    lodger(number=number)
    sign_in(client, QIAN)
    page = client.post(reverse("people:ledger_people"))
    assert number not in page.content.decode()
    taken = client.post(reverse("people:ledger_people"), {"format": "csv"})
    assert number in b"".join(taken.streaming_content).decode()


def test_the_whole_is_counted_on_request_without_a_look(ledger):
    lodger(), lodger()
    answer = ledger(part="total")
    assert "2" in answer.content.decode()
    assert not Look.objects.using("log").exists()


def test_who_lives_at_two_places_stands_at_each():
    who = lodger(name="两处")
    factories.visible(of=who, code=factories.FAR_GRID, why="lives")
    rows = list(PersonTable.narrow(general.living(sun_viewer())))
    lines = PersonTable().prepared(sun_viewer(), rows)
    assert [line.name for line in lines] == ["两处", "两处"]
    assert [line.pk for line in lines] == [row.pk for row in rows]


@pytest.mark.parametrize("count", [3, 9])
def test_a_file_asks_as_often_for_many_as_for_few(count):
    addresses(count)
    viewer, ledger = sun_viewer(), general.People()
    with CaptureQueriesContext(connections["default"]) as told:
        lines = list(ledger.lines(viewer, general.living(viewer), "en", ledger.table.pick([])))
    assert len(lines) == count
    assert len(told) == 5  # rows, what is said of them, keys, numbers, names of grids
