"""Bring the rows of one person, or of persons who were one, in line with the links between their ids.

`take` and `put` are the two halves: what must go before a link can stand, and what comes back or is filled. Every step
goes through the recorder of the change, so that the log tells all of it. The number of statements depends on the rows of
these persons alone.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db.models import Model, Q

from domicile.apps.audit.recording import Recorder, plain, recorded
from domicile.apps.audit.reversal import model_of, stored
from domicile.apps.people.identity.deriving import FILLED, Group, Held, derive
from domicile.apps.people.identity.edited import edited_since
from domicile.apps.people.models import Household, Member, Person, SamePerson, SetAside, Spell


class Settling:
    """The rows of some persons, with what is wanted of them under the links as they are going to be."""

    def __init__(
        self, links: Sequence[SamePerson], roots: Collection[uuid.UUID], kept: Sequence[SetAside], today: dt.date
    ):
        """`links`: all that are to stand among these persons; `roots`: who stands then; `kept`: what is set aside now."""
        self.today = today
        ids = {*roots, *(link.person_id for link in links)}
        held = _held(ids, kept)
        self.persons = {one.row.pk: one for one in held[Person]}
        self.households = held[Household]
        for root in roots:
            own = sorted(
                (link for link in links if link.stands_id == root), key=lambda one: (one.merged_at, one.pk.hex)
            )
            members = {root, *(link.person_id for link in own)}
            derive(
                Group(
                    root, own, {pk: self.persons[pk] for pk in members},
                    [one for one in held[Spell] if one.row.person_id in members],
                    [one for one in held[Member] if one.row.person_id in members and one.row.left_on is None],
                )
            )  # fmt: skip
        self._empty_households(held[Member])
        self.rows = [one for of_model in held.values() for one in of_model]
        found = {one.kept.pk for one in self.rows if one.kept is not None}
        self.lost = [one for one in kept if one.pk not in found]  # of rows that are on file no longer

    def _empty_households(self, members: Sequence[Held]) -> None:
        """A household whose last members are set aside ends with them."""
        leaving: dict[uuid.UUID, Held] = {one.row.household_id: one for one in members if one.out}
        held = {one.row.pk: one for one in self.households}
        missing = set(leaving) - set(held)
        held |= {row.pk: Held(row) for row in Household.objects.filter(pk__in=missing)} if missing else {}
        stays: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        if leaving:
            for household, pk in Member.objects.filter(household_id__in=leaving, left_on=None).values_list(
                "household_id", "pk"
            ):
                stays[household].add(pk)
        for one in members:
            (stays[one.row.household_id].discard if one.out else stays[one.row.household_id].add)(one.row.pk)
        for household, member in leaving.items():
            own = held[household]
            if not stays[household] and own.value("ended_on") is None and member.link is not None:
                last = own.row.ended_on or max(self.today, own.row.formed_on or self.today)
                own.aside(member.link, ended_on=last)
        self.households[:] = held.values()

    def take(self, change: Recorder) -> None:
        """What counts no longer goes: rows are taken out first, then others are shortened."""
        for held in self.rows:
            if held.out:
                _settle(held, change)
        for held in self.rows:
            if _shortens(held):
                _settle(held, change)

    def put(self, change: Recorder) -> None:
        """What counts again comes back: first values, then rows; last what goes on with other values."""
        rest = [held for held in self.rows if not held.out and not _shortens(held)]
        for held in sorted(rest, key=_when):
            _settle(held, change)
        for kept in self.lost:
            change.delete(kept)


def _shortens(held: Held) -> bool:
    """Whether a stay is to go on with fewer days than it has on file."""
    row = held.row
    if not isinstance(row, Spell) or not held.wanted or (held.kept is not None and held.kept.whole):
        return False
    start, end = held.wanted.get("start", held.value("start")), held.wanted.get("end", held.value("end"))
    begins = row.start is None or (start is not None and start >= row.start)
    return begins and (row.end is None or (end is not None and end <= row.end))


def _when(held: Held) -> int:
    if held.wanted:
        return 2
    return 1 if held.kept is not None and held.kept.whole else 0


def _held(ids: Collection[uuid.UUID], kept: Iterable[SetAside]) -> dict[type[Model], list[Held]]:
    """All rows of these persons that a merge may touch, with their own values. Six queries, more where something is set aside."""
    aside = {(one.table, one.row_id): one for one in kept}
    rows: dict[type[Model], list[Any]] = {
        Person: list(Person.objects.filter(pk__in=ids)),
        Spell: list(Spell.objects.filter(person_id__in=ids)),
        Member: list(
            Member.objects.filter(Q(left_on=None) | Q(pk__in=[row for _table, row in aside]), person_id__in=ids)
        ),
        Household: [],
    }
    for one in aside.values():
        model = model_of(one.table)
        if one.whole:
            rows[model].append(model(pk=one.row_id, **_own(one)))
    ended = [one.row_id for one in aside.values() if model_of(one.table) is Household]
    homes = {row.household_id for row in rows[Member]} | set(ended)
    households = Household.objects.select_related("dwelling").in_bulk(homes) if homes else {}
    for row in rows[Member]:
        row.household = households[row.household_id]
    rows[Household] = [households[pk] for pk in ended if pk in households]
    edited = edited_since(list(aside.values()), ids, households)
    return {
        model: [_one(row, aside.get((row._meta.db_table, row.pk)), edited) for row in of] for model, of in rows.items()
    }


def _own(kept: SetAside) -> dict[str, Any]:
    model = model_of(kept.table)
    values = orjson.loads(kept.values)
    return {name: stored(model._meta.get_field(name), pair[0]) for name, pair in values.items()}


def _one(row: Any, kept: SetAside | None, edited: Mapping[tuple[str, str], Collection[str]]) -> Held:
    """The row with its own values: what a merge set is its own no longer once somebody else has changed it since."""
    if kept is None or kept.whole:
        return Held(row, kept)
    values, own = orjson.loads(kept.values), _own(kept)
    anew = edited.get((row._meta.db_table, plain(row.pk)), ())
    still = {name for name, pair in values.items() if plain(getattr(row, name)) == pair[1] and name not in anew}
    for names, _silent in FILLED if isinstance(row, Person) else ():
        # Filled together, given up together. The code of an area changes with the area: the text says whether it is the same.
        judged = {name for name in names if name != "registered_code"}
        still = still | set(names) if judged <= still else still - set(names)
    return Held(row, kept, {name: value for name, value in own.items() if name in still})


def _settle(held: Held, change: Recorder) -> None:
    """Make one row as it is wanted, and keep or give up what was set aside of it."""
    kept, row = held.kept, held.row
    there = kept is None or not kept.whole
    own = {name: plain(held.value(name)) for name in (recorded(type(row)) if held.out else held.wanted)}
    text = _text(own, held)
    if kept is not None and _same(kept, held, text):
        return
    if kept is None and not held.out and not held.wanted:
        return
    if kept is not None:
        change.delete(kept)
        held.kept = None
    if held.out:
        if there:
            change.delete(type(row)(**{name: getattr(row, name) for name in ("pk", *recorded(type(row)))}))
    elif there:
        change.update(row, **(held.own | held.wanted))
    else:
        for name, value in held.wanted.items():
            setattr(row, name, value)
        change.create(row)
    if (held.out or held.wanted) and held.link is not None:
        change.create(SetAside(link=held.link, table=row._meta.db_table, row_id=row.pk, whole=held.out, values=text))


def _text(own: dict[str, Any], held: Held) -> str:
    return orjson.dumps({name: [value, plain(held.wanted.get(name))] for name, value in sorted(own.items())}).decode()


def _same(kept: SetAside, held: Held, text: str) -> bool:
    """Whether what is set aside is what is wanted already, by the same merge."""
    if held.link is None or kept.link_id != held.link.pk or kept.whole != held.out:
        return False
    return kept.values == text and (held.out or set(held.own) >= set(held.wanted))
