"""Many moves inside one register, timed, and many of the past put on file: what benchmarks ask for."""

import datetime as dt
import time
import uuid
from typing import Any

from tests.moves_between.staff import WHY, worker


def declare_each(code: str, people: list[str], day: str, to: str) -> float:
    """A move for each of these; the seconds it took."""
    from domicile.apps.moves import actions

    actor, began = worker(code), time.perf_counter()
    for person in people:
        arguments = actions.Declare(uuid.UUID(person), dt.date.fromisoformat(day), "area", to)
        actions.declare(actor=actor, reason=WHY, arguments=arguments)
    return time.perf_counter() - began


def arrive_each(code: str, day: str, flats: int = 200) -> float:
    """Register the arrival of everybody who is announced here; the seconds it took."""
    from domicile.apps.moves import actions
    from domicile.apps.moves.models import MoveEnd
    from tests import factories

    rooms = [factories.dwelling(place_code=f"{code}001002001").pk for _place in range(flats)]
    announced = MoveEnd.objects.filter(side="destination", code__startswith=code, said_at=None, move__state="told")
    keys, actor, began = list(announced.values_list("move_id", flat=True)), worker(code), time.perf_counter()
    for place, key in enumerate(keys):
        arguments = actions.Arrive(key, rooms[place % flats], dt.date.fromisoformat(day))
        actions.arrive(actor=actor, reason=WHY, arguments=arguments)
    return time.perf_counter() - began


def put_on_file(code: str, other: str, count: int) -> None:
    """Moves of the past from one county to the other, with all that is kept of each, written beneath the actions."""
    from django.utils import timezone

    from domicile.apps.common.ids import new_id
    from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson
    from domicile.apps.peers.models import Peer, Thread
    from domicile.apps.people.models import Person

    now, peer, day = timezone.now(), Peer.objects.get(state="active"), dt.date(2020, 5, 1)
    ways = [
        ("declare", "", "declared"),
        ("tell", "declared", "told"),
        ("arrive", "told", "arrived"),
        ("confirm", "arrived", "confirmed"),
    ]
    said: dict[str, Any] = {"to_where": "area", "to_code": f"{other}001001000", "day": day, "said_at": now}
    by = {"declare": "origin", "tell": "rule", "arrive": "destination", "confirm": "rule"}
    for begin in range(0, count, 5000):
        size = min(5000, count - begin)
        people = Person.objects.bulk_create(
            [Person(name="往人", given="人", sound="wangren") for _place in range(size)]
        )
        moves = Move.objects.bulk_create([Move(pk=new_id(), made_at=now) for _place in range(size)])
        ends = [
            MoveEnd(move=move, side=side, code=f"{area}001001000", **said)
            for move in moves for side, area in (("origin", code), ("destination", other))
        ]  # fmt: skip
        MoveEnd.objects.bulk_create(ends)
        MovePerson.objects.bulk_create(
            [MovePerson(move=move, person=person, under_way=False) for move, person in zip(moves, people, strict=True)]
        )
        MoveChange.objects.bulk_create([
            MoveChange(move=move, number=number, step=step, before=before, after=after, by=by[step], at=now)
            for move in moves for number, (step, before, after) in enumerate(ways, 1)
        ])  # fmt: skip
        Move.objects.filter(pk__in=[move.pk for move in moves]).update(state="confirmed", owner="destination")
        Correspondence.objects.bulk_create([Correspondence(move=move, peer=peer, told=4) for move in moves])
        Thread.objects.bulk_create([Thread(peer=peer, subject=move.pk, sent=2, settled=1) for move in moves])
