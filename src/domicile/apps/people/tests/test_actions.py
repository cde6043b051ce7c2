"""Correct a name, end a stay, add a person: what changes, what is refused, what is recorded, what undo puts back."""

import datetime as dt

import orjson
import pytest
from django.urls import reverse

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.administration.selectors import changes
from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import ReviewRule
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people import actions
from domicile.apps.people.handlers import kinds
from domicile.apps.people.models import Household, Member, Person, Spell, Visibility
from domicile.apps.people.selectors import history_card
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import WU, li_viewer, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 5, 1)


def family() -> Household:
    """A couple and a child in one dwelling."""
    return factories.family(registered=False)


def open_members(household: Household) -> dict[str, str]:
    rows = household.members.filter(left_on__isnull=True).select_related("person")
    return {str(row.person_id): row.relation for row in rows}


def rename(viewer, person, name, **kwargs):
    arguments = actions.CorrectName(person.pk, name, **kwargs)
    actions.correct_name(actor=viewer, reason="seen", evidence="identity document", arguments=arguments)


def test_a_corrected_name_is_found_by_its_new_sound_and_the_change_keeps_the_old_one():
    person = family().members.first().person
    before = person.name
    rename(sun_viewer(), person, "曾 小明")
    person.refresh_from_db()
    assert (person.name, person.given, person.sound) == ("曾小明", "小明", "zengxiaoming")
    change = Change.objects.get(action="people.correct_name")
    assert change.subject_id == person.pk
    assert change.actor_id == sun_viewer().user_id
    assert orjson.loads(change.values)[0][3]["name"] == [before, "曾小明"]


def test_a_former_name_is_kept_when_it_was_a_real_one():
    person = family().members.first().person
    before = person.name
    rename(sun_viewer(), person, "曾小明", keep_former=True)
    assert [row.name for row in person.former_names.all()] == [before]


@pytest.mark.parametrize("name", ["", "  ", "张3丰", "很" * 65])
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_written(name):
    person = family().members.first().person
    with pytest.raises(Refused) as refusal:
        rename(sun_viewer(), person, name)
    assert refusal.value.field == "name"
    assert not Change.objects.exists()


def test_a_stranger_cannot_touch_what_lies_outside_the_scope():
    household = family()
    person = household.members.first().person
    with pytest.raises(OutOfReach):
        rename(li_viewer(), person, "曾小明")
    with pytest.raises(OutOfReach):
        end(li_viewer(), Spell.objects.get(person=person))
    with pytest.raises(OutOfReach):
        add(li_viewer(), household, name="新人")


def end(viewer, spell, day=TODAY, **kwargs):
    actions.end_stay(actor=viewer, reason="moved", arguments=actions.EndStay(spell.pk, day, **kwargs))


def test_ending_a_stay_ends_the_membership_and_the_sight_of_where_the_person_lived():
    household = family()
    child = household.members.get(relation="20").person
    end(qian_viewer(), Spell.objects.get(person=child))
    assert Spell.objects.get(person=child).end == TODAY
    assert Member.objects.get(household=household, person=child).left_on == TODAY
    assert set(Visibility.objects.filter(person=child, code=factories.GRID).values_list("why", flat=True)) == {"left"}


def test_a_head_who_leaves_others_behind_needs_a_successor():
    household = family()
    head = household.members.get(relation="02").person
    spouse = household.members.get(relation="10").person
    child = household.members.get(relation="20").person
    spell = Spell.objects.get(person=head)
    with pytest.raises(Refused) as refusal:
        end(qian_viewer(), spell)
    assert refusal.value.field == "new_head_id"
    assert Spell.objects.get(pk=spell.pk).end is None
    end(qian_viewer(), spell, new_head_id=spouse.pk, relations={str(child.pk): "20"})
    assert open_members(household) == {str(spouse.pk): "02", str(child.pk): "20"}


def test_the_last_to_leave_ends_the_household():
    household = factories.family(size=1, surname="李", registered=False)
    end(qian_viewer(), Spell.objects.get(person=household.members.get().person))
    household.refresh_from_db()
    assert household.ended_on == TODAY


def test_a_stay_cannot_end_before_it_began_or_twice():
    spell = Spell.objects.get(person=family().members.get(relation="20").person)
    spell.start = TODAY
    spell.save()
    with pytest.raises(Refused):
        end(qian_viewer(), spell, TODAY)
    end(qian_viewer(), spell, TODAY + dt.timedelta(days=1))
    with pytest.raises(Refused):
        end(qian_viewer(), spell, TODAY + dt.timedelta(days=2))


