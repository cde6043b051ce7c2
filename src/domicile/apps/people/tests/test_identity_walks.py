"""Whatever is merged, changed and unmerged, in whatever order: in the end every row is as the changes alone left it."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.people import visibility
from domicile.apps.people.actions.residence import begin_stay, end_stay_on
from domicile.apps.people.identity import ids_of, linking, stands_for
from domicile.apps.people.models import Household, Member, Person, SamePerson, SetAside, Spell, Visibility
from tests import factories
from tests.cast import sun_viewer

TODAY = dt.date(2026, 6, 1)
FEW = 4
KEPT = (Person, Spell, Member, Household)

spans = st.lists(
    st.tuples(st.integers(2000, 2012), st.integers(1, 8), st.integers(0, 3), st.booleans()), min_size=0, max_size=3
)
steps = st.tuples(
    st.sampled_from(["merge", "merge", "merge", "unmerge", "end", "begin", "marital", "sex", "checked", "phone", "leave"]),
    st.integers(0, FEW - 1), st.integers(0, FEW - 1), st.integers(0, 5),
)  # fmt: skip


@dataclass
class World:
    """Some persons and dwellings, and the rows as the changes alone leave them (`own`: table and key → columns)."""

    people: list[Person]
    homes: list[Any]
    own: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def note(self) -> None:
        """Take the rows as they are: nothing is merged yet."""
        self.own = rows()

    def set(self, row: Any, **values: Any) -> None:
        self.own[row._meta.db_table, row.pk.hex] |= values

    def made(self, row: Any) -> None:
        self.own[row._meta.db_table, row.pk.hex] = type(row).objects.filter(pk=row.pk).values().get()


def rows() -> dict[tuple[str, str], dict[str, Any]]:
    return {(model._meta.db_table, row["id"].hex): row for model in KEPT for row in model._default_manager.values()}


def peopled(asked: list[list[tuple[int, int, int, bool]]]) -> World:
    """Persons with stays that never overlap, each living with a household where the last goes on."""
    area = factories.building()
    homes = [factories.dwelling(within=area) for _ in range(4)]
    households = [factories.household(at=home) for home in homes]
    people = []
    for place, stays in enumerate(asked):
        person = factories.person(
            name=f"王{'一二三四'[place]}", sex="129"[place % 3], marital="" if place % 2 else "20", number=None
        )
        people.append(person)
        until = dt.date(1990, 1, 1)
        for number, (year, length, home, is_open) in enumerate(stays):
            start = max(until, dt.date(year, 1, 1))
            goes_on = is_open and number == len(stays) - 1
            until = dt.date(start.year + length, 1, 1)
            Spell.objects.create(
                person=person, dwelling=homes[home], start=start, end=None if goes_on else until, source="test"
            )
            if goes_on:
                Member.objects.create(household=households[home], person=person, side="living", joined_on=start)
    with recording(actor=sun_viewer(), action="test", subject_kind="person", subject_id=people[0].pk) as change:
        visibility.refresh_all([one.pk for one in people], change)
    return World(people, homes)


def change_of(person: Person) -> Any:
    return recording(actor=sun_viewer(), action="test", subject_kind="person", subject_id=person.pk)


def take(world: World, step: str, one: Person, other: Person, choice: int) -> None:
    """One step; what is refused changes nothing."""
    root = Person.objects.get(pk=stands_for(one.pk))
    open_stay = Spell.objects.filter(person=root, kind="usual", end=None).first()
    with transaction.atomic(), change_of(one) as change:
        if step == "merge":
            linking.link(root.pk, stands_for(other.pk), change, now=timezone.now(), today=TODAY)
        elif step == "unmerge":
            linking.unlink(one.pk, change, today=TODAY)
        elif step == "end" and open_stay is not None:
            end_stay_on(open_stay, dt.date(2021 + choice, 3, 1), change)
            world.set(open_stay, end=open_stay.end)
            visibility.refresh(root.pk, change)
        elif step == "begin":
            made = begin_stay(root.pk, world.homes[choice % 4], dt.date(2020 + choice, 6, 1), "", change)
            world.made(made)
            visibility.refresh(root.pk, change)
        elif step in {"marital", "sex"}:
            value = ("10", "20", "30", "40")[choice % 4] if step == "marital" else "12"[choice % 2]
            if getattr(root, step) != value:
                change.update(root, **{step: value})
                world.set(root, **{step: value})
        elif step == "checked":
            for stay in Spell.objects.filter(person__in=ids_of(root.pk)):
                change.update(stay, verified_on=dt.date(2026, 1, 1 + choice))
                world.set(stay, verified_on=stay.verified_on)
        elif step == "phone":
            factories.telephone(of=one, number=f"1380000000{choice}")
        elif step == "leave":
            for member in Member.objects.filter(person=root, left_on=None):
                change.update(member, left_on=dt.date(2026, 5, 1))
                world.set(member, left_on=member.left_on)


def holds(world: World) -> None:
    """What must be true after each step: one residence on every day, and one record that everybody sees."""
    for person in world.people:
        ids = ids_of(stands_for(person.pk))
        stays = sorted(
            (stay.start or dt.date.min, stay.end or dt.date.max)
            for stay in Spell.objects.filter(person__in=ids, kind="usual")
        )
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(stays))
        others = [pk for pk in ids if pk != ids[0]]
        assert not Spell.objects.filter(person__in=others, kind="usual", end=None).exists()
        assert not Visibility.objects.filter(person__in=others).exists()
        assert Member.objects.filter(person__in=ids, side="living", left_on=None).count() <= 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(spans, min_size=FEW, max_size=FEW), st.lists(steps, min_size=2, max_size=12), st.permutations(range(FEW))
)
# Filled by the merge, corrected, and corrected back by somebody: their word, no longer the merge's.
@example([[], [], [], []], [("merge", 2, 1, 0), ("sex", 1, 0, 0), ("sex", 1, 0, 1)], [0, 1, 2, 3])
# The same where taking another merge back had filled it anew.
@example(
    [[], [], [], []],
    [("merge", 2, 0, 0), ("merge", 2, 1, 0), ("unmerge", 0, 0, 0), ("sex", 2, 0, 0), ("sex", 2, 0, 1)],
    [0, 1, 2, 3],
)
def test_unmerging_restores_exactly(
    db: None, asked: list[list[tuple[int, int, int, bool]]], walk: list[tuple[str, int, int, int]], order: list[int]
) -> None:
    with transaction.atomic():
        world = peopled(asked)
        world.note()
        for step, one, other, choice in walk:
            try:
                take(world, step, world.people[one], world.people[other], choice)
            except Refused:
                continue
            holds(world)
        for place in order:
            if SamePerson.objects.filter(person=world.people[place]).exists():
                take(world, "unmerge", world.people[place], world.people[place], 0)
                holds(world)
        assert rows() == world.own
        assert not SetAside.objects.exists()
        seen = set(Visibility.objects.values_list("person_id", "code", "why"))
        Visibility.objects.all().delete()
        with change_of(world.people[0]) as change:
            visibility.refresh_all([one.pk for one in world.people], change)
        assert seen == set(Visibility.objects.values_list("person_id", "code", "why"))
        transaction.set_rollback(True)
