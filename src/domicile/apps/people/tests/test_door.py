"""Households and people added, moved, split, joined and ended: one head, one usual residence, and back again."""

import datetime as dt

import pytest
from django.urls import reverse

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.collect import actions as review
from domicile.apps.collect.undoing import undo
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.people import actions
from domicile.apps.people.handlers import kinds
from domicile.apps.people.models import Household, Member, Parentage, Person, Spell, Visibility
from tests import factories as make
from tests.cast import QIAN, li_viewer, qian_viewer, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.date(2026, 5, 1)
TABLES = (Person, Spell, Member, Household, Parentage)


@pytest.fixture
def household() -> Household:
    return make.family(registered=False)


def members(household):
    rows = Member.objects.filter(household=household, left_on=None).select_related("person")
    return {row.person.name: row.relation for row in rows}


def by(household, relation):
    return household.members.get(relation=relation).person


def state():
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in TABLES}


def homes(person):
    """Where somebody usually lives now: exactly one place."""
    rows = Spell.objects.filter(person=person, end=None, kind="usual")
    assert rows.count() == 1
    return rows.get().dwelling


def undo_last():
    undo(actor=qian_viewer(), change_id=Change.objects.latest("id").pk, kinds=kinds())


class TestAddHousehold:
    def add(self, dwelling, *people, viewer=None, **kwargs):
        arguments = actions.AddHousehold(dwelling.pk, tuple(actions.NewPerson(**one) for one in people), **kwargs)
        return actions.add_household(actor=viewer or qian_viewer(), reason="visit", arguments=arguments)

    def test_head_and_members_come_in_one_go_also_where_nobody_lived(self):
        dwelling = make.dwelling()
        before = state()
        key = self.add(
            dwelling, {"name": "陈一", "sex": "1"}, {"name": "陈二", "sex": "2", "relation": "30"}, since=DAY
        )
        household = Household.objects.get(pk=key)
        assert members(household) == {"陈一": "02", "陈二": "30"}
        assert all(homes(row.person) == dwelling for row in household.members.all())
        assert Visibility.objects.filter(code=dwelling.place_code, why="lives").count() == 2
        undo_last()
        assert state() == before

    def test_a_number_tells_sex_and_birth_date(self):
        born = dt.date(1990, 2, 3)
        number = make.number_of(birth_date=born, sex="2")
        person = (
            Household.objects.get(pk=self.add(make.dwelling(), {"name": "陈一", "document_number": number}))
            .members.get()
            .person
        )
        assert (person.sex, person.birth_date, person.documents.get().finding) == ("2", born, "")

    def test_what_does_not_fit_names_whose_field_it_is_and_nothing_is_written(self):
        before = state()
        with pytest.raises(Refused) as refusal:
            self.add(make.dwelling(), {"name": "陈一"}, {"name": "陈二", "document_number": "12345"})
        assert refusal.value.field == "1-document_number"
        assert state() == before

    def test_somebody_on_file_is_not_put_on_file_again(self, household):
        number = make.number_of(birth_date=dt.date(1990, 2, 3))
        make.spell(of=make.person(number=number), at=household.dwelling)
        with pytest.raises(Refused) as refusal:
            self.add(make.dwelling(), {"name": "陈一", "document_number": number})
        assert refusal.value.field == "0-document_number"

    def test_a_demolished_dwelling_takes_nobody_and_a_form_sent_twice_is_one_household(self):
        with pytest.raises(Refused):
            self.add(make.dwelling(in_use_to=DAY), {"name": "陈一"})
        dwelling = make.dwelling()
        self.add(dwelling, {"name": "陈一"})
        with pytest.raises(Refused):
            self.add(dwelling, {"name": "陈一"})

    def test_a_stranger_cannot(self):
        with pytest.raises(OutOfReach):
            self.add(make.dwelling(), {"name": "陈一"}, viewer=li_viewer())

    def test_a_worker_proposes_it_and_the_arguments_come_back_whole(self):
        dwelling = make.dwelling()
        people = (actions.NewPerson(name="陈一", birth_date=DAY), actions.NewPerson(name="陈二", relation="10"))
        outcome = review.submit(
            actor=zhao_viewer(), action="people.add_household", reason="visit",
            subject=review.Subject("dwelling", dwelling.pk, dwelling.place_code),
            arguments=actions.AddHousehold(dwelling.pk, people, DAY),
        )  # fmt: skip
        assert outcome.waiting
        assert not Household.objects.filter(dwelling=dwelling).exists()
        review.accept(actor=qian_viewer(), proposal_id=outcome.proposal.pk)
        assert members(Household.objects.get(dwelling=dwelling)) == {"陈一": "02", "陈二": "10"}


