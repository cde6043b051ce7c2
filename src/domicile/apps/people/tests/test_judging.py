"""Judged in sets, changes are found possible or not just as each is when it is rehearsed alone."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.collect import drafts as sets
from domicile.apps.collect.drafts import Draft, Subject, Unsure
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import handler
from domicile.apps.people import actions
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import OTHER_GRID, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.date(2026, 1, 3)
FUTURE = dt.date(2199, 1, 1)


class Home:
    """A family of three at a dwelling of Zhao's grid, and places and people that are not."""

    def __init__(self) -> None:
        self.dwelling = factories.dwelling()
        self.household = factories.family(size=3, at=self.dwelling, registered=False)
        members = Member.objects.filter(household=self.household).select_related("person").order_by("relation", "pk")
        self.head, self.spouse, self.child = [member.person for member in members]
        self.number = factories.number_of(birth_date=dt.date(1980, 5, 6))
        factories.document(of=self.head, number=self.number)
        self.empty = factories.dwelling()
        self.demolished = factories.dwelling(in_use_to=dt.date(2025, 1, 1))
        self.foreign = factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号"))
        self.elsewhere = factories.family(size=1, at=self.foreign, registered=False)
        self.stranger = Member.objects.get(household=self.elsewhere).person
        self.lodger = factories.person(name="房客")
        self.stay = factories.spell(of=self.lodger, at=self.dwelling)
        self.over = factories.household(at=factories.dwelling(), members=[])
        Household.objects.filter(pk=self.over.pk).update(ended_on=dt.date(2025, 1, 1))

    def draft(self, action: str, arguments: object, **more: str) -> Draft:
        subject = Subject("dwelling", self.dwelling.pk, self.dwelling.place_code)
        return Draft(zhao_viewer(), action, subject, arguments, more.get("reason", "上门"), more.get("evidence", ""))

    def leave(self, *who: Person, end: dt.date = DAY, head: Person | None = None, of: Household | None = None) -> Draft:
        home = (of or self.household).pk
        arguments = actions.LeaveHousehold(home, tuple(one.pk for one in who), end, head.pk if head else None)
        return self.draft("people.leave_household", arguments)

    def end(self, stay: uuid.UUID, end: dt.date = DAY) -> Draft:
        return self.draft("people.end_stay", actions.EndStay(stay, end))

    def member(self, of: Household | None = None, relation: str = "20", **more: object) -> Draft:
        values = {"name": "陈晓燕", "sex": "2", "birth_date": dt.date(1991, 2, 3), **more}
        home = (of or self.household).pk
        return self.draft("people.add_member", actions.AddMember(home, relation, DAY, **values))  # type: ignore[arg-type]

    def form(self, at: Dwelling, *people: actions.NewPerson, kind: str = "family") -> Draft:
        return self.draft("people.add_household", actions.AddHousehold(at.pk, people, DAY, kind))

    def correct(self, who: Person, item: str, **values: str) -> Draft:
        evidence = values.pop("evidence", "identity_document")
        return self.draft(f"people.correct_{item}", actions.Correct(who.pk, item, values), evidence=evidence)

    def rename(self, who: Person, name: str, reason: str = "上门") -> Draft:
        return self.draft("people.correct_name", actions.CorrectName(who.pk, name), reason=reason)


def new(name: str = "周大河", relation: str = "02", **more: object) -> actions.NewPerson:
    return actions.NewPerson(name=name, relation=relation, **{"sex": "1", "birth_date": dt.date(1990, 1, 1), **more})  # type: ignore[arg-type]


