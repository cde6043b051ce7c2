"""Two reviewers with a connection each on one proposal: one word counts, the other is told, nothing is written twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.tests.reviewers import FENG, MOVED, left_on, moved_out
from domicile.apps.common.refusals import Refused
from tests.cast import QIAN, ZHAO, Actor, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
TURNS = 5


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal that it raised, when all began together."""
    gate, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            found[place] = work()  # type: ignore[call-overload]
        except Refused as refusal:
            found[place] = refusal  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(found)


def accepts(actor: Actor, proposal: Proposal) -> Callable[[], object]:
    return lambda: review.accept(actor=viewer(actor), proposal_id=proposal.pk, version=1)


def returns(actor: Actor, proposal: Proposal) -> Callable[[], object]:
    return lambda: review.send_back(actor=viewer(actor), proposal_id=proposal.pk, version=1, note="which day?")


def test_both_accept_and_the_change_is_made_once() -> None:
    for _turn in range(TURNS):
        proposal = moved_out()
        found = at_once(accepts(QIAN, proposal), accepts(FENG, proposal))
        assert sorted(isinstance(one, Refused) for one in found) == [False, True]
        assert left_on(proposal) == MOVED
        word = Decision.objects.get(proposal=proposal)
        refusal = next(one for one in found if isinstance(one, Refused))
        assert word.by_name in str(refusal.message)
        assert Change.objects.filter(subject_id=proposal.subject_id, action="people.end_stay").count() == 1


def test_one_accepts_while_the_other_returns() -> None:
    for _turn in range(TURNS):
        proposal = moved_out()
        found = at_once(accepts(QIAN, proposal), returns(FENG, proposal))
        assert sorted(isinstance(one, Refused) for one in found) == [False, True]
        proposal.refresh_from_db()
        assert Decision.objects.get(proposal=proposal).verdict == proposal.state
        assert left_on(proposal) == (MOVED if proposal.state == "accepted" else None)


def test_its_maker_withdraws_while_it_is_accepted() -> None:
    proposal = moved_out()

    def withdraw() -> object:
        return review.withdraw(actor=viewer(ZHAO), proposal_id=proposal.pk, version=1)

    at_once(accepts(QIAN, proposal), _tolerant(withdraw))
    proposal.refresh_from_db()
    assert proposal.version == 2
    assert Decision.objects.filter(proposal=proposal).count() == 1
    assert left_on(proposal) == (MOVED if proposal.state == "accepted" else None)


def _tolerant(work: Callable[[], object]) -> Callable[[], object]:
    from domicile.apps.common.viewer import NotAllowed

    def run() -> object:
        try:
            return work()
        except NotAllowed as refused:
            return refused

    return run