class TestRegroup:
    def go(self, household, *people, to=None, **kwargs):
        arguments = actions.Regroup(
            household.pk, tuple(person.pk for person in people), (to or household.dwelling).pk, kwargs.pop("since", DAY),
            **kwargs,
        )  # fmt: skip
        return Household.objects.get(pk=actions.regroup(actor=qian_viewer(), reason="told", arguments=arguments))

    def everybody(self, household):
        return [row.person for row in household.members.order_by("relation")]

    def test_a_household_moves_whole_and_keeps_its_head(self, household):
        before, relations, new = state(), members(household), make.dwelling()
        moved = self.go(household, *self.everybody(household), to=new)
        household.refresh_from_db()
        assert household.ended_on == DAY
        assert (moved.dwelling, members(moved)) == (new, relations)
        assert all(homes(person) == new for person in self.everybody(moved))
        ended = Spell.objects.filter(dwelling=household.dwelling).values_list("end", flat=True)
        assert set(ended) == {DAY}
        undo_last()
        assert state() == before

    def test_a_split_at_the_same_address_leaves_the_stays_alone(self, household):
        child, spells = by(household, "20"), sorted(map(str, Spell.objects.values_list()))
        own = self.go(household, child)
        assert (members(own), len(members(household))) == ({child.name: "02"}, 2)
        assert sorted(map(str, Spell.objects.values_list())) == spells

    def test_a_head_who_goes_is_succeeded_and_heads_the_new_household(self, household):
        head, spouse, child = (by(household, code) for code in ("02", "10", "20"))
        with pytest.raises(Refused) as refusal:
            self.go(household, head, child, to=make.dwelling())
        assert refusal.value.field == "new_head_id"
        own = self.go(household, head, child, to=make.dwelling(), new_head_id=spouse.pk)
        assert members(own) == {head.name: "02", child.name: "20"}
        assert members(household) == {spouse.name: "02"}

    def test_several_who_go_without_the_head_name_one(self, household):
        spouse, child = by(household, "10"), by(household, "20")
        with pytest.raises(Refused) as refusal:
            self.go(household, spouse, child)
        assert refusal.value.field == "head_id"
        own = self.go(household, spouse, child, head_id=spouse.pk, relations={str(child.pk): "20"})
        assert members(own) == {spouse.name: "02", child.name: "20"}

    def test_two_households_become_one(self, household):
        other = make.family(size=1, surname="李", registered=False)
        guest = other.members.get().person
        before = state()
        joined = self.go(other, guest, to=household.dwelling, into_id=household.pk, relations={str(guest.pk): "97"})
        other.refresh_from_db()
        assert (joined, other.ended_on) == (household, DAY)
        assert members(household)[guest.name] == "97"
        assert list(members(household).values()).count("02") == 1
        assert homes(guest) == household.dwelling
        undo_last()
        assert state() == before

    def test_what_cannot_be_is_refused_and_nothing_is_written(self, household):
        people, before = self.everybody(household), state()
        elsewhere = make.dwelling()
        for arguments in (
            {"to": household.dwelling},  # nobody would go anywhere
            {"to": elsewhere, "since": make.LONG_AGO},  # on the day they came
            {"to": make.dwelling(in_use_to=DAY)},
            {"to": household.dwelling, "into_id": household.pk},
        ):
            with pytest.raises(Refused):
                self.go(household, *people, **arguments)
        with pytest.raises(OutOfReach):
            self.go(household, *people, to=make.dwelling(place_code=make.FAR_GRID))
        assert state() == before

    def test_a_wrong_address_is_corrected_without_a_move(self, household):
        before, right = state(), make.dwelling()
        arguments = actions.CorrectDwelling(household.pk, right.pk)
        actions.correct_dwelling(actor=qian_viewer(), reason="slip", arguments=arguments)
        household.refresh_from_db()
        assert household.dwelling == right
        assert all(homes(person) == right for person in self.everybody(household))
        assert not Spell.objects.exclude(end=None).exists()
        undo_last()
        assert state() == before


