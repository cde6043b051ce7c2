"""What upper apps add to the cards."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Seen
from domicile.apps.people import registry
from tests import factories as make
from tests.cast import LI, QIAN, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(params=registry.KINDS)
def kind(request):
    return request.param


@pytest.fixture
def owner():
    return make.person(name="房东")


@pytest.fixture
def asked(kind, owner, monkeypatch):
    """A section that names somebody, added for the length of a test."""
    monkeypatch.setitem(registry._sections, kind, [])
    calls = []

    def provider(viewer, subject):
        calls.append(subject)
        return registry.Section("people/waiting.html", {"owner": owner.name}, [owner.pk])

    registry.card_section(kind, provider)
    registry.card_section(kind, provider)
    return calls


def page_of(kind, household):
    keys = {"dwelling": household.dwelling_id, "household": household.pk, "person": household.members.first().person_id}
    return reverse(f"people:{kind}", args=[keys[kind]])


def test_a_section_is_shown_once_and_whom_it_names_is_in_the_look(kind, owner, asked):
    household, client = make.family(size=2), Client()
    sign_in(client, QIAN)
    card = client.get(page_of(kind, household)).context["card"]
    assert [section.context["owner"] for section in card.sections] == [owner.name]
    assert len(asked) == 1
    assert Seen.objects.filter(person_id=owner.pk, look__question=kind).count() == 1


def test_nobody_is_asked_about_a_card_outside_the_area(kind, asked):
    household, client = make.family(size=2), Client()
    sign_in(client, LI)
    assert client.get(page_of(kind, household)).status_code == 403
    assert asked == []