def add(viewer, household, **kwargs):
    values = {"relation": "20", "name": "王小雨", "sex": "2", **kwargs}
    arguments = actions.AddMember(household.pk, values.pop("relation"), **values)
    return actions.add_member(actor=viewer, reason="born", arguments=arguments)


def test_a_new_member_lives_there_and_the_number_is_sealed():
    household = family()
    born = dt.date(2015, 3, 4)
    number = factories.number_of(birth_date=born, sex="2")
    key = add(qian_viewer(), household, birth_date=born, document_number=number.lower(), phone="13800000000", since=TODAY,
              registered="here")  # fmt: skip
    person = Person.objects.get(pk=key)
    document = person.documents.get()
    assert open_value(document, "number") == number
    assert document.finding == ""
    assert number.encode() not in bytes(document.number)
    assert person.spells.get().dwelling == household.dwelling
    assert person.registered_code == household.dwelling.place_code
    assert {row.side for row in person.memberships.all()} == {"living", "registered"}


def test_a_newborn_needs_neither_name_nor_document():
    key = add(qian_viewer(), family(), name="", birth_date=TODAY)
    assert Person.objects.get(pk=key).name == ""


def test_a_number_that_does_not_agree_is_kept_and_flagged():
    born = dt.date(2015, 3, 4)
    number = factories.number_of(birth_date=born, sex="2")
    key = add(qian_viewer(), family(), sex="1", birth_date=dt.date(2015, 4, 3), document_number=number)
    assert Person.objects.get(pk=key).documents.get().finding == "birth_date sex"
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    key = add(qian_viewer(), family(), document_number=wrong)
    assert Person.objects.get(pk=key).documents.get().finding == "checksum"


def test_a_second_head_and_an_unreadable_number_are_refused():
    with pytest.raises(Refused) as refusal:
        add(qian_viewer(), family(), relation="02")
    assert refusal.value.field == "relation"
    with pytest.raises(Refused) as refusal:
        add(qian_viewer(), family(), document_number="12345")
    assert refusal.value.field == "document_number"


def test_somebody_on_file_joins_only_after_the_other_stay_has_ended():
    old, new = family(), factories.family(size=1, surname="李", registered=False)
    child = old.members.get(relation="20").person
    with pytest.raises(Refused):
        add(qian_viewer(), new, person_id=child.pk)
    end(qian_viewer(), Spell.objects.get(person=child))
    add(qian_viewer(), new, person_id=child.pk, since=TODAY)
    assert str(child.pk) in open_members(new)


@pytest.mark.parametrize("change", ["rename", "end", "add"])
def test_undo_puts_everything_back_and_is_itself_recorded(change):
    household = family()
    tables = (Person, Spell, Member, Household, Visibility)
    child = household.members.get(relation="20").person

    def state():
        return {model.__name__: sorted(map(str, model.objects.values_list())) for model in tables}

    before = state()
    if change == "rename":
        rename(sun_viewer(), child, "曾小明", keep_former=True)
    elif change == "end":
        head = household.members.get(relation="02").person
        end(sun_viewer(), Spell.objects.get(person=head), new_head_id=child.pk)
    else:
        add(sun_viewer(), household, document_number="", phone="13800000000", registered="here")
    assert state() != before
    undo(actor=sun_viewer(), change_id=Change.objects.latest("id").pk, kinds=kinds())
    after = state()
    if change == "end":  # the visibility row comes back with a new number
        before.pop("Visibility"), after.pop("Visibility")
    assert after == before
    assert Change.objects.latest("id").action == "collect.undo"


def test_undo_after_a_later_change_is_refused_and_changes_nothing():
    person = family().members.first().person
    rename(sun_viewer(), person, "曾小明")
    first = Change.objects.latest("id").pk
    rename(sun_viewer(), person, "曾晓明")
    with pytest.raises(Refused):
        undo(actor=sun_viewer(), change_id=first, kinds=kinds())
    person.refresh_from_db()
    assert person.name == "曾晓明"


def test_who_moved_away_is_corrected_where_they_live_now():
    person = factories.person(registered_code="", registration="unknown")
    factories.visible(of=person, code=factories.GRID, why="left")
    rename(sun_viewer(), person, "曾小明")  # nobody else could
    factories.visible(of=person, code="770102001001001", why="lives")
    with pytest.raises(OutOfReach):
        rename(sun_viewer(), person, "曾晓明")
    person.refresh_from_db()
    assert person.name == "曾小明"


