"""The forms of changes: what they offer, what they refuse, and where they lead."""

import pytest
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.people.models import Household, Person, Spell
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def household() -> Household:
    return factories.family(registered=False)


def rename(client, person, **values):
    data = {"name": "曾小明", "evidence": "identity_document", "reason": "misspelt", **values}
    return client.post(reverse("people:correct_name", args=[person.pk]), data)


def test_the_county_corrects_a_name_at_once_and_the_community_proposes_it(client, household):
    person = household.members.first().person
    sign_in(client, QIAN)
    assert rename(client, person).status_code == 302
    assert Proposal.objects.get().action == "people.correct_name"
    assert Person.objects.get(pk=person.pk).name == person.name
    client.logout()
    sign_in(client, SUN)
    rename(client, person)
    assert Person.objects.get(pk=person.pk).name == "曾小明"
    assert Change.objects.get(action="people.correct_name").evidence


@pytest.mark.parametrize(
    "values",
    [{"name": ""}, {"evidence": ""}, {"reason": ""}, {"reason": "number 770101198001011234"}, {"name": "张3"}],
)
def test_a_form_that_does_not_fit_says_so_and_changes_nothing(client, household, values):
    person = household.members.first().person
    sign_in(client, SUN)
    response = rename(client, person, **values)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert Person.objects.get(pk=person.pk).name == person.name


def test_when_the_head_leaves_the_form_asks_for_a_new_one(client, household):
    sign_in(client, QIAN)
    head, spouse, child = (household.members.get(relation=code).person for code in ("02", "10", "20"))
    address = reverse("people:end_stay", args=[Spell.objects.get(person=head).pk])
    assert "new_head_id" in client.get(address).content.decode()
    assert client.post(address, {"end": "2026-05-01", "reason": "moved"}).status_code == 422
    data = {"end": "2026-05-01", "reason": "moved", "new_head_id": spouse.pk, f"relation_{child.pk}": "20"}
    assert client.post(address, data).status_code == 302
    relations = dict(household.members.filter(left_on=None).values_list("person_id", "relation"))
    assert relations == {spouse.pk: "02", child.pk: "20"}


def test_undo_from_the_page(client, household):
    sign_in(client, SUN)
    person = household.members.first().person
    rename(client, person)
    client.post(reverse("people:undo", args=[Change.objects.latest("id").pk]))
    assert Person.objects.get(pk=person.pk).name == person.name


@pytest.mark.parametrize("actor", [LI, CHEN])
def test_strangers_and_statisticians_change_nothing(client, household, actor):
    sign_in(client, actor)
    person = household.members.first().person
    assert rename(client, person).status_code == 403
    assert client.get(reverse("people:add_member", args=[household.pk])).status_code == 403
    assert not Proposal.objects.exists()


def test_a_worker_proposes(client, household):
    sign_in(client, ZHAO)
    spell = Spell.objects.get(person=household.members.get(relation="20").person)
    client.post(reverse("people:end_stay", args=[spell.pk]), {"end": "2026-05-01", "reason": "moved"})
    assert Proposal.objects.get().state == "waiting"
    assert Spell.objects.get(pk=spell.pk).end is None


def test_whoever_a_form_names_was_looked_at(client, household):
    """The form of a change shows names as a card does, also to somebody who never opened the card."""
    sign_in(client, QIAN)
    head = household.members.get(relation="02").person
    client.get(reverse("people:correct_name", args=[head.pk]))
    assert list(Seen.objects.values_list("person_id", flat=True)) == [head.pk]
    client.get(reverse("people:end_stay", args=[Spell.objects.get(person=head).pk]))
    newest = Look.objects.latest("id")
    named = set(household.members.values_list("person_id", flat=True))
    assert set(Seen.objects.filter(look=newest).values_list("person_id", flat=True)) == named
