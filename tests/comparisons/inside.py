"""What happens inside one register of these tests: `python -m tests.comparisons.inside`; see tests/moves_between/inside.py."""

import base64
import datetime as dt
import os
import signal
import uuid
from typing import Any

from tests.moves_between import inside

WHY = "核对两地重复登记"


def keeper(code: str) -> Any:
    """Who answers for the whole register."""
    from tests.moves_between.staff import worker

    return worker(code)


def residents(code: str, people: list[dict[str, Any]]) -> list[str]:
    """People who live in the first community, each in a dwelling of their own; their ids."""
    from tests import factories

    made = []
    for place, told in enumerate(people, start=1):
        fields = dict(told)
        born = fields.pop("born")
        person = factories.person(birth_date=dt.date.fromisoformat(born) if born else None, **fields)
        at = factories.dwelling(place_code=f"{code}001001001", room=f"{5000 + place}室")
        factories.household(at=at, members=[(person, factories.HEAD)])
        made.append(person.pk.hex)
    return made


def propose(code: str, to: str, places: list[str], most: int = 1000) -> str:
    """Propose a comparison; its id."""
    from domicile.apps.comparisons import agreeing
    from domicile.apps.peers.models import Peer

    told = agreeing.Propose(Peer.objects.get(name=to).pk, places, WHY, most)
    return agreeing.propose(actor=keeper(code), arguments=told).pk.hex


def accept(code: str, comparison: str) -> None:
    """Accept it."""
    from domicile.apps.comparisons import agreeing

    agreeing.accept(actor=keeper(code), comparison_id=uuid.UUID(comparison))


def refuse(code: str, comparison: str) -> None:
    """Decline it."""
    from domicile.apps.comparisons import agreeing

    agreeing.refuse(actor=keeper(code), comparison_id=uuid.UUID(comparison), reason="目前不比对")


def stop(code: str, comparison: str) -> None:
    """Stop it."""
    from domicile.apps.comparisons import agreeing

    agreeing.stop(actor=keeper(code), comparison_id=uuid.UUID(comparison), reason="不再需要")


def close() -> None:
    """Stop whatever is open."""
    from django.db import transaction

    from domicile.apps.comparisons import messages
    from domicile.apps.comparisons.models import Comparison

    with transaction.atomic():
        for row in Comparison.objects.filter(state__in=Comparison.OPEN):
            messages.stop(row, "test over")


def run() -> int:
    """What the background worker does."""
    from domicile.apps.comparisons import jobs

    return jobs.run()


def run_and_die(step: str) -> None:
    """The same, killed in the middle of a step, before it is committed."""
    from domicile.apps.comparisons import jobs, messages

    sent = messages.send_points

    def die(row: Any, kind: str, *others: Any) -> None:
        sent(row, kind, *others)
        if kind == step:
            os.kill(os.getpid(), signal.SIGKILL)

    messages.send_points = die
    jobs.run()


#: What the commands below put something else in place of, as it was.
HONEST: dict[tuple[Any, str], Any] = {}


def write_file(to: str) -> list[str]:
    """A sealed file for a peer: its content (base64) and the code that opens it."""
    from domicile.apps.peers import actions, byhand
    from domicile.apps.peers.models import Peer

    written = byhand.write(actor=actions.MACHINE, peer=Peer.objects.get(name=to))
    return [base64.b64encode(written.content).decode(), written.code]


def read_file(sender: str, content: str, code: str) -> list[str]:
    """Take a file of a peer in; the file with the answers, where there is one."""
    from domicile.apps.peers import actions, byhand
    from domicile.apps.peers.models import Peer

    peer = Peer.objects.get(name=sender)
    read = byhand.read(actor=actions.MACHINE, peer=peer, content=base64.b64decode(content), code=code)
    return [base64.b64encode(read.answers.content).decode(), read.answers.code] if read.answers else []


def _instead(module: Any, name: str, made: Any) -> Any:
    """Put something in place of a function until `honest`; the function."""
    held = HONEST.setdefault((module, name), getattr(module, name))
    setattr(module, name, made)
    return held


def honest() -> None:
    """Be again as shipped."""
    for (module, name), held in HONEST.items():
        setattr(module, name, held)


def small_parts(size: int) -> None:
    """Let a part hold few tokens, so that there are many."""
    from domicile.apps.comparisons import policies

    number = _instead(policies, "number", lambda name: size if name == "part_tokens" else number(name))


def more_tokens(count: int) -> None:
    """A register that is not to be believed: it sends guesses besides."""
    from domicile.apps.comparisons import policies, working

    _instead(policies, "most_tokens", lambda people: 10**9)

    def guessing(row: Any) -> Any:
        owners, tokens = told(row)
        return owners + [working.Owner("number", [])] * count, tokens + [
            b"number\x1f%018d" % one for one in range(count)
        ]

    told = _instead(working, "_tokens", guessing)


def comparison(key: str) -> dict[str, Any]:
    """How one stands."""
    from domicile.apps.comparisons.models import Comparison, Part

    row = Comparison.objects.filter(pk=uuid.UUID(key)).first()
    if row is None:
        return {"state": ""}
    return {
        "state": row.state, "words": row.words, "found": row.found, "parts": Part.objects.filter(comparison=row).count(),
        "own": row.own_people, "theirs": row.their_people, "secret": _opens(row),
    }  # fmt: skip


def _opens(row: Any) -> bool:
    from domicile.apps.comparisons.agreeing import secret_of
    from domicile.apps.vault.sealing import Erased

    try:
        return len(secret_of(row)) == 32
    except Erased:
        return False


def whom(key: str) -> dict[str, str]:
    """Who was found: id and kinds that agreed."""
    from domicile.apps.comparisons.models import Likeness

    return {row.person.hex: row.kinds for row in Likeness.objects.filter(comparison=uuid.UUID(key))}


def looks() -> list[str]:
    """Whose looks at whom a comparison left."""
    from domicile.apps.access.models import Look

    rows = Look.objects.using("log").filter(question="comparison").order_by("id")
    return [f"{row.user_name} {row.purpose} {len(bytes(row.persons)) // 16}" for row in rows]


def sent() -> list[str]:
    """All that this register has written to others, opened (base64)."""
    from domicile.apps.peers.bodies import open_bodies
    from domicile.apps.peers.models import OutMessage

    rows = OutMessage.objects.order_by("made_at")
    bodies = open_bodies([(OutMessage._meta.db_table, row.pk, row.sealed_under, row.body) for row in rows])
    return [base64.b64encode(one).decode() for one in bodies]


def unsealed() -> list[str]:
    """What stands in the boxes that this register got in comparisons that run (base64)."""
    from domicile.apps.comparisons.models import Part

    return [base64.b64encode(bytes(part.points)).decode() for part in Part.objects.exclude(points=None)]


for command in (
    residents, propose, accept, refuse, stop, close, honest, run, run_and_die, small_parts, more_tokens, comparison, whom,
    looks, sent, unsealed, write_file, read_file,
):  # fmt: skip
    inside.COMMANDS[command.__name__] = command

if __name__ == "__main__":
    inside.main()
