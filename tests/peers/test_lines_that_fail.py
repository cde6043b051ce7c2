"""Two registers in processes of their own: whatever befalls the line, every message arrives once and in its order."""

from pathlib import Path

import pytest

from tests.peers.proxy import BAD
from tests.peers.registers import Registers

SEED = 20261122
NOTES, SUBJECTS = 30, 3
SEND = f"""
import uuid
from django.utils import timezone
from domicile.apps.peers import actions, delivery, notes
from domicile.apps.peers.models import Line, Peer
peer = Peer.objects.get(state="active")
for place in range({NOTES}):
    subject = uuid.UUID(int=place % {SUBJECTS} + 1)
    notes.send(actor=actions.MACHINE, peer_id=peer.pk, text=f"note {{place}}", subject=subject)
    Line.objects.update(next_at=None)
    delivery.deliver_once(peer=peer, now=timezone.now())  # beside the server, which sends it too
"""
TOLD = """
import orjson
from domicile.apps.peers.bodies import open_bodies
from domicile.apps.peers.models import InMessage
rows = list(InMessage.objects.order_by("subject", "settled_at", "number"))
contents = open_bodies([("peers_inmessage", row.pk, row.sealed_under, row.body) for row in rows])
for row, content in zip(rows, contents):
    print(row.subject.int, row.number, row.state, orjson.loads(content)["data"]["text"])
"""


@pytest.mark.usefixtures("django_db_setup")
def test_every_note_arrives_once_and_in_order_over_lines_that_fail(tmp_path: Path) -> None:
    with Registers(tmp_path) as registers:
        registers.start({"anhe": ["770101"], "linxi": ["770102"]}, seed=SEED, faults=BAD)
        registers.python("anhe", SEND)
        registers.proxies["linxi"].cut()
        registers.python("linxi", SEND)
        registers.kill("linxi")
        registers.restart("linxi")
        registers.proxies["linxi"].mend()

        registers.drain()

        expected = [
            f"{place % SUBJECTS + 1} {place // SUBJECTS + 1} applied note {place}"
            for subject in range(SUBJECTS)
            for place in range(subject, NOTES, SUBJECTS)
        ]
        assert all(proxy.seen["passed"] > NOTES / 2 for proxy in registers.proxies.values())
        for name in ("anhe", "linxi"):
            assert registers.python(name, TOLD).split("\n")[:-1] == expected
        assert registers.set_aside() == []
        assert registers.disagreements() == []
