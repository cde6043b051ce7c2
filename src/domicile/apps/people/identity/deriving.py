"""What of the rows of several ids counts once they are one person: a function of the rows and of the order of the merges.

The rows of the id that stands all count. Of each further id, in the order in which they were merged, what would have the
person live in two places on one day is set aside: days of a usual residence that count already, a residence that goes on
(only the id that stands has one), the same dwelling twice, a second living or registered household. Nobody lives anywhere
after their death. What the id that stands leaves empty is filled from the others.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from domicile.apps.people.models import HEAD, Household, Member, Person, SamePerson, SetAside, Spell

#: Days of life in [start, end); None: without an end on that side.
Span = tuple[dt.date | None, dt.date | None]
#: Columns of a person that are filled together where the first of them says nothing, with what says nothing.
FILLED: tuple[tuple[tuple[str, ...], frozenset[Any]], ...] = (
    (("name", "given", "sound"), frozenset({""})),
    (("sex",), frozenset({"0", "9"})),
    (("birth_date", "birth_precision"), frozenset({None})),
    (("education",), frozenset({""})),
    (("marital",), frozenset({""})),
    (("nationality",), frozenset({""})),
    (("registration", "registered_code", "registered_text"), frozenset({Person.Registration.UNKNOWN.value})),
)


@dataclass
class Held:
    """A row with its own values, as if nothing had been merged, and what is wanted of it now.

    `row` has the values on file; `own` what a merge replaced (column: own value). `kept`: what was set aside of it.
    `out`: to be taken out; `wanted`: other values that it is to go on with. `link`: whose merge asks for it.
    """

    row: Any
    kept: SetAside | None = None
    own: dict[str, Any] = field(default_factory=dict)
    out: bool = False
    wanted: dict[str, Any] = field(default_factory=dict)
    link: SamePerson | None = None

    def value(self, name: str) -> Any:
        """The row's own value of a column."""
        return self.own[name] if name in self.own else getattr(self.row, name)

    def aside(self, link: SamePerson, **wanted: Any) -> None:
        """Ask for other values, or without any for the whole row to be taken out."""
        self.link, self.wanted, self.out = link, wanted, not wanted


@dataclass
class Group:
    """The rows of one person: the id that stands, the links to it in the order of the merges, all rows with their owner."""

    root: uuid.UUID
    links: Sequence[SamePerson]
    persons: dict[uuid.UUID, Held]
    spells: Sequence[Held]
    members: Sequence[Held]  # memberships that go on


def minus(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What is left of a span of days without the others, in order."""
    left = [span]
    for start, end in taken:
        left = [piece for one in left for piece in _without(one, start, end)]
    return left


def _without(span: Span, start: dt.date | None, end: dt.date | None) -> Iterator[Span]:
    low, high = span
    if (high is not None and start is not None and start >= high) or (
        low is not None and end is not None and end <= low
    ):
        yield span
        return
    if start is not None and (low is None or low < start):
        yield low, start
    if end is not None and (high is None or end < high):
        yield end, high


def derive(group: Group) -> None:
    """Set on every row of the group what is wanted of it."""
    if not group.links:
        return
    deaths = [day for day in (held.value("died_on") for held in group.persons.values()) if day is not None]
    dead = min(deaths) + dt.timedelta(days=1) if deaths else None
    _spells(group, dead)
    _members(group, dead)
    _fill(group)


def _of(rows: Sequence[Held], person: uuid.UUID) -> list[Held]:
    return [held for held in rows if held.row.person_id == person]


def _spells(group: Group, dead: dt.date | None) -> None:
    own = _of(group.spells, group.root)
    counted: list[Span] = [_span(held) for held in own if held.row.kind == Spell.Kind.USUAL]
    here = {held.row.dwelling_id for held in own if held.value("end") is None}
    if dead is not None:
        counted.append((dead, None))
    for link in group.links:
        for held in sorted(_of(group.spells, link.person_id), key=_by_start):
            if held.row.kind == Spell.Kind.USUAL:
                _usual(held, link, counted)
            elif held.value("end") is None and (held.row.dwelling_id in here or dead is not None):
                held.aside(link)


def _span(held: Held) -> Span:
    return held.value("start"), held.value("end")


def _by_start(held: Held) -> tuple[dt.date, str]:
    return held.value("start") or dt.date.min, held.row.pk.hex


def _usual(held: Held, link: SamePerson, counted: list[Span]) -> None:
    """A usual residence goes on with the days that do not count yet, when they are of one piece and have ended."""
    left = [(start, end) for start, end in minus(_span(held), counted) if end is not None]
    if len(left) != 1:
        held.aside(link)
        return
    changed = {name: day for name, day in zip(("start", "end"), left[0], strict=True) if day != held.value(name)}
    if changed:
        held.aside(link, **changed)
    counted.append(left[0])


def _members(group: Group, dead: dt.date | None) -> None:
    root = group.persons[group.root]
    own = _of(group.members, group.root)
    in_side = {held.row.side for held in own}
    lives = any(
        held.row.kind == Spell.Kind.USUAL and held.value("end") is None for held in _of(group.spells, group.root)
    )
    if lives or dead is not None:
        in_side.add(Household.Side.LIVING.value)
    if dead is not None:
        in_side.add(Household.Side.REGISTERED.value)
    for link in group.links:
        for held in _of(group.members, link.person_id):
            if held.row.side in in_side or not _agrees(root, held.row):
                held.aside(link)
                _succeed(own, held, link)
            else:
                in_side.add(held.row.side)


def _agrees(root: Held, member: Member) -> bool:
    """Whether a registered household fits the registration of the id that stands, as far as that says one."""
    if member.side != Household.Side.REGISTERED or root.value("registration") == Person.Registration.UNKNOWN:
        return True
    stated, there = root.value("registered_code") or "-", member.household.dwelling.place_code
    return there.startswith(stated) or stated.startswith(there[:12])


def _succeed(own: Sequence[Held], taken: Held, link: SamePerson) -> None:
    """The id that stands heads the household that its other id headed, where it belongs to it."""
    if taken.value("relation") != HEAD:
        return
    for held in own:
        if held.row.household_id == taken.row.household_id and held.value("relation") != HEAD:
            held.aside(link, relation=HEAD)


def _fill(group: Group) -> None:
    root = group.persons[group.root]
    for names, silent in FILLED:
        if root.value(names[0]) not in silent:
            continue
        for link in group.links:
            other = group.persons[link.person_id]
            if other.value(names[0]) not in silent:
                root.wanted |= {name: other.value(name) for name in names}
                root.link = link
                break
    born, died = root.wanted.get("birth_date"), root.value("died_on")
    if born is not None and died is not None and born > died:
        for name in ("birth_date", "birth_precision"):
            del root.wanted[name]
