"""What happens inside one register of these tests: `python -m tests.moves_between.inside`, commands as lines of JSON.

The process owns a home of its own (DOMICILE_HOME). Each line is [command, arguments]; the answer is a line of JSON:
{"done": …}, {"refused": words} or {"failed": traceback}. A killed process loses nothing but what it had not committed.
"""

import base64
import datetime as dt
import json
import os
import sys
import traceback
import uuid
from collections.abc import Callable
from typing import Any

from tests.moves_between import at_scale, on_file, staff, working
from tests.moves_between.staff import LONG_AGO, SECOND


def main() -> None:
    """Read commands until there are no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "domicile.site.settings")
    import django

    django.setup()
    print(json.dumps({"done": "ready"}), flush=True)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(_run(COMMANDS[name], arguments), default=str), flush=True)


def _run(command: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    from domicile.apps.access.refusals import OutOfReach
    from domicile.apps.common.refusals import Refused

    try:
        return {"done": command(**arguments)}
    except Refused as refusal:
        return {"refused": str(refusal.message)}
    except OutOfReach:
        return {"refused": "out of reach"}
    except Exception:  # the driver decides what a failure means
        return {"failed": traceback.format_exc()}


# --- the place ----------------------------------------------------------------------------------------------------------


def settle(name: str, code: str) -> None:
    """A county of this code with two communities, and a grid in each."""
    from domicile.apps.areas.models import Area, Grid

    rows = [
        (code[:2].ljust(12, "0"), "省", 1), (code[:4].ljust(12, "0"), "市", 2), (code.ljust(12, "0"), name, 3),
        (f"{code}001000", "东街道", 4), (f"{code}001001", "一社区", 5), (f"{code}001002", SECOND, 5),
    ]  # fmt: skip
    since = {"valid_from": LONG_AGO}
    for area, called, level in rows:
        Area.objects.get_or_create(code=area, valid_to=None, defaults={"name": called, "level": level, **since})
    for community in (f"{code}001001", f"{code}001002"):
        Grid.objects.get_or_create(code=f"{community}001", valid_to=None, defaults={"name": "第1网格", **since})


def found(name: str, code: str, address: str = "") -> dict[str, Any]:
    """The name and key of the register, as a card."""
    from django.utils import timezone

    from domicile.apps.peers import actions, cards
    from domicile.apps.vault import keyring

    keyring.make_keys()
    own = actions.set_up(actor=actions.MACHINE, name=name, address=address, areas=[code])
    card: dict[str, Any] = json.loads(cards.card_of(own, timezone.now()).text())
    return card


def link(card: dict[str, Any]) -> None:
    """Link another register."""
    from domicile.apps.peers import actions, cards

    found = cards.read(json.dumps(card))
    actions.propose(actor=actions.MACHINE, card=found)
    actions.confirm(actor=actions.MACHINE, peer_id=found.id, fingerprint=found.fingerprint)


def families(code: str, count: int, size: int, first: int = 0) -> list[list[dict[str, str]]]:
    """Families in their own dwellings in the first community: each as [{person, number}], the head first."""
    from tests import factories

    made = []
    for place in range(first, first + count):
        at = factories.dwelling(place_code=f"{code}001001001", room=f"{place + 1}室")
        people = []
        for member in range(size):
            born = dt.date(1960 + member * 7, 1 + place % 12, 1 + (place // 12) % 28)
            number = factories.number_of(birth_date=born, serial=place % 499 + 1, county=code)
            people.append((
                factories.person(
                    name=f"{'赵钱孙李周吴郑王'[place % 8]}{'建国秀英志强丽华'[member * 2 % 8:member * 2 % 8 + 2]}",
                    birth_date=born, number=number, registered_code=f"{code}001001",
                ),
                number,
            ))  # fmt: skip
        relations = [factories.HEAD, factories.SPOUSE, *[factories.CHILD] * 9]
        members = [(person, relation) for (person, _number), relation in zip(people, relations, strict=False)]
        factories.household(at=at, members=members)
        made.append([{"person": person.pk.hex, "number": number} for person, number in people])
    return made


# --- messages by hand ---------------------------------------------------------------------------------------------------


def outgoing() -> list[dict[str, Any]]:
    """What waits to be sent, a batch for each peer."""
    from domicile.apps.peers import delivery
    from domicile.apps.peers.models import Peer

    found = []
    for peer in Peer.objects.filter(state="active"):
        batch = delivery.next_batch(peer)
        if batch.messages:
            found.append({"to": peer.name, "contents": [base64.b64encode(one).decode() for one in batch.contents]})
    return found


def incoming(sender: str, contents: list[str]) -> list[dict[str, str]]:
    """Take in messages of a peer; the answers."""
    from domicile.apps.peers import inbox
    from domicile.apps.peers.models import Peer

    documents = [json.loads(base64.b64decode(one)) for one in contents]
    answers = inbox.receive(Peer.objects.get(name=sender), documents)
    return [{"id": one.id, "outcome": one.outcome, "code": one.code, "words": one.words} for one in answers]


def post(to: str, kind: str, data: dict[str, Any]) -> None:
    """Send whatever one likes: what a register does that is not to be believed."""
    from domicile.apps.peers import outbox
    from domicile.apps.peers.models import Peer

    outbox.post(peer=Peer.objects.get(name=to), kind=kind, subject=uuid.UUID(data["move"]), data=data)


def give_up() -> None:
    """Give up what was set aside."""
    from domicile.apps.peers.models import InMessage

    InMessage.objects.filter(state="aside").update(state="given_up")


def acknowledged(sender: str, answers: list[dict[str, str]]) -> None:
    """What a peer answered."""
    from django.utils import timezone

    from domicile.apps.peers import delivery, inbox
    from domicile.apps.peers.models import OutMessage, Peer

    held = {uuid.UUID(one["id"]): inbox.Answer(**one) for one in answers}
    messages = list(OutMessage.objects.filter(pk__in=held))
    delivery.note(Peer.objects.get(name=sender), messages, held, timezone.now())


def apply(limit: int = 1000) -> int:
    """Apply what has come."""
    from django.utils import timezone

    from domicile.apps.peers import inbox
    from domicile.apps.peers.models import InMessage

    InMessage.objects.filter(state="waiting").update(next_at=timezone.now())  # nobody waits for a clock here
    return inbox.apply_waiting(limit)


def statements(limit: int = 1000) -> int:
    """Apply what has come, each turn to its end however slow the machine; how many statements that took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from domicile.apps.peers import inbox

    inbox.TURN = 600.0
    with CaptureQueriesContext(connection) as asked:
        apply(limit)
    return len(asked)


COMMANDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        settle, found, link, families, outgoing, incoming, acknowledged, apply, statements, post, give_up,
        staff.flat, staff.declare, staff.ask, staff.step, staff.hand_on, staff.die, staff.recode, working.work, working.agree,
        on_file.moves, on_file.lines, on_file.dead, on_file.history, on_file.faults, on_file.errors_at_any_moment,
        on_file.logs,
        on_file.journals, at_scale.declare_each, at_scale.arrive_each, at_scale.put_on_file,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
