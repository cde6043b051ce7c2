"""The queue of proposals as its readers meet it: the proposer, the reviewer, the stranger."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Seen
from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.people import actions
from domicile.apps.people.models import Spell
from tests import factories
from tests.cast import LI, QIAN, SUN, ZHAO, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def waiting() -> Proposal:
    household = factories.family(registered=False)
    spell = Spell.objects.get(person=household.members.get(relation="20").person)
    outcome = review.submit(
        actor=viewer(ZHAO), action="people.end_stay", reason="moved away",
        subject=review.Subject("person", spell.person_id, factories.GRID),
        arguments=actions.EndStay(spell.pk, dt.date(2026, 5, 1)),
    )  # fmt: skip
    return outcome.proposal


def decide(client: Client, proposal: Proposal, verdict: str, note: str = ""):
    return client.post(reverse("collect:decide", args=[proposal.pk]), {"verdict": verdict, "note": note})


def test_the_reviewer_sees_what_would_change_and_accepts_it(client, waiting):
    sign_in(client, QIAN)
    assert "moved away" in client.get(reverse("collect:proposals")).content.decode()
    assert "2026-05-01" in client.get(reverse("collect:proposal", args=[waiting.pk])).content.decode()
    decide(client, waiting, "accept")
    assert Spell.objects.get(person_id=waiting.subject_id).end == dt.date(2026, 5, 1)


def test_a_return_needs_a_note_and_the_proposer_reads_it(client, waiting):
    sign_in(client, QIAN)
    assert decide(client, waiting, "return").status_code == 422
    assert decide(client, waiting, "return", "Which day?").status_code == 302
    assert Spell.objects.get(person_id=waiting.subject_id).end is None
    proposer = Client()
    sign_in(proposer, ZHAO)
    page = proposer.get(reverse("collect:proposals"), {"state": "returned"}).content.decode()
    assert "Which day?" in page


def test_nobody_decides_their_own_proposal_but_may_take_it_back(client, waiting):
    sign_in(client, ZHAO)
    page = client.get(reverse("collect:proposal", args=[waiting.pk])).content.decode()
    assert 'value="accept"' not in page
    assert decide(client, waiting, "accept").status_code == 403
    decide(client, waiting, "withdraw")
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


def test_a_stranger_sees_nothing_of_it(client, waiting):
    sign_in(client, LI)
    assert "moved away" not in client.get(reverse("collect:proposals")).content.decode()
    assert client.get(reverse("collect:proposal", args=[waiting.pk])).status_code == 403
    assert decide(client, waiting, "accept").status_code == 403


def test_a_second_decision_is_told_that_it_comes_late(client, waiting):
    sign_in(client, QIAN)
    decide(client, waiting, "accept")
    other = Client()
    sign_in(other, SUN)
    assert decide(other, waiting, "return", "late").status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == "accepted"


def test_a_proposal_that_names_a_new_head_is_a_look_at_both(client):
    household = factories.family(registered=False)
    head, other = (household.members.get(relation=code).person for code in ("02", "10"))
    spell = Spell.objects.get(person=head)
    proposal = review.submit(
        actor=viewer(ZHAO), action="people.end_stay", reason="moved away",
        subject=review.Subject("person", head.pk, factories.GRID),
        arguments=actions.EndStay(spell.pk, dt.date(2026, 5, 1), other.pk),
    ).proposal  # fmt: skip
    sign_in(client, QIAN)
    client.get(reverse("collect:proposal", args=[proposal.pk]))
    assert set(Seen.objects.values_list("person_id", flat=True)) == {head.pk, other.pk}


def test_a_note_keeps_no_number_and_no_more_than_fits(client, waiting):
    sign_in(client, QIAN)
    decide(client, waiting, "return", "see 770101198001011234 " + "x" * 400)
    waiting.refresh_from_db()
    assert "770101198001011234" not in waiting.decision_note
    assert len(waiting.decision_note) == 200
    assert "770101198001011234" not in Change.objects.latest("id").reason


def test_a_proposal_about_something_that_is_gone_says_so(client, waiting):
    Spell.objects.filter(person_id=waiting.subject_id).delete()
    sign_in(client, QIAN)
    page = client.get(reverse("collect:proposal", args=[waiting.pk]))
    assert page.status_code == 200
    assert "不在册" in page.content.decode()
