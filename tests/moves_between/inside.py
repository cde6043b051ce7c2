"""What happens inside one register of these tests: `python -m tests.moves_between.inside`, commands as lines of JSON.

The process owns a home of its own (DOMICILE_HOME). Each line is [command, arguments]; the answer is a line of JSON:
{"done": …}, {"refused": words} or {"failed": traceback}. A killed process loses nothing but what it had not committed.
"""

import base64
import datetime as dt
import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

LONG_AGO = dt.date(2010, 1, 1)
WHY = "本人申报"


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
        (f"{code}001000", "东街道", 4), (f"{code}001001", "一社区", 5), (f"{code}001002", "二社区", 5),
    ]  # fmt: skip
    since = {"valid_from": LONG_AGO}
    for area, called, level in rows:
        Area.objects.get_or_create(code=area, valid_to=None, defaults={"name": called, "level": level, **since})
    for community in (f"{code}001001", f"{code}001002"):
        Grid.objects.get_or_create(code=f"{community}001", valid_to=None, defaults={"name": "第1网格", **since})


def found(name: str, code: str) -> dict[str, Any]:
    """The name and key of the register, as a card."""
    from django.utils import timezone

    from domicile.apps.peers import actions, cards
    from domicile.apps.vault import keyring

    keyring.make_keys()
    own = actions.set_up(actor=actions.MACHINE, name=name, address="", areas=[code])
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


def flat(code: str, room: str) -> str:
    """An empty dwelling in the second community."""
    from tests import factories

    return factories.dwelling(place_code=f"{code}001002001", room=room).pk.hex


# --- what staff do ------------------------------------------------------------------------------------------------------


def worker(code: str) -> Any:
    """Who works in the whole county."""
    from tests.cast import Actor, viewer

    return viewer(Actor(f"jing{code}", "王经办", "county_operator", code, "register_maintenance"))


def person_of(number: str) -> str | None:
    """Who has this number here."""
    from domicile.apps.moves.selectors.candidates import blinds_of
    from domicile.apps.people.models import Document

    found = Document.objects.filter(blind__in=blinds_of(number)).values_list("person_id", flat=True).first()
    return found.hex if found else None


def declare(code: str, numbers: list[str], day: str, to: str, where: str = "area") -> str:
    """Somebody and members of the household move away; returns the move."""
    from domicile.apps.moves import actions

    people = [uuid.UUID(key) for number in numbers if (key := person_of(number))]
    arguments = actions.Declare(
        person_id=people[0], others=tuple(people[1:]), day=dt.date.fromisoformat(day), to_where=where, to_code=to,
        to_text="" if to else "外地", new_head_id=_successor(people),
    )  # fmt: skip
    return actions.declare(actor=worker(code), reason=WHY, arguments=arguments).hex


def _successor(people: list[uuid.UUID]) -> uuid.UUID | None:
    from domicile.apps.people.models import Member

    home = Member.objects.filter(person_id=people[0], side="living", left_on=None).first()
    rows = (
        Member.objects.filter(household=home.household_id, left_on=None).exclude(person_id__in=people) if home else []
    )
    return next((row.person_id for row in rows), None)


def ask(code: str, numbers: list[str], day: str, at: str, registered: str) -> str:
    """Somebody arrives of whom no declaration is found."""
    from domicile.apps.moves import actions
    from domicile.apps.people.actions import NewPerson
    from domicile.apps.people.models import Person

    common: dict[str, Any] = {"dwelling_id": uuid.UUID(at), "day": dt.date.fromisoformat(day)}
    known = person_of(numbers[0])
    if known:
        name = Person.objects.get(pk=known).name
        arguments = actions.Ask(person_id=uuid.UUID(known), document_number=numbers[0], **common)
    else:
        name = "来人"
        new = NewPerson(
            name=name,
            document_kind="resident_id",
            document_number=numbers[0],
            registered="elsewhere",
            registered_code=registered,
        )
        arguments = actions.Ask(people=(new,), **common)
    return actions.ask(actor=worker(code), reason=WHY, arguments=arguments).hex


