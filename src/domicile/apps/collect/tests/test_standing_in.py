"""What is returned when its proposer has left goes to who works there now, or the return is refused with the cure."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.review import queue, standing_in
from domicile.apps.collect.tests.reviewers import FENG, moved_out
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing.models import Holding
from domicile.apps.staffing.tests.making import chain_of_three
from tests.cast import GRID, LI, OTHER_GRID, QIAN, ZHAO, Actor, make_user, qian_viewer, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
#: Works the grid since Zhao left, and one who works the next grid.
HE = Actor("he2", "贺网格", "grid_worker", GRID, "door_visit")
WU = Actor("wu", "吴网格", "grid_worker", OTHER_GRID, "door_visit")


@pytest.fixture
def left() -> Proposal:
    """A proposal of Zhao's, who has left since."""
    for actor in (ZHAO, QIAN):
        make_user(actor)
    proposal = moved_out()
    User.objects.filter(pk=ZHAO.id).update(is_active=False, closed_on=dt.date(2026, 1, 1))
    return proposal


def returned(proposal: Proposal) -> Proposal:
    return review.send_back(actor=qian_viewer(), proposal_id=proposal.pk, note="which day?")


def test_without_anybody_there_it_cannot_be_returned_and_the_reviewer_is_told_what_to_do(left: Proposal) -> None:
    make_user(WU)
    with pytest.raises(Refused, match="更正后直接通过"):
        returned(left)
    left.refresh_from_db()
    assert left.state == "waiting"


def test_who_works_there_now_corrects_it_and_it_is_theirs(left: Proposal, client: Client) -> None:
    make_user(HE), make_user(WU)
    sign_in(client, QIAN)
    said = client.post(
        reverse("collect:decide", args=[left.pk]),
        {"verdict": "return", "note": "which day?", "version": 1},
        follow=True,
    )
    assert HE.real_name in said.content.decode()
    asked = queue.asked(viewer(HE), {"state": "returned", "whose": "mine"})
    assert [row.pk for row in queue.page(viewer(HE), asked).rows] == [left.pk]
    left.refresh_from_db()
    for actor in (QIAN, WU, LI):  # the reviewer, and those of elsewhere
        assert not standing_in.may_send_again(viewer(actor), left)
    with pytest.raises(NotAllowed):
        review.send_again(actor=qian_viewer(), proposal_id=left.pk, note="yes")
    sign_in(client, HE)
    page = client.get(reverse("collect:proposal", args=[left.pk])).content.decode()
    assert ZHAO.real_name in page
    assert reverse("collect:correct", args=[left.pk]) in page
    again = review.send_again(actor=viewer(HE), proposal_id=left.pk, note="on that day")
    assert (again.state, again.proposed_by, again.proposed_by_name) == ("waiting", HE.id, HE.real_name)
    with pytest.raises(NotAllowed):
        review.accept(actor=viewer(HE), proposal_id=left.pk)
    assert review.accept(actor=qian_viewer(), proposal_id=left.pk).state == "accepted"


def test_who_holds_the_post_of_the_grid_is_named_before_others_who_work_there(left: Proposal) -> None:
    make_user(HE), make_user(FENG)
    _lead, _group, informant = chain_of_three()
    worker = Holding.objects.get(post=informant).worker
    worker.user_id = HE.id
    worker.save()
    today = timezone.localdate()
    assert standing_in.successors(qian_viewer(), left, today) == [HE.id]
    worker.user_id = None
    worker.save()
    assert set(standing_in.successors(qian_viewer(), left, today)) == {HE.id, FENG.id}


def test_a_proposer_without_a_role_there_has_left_too_and_one_who_works_there_has_not(left: Proposal) -> None:
    today = timezone.localdate()
    assert standing_in.has_left(left, today)
    User.objects.filter(pk=ZHAO.id).update(is_active=True, closed_on=None)
    assert not standing_in.has_left(left, today)
    assert returned(left).state == "returned"
    make_user(HE)
    assert not standing_in.may_send_again(viewer(HE), Proposal.objects.get(pk=left.pk))
    Grant.objects.filter(user=ZHAO.id).update(scope=OTHER_GRID)
    assert standing_in.may_send_again(viewer(HE), Proposal.objects.get(pk=left.pk))
