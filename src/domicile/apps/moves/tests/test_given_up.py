"""A request to another register that somebody gave up: it is answered by that, and the next one may go out."""

import uuid

import pytest
from django.utils import timezone

from domicile.apps.moves.models import Correspondence, MoveRequest
from domicile.apps.moves.tests.making import declared, home, members
from domicile.apps.peers import actions, builtin, delivery, inbox, letters, outbox
from domicile.apps.peers.models import OutMessage, Peer
from tests.cast import qian_viewer
from tests.peers import incoming

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def there() -> Peer:
    incoming.own_register(("770198",))
    return incoming.peer(prefixes=("770199",))


def asked(there: Peer) -> tuple[MoveRequest, OutMessage]:
    """A correction that the keeper of a move was asked for."""
    move = declared(qian_viewer(), *members(home()))
    Correspondence.objects.create(move=move, peer=there, keeps=True, told=2)
    row = MoveRequest.objects.create(move=move, step="correct", made_at=timezone.now())
    data = {"move": str(move.pk), "request": str(row.pk)}
    return row, outbox.post(peer=there, kind="move.correction", subject=move.pk, data=data)


def answer(there: Peer, message: OutMessage, outcome: str) -> None:
    delivery.note(
        there, [message], {message.pk: inbox.Answer(str(message.pk), outcome, "unknown_type")}, timezone.now()
    )


def test_a_request_that_the_keeper_gave_up_is_refused_with_its_words(there: Peer) -> None:
    row, message = asked(there)
    answer(there, message, inbox.STORED)
    incoming.take_in(
        there, builtin.GIVEN_UP, uuid.uuid4(), 1, {"message": str(message.pk), "words": "She died in May."}
    )  # fmt: skip

    assert inbox.apply_waiting() == 1

    row.refresh_from_db()
    assert (row.outcome, row.answer) == ("refused", "She died in May.")


def test_a_request_that_was_given_up_here_is_refused_with_the_reason(there: Peer) -> None:
    row, message = asked(there)
    answer(there, message, inbox.NO)

    letters.send_no_more(actor=actions.MACHINE, message_id=message.pk, reason="They run an older version.")

    row.refresh_from_db()
    assert (row.outcome, row.answer) == ("refused", "They run an older version.")