def step(code: str, move: str, key: str, **values: Any) -> None:
    """Another step of a move, by whoever works here."""
    from domicile.apps.moves import actions
    from domicile.apps.moves.models import MoveChange

    pk = uuid.UUID(move)
    day = dt.date.fromisoformat(values["day"]) if values.get("day") else None
    made: dict[str, tuple[Any, Callable[[], Any]]] = {
        "arrive": (
            actions.arrive,
            lambda: actions.Arrive(pk, uuid.UUID(values["at"]), day or LONG_AGO, person_ids=tuple(_people(pk, values))),
        ),
        "confirm": (actions.confirm, lambda: actions.Confirm(pk, _successor(_all(pk)))),
        "object": (actions.object_to, lambda: actions.Object(pk)),
        "accept": (actions.accept, lambda: actions.Accept(pk, MoveChange.objects.filter(move_id=pk).count())),
        "not_yet": (actions.not_yet, lambda: actions.NotYet(pk)),
        "return": (actions.return_home, lambda: actions.Return(pk, day or LONG_AGO)),
        "cancel": (actions.cancel, lambda: actions.Cancel(pk)),
        "withdraw": (actions.withdraw, lambda: actions.Withdraw(pk)),
        "lapse": (actions.lapse, lambda: actions.Lapse(pk)),
        "correct": (actions.correct_end, lambda: actions.CorrectEnd(pk, values["side"], day)),
        "change_destination": (
            actions.change_destination,
            lambda: actions.ChangeDestination(pk, "area" if values["to"] else "unknown", values["to"]),
        ),
    }  # fmt: skip
    action, arguments = made[key]
    action(actor=worker(code), reason=WHY, evidence="来函第7号", arguments=arguments())


def hand_on(code: str, move: str, community: str) -> None:
    """The county gives a move to one of its communities."""
    from domicile.apps.moves.handing.actions import HandOn
    from domicile.apps.moves.handing.actions import hand_on as action

    action(actor=worker(code), reason=WHY, arguments=HandOn(uuid.UUID(move), community))


def die(code: str, number: str, day: str) -> None:
    """Somebody dies."""
    from domicile.apps.vitals import actions

    key = person_of(number)
    if key is None:
        raise LookupError(number)
    arguments = actions.Death(person_id=uuid.UUID(key), died_on=dt.date.fromisoformat(day))
    actions.death(actor=worker(code), reason=WHY, arguments=arguments)


def _people(move: uuid.UUID, values: dict[str, Any]) -> list[uuid.UUID]:
    people = _all(move)
    return people[: values["first"]] if values.get("first") and values["first"] < len(people) else []


def _all(move: uuid.UUID) -> list[uuid.UUID]:
    from domicile.apps.moves.models import MovePerson

    return list(MovePerson.objects.filter(move=move).order_by("pk").values_list("person_id", flat=True))


# --- what is on file ----------------------------------------------------------------------------------------------------


def moves() -> list[dict[str, Any]]:
    """Every move as it stands here."""
    from domicile.apps.moves.models import Move

    found = []
    for move in Move.objects.order_by("made_at", "pk").prefetch_related(
        "ends", "people", "correspondence", "requests", "changes"
    ):
        ends = {end.side: end for end in move.ends.all()}
        steps = sorted(move.changes.all(), key=lambda row: row.number)
        found.append({
            "id": move.pk.hex, "state": move.state, "owner": move.owner,
            "people": sorted(row.pk.hex for row in move.people.all()),
            "steps": [(row.number, row.step, row.before, row.after) for row in steps],
            "kept_here": not any(row.keeps for row in move.correspondence.all()),
            "gone": any(row.gone for row in move.correspondence.all()),
            "spoken_of": len(move.correspondence.all()),
            "waits": any(row.answered_at is None for row in move.requests.all()),
            "refused": [row.answer for row in move.requests.all() if row.outcome == "refused"],
            "days": [str(ends[side].day or "") for side in ("origin", "destination")],
            "codes": [ends[side].code[:12] for side in ("origin", "destination")],
        })  # fmt: skip
    return found