def test_what_the_county_decided_is_not_taken_back_by_a_community():
    person = family().members.first().person
    rename(sun_viewer(), person, "曾小明")
    with pytest.raises(NotAllowed):
        undo(actor=qian_viewer(), change_id=Change.objects.latest("id").pk, kinds=kinds())
    person.refresh_from_db()
    assert person.name == "曾小明"


def submit_name(viewer, person, name="曾小明"):
    return review.submit(
        actor=viewer, action="people.correct_name", reason="seen", evidence="identity document",
        subject=review.Subject("person", person.pk, factories.GRID), arguments=actions.CorrectName(person.pk, name),
    )  # fmt: skip


def test_a_name_is_decided_at_the_county_whoever_proposes_it():
    person = family().members.first().person
    outcome = submit_name(qian_viewer(), person)
    assert outcome.waiting
    assert Person.objects.get(pk=person.pk).name == person.name
    with pytest.raises(NotAllowed):
        review.accept(actor=qian_viewer(), proposal_id=outcome.proposal.pk)
    review.accept(actor=sun_viewer(), proposal_id=outcome.proposal.pk)
    assert Person.objects.get(pk=person.pk).name == "曾小明"
    assert not submit_name(sun_viewer(), person, "曾晓明").waiting


def test_a_workers_change_waits_unless_the_area_says_otherwise():
    household = family()
    spell = Spell.objects.get(person=household.members.get(relation="20").person)
    subject = review.Subject("person", spell.person_id, factories.GRID)
    arguments = actions.EndStay(spell.pk, TODAY)

    def submit():
        return review.submit(
            actor=zhao_viewer(), action="people.end_stay", reason="moved", subject=subject, arguments=arguments
        )

    waiting = submit().proposal
    assert waiting is not None
    assert Spell.objects.get(pk=spell.pk).end is None
    review.send_back(actor=qian_viewer(), proposal_id=waiting.pk, note="Which day?")
    with pytest.raises(Refused):
        review.accept(actor=qian_viewer(), proposal_id=waiting.pk)
    ReviewRule.objects.create(scope=factories.COMMUNITY, needs_review=False)
    assert not submit().waiting
    assert Spell.objects.get(pk=spell.pk).end == TODAY


def test_a_proposal_that_could_not_be_made_is_refused_at_once():
    household = family()
    head = household.members.get(relation="02").person
    with pytest.raises(Refused):
        review.submit(
            actor=zhao_viewer(), action="people.end_stay", reason="moved",
            subject=review.Subject("person", head.pk, factories.GRID),
            arguments=actions.EndStay(Spell.objects.get(person=head).pk, TODAY),
        )  # fmt: skip


def test_a_proposal_keeps_no_number_in_the_clear():
    household = family()
    number = factories.number_of(birth_date=dt.date(2015, 3, 4), sex="2")
    outcome = review.submit(
        actor=zhao_viewer(), action="people.add_member", reason="came",
        subject=review.Subject("household", household.pk, factories.GRID),
        arguments=actions.AddMember(household.pk, "20", name="王小雨", document_number=number),
    )  # fmt: skip
    assert number.encode() not in bytes(outcome.proposal.arguments)
    review.accept(actor=qian_viewer(), proposal_id=outcome.proposal.pk)
    assert household.members.filter(person__name="王小雨").exists()


def test_an_undo_of_older_databases_is_told_and_found_like_any_other(client):
    """It stands there as `people.undo`, sealed: it keeps its name and is told by the one of today."""
    person = family().members.first().person
    rename(sun_viewer(), person, "曾小明")
    first = Change.objects.latest("id")
    undo(actor=sun_viewer(), change_id=first.pk, kinds=kinds())
    Change.objects.filter(action="collect.undo").update(action="people.undo")
    taken, made = history_card(sun_viewer(), person.pk).changes
    assert (str(taken.action), taken.reason, made.may_undo) == ("撤销更改", "", False)
    assert list(changes(sun_viewer(), {"action": "collect.undo"})) == [Change.objects.latest("id")]
    factories.area_tree()
    sign_in(client, WU)
    page = client.get(reverse("administration:changes"))
    assert "people.undo" not in page.content.decode()
