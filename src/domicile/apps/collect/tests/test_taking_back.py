"""A reviewer who pressed wrongly takes the last decision back, as long as nobody spoke since."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect import policies, rules
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.review import queue
from domicile.apps.collect.tests.reviewers import FENG, GU, MA, joined, left_on, moved_out
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests import factories
from tests.cast import COMMUNITY, LI, QIAN, SUN, ZHAO, Actor, sign_in, sun_viewer, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
QUEUE = "state=waiting&whose=decide"


def take_back(actor: Actor, proposal: Proposal, version: int | None = None) -> Proposal:
    return review.take_back(actor=viewer(actor), proposal_id=proposal.pk, version=version)


def waits_for(actor: Actor) -> list[Proposal]:
    return queue.page(viewer(actor), queue.asked(viewer(actor), {})).rows


def verdicts(proposal: Proposal) -> list[str]:
    return list(Decision.objects.filter(proposal=proposal).order_by("version").values_list("verdict", flat=True))


def test_what_was_returned_waits_again_for_whoever_returned_it() -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="which day?")
    back = take_back(QIAN, proposal)
    assert (back.state, back.version, back.decided_by, back.decision_note) == ("waiting", 3, None, "")
    assert [row.pk for row in waits_for(QIAN)] == [proposal.pk]
    assert verdicts(proposal) == ["returned", "taken_back"]
    assert Change.objects.get(action="collect.taken_back").actor_id == QIAN.id
    assert review.accept(actor=viewer(QIAN), proposal_id=proposal.pk).state == "accepted"
    assert left_on(proposal) is not None


def test_what_was_passed_on_comes_back_to_its_level_with_what_stood_in_it() -> None:
    rules.set_rule(
        actor=sun_viewer(), scope=COMMUNITY, action="", needs_review=True, levels=("grid", "community", "township")
    )
    proposal = joined(factories.family(registered=False))
    sealed = bytes(Proposal.objects.get(pk=proposal.pk).arguments)
    review.accept(actor=viewer(GU), proposal_id=proposal.pk, values={"name": "李更正"})
    assert bytes(Proposal.objects.get(pk=proposal.pk).arguments) != sealed
    back = take_back(GU, proposal)
    assert (back.state, back.level, back.later, back.corrected) == ("waiting", "grid", "community township", False)
    assert bytes(Proposal.objects.get(pk=proposal.pk).arguments) == sealed
    assert [row.pk for row in waits_for(GU)] == [proposal.pk]
    for actor, level in ((GU, "community"), (QIAN, "township")):  # who took it back passes it anew
        assert review.accept(actor=viewer(actor), proposal_id=proposal.pk).level == level
    assert waits_for(GU) == waits_for(FENG) == []  # a narrower office, and one whose level is over
    take_back(QIAN, proposal)
    assert [row.pk for row in waits_for(FENG)] == [proposal.pk]
    assert waits_for(GU) == []  # whose own word still stands
    review.accept(actor=viewer(FENG), proposal_id=proposal.pk)
    assert review.accept(actor=viewer(MA), proposal_id=proposal.pk).state == "accepted"


def test_nobody_takes_back_what_somebody_else_said_or_answered() -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="which day?")
    for actor in (FENG, SUN, ZHAO):
        with pytest.raises(NotAllowed):
            take_back(actor, proposal)
    with pytest.raises(OutOfReach):
        take_back(LI, proposal)
    review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk, note="on that day")
    with pytest.raises(Refused, match=ZHAO.real_name):
        take_back(QIAN, proposal, version=2)
    with pytest.raises(NotAllowed):
        take_back(QIAN, proposal)
    last = Decision.objects.filter(proposal=proposal).order_by("-version").first()
    assert not policies.may_take_back(viewer(QIAN), Proposal.objects.get(pk=proposal.pk), last)


def test_the_page_that_follows_offers_it_and_so_does_the_proposal(client: Client) -> None:
    first, second = moved_out(), moved_out()
    sign_in(client, QIAN)
    decide = reverse("collect:decide", args=[first.pk])
    client.post(decide, {"verdict": "return", "note": "which day?", "queue": QUEUE, "version": 1})
    follows = client.get(reverse("collect:proposal", args=[second.pk]), {"queue": QUEUE})
    assert follows.context["just_decided"].pk == first.pk
    assert client.get(reverse("collect:proposals")).context["just_decided"] is None
    assert 'value="take_back"' in client.get(reverse("collect:proposal", args=[first.pk])).content.decode()
    assert client.post(decide, {"verdict": "take_back", "version": 2}).status_code == 302
    first.refresh_from_db()
    assert first.state == "waiting"
    late = client.post(decide, {"verdict": "take_back", "version": 2})
    assert late.status_code == 422