def lines() -> dict[str, list[tuple[str, str, str]]]:
    """The usual residences of everybody alive by number: (community, first day, first day no longer)."""
    from domicile.apps.people.models import Document, Spell
    from domicile.apps.vault.sealing import open_many

    documents = list(Document.objects.filter(person__died_on=None))
    numbers = open_many(documents, "number")
    held: dict[Any, str] = {row.person_id: numbers[row.pk] for row in documents}
    told: dict[str, list[tuple[str, str, str]]] = {number: [] for number in held.values()}
    for row in Spell.objects.filter(kind="usual", person__in=held).select_related("dwelling").order_by("start"):
        told[held[row.person_id]].append((row.dwelling.place_code[:12], str(row.start), str(row.end or "")))
    return told


def history(number: str) -> list[str]:
    """What is on file of somebody's moves here, in words, for whoever looks for a fault."""
    from domicile.apps.moves.models import MoveChange, MovePerson

    key, found = person_of(number), []
    for row in MovePerson.objects.filter(person_id=key).select_related("move").order_by("move__made_at"):
        steps = MoveChange.objects.filter(move=row.move).order_by("number")
        told = "; ".join(f"{one.at:%H:%M:%S} {one.step} {one.by} {one.day or ''} → {one.after}" for one in steps)
        found.append(f"{row.move_id.hex[-6:]} {row.move.state} {row.move.owner} under way {row.under_way}: {told}")
    return found


def faults() -> list[str]:
    """What `domicile check moves` and `check people` find, and messages that were set aside."""
    from domicile.apps.moves import checks
    from domicile.apps.peers.models import InMessage, OutMessage
    from domicile.apps.people.models import Member, Spell

    found = [f"{one.code} {one.subject}" for one in checks.run() if one.severity == "error"]
    found += [f"aside {row.kind} {row.problem} {row.words}" for row in InMessage.objects.filter(state="aside")]
    found += [f"not taken {row.kind} {row.problem} {row.words}" for row in OutMessage.objects.filter(state="refused")]
    for spell in Spell.objects.filter(kind="usual", end=None).select_related("dwelling"):
        homes = list(
            Member.objects.filter(person=spell.person_id, side="living", left_on=None).select_related("household")
        )
        if [home.household.dwelling_id for home in homes] != [spell.dwelling_id]:
            found.append(f"{spell.person_id}: household and residence differ")
    return found


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


def agree(code: str) -> int:
    """Give every move under way its last word, as far as this register has one; how many had."""
    from domicile.apps.access.refusals import OutOfReach
    from domicile.apps.common.refusals import Refused
    from domicile.apps.moves.models import Move
    from domicile.apps.peers.models import InMessage
    from domicile.core.moves import open_states

    InMessage.objects.filter(state="waiting").update(next_at=dt.datetime.now(dt.UTC))
    done = 0
    for key in Move.objects.filter(state__in=open_states()).values_list("pk", flat=True):
        for word in ("confirm", "cancel", "withdraw"):
            try:
                step(code, key.hex, word)
            except (Refused, OutOfReach):
                continue
            done += 1
            break
    return done


def work(**arguments: Any) -> dict[str, int]:
    """Whatever staff may ask for, drawn by a seed."""
    from tests.moves_between import working

    return working.work(**arguments)


COMMANDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        settle, found, link, families, flat, declare, ask, step, moves, lines, faults, history, outgoing, incoming,
        acknowledged, apply, work, agree, post, give_up, declare_each, arrive_each, put_on_file, die,
        hand_on,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
