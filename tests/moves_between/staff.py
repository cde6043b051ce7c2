"""What staff do inside one register: each thing as the pages do it, by people and numbers instead of forms."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

LONG_AGO = dt.date(2010, 1, 1)
WHY = "本人申报"
SECOND = "二社区"


def flat(code: str, room: str) -> str:
    """An empty dwelling in the second community."""
    from tests import factories

    return factories.dwelling(place_code=f"{second(code).code}001", room=room).pk.hex


def second(code: str) -> Any:
    """The second community, whatever its code is by now."""
    from domicile.apps.areas.models import Area

    return Area.objects.get(code__startswith=code, name=SECOND, valid_to=None)


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
        "correct": (
            actions.correct_end,
            lambda: actions.CorrectEnd(pk, values["side"], day, "area" if "to" in values else "", values.get("to", "")),
        ),
        "change_destination": (
            actions.change_destination,
            lambda: actions.ChangeDestination(pk, "area" if values["to"] else "unknown", values["to"]),
        ),
    }  # fmt: skip
    action, arguments = made[key]
    action(actor=worker(code), reason=WHY, evidence="来函第7号", arguments=arguments())


def recode(code: str) -> str:
    """The second community goes on under another code; returns it."""
    from django.utils import timezone

    from domicile.apps.areas import actions
    from domicile.apps.areas.models import Area

    row, today = second(code), timezone.localdate()
    held = set(Area.objects.filter(code__startswith=f"{code}001").values_list("code", flat=True))
    fresh = next(new for number in range(11, 999) if (new := f"{code}001{number:03}") not in held)
    actions.recode_area(actor=worker(code), area_id=row.pk, on=today, code=fresh, today=today, reason=WHY)
    return fresh


def night(day: str) -> int:
    """What is done by the clock alone; how many steps of moves."""
    from domicile.apps.moves.actions import clock

    return clock.run(actor=clock.MACHINE, today=dt.date.fromisoformat(day))


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
