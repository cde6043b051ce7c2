"""This register and a peer of it, each with its key."""

import pytest

from domicile.apps.peers.models import Line, Peer
from domicile.apps.peers.tests import wired
from tests.peers import incoming


@pytest.fixture
def own() -> Peer:
    row = incoming.own_register()
    Peer.objects.filter(pk=row.pk).update(address=wired.ADDRESS)
    wired.key_of(row)
    return Peer.objects.get(pk=row.pk)


@pytest.fixture
def peer(own: Peer) -> Peer:
    row = incoming.peer()
    Peer.objects.filter(pk=row.pk).update(address="http://127.0.0.1:8001")
    Line.objects.create(peer=row)
    wired.key_of(row)
    return Peer.objects.get(pk=row.pk)
