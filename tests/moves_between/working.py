"""Staff at work inside one register: whatever can be asked for, sensible or not, drawn by a seed."""

import contextlib
import datetime as dt
import random
import uuid
from collections import Counter
from typing import Any

from tests.moves_between import staff

WEIGHTS = {
    "declare": 9, "twice": 1, "arrive": 14, "ask": 3, "confirm": 5, "object": 1, "return": 2, "cancel": 1, "withdraw": 2,
    "lapse": 1, "correct": 5, "change_destination": 2, "accept": 3, "not_yet": 3, "hand_on": 2, "die": 0.3, "night": 0.5,
}  # fmt: skip
FLATS = 40
#: How often somebody who answers for all counties takes a step, instead of one of them.
ABOVE, EVERYWHERE = 0.1, "7"


def work(code: str, seed: int, count: int, day: str, places: list[str], numbers: list[str]) -> dict[str, int]:
    """Try `count` things one after the other; how often each was done and refused."""
    from django.db import IntegrityError

    from domicile.apps.access.refusals import OutOfReach
    from domicile.apps.common.refusals import Refused

    desk = Desk(code, random.Random(seed), dt.date.fromisoformat(day), places, numbers)
    tally: Counter[str] = Counter()
    for _time in range(count):
        verb = desk.draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        try:
            done = desk.take(verb)
        except (Refused, OutOfReach):
            tally[f"{verb} refused"] += 1
        except IntegrityError as error:
            raise AssertionError(f"{verb}: {error}") from error
        else:
            tally[verb if done else f"{verb} idle"] += 1
    return dict(tally)


