"""Printed cards and the collection form: in scope, masked, on record, true to what is on file."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps import printing
from domicile.apps.access.models import Look
from domicile.apps.areas.models import GridStaff
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Document, Member
from domicile.apps.people.printed import cards, form, registry
from domicile.apps.vault.sealing import erase, open_value
from tests import factories as make
from tests import pdf
from tests.cast import CHEN, LI, QIAN, ZHAO, li_viewer, qian_viewer, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 5, 6)
PHONE = "13800009999"


@pytest.fixture
def home():
    make.area_tree()
    here = make.dwelling(room="401室", floor_area="88.50", rooms=3)
    make.former_address(of=here, text="老街9号")
    household = make.family(size=4, at=here, surname="卡")
    head = household.members.get(relation=make.HEAD).person
    make.telephone(of=head, number=PHONE, belongs_to="李四")
    make.remark(of=head, text="需要轮椅坡道")
    make.spell(of=make.person(name="卡寄宿"), at=here, start=dt.date(2025, 1, 1), reason="01")
    return household


@pytest.fixture
def head(home):
    return home.members.get(relation=make.HEAD).person


def number_of(person):
    return open_value(Document.objects.get(person=person), "number")


def printed(client: Client, name: str, pk, **asked: str):
    return client.post(reverse(f"printed:{name}", args=[pk]), {"page": "card", "paper": "a4", **asked})


def options(full=False):
    return {"today": TODAY, "full": full, "paper": "a4"}


def test_the_household_card_names_its_members_with_masked_numbers(client, home, head):
    sign_in(client, QIAN)
    answer = printed(client, "household", home.pk)
    text = pdf.text(answer.content)
    names = [member.person.name for member in Member.objects.filter(household=home).select_related("person")]
    assert len(names) == 4
    for part in (*names, "家庭卡", "401室", "河沿社区", "打印：钱社区"):
        assert part in text
    assert number_of(head) not in text
    assert PHONE not in text
    assert "卡寄宿" not in text
    assert pdf.size(answer.content) == (210, 297)


def test_in_full_the_numbers_stand_there_and_it_is_a_look_of_its_own(client, home, head):
    sign_in(client, QIAN)
    text = pdf.text(printed(client, "household", home.pk, numbers="on", paper="a5").content)
    assert number_of(head) in text
    assert PHONE in text
    look = Look.objects.using("log").get(question__startswith="print_")
    assert (look.question, len(look.persons)) == ("print_household_numbers", 4 * 16)


def test_who_may_not_see_numbers_is_not_offered_them_and_cannot_force_them(client, home, head):
    sign_in(client, ZHAO)
    page = client.get(reverse("printed:household", args=[home.pk])).content.decode()
    assert "id_numbers" not in page
    text = pdf.text(printed(client, "household", home.pk, numbers="on").content)
    assert number_of(head) not in text
    for data, pk in ((cards.household_data, home.pk), (cards.person_data, head.pk), (form.form_data, home.pk)):
        with pytest.raises(NotAllowed):
            data(zhao_viewer(), pk, **options(full=True))


def test_the_dwelling_card_shows_the_dwelling_and_everybody_in_it(client, home):
    sign_in(client, QIAN)
    text = pdf.text(printed(client, "dwelling", home.dwelling_id).content)
    for part in ("房屋卡", "88.5m²", "老街9号", "卡寄宿", "住在这里但不在任何户中"):
        assert part in text
    look = Look.objects.using("log").get(question="print_dwelling")
    assert len(look.persons) == (4 + 4 + 1) * 16 - 4 * 16


def test_upper_apps_add_facts_to_the_dwelling_card_and_whom_they_name_is_on_record(home):
    owner = make.person(name="房东")
    added = registry.Facts("产权", [("产权人", "房东")], [owner.pk])
    with patch.object(registry, "_dwelling", [lambda viewer, dwelling, full: added]):
        data = cards.dwelling_data(qian_viewer(), home.dwelling_id, **options())
    assert "房东" in pdf.text(printing.render(cards.DWELLING, data))
    assert owner.pk.bytes in bytes(Look.objects.using("log").get(question="print_dwelling").persons)


def test_the_record_of_a_person_shows_stays_households_and_remarks(client, head):
    sign_in(client, QIAN)
    text = pdf.text(printed(client, "person", head.pk).content)
    for part in ("个人信息表", head.name, "401室", "户主", "需要轮椅坡道", "1955-03-01"):
        assert part in text
    assert number_of(head) not in text


def test_the_form_has_the_official_columns_and_room_to_write(client, home, head):
    GridStaff.objects.create(grid=make.grid(), duty="worker", name="赵网格", valid_from=make.LONG_AGO)
    sign_in(client, QIAN)
    answer = printed(client, "household", home.pk, page="form")
    text = pdf.text(answer.content)
    heads = "姓名 与户主关系 性别 出生日期 文化程度 婚姻状况 户籍地址 身份证号 流入时间 流入原因 备注"
    for part in (
        *heads.split(),
        "住户人口信息采集表",
        "本户地址",
        "本户共1页第1页",
        "网格管理员（赵网格）",
        "本户",
        head.name,
        "需要轮椅坡道",
    ):
        assert part in text
    assert number_of(head) not in text
    assert pdf.size(answer.content) == (297, 210)
    data = form.form_data(qian_viewer(), home.pk, **options())
    assert len(data["rows"]) == form.ROWS
    assert data["rows"][0][2] == "户主"


def test_who_came_from_elsewhere_has_day_and_reason_of_coming():
    make.area_tree()
    here = make.dwelling()
    comer = make.person(name="外来", registered_code="110101001001", registered_text="北京市东城区")
    make.spell(of=comer, at=here, start=dt.date(2024, 3, 1), reason="01")
    household = make.household(at=here, members=[])
    Member.objects.create(household=household, person=comer, side="living", relation="02")
    row = form.form_data(qian_viewer(), household.pk, **options())["rows"][0]
    assert row[7] == "北京市东城区"
    assert row[9] == "2024-03-01"
    assert row[10]


@pytest.mark.parametrize(("name", "thing"), [("household", "home"), ("dwelling", "dwelling"), ("person", "head")])
def test_a_stranger_gets_neither_the_choice_nor_the_page(client, home, head, name, thing):
    pk = {"home": home.pk, "dwelling": home.dwelling_id, "head": head.pk}[thing]
    sign_in(client, LI)
    assert client.get(reverse(f"printed:{name}", args=[pk])).status_code == 403
    assert printed(client, name, pk).status_code == 403
    assert printed(client, name, make.unknown_id()).status_code == 403
    assert not Look.objects.using("log").filter(question__startswith="print_").exists()


def test_a_role_without_people_and_nobody_signed_in_get_nothing(client, home):
    assert printed(client, "household", home.pk).status_code == 302
    sign_in(client, CHEN)
    assert printed(client, "household", home.pk).status_code == 403
    with pytest.raises(NotAllowed):
        form.form_data(li_viewer(), home.pk, **options())


def test_asking_shows_nobody_and_is_no_look(client, home, head):
    sign_in(client, QIAN)
    page = client.get(reverse("printed:household", args=[home.pk])).content.decode()
    assert head.name not in page
    assert not Look.objects.using("log").filter(question__startswith="print_").exists()


def test_what_is_not_offered_is_refused_in_words(client, home):
    sign_in(client, QIAN)
    assert printed(client, "household", home.pk, page="everything").status_code == 422
    assert printed(client, "household", home.pk, paper="a0").status_code == 422


def test_what_somebody_typed_is_printed_and_not_run(client, home, head):
    head.name = '#eval("1")"]$x$'
    head.save()
    sign_in(client, QIAN)
    for name, pk in (("household", home.pk), ("dwelling", home.dwelling_id), ("person", head.pk)):
        assert head.name in pdf.text(printed(client, name, pk).content)


def test_the_erased_have_no_numbers(home, head):
    erase(head.pk)
    for full in (False, True):
        data = form.form_data(qian_viewer(), home.pk, **options(full))
        assert [row[8] != "" for row in data["rows"][:4]] == [False, True, True, True]
    assert cards.household_data(qian_viewer(), home.pk, **options(True))["members"][0][5] == ""


@pytest.mark.parametrize("gather", [cards.household_data, form.form_data])
def test_the_number_of_queries_is_that_of_one_member(gather):
    make.area_tree()
    small, large = make.family(size=2), make.family(size=20)
    counts = []
    for household in (small, large):
        with CaptureQueriesContext(connections["default"]) as told:
            gather(qian_viewer(), household.pk, **options())
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_a_household_of_thirty_fills_several_cards_with_the_head_on_each(client):
    make.area_tree()
    household = make.family(size=30)
    sign_in(client, QIAN)
    made = pdf.page_texts(printed(client, "household", household.pk, paper="a5").content)
    assert len(made) > 1
    assert all("与户主关系" in text for text in made)