class TestEnds:
    def test_all_leave_and_the_household_ends(self, household):
        before = state()
        everybody = tuple(row.person_id for row in household.members.all())
        arguments = actions.LeaveHousehold(household.pk, everybody, DAY)
        actions.leave_household(actor=qian_viewer(), reason="moved", arguments=arguments)
        household.refresh_from_db()
        assert household.ended_on == DAY
        assert not Spell.objects.filter(end=None).exists()
        undo_last()
        assert state() == before

    def test_another_head(self, household):
        spouse, child = by(household, "10"), by(household, "20")
        arguments = actions.ChangeHead(household.pk, spouse.pk, {str(child.pk): "20"})
        actions.change_head(actor=qian_viewer(), reason="told", arguments=arguments)
        assert members(household)[spouse.name] == "02"
        assert sorted(members(household).values()) == ["02", "11", "20"], "who was the head is the husband now"
        with pytest.raises(Refused):
            actions.change_head(actor=qian_viewer(), reason="told", arguments=arguments)


class TestParents:
    def test_a_newborn_has_parents_and_gets_a_name_later(self, household):
        mother, key = by(household, "10"), new_id()
        arguments = actions.AddNewborn(household.pk, DAY, "20", sex="1", parents={str(mother.pk): "birth"})
        with recording(actor=qian_viewer(), action="test", subject_kind="person", subject_id=key) as change:
            actions.put_newborn(qian_viewer(), household, arguments, key, change)
        assert Spell.objects.get(person_id=key).start == DAY
        assert Parentage.objects.get(child_id=key).parent == mother
        actions.give_name(actor=qian_viewer(), reason="named", arguments=actions.GiveName(key, "王新"))
        assert Person.objects.get(pk=key).sound == "wangxin"
        with pytest.raises(Refused):
            actions.give_name(actor=qian_viewer(), reason="named", arguments=actions.GiveName(key, "王旧"))

    def test_ties_that_cannot_be_are_refused(self, household):
        head, child = by(household, "02"), by(household, "20")

        def tie(of, parent, **kwargs):
            actions.set_parent(
                actor=qian_viewer(), reason="told", arguments=actions.SetParent(of.pk, parent.pk, **kwargs)
            )

        tie(child, head)
        for of, parent in ((child, head), (head, child), (head, head)):
            with pytest.raises(Refused):
                tie(of, parent)
        tie(child, head, remove=True)
        assert not Parentage.objects.exists()
        undo_last()
        assert Parentage.objects.count() == 1


class TestSomebodyOnFile:
    def add(self, client, household, **values):
        data = {"name": "张伟", "relation": "97", "reason": "told", "registered": "unknown", **values}
        return client.post(reverse("people:add_member", args=[household.pk]), data)

    def test_what_must_be_told_is_asked_for_and_the_likely_answers_stand_first(self, client, household):
        sign_in(client, QIAN)
        fields = client.get(reverse("people:add_member", args=[household.pk])).context["form"].fields
        assert fields["relation"].required
        assert fields["relation"].choices[0] == ("", "请选择")
        assert [code for code, _name in fields["sex"].choices] == ["", "1", "2", "0", "9"]

    def test_a_slip_in_a_number_is_said_at_the_door_and_kept_where_the_card_has_it(self, client, household):
        sign_in(client, QIAN)
        sound = make.number_of(birth_date=dt.date(1990, 3, 7))
        slip = sound[:-1] + ("1" if sound[-1] != "1" else "2")
        answer = self.add(client, household, document_number=slip)
        assert list(answer.context["form"].errors) == ["document_number"]
        assert self.add(client, household, document_number=slip, sex="1").status_code == 302
        assert household.members.get(person__name="张伟").person.documents.get().finding == "checksum"

    @pytest.mark.parametrize("lodger", [True, False])
    def test_who_has_the_number_joins_as_who_they_are(self, client, household, lodger):
        born = dt.date(1980, 5, 6)
        number = make.number_of(birth_date=born)
        person = make.person(number=number)
        if lodger:
            make.spell(of=person, at=household.dwelling)
        else:
            make.visible(of=person, code=make.GRID, why="left")
        sign_in(client, QIAN)
        assert self.add(client, household, document_number=number, name="李别").status_code == 422
        assert self.add(client, household, document_number=number).status_code == 302
        assert members(household)["张伟"] == "97"
        assert homes(person) == household.dwelling
        assert Person.objects.filter(name="张伟").count() == 1

    def test_who_lives_in_another_household_is_moved_instead(self, client, household):
        other = make.family(size=1, registered=False)
        number = make.number_of(birth_date=dt.date(1955, 3, 1))
        make.document(of=other.members.get().person, number=number)
        sign_in(client, QIAN)
        answer = self.add(client, household, document_number=number, name=other.members.get().person.name)
        assert answer.status_code == 422
