"""Who may import, whose batches are seen, and what two people at once get."""

import pytest
from django.urls import reverse

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.wizard_files import (
    COUNTY_DESK,
    OTHER_TOWNSHIP_DESK,
    TOWNSHIP_DESK,
    checked,
    csv,
    page,
    person,
    send,
    text,
    work,
)
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import CAST, GRANTED_FROM, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
STEPS = ("batch", "error_workbook", "progress", "undo")
ACTS = ("batch", "commit", "undo", "discard")


@pytest.fixture(autouse=True)
def areas():
    factories.area_tree()


def address(step, batch):
    return reverse(f"exchange:{step}", args=[batch.pk])


def faulty(client):
    return checked(client, csv(person("201室", "施一", 31, 与户主关系="不知道")))


@pytest.mark.parametrize("actor", [actor for actor in CAST if actor.role != "county_operator"], ids=lambda a: a.role)
def test_other_roles_may_not_import(client, actor):
    sign_in(client, actor)
    assert client.get(reverse("exchange:imports")).status_code == 403
    assert send(client, csv(person("202室", "施二", 32))).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize("actor", [COUNTY_DESK, TOWNSHIP_DESK], ids=lambda actor: actor.role)
def test_operators_state_the_purpose_first(client, actor):
    sign_in(client, actor, "register_maintenance")
    answer = client.get(reverse("exchange:imports"))
    assert (answer.status_code, reverse("access:purpose") in answer["Location"]) == (302, True)
    sign_in(client, actor)
    assert client.get(reverse("exchange:imports")).status_code == 200


def test_whoever_is_not_signed_in_reaches_nothing(client):
    sign_in(client, COUNTY_DESK)
    batch = faulty(client)
    client.logout()
    for step in STEPS:
        answer = client.get(address(step, batch))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_batches_of_other_areas_read_like_absent_ones(client):
    sign_in(client, TOWNSHIP_DESK)
    batch = faulty(client)
    client.logout()
    sign_in(client, OTHER_TOWNSHIP_DESK)
    assert batch.file_name not in text(client, reverse("exchange:imports"))
    missing = Batch(id=factories.unknown_id())
    for step in STEPS:
        there, absent = client.get(address(step, batch)), client.get(address(step, missing))
        assert (there.status_code, absent.status_code) == (403, 403)
        assert [str(there.context[key]) for key in ("cause", "cure")] == [
            str(absent.context[key]) for key in ("cause", "cure")
        ]
    for step in ACTS:
        assert client.post(address(step, batch)).status_code == 403
    assert Batch.objects.get().state == Batch.State.CHECKED


def test_the_county_sees_the_townships_batches_and_not_the_other_way(client):
    sign_in(client, TOWNSHIP_DESK)
    below = faulty(client)
    client.logout()
    sign_in(client, COUNTY_DESK)
    above = faulty(client)
    assert client.get(page(below)).status_code == 200
    client.logout()
    sign_in(client, TOWNSHIP_DESK)
    assert client.get(page(above)).status_code == 403


def test_a_batch_over_two_townships_is_not_seen_from_one(client):
    user = sign_in(client, TOWNSHIP_DESK)
    second = Grant.objects.create(
        user=user, role=TOWNSHIP_DESK.role, scope=OTHER_TOWNSHIP_DESK.scope, valid_from=GRANTED_FROM
    )
    batch = faulty(client)
    assert client.get(page(batch)).status_code == 200
    second.delete()
    assert client.get(page(batch)).status_code == 403
    assert batch.file_name not in text(client, reverse("exchange:imports"))


def test_rows_outside_the_area_are_errors(client):
    sign_in(client, OTHER_TOWNSHIP_DESK)
    batch = checked(client, csv(person("203室", "施三", 33)))
    assert not batch.report["ready"]
    assert client.post(address("commit", batch)).status_code == 302
    work()
    assert not Person.objects.exists()


def test_two_people_load_the_same_batch_once(client):
    from django.test import Client

    sign_in(client, TOWNSHIP_DESK)
    batch = checked(client, csv(person("204室", "施四", 34)))
    colleague = Client()
    sign_in(colleague, COUNTY_DESK)
    client.post(address("commit", batch))
    second = colleague.post(address("commit", batch), follow=True).content.decode()
    assert "notice-info" in second
    for step in ("discard", "undo"):
        colleague.post(address(step, batch))
    assert colleague.post(f"{page(batch)}?columns=1", {"column_name": "姓名"}).status_code == 200
    work()
    assert Person.objects.count() == 1
    assert Batch.objects.get().state == Batch.State.COMMITTED


def test_who_looked_at_the_rows_is_on_record(client):
    from domicile.apps.access.models import Look

    sign_in(client, COUNTY_DESK)
    batch = faulty(client)
    client.get(page(batch))
    client.get(address("error_workbook", batch))
    asked = set(
        Look.objects.filter(user_id=User.objects.get(username=COUNTY_DESK.username).pk).values_list(
            "question", flat=True
        )
    )
    assert {"import_preview", "error_workbook"} <= asked


def test_acts_need_a_form_of_this_site(client):
    from django.test import Client

    sign_in(client, COUNTY_DESK)
    batch = faulty(client)
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, COUNTY_DESK)
    for step in ACTS:
        assert strict.post(address(step, batch)).status_code == 403
    assert client.get(address("commit", batch)).status_code == 405
    assert client.get(address("discard", batch)).status_code == 405
