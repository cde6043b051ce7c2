"""Visits and rounds at a desk: entered, shown, listed, taken back; and what their pages must not show."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.fieldwork.models import Visit
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.tests import making
from tests import factories
from tests.cast import CHEN, LI, OTHER_GRID, QIAN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def ground():
    factories.area_tree()


def today() -> dt.date:
    return timezone.localdate()


def enter(client, home, outcome: str, **fields):
    sent = {"visited_on": today().isoformat(), "outcome": outcome, **fields}
    return client.post(reverse("visits:add_visit", args=[home.pk]), sent, **ENGLISH)


def test_a_visit_is_entered_shown_and_taken_back_with_what_it_closed(client):
    home = factories.dwelling()
    household = factories.family(size=2, at=home, registered=False)
    person = household.members.first().person
    task = making.task(at=home, opened=today(), due=today())
    sign_in(client, ZHAO)
    form = client.get(reverse("visits:add_visit", args=[home.pk]), **ENGLISH).content.decode()
    assert person.name in form
    assert Look.objects.filter(question="visit").exists()

    answer = enter(client, home, "met", confirmed=[str(person.pk)], part_of_day="evening")

    visit = Visit.objects.get()
    assert answer["Location"] == reverse("visits:visit", args=[visit.pk])
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "done")
    page = client.get(answer["Location"], **ENGLISH).content.decode()
    assert person.name in page
    assert "Tasks that it answered" in page
    card = client.get(reverse("people:dwelling", args=[home.pk]), **ENGLISH).content.decode()
    assert reverse("visits:visit", args=[visit.pk]) in card
    assert reverse("visits:add_visit", args=[home.pk]) in card
    person_card = client.get(reverse("people:person", args=[person.pk]), **ENGLISH).content.decode()
    assert "Confirmed at the door" in person_card
    assert enter(client, home, "met", part_of_day="evening").status_code == 422  # a form sent twice

    client.post(reverse("visits:take_back", args=[visit.pk]))
    task.refresh_from_db()
    assert (task.state, Visit.objects.count()) == ("open", 0)


def test_nobody_at_home_makes_the_next_try_and_offers_the_notice(client):
    home = factories.dwelling()
    sign_in(client, ZHAO)
    page = client.get(enter(client, home, "not_at_home", notice_left="on")["Location"], **ENGLISH).content.decode()
    task = Task.objects.get(kind="revisit")
    assert task.next_try_on == today() + dt.timedelta(days=1)
    assert reverse("tasks:notice", args=[task.pk]) in page
    assert "a notice was left" in page
    client.post(reverse("visits:take_back", args=[Visit.objects.get().pk]))
    assert (Task.objects.count(), Visit.objects.count()) == (0, 0)


def test_what_went_on_since_is_not_taken_back(client):
    home = factories.dwelling()
    sign_in(client, ZHAO)
    enter(client, home, "not_at_home")
    first = Visit.objects.get()
    enter(client, home, "refused")
    client.post(reverse("visits:take_back", args=[first.pk]))
    assert Visit.objects.count() == 2


def test_a_round_is_entered_and_counted_by_grid(client):
    house = factories.building()
    factories.building(plate="77号")
    sign_in(client, QIAN)
    assert reverse("visits:add_round", args=[house.pk]) in client.get(
        reverse("places:building", args=[house.pk])
    ).content.decode()  # fmt: skip
    sent = {"visited_on": today().isoformat(), "matters": ["passage", "plate"], "what": "三楼 13812345678"}
    answer = client.post(reverse("visits:add_round", args=[house.pk]), sent)
    page = client.get(answer["Location"], **ENGLISH).content.decode()
    assert "passage or stairs blocked" in page
    assert "13812345678" not in page
    covered = client.get(reverse("visits:coverage"), **ENGLISH).content.decode()
    assert "1 of 2 buildings seen, 2 matters found" in covered
    assert client.get(reverse("visits:coverage"), {"round": "1999-01"}).status_code == 404
    ledger = client.get(reverse("visits:rounds"), {"matter": "plate"}, **ENGLISH).content.decode()
    assert answer["Location"] in ledger
    assert answer["Location"] not in client.get(reverse("visits:rounds"), {"matter": "gas"}).content.decode()


def test_the_ledger_filters_and_takes_as_many_queries_for_many_as_for_one(client):
    sign_in(client, ZHAO)
    counts = []
    for count in (1, 9):
        for at in range(count):
            enter(client, factories.dwelling(within=factories.building(plate=f"{at}号"), room=f"{count}室"), "refused")
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse("visits:visits"), {"outcome": "refused"}, **ENGLISH).content.decode()
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert ZHAO.real_name in page
    since = (today() + dt.timedelta(days=1)).isoformat()
    later = client.get(reverse("visits:visits"), {"since": since}, **ENGLISH).content.decode()
    assert "No visits here yet" in later


@pytest.mark.parametrize("sent", [
    {"outcome": "met", "visited_on": "2199-01-01"}, {"outcome": "patrolled"}, {"outcome": "elsewhere"}, {}])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(client, sent):
    home = factories.dwelling()
    sign_in(client, ZHAO)
    answer = client.post(
        reverse("visits:add_visit", args=[home.pk]), {"visited_on": today().isoformat(), **sent}, **ENGLISH
    )
    assert answer.status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize("actor", [LI, CHEN])
def test_strangers_and_other_roles_see_and_enter_nothing(client, actor):
    home = factories.dwelling()
    sign_in(client, ZHAO)
    enter(client, home, "met")
    visit = Visit.objects.get()
    sign_in(client, actor)
    for name, key in (("visit", visit.pk), ("add_visit", home.pk), ("add_round", home.building_id)):
        assert client.get(reverse(f"visits:{name}", args=[key])).status_code in {302, 403, 404}
    assert client.post(reverse("visits:take_back", args=[visit.pk])).status_code in {302, 403, 404}
    assert enter(client, home, "refused").status_code in {302, 403, 404}
    assert Visit.objects.count() == 1


def test_another_grid_is_out_of_reach(client):
    other = factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号"))
    sign_in(client, ZHAO)
    assert enter(client, other, "met").status_code in {403, 404}
