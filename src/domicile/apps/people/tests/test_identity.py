"""Two ids of one person: the link, what it sets aside, and that taking it away puts everything back."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.people import visibility
from domicile.apps.people.identity import ids_of, linking, stands_for
from domicile.apps.people.models import (
    Document,
    FormerName,
    Household,
    Member,
    Person,
    Phone,
    SamePerson,
    SetAside,
    Spell,
    Visibility,
)
from tests import factories
from tests.cast import sun_viewer

TODAY = dt.date(2026, 6, 1)
pytestmark = pytest.mark.django_db


def merge(stands: Person, other: Person) -> None:
    with recording(actor=sun_viewer(), action="test.merge", subject_kind="person", subject_id=stands.pk) as change:
        linking.link(stands.pk, other.pk, change, now=timezone.now(), today=TODAY)


def unmerge(other: Person) -> None:
    with recording(actor=sun_viewer(), action="test.unmerge", subject_kind="person", subject_id=other.pk) as change:
        linking.unlink(other.pk, change, today=TODAY)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of persons, as it stands; rows of visibility by what they say."""
    models = (Person, FormerName, Document, Phone, Household, Member, Spell, SamePerson, SetAside)
    rows = {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}
    return rows | {"Visibility": sorted(Visibility.objects.values_list("person_id", "code", "why"), key=str)}


def day(year: int, month: int = 1) -> dt.date:
    return dt.date(year, month, 1)


def settled(name: str = "王秀英", *, code: str = factories.GRID, since: int = 2015, **fields: object) -> Person:
    """Somebody who lives alone in a dwelling since a year."""
    person = factories.person(name=name, **fields)
    home = factories.dwelling(within=factories.building(place_code=code, name=f"{int(code[12:])}栋"))
    factories.household(at=home, members=[(person, "02")], formed_on=day(since))
    return person


def refreshed(*people: Person) -> None:
    with recording(actor=sun_viewer(), action="test", subject_kind="person", subject_id=people[0].pk) as change:
        visibility.refresh_all([one.pk for one in people], change)


def usual(person: Person) -> list[tuple[dt.date | None, dt.date | None]]:
    return list(Spell.objects.filter(person=person, kind="usual").order_by("start").values_list("start", "end"))


def test_a_link_resolves_in_one_step_and_each_id_keeps_its_rows() -> None:
    one, other, third = settled(), factories.person(name="王秀瑛"), factories.person(name="王秀莹")
    merge(other, third)
    merge(one, other)
    assert stands_for(third.pk) == stands_for(other.pk) == one.pk
    assert set(ids_of(one.pk)) == {one.pk, other.pk, third.pk}
    assert Document.objects.filter(person=third).exists()


def test_the_days_that_count_twice_are_set_aside_and_come_back() -> None:
    one, other = settled(since=2020), settled(since=2010, code=factories.OTHER_GRID)
    refreshed(one, other)
    before = everything()
    merge(one, other)
    assert usual(one) == [(day(2020), None)]
    assert usual(other) == [(day(2010), day(2020))]  # where they lived before is known better than before
    assert not Member.objects.filter(person=other, left_on=None).exists()
    assert Household.objects.get(members__person=one).ended_on is None
    unmerge(other)
    assert everything() == before


def test_a_household_whose_last_member_is_set_aside_ends_until_they_come_back() -> None:
    one, other = settled(since=2020), settled(since=2010)
    empty = Household.objects.get(members__person=other)
    merge(one, other)
    empty.refresh_from_db()
    assert empty.ended_on == TODAY
    unmerge(other)
    empty.refresh_from_db()
    assert empty.ended_on is None


def test_in_one_household_the_one_who_stands_heads_it_for_their_other_id() -> None:
    one, other, child = (factories.person(name=name) for name in ("王秀英", "王秀瑛", "王小明"))
    factories.household(members=[(other, "02"), (one, "10"), (child, "20")])
    refreshed(one, other, child)
    before = everything()
    merge(one, other)
    assert Member.objects.get(person=one).relation == "02"
    assert not Member.objects.filter(person=other).exists()
    unmerge(other)
    assert everything() == before


def test_who_may_see_either_record_sees_the_person_once() -> None:
    one, other = settled(since=2020), settled(since=2010, code=factories.OTHER_GRID)
    refreshed(one, other)
    merge(one, other)
    seen = set(Visibility.objects.values_list("person_id", "code", "why"))
    assert {person for person, _code, _why in seen} == {one.pk}
    assert {(code, why) for _person, code, why in seen} >= {(factories.GRID, "lives"), (factories.OTHER_GRID, "left")}


def test_what_the_record_that_stands_leaves_empty_is_filled_until_corrected() -> None:
    one, other = settled(sex="9", marital="", number=None), factories.person(sex="2", marital="20")
    merge(one, other)
    one.refresh_from_db()
    assert (one.sex, one.marital) == ("2", "20")
    Person.objects.filter(pk=one.pk).update(marital="30")
    unmerge(other)
    one.refresh_from_db()
    assert (one.sex, one.marital) == ("9", "30")


def test_whoever_lives_somewhere_has_to_stand_and_so_has_who_died() -> None:
    lives, nowhere = settled(), factories.person()
    with pytest.raises(Refused):
        merge(nowhere, lives)
    dead = factories.person(died_on=day(2024))
    with pytest.raises(Refused):
        merge(lives, dead)
    merge(dead, lives)
    assert usual(lives) == [(day(2015), dt.date(2024, 1, 2))]  # on the day itself they still lived there


def test_an_id_that_was_merged_stands_for_nobody_in_the_database_itself() -> None:
    one, other, third = (factories.person() for _ in range(3))
    merge(one, other)
    now = timezone.now()
    for person, stands in ((third, other), (one, third)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SamePerson.objects.create(person=person, into=stands, stands=stands, merged_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SamePerson.objects.create(person=third, into=third, stands=third, merged_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SamePerson.objects.create(person=other, into=third, stands=third, merged_at=now)


def test_nobody_lives_twice_through_their_other_id_in_the_database_itself() -> None:
    one, other = settled(since=2020), factories.person()
    merge(one, other)
    home = factories.dwelling()
    for start, end in ((day(2021), day(2022)), (day(2012), None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Spell.objects.create(person=other, dwelling=home, start=start, end=end, source="test")
    past = Spell.objects.create(person=other, dwelling=home, start=day(2012), end=day(2014), source="test")
    with pytest.raises(IntegrityError), transaction.atomic():
        Spell.objects.filter(pk=past.pk).update(end=day(2021))


def test_a_link_cannot_be_made_around_the_action_while_both_live_somewhere() -> None:
    one, other = settled(), settled()
    with pytest.raises(IntegrityError), transaction.atomic():
        SamePerson.objects.create(person=other, into=one, stands=one, merged_at=timezone.now())


def test_the_first_of_three_merges_is_taken_back_as_if_it_had_never_been() -> None:
    people = [settled(since=year) for year in (2020, 2015, 2010)]
    one, other, third = people
    refreshed(*people)
    merge(one, third)
    apart = everything()
    unmerge(third)
    merge(one, other)
    merge(one, third)
    unmerge(other)
    then = everything()
    assert [row[2:] for row in then["Spell"]] == [row[2:] for row in apart["Spell"]]
    assert then["Visibility"] == apart["Visibility"]


def test_statements_do_not_grow_with_the_register(django_assert_max_num_queries: Any) -> None:
    one, other = settled(since=2020), settled(since=2010)
    with django_assert_max_num_queries(32):
        merge(one, other)
    with django_assert_max_num_queries(34):
        unmerge(other)
