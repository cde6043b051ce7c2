"""Staff at work inside one register: whatever can be asked for, sensible or not, drawn by a seed."""

import datetime as dt
import random
import uuid
from collections import Counter
from typing import Any

WEIGHTS = {
    "declare": 10, "arrive": 14, "ask": 3, "confirm": 5, "object": 1, "return": 2, "cancel": 1, "withdraw": 2, "lapse": 1,
    "correct": 5, "change_destination": 2, "accept": 3, "not_yet": 3,
}  # fmt: skip
FLATS = 40


def work(code: str, seed: int, count: int, day: str, places: list[str], numbers: list[str]) -> dict[str, int]:
    """Try `count` things one after the other; how often each was done and refused."""
    from django.db import IntegrityError

    from domicile.apps.access.refusals import OutOfReach
    from domicile.apps.common.refusals import Refused
    from tests.moves_between import inside

    desk = Desk(code, random.Random(seed), dt.date.fromisoformat(day), places, numbers)
    tally: Counter[str] = Counter()
    for _time in range(count):
        verb = desk.draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        try:
            done = desk.take(verb, inside)
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

    def take(self, verb: str, inside: Any) -> bool:
        """One thing; False where there is nothing to do it to."""
        day = str(self.day + dt.timedelta(days=self.draw.randint(-2, 5)))
        if verb == "declare":
            numbers = self._household(inside)
            if not numbers:
                return False
            inside.declare(self.code, numbers, day, self.draw.choice(self.places))
            return True
        if verb == "ask":
            number = self.draw.choice(self.numbers)
            inside.ask(self.code, [number], day, self._flat(), f"{number[:6]}001001")
            return True
        move = self._move(verb)
        if move is None:
            return False
        values: dict[str, Any] = {"day": day}
        if verb == "arrive":
            values |= {"at": self._flat(), "first": self.draw.choice([0, 0, 0, 1])}
        elif verb == "correct":
            side = self.draw.choice(["origin", "destination"])
            apart = self.draw.choice([0, -12, 9]) if side == "origin" else 0  # so far that the ends differ
            values |= {"side": side, "day": str(dt.date.fromisoformat(day) + dt.timedelta(days=apart))}
        elif verb == "change_destination":
            values |= {"to": self.draw.choice(self.places)}
        inside.step(self.code, move.hex, verb, **values)
        return True

    def _move(self, verb: str) -> uuid.UUID | None:
        """A move with an end here that such a thing may be asked of."""
        from django.db.models import OuterRef, Q, Subquery

        from domicile.apps.moves.models import Move, MoveChange
        from domicile.core.moves import steps

        befores = set(steps()[verb].befores())
        if verb == "correct" and self.draw.random() < 0.5:
            befores = {"confirmed"}
        here = Q(ends__code__startswith=self.code)
        if verb in {"arrive", "accept", "not_yet"}:
            here &= Q(ends__side="destination")
        rows = Move.objects.filter(here, state__in=befores).distinct().order_by("-made_at")
        if verb == "accept":
            last = MoveChange.objects.filter(move=OuterRef("pk")).order_by("-number")
            rows = rows.annotate(last=Subquery(last.values("step")[:1]), spoke=Subquery(last.values("by")[:1]))
            rows = rows.filter(last__in=["correct", "reopen"], spoke="origin")
        found = list(rows.values_list("pk", flat=True)[:30])
        return self.draw.choice(found) if found else None

    def _household(self, inside: Any) -> list[str]:
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
        from tests.moves_between import inside

        room = f"{self.draw.randint(1, FLATS)}号房"
        found = Dwelling.objects.filter(place_code=f"{self.code}001002001", room=room).first()
        return found.pk.hex if found else inside.flat(self.code, room)