class Desk:
    """One worker's draws."""

    def __init__(self, code: str, draw: random.Random, day: dt.date, places: list[str], numbers: list[str]) -> None:
        self.code, self.draw, self.day, self.places, self.numbers = code, draw, day, places, numbers

    def take(self, verb: str) -> bool:
        """One thing; False where there is nothing to do it to."""
        day = str(self.day + dt.timedelta(days=self.draw.randint(-2, 5)))
        if verb in {"declare", "twice"}:
            return self._declare(day, twice=verb == "twice")
        if verb == "ask":
            number = self.draw.choice(self.numbers)
            staff.ask(self.code, [number], day, self._flat(), f"{number[:6]}001001")
            return True
        if verb == "night":
            return staff.night(day) > 0
        if verb == "die":
            return self._die(day)
        move = self._move(verb)
        if move is None:
            return False
        if verb == "hand_on":
            staff.hand_on(self.code, move.hex, staff.second(self.code).code)
            return True
        staff.step(EVERYWHERE if self.draw.random() < ABOVE else self.code, move.hex, verb, **self._values(verb, day))
        return True

    def _values(self, verb: str, day: str) -> dict[str, Any]:
        """What a step says besides who and of which move."""
        values: dict[str, Any] = {"day": day}
        if verb == "arrive":
            values |= {"at": self._flat(), "first": self.draw.choice([0, 0, 0, 1])}
        elif verb == "correct":
            side = self.draw.choice(["origin", "destination"])
            apart = self.draw.choice([0, -12, 9]) if side == "origin" else 0  # so far that the ends differ
            values |= {"side": side, "day": str(dt.date.fromisoformat(day) + dt.timedelta(days=apart))}
        elif verb == "change_destination":
            values |= {"to": self.draw.choice(self.places)}
        return values

    def _declare(self, day: str, *, twice: bool) -> bool:
        """Some of a household move away; `twice`: another of them declares the same, which nobody may take."""
        from domicile.apps.common.refusals import Refused

        numbers, to = self._household(), self.draw.choice(self.places)
        if not numbers:
            return False
        staff.declare(self.code, numbers, day, to)
        if twice:
            with contextlib.suppress(Refused):
                raise AssertionError(f"taken twice: {staff.declare(self.code, numbers[::-1], day, to)}")
        return True

    def _die(self, day: str) -> bool:
        """Somebody who lives here dies, one in a move where there is one."""
        from domicile.apps.moves.models import MovePerson
        from domicile.apps.people.models import Document, Spell
        from domicile.apps.vault.sealing import open_many

        here = Spell.objects.filter(kind="usual", end=None).order_by("person_id")
        moving = here.filter(person__in=MovePerson.objects.filter(under_way=True).values("person"))
        people = list((moving if moving.exists() else here).values_list("person_id", flat=True))
        if not people:
            return False
        held = Document.objects.filter(person_id=self.draw.choice(people))
        (number,) = open_many(list(held), "number").values()
        staff.die(self.code, number, day)
        return True

    def _move(self, verb: str) -> uuid.UUID | None:
        """A move with an end here that such a thing may be asked of."""
        from django.db.models import OuterRef, Q, Subquery

        from domicile.apps.moves.handing.policies import ANNOUNCED, NO_COMMUNITY
        from domicile.apps.moves.models import Move, MoveChange
        from domicile.core.moves import steps

        befores = set(ANNOUNCED if verb == "hand_on" else steps()[verb].befores())
        if verb == "correct" and self.draw.random() < 0.5:
            befores = {"confirmed"}
        here = Q(ends__code__startswith=self.code)
        if verb in {"arrive", "accept", "not_yet", "hand_on"}:
            here &= Q(ends__side="destination")
        if verb == "hand_on":
            here &= Q(ends__code__endswith=NO_COMMUNITY)
        rows = Move.objects.filter(here, state__in=befores).distinct().order_by("-made_at")
        if verb == "accept":
            last = MoveChange.objects.filter(move=OuterRef("pk")).order_by("-number")
            rows = rows.annotate(last=Subquery(last.values("step")[:1]), spoke=Subquery(last.values("by")[:1]))
            rows = rows.filter(last__in=["correct", "reopen"], spoke="origin")
        found = list(rows.values_list("pk", flat=True)[:30])
        return self.draw.choice(found) if found else None

    def _household(self) -> list[str]:
        """Numbers of some who live together and of whom no move is under way."""
        from domicile.apps.moves.models import MovePerson
        from domicile.apps.people.models import Document, Member, Spell
        from domicile.apps.vault.sealing import open_many

        stays = Spell.objects.filter(kind="usual", end=None)
        stays = stays.exclude(person__in=MovePerson.objects.filter(under_way=True).values("person"))
        people = list(stays.order_by("person_id").values_list("person_id", flat=True))
        if not people:
            return []
        who = [self.draw.choice(people)]
        if self.draw.random() < 0.6:
            home = Member.objects.filter(person_id=who[0], side="living", left_on=None).first()
            others = Member.objects.filter(household=home.household_id, left_on=None) if home else []
            who += [row.person_id for row in others if row.person_id not in who]
        rows = {row.person_id: row for row in Document.objects.filter(person_id__in=who)}
        numbers = open_many(list(rows.values()), "number")
        return [numbers[rows[person].pk] for person in who]

    def _flat(self) -> str:
        """A dwelling in the second community."""
        from domicile.apps.places.models import Dwelling

        room = f"{self.draw.randint(1, FLATS)}号房"
        found = Dwelling.objects.filter(place_code=f"{staff.second(self.code).code}001", room=room).first()
        return found.pk.hex if found else staff.flat(self.code, room)


def agree(code: str) -> int:
    """Give every move under way its last word, as far as this register has one; how many had."""
    from domicile.apps.access.refusals import OutOfReach
    from domicile.apps.common.refusals import Refused
    from domicile.apps.moves.models import Move
    from domicile.core.moves import open_states, steps

    done, befores = 0, {word: steps()[word].befores() for word in ("confirm", "cancel", "withdraw")}
    for key, state in Move.objects.filter(state__in=open_states()).values_list("pk", "state"):
        for word in [word for word, fitting in befores.items() if state in fitting]:
            try:
                staff.step(code, key.hex, word)
            except (Refused, OutOfReach):
                continue
            done += 1
            break
    return done
