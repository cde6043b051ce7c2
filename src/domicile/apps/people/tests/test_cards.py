"""The cards of dwelling, household and person, as colleague and as stranger, with a fixed number of queries."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from tests import factories as make
from tests.cast import LI, QIAN, SUN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


def home_of(size):
    return make.family(size=size, at=make.dwelling(room=f"{size}01室"))


def cards_of(household):
    person = household.members.first().person
    return {
        "dwelling": reverse("people:dwelling", args=[household.dwelling_id]),
        "household": reverse("people:household", args=[household.pk]),
        "person": reverse("people:person", args=[person.pk]),
    }


@pytest.mark.parametrize("actor", [ZHAO, QIAN, SUN])
@pytest.mark.parametrize("card", ["dwelling", "household", "person"])
def test_who_works_here_reads_the_card_and_the_look_is_on_record(client, actor, card):
    make.area_tree()
    household = home_of(3)
    head = household.members.get(relation=make.HEAD).person
    sign_in(client, actor)
    page = client.get(cards_of(household)[card]).content.decode()
    assert head.name in page
    assert household.dwelling.address in page
    assert Seen.objects.filter(person_id=head.pk, look__question=card, look__user_id=actor.id).count() == 1


@pytest.mark.parametrize("card", ["dwelling", "household", "person"])
def test_a_stranger_and_an_unknown_id_get_the_same_page(client, card):
    household = home_of(2)
    sign_in(client, LI)
    refused = client.get(cards_of(household)[card])
    missing = client.get(reverse(f"people:{card}", args=[make.unknown_id()]))
    assert (refused.status_code, missing.status_code) == (403, 403)
    assert strip_tokens(refused.content) == strip_tokens(missing.content)
    assert household.dwelling.address not in refused.content.decode()


def strip_tokens(page):
    import re

    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": "|next" value=")[^"]*', b"", page)


@pytest.mark.parametrize("card", ["dwelling", "household", "person"])
def test_the_number_of_queries_is_that_of_a_single_person(client, card, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make.area_tree()
    one, twelve = home_of(1), home_of(12)
    sign_in(client, QIAN)
    client.get(cards_of(one)[card])
    with CaptureQueriesContext(connection) as alone:
        client.get(cards_of(one)[card])
    with django_assert_num_queries(len(alone)):
        client.get(cards_of(twelve)[card])
    assert len(alone) <= 22  # with what upper apps add to the card


def test_the_head_stands_first_and_both_sides_are_shown(client):
    household = home_of(4)
    sign_in(client, QIAN)
    card = client.get(cards_of(household)["household"]).context["card"]
    assert card.line.members[0].is_head
    assert [other.side for other in card.others] == ["registered"]
    assert all(member.lives_here and member.registered_here for member in card.line.members)


def test_who_moved_out_stands_in_the_history_of_the_dwelling(client):
    home = make.dwelling()
    gone = make.person(name="旧住户")
    make.spell(of=gone, at=home, end=dt.date(2020, 1, 1))
    make.visible(of=gone, code=home.place_code)
    sign_in(client, QIAN)
    card = client.get(reverse("people:dwelling", args=[home.pk])).context["card"]
    assert [stay.person.name for stay in card.past] == ["旧住户"]
    assert (card.living, card.registered, card.lodgers) == ([], [], [])


def test_an_address_outside_the_area_is_not_told(client):
    make.area_tree()
    away = make.person(name="外出")
    make.visible(of=away, code=make.GRID)
    far = make.dwelling(place_code=make.FAR_GRID, room="909室")
    make.spell(of=away, at=far)
    sign_in(client, QIAN)
    page = client.get(reverse("people:person", args=[away.pk])).content.decode()
    assert "909室" not in page
    assert "北塔社区" in page


class TestNumbers:
    def address(self, person):
        return reverse("people:numbers", args=[person.pk])

    @pytest.fixture
    def person(self):
        who = make.person(name="张伟", number="770101198005060011", phone="13800000001")
        make.spell(of=who, at=make.dwelling())
        return who

    def test_they_are_masked_on_the_card(self, client, person):
        sign_in(client, QIAN)
        page = client.get(reverse("people:person", args=[person.pk])).content.decode()
        assert "770101198005060011" not in page
        assert "13800000001" not in page
        assert "770101***********1" in page

    def test_shown_in_full_they_are_a_look_of_their_own(self, client, person):
        sign_in(client, QIAN, "register_maintenance")
        response = client.post(self.address(person))
        assert "770101198005060011" in response.content.decode()
        assert "13800000001" in response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert Look.objects.get().question == "number"

    def test_a_grid_worker_may_not(self, client, person):
        sign_in(client, ZHAO)
        assert client.post(self.address(person)).status_code == 403
        assert not Look.objects.filter(question="number").exists()

    def test_reading_the_address_shows_nothing(self, client, person):
        sign_in(client, QIAN, "register_maintenance")
        assert client.get(self.address(person)).status_code == 405


def test_remarks_that_expired_are_not_shown(client):
    who = make.person(name="张伟")
    make.spell(of=who, at=make.dwelling())
    make.remark(of=who, text="需要坡道")
    make.remark(of=who, text="早已过期", expires_on=dt.date(2011, 1, 1))
    sign_in(client, QIAN)
    page = client.get(reverse("people:person", args=[who.pk])).content.decode()
    assert "需要坡道" in page
    assert "早已过期" not in page


def test_an_inspector_sees_the_dwelling_without_its_people(client):
    from tests.cast import Actor

    household = home_of(2)
    sign_in(client, Actor("feng", "冯检查", "inspector", make.COMMUNITY, "inspection"))
    page = client.get(cards_of(household)["dwelling"]).content.decode()
    assert household.dwelling.address in page
    assert household.members.first().person.name not in page


def test_no_name_or_number_stands_in_an_address(client):
    household = home_of(2)
    sign_in(client, QIAN)
    import re

    page = client.post(reverse("people:search"), {"q": household.members.first().person.name}).content.decode()
    links = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert links
    assert all(link.isascii() and "%" not in link for link in links)