def cases(it: Home) -> Iterator[Draft]:
    """What comes from doors, right and wrong."""
    yield it.leave(it.child)
    yield it.leave(it.head)
    yield it.leave(it.head, head=it.spouse)
    yield it.leave(it.head, head=it.stranger)
    yield it.leave(it.head, it.spouse, it.child)
    yield it.leave(it.child, end=dt.date(1999, 1, 1))
    yield it.leave(it.stranger)
    yield it.leave()
    yield it.leave(it.stranger, of=it.elsewhere)
    yield it.leave(it.child, of=it.over)
    yield it.end(it.stay.pk)
    yield it.end(it.stay.pk, dt.date(1999, 1, 1))
    yield it.end(factories.unknown_id())
    yield it.end(Spell.objects.get(person=it.head, end=None).pk)
    yield it.end(Spell.objects.get(person=it.child, end=None).pk)
    yield it.end(Spell.objects.get(person=it.stranger, end=None).pk)
    yield it.member()
    yield it.member(relation="02")
    yield it.member(relation="zz")
    yield it.member(of=it.over)
    yield it.member(of=it.elsewhere)
    yield it.member(name="陈1")
    yield it.member(birth_date=FUTURE)
    yield it.member(sex="7")
    yield it.member(registered="moon")
    yield it.member(registered="here")
    yield it.member(document_kind="resident_id", document_number="12345")
    yield it.member(document_kind="resident_id", document_number=it.number)
    yield it.member(document_kind="passport", document_number="E1234567")
    yield it.member(phone="123")
    yield it.member(phone="13812345678", reason_code="zz")
    yield it.member(name=it.child.name, birth_date=it.child.birth_date)
    yield it.member(person_id=it.lodger.pk)
    yield it.form(it.empty, new(), new("周小妹", "20", birth_date=None))
    yield it.form(it.empty)
    yield it.form(it.empty, new(), kind="clan")
    yield it.form(it.demolished, new())
    yield it.form(it.foreign, new())
    yield it.form(it.dwelling, new(it.head.name, birth_date=it.head.birth_date))
    yield it.form(it.empty, new(), new(relation="02"))
    yield it.form(it.empty, new(), new(relation="20"))
    yield it.form(it.empty, new(), new("周小妹", "20", document_number="1", document_kind="resident_id"))
    twice = {"document_kind": "passport", "document_number": "E7654321"}
    yield it.form(it.empty, new(**twice), new("周小妹", "20", **twice))
    yield it.form(it.empty, new(reason_code="zz"))
    yield it.correct(it.head, "phones", number="13812345678")
    yield it.correct(it.head, "phones", number="12")
    yield it.correct(it.head, "phones", number="")
    yield it.correct(it.head, "phones", number="1" * 41)
    yield it.correct(it.stranger, "phones", number="13812345678")
    yield it.correct(it.head, "sex", sex="2")
    yield it.correct(it.head, "sex", sex="1")
    yield it.correct(it.head, "sex", sex="2", evidence="")
    yield it.correct(it.head, "birth_date", birth_date="1970-01-01", birth_precision="day")
    yield it.correct(it.head, "birth_date", birth_date="2199-01-01", birth_precision="day")
    yield it.correct(it.head, "birth_date", birth_date="gestern", birth_precision="day")
    yield it.correct(it.head, "birth_date", birth_precision="day")
    yield it.correct(it.head, "education", education="10")
    yield it.correct(it.head, "education", education="zz")
    yield it.correct(it.head, "remark", text="要回访")
    yield it.rename(it.head, "王建华")
    yield it.rename(it.head, it.head.name)
    yield it.rename(it.head, "")
    yield it.rename(it.head, "王1")
    yield it.rename(it.stranger, "王建华")


def told(verdict: object) -> tuple[object, ...]:
    """What is told of a refusal."""
    return type(verdict), str(getattr(verdict, "message", "")), getattr(verdict, "field", "")


def test_every_case_is_judged_as_it_is_rehearsed() -> None:
    drafts = list(cases(Home()))
    alone = [told(sets._rehearsed(draft)) for draft in drafts]
    groups: dict[Callable[..., object], list[int]] = {}
    for place, draft in enumerate(drafts):
        judge = handler(draft.action).judge
        assert judge is not None
        groups.setdefault(judge, []).append(place)
    assert len(groups) == 3
    unsure = 0
    for judge, places in groups.items():
        for place, verdict in zip(places, judge([drafts[place] for place in places]), strict=True):  # type: ignore[call-overload]
            if isinstance(verdict, Unsure):
                unsure += 1
            else:
                assert told(verdict) == alone[place], drafts[place].arguments
    assert unsure == 2  # somebody on file who joins, and a remark


def test_proposals_of_a_set_are_those_of_each_alone_in_as_many_queries() -> None:
    def possible() -> list[Draft]:
        it = Home()
        return [it.leave(it.child), it.end(it.stay.pk), it.member(), it.form(it.empty, new()), it.rename(it.head, "王建华"),
                it.correct(it.head, "phones", number="13812345678")]  # fmt: skip

    few, many = possible(), [draft for _turn in range(4) for draft in possible()]
    counts = []
    for drafts in (few, many):
        with CaptureQueriesContext(connection) as seen:
            made = sets.propose_many(drafts)
        assert all(isinstance(one, uuid.UUID) for one in made), made
        counts.append(len(seen))
    assert counts[1] <= counts[0]
    (alone,) = [sets.propose_one(one) for one in [few[0]]]
    together = Proposal.objects.filter(action=alone.action).order_by("proposed_at", "pk")[0]
    same = (
        "subject_id",
        "place_code",
        "level",
        "later",
        "reason",
        "proposed_by",
        "proposed_by_name",
        "state",
        "version",
    )
    assert [getattr(alone, name) for name in same] == [getattr(together, name) for name in same]
