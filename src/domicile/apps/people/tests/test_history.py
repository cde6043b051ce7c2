"""A person as known on a day, rebuilt from the change log, and the list of changes."""

import datetime as dt

import pytest
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.history import as_known_on
from domicile.apps.people.models import Document, FormerName, Spell
from domicile.apps.people.selectors import history_card
from tests import factories as make
from tests.cast import li_viewer, qian_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
VIEWER = qian_viewer("register_maintenance")


def changed(person, on, action="people.correct_name", evidence=""):
    """Record in a transaction, and put the change on a day."""
    from contextlib import contextmanager

    @contextmanager
    def at_that_day():
        with recording(
            actor=VIEWER,
            action=action,
            subject_kind="person",
            subject_id=person.pk,
            place_code=make.GRID,
            evidence=evidence,
        ) as change:
            yield change
        Change.objects.filter(pk=Change.objects.latest("pk").pk).update(at=noon(on))

    return at_that_day()


def noon(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


@pytest.fixture
def person():
    who = make.person(name="张玮", number="770101198005060011")
    make.spell(of=who, at=make.dwelling(room="501室"), start=dt.date(2020, 1, 1))
    return who


def test_a_corrected_name_reads_as_it_was_before_the_correction(person):
    with changed(person, dt.date(2024, 5, 1)) as change:
        change.update(person, name="张伟")
    assert as_known_on([person.pk], noon(dt.date(2024, 4, 30))).person["name"] == "张玮"
    assert as_known_on([person.pk], noon(dt.date(2024, 5, 2))).person["name"] == "张伟"


def test_corrections_are_rolled_back_one_after_the_other(person):
    for year, name in ((2022, "张二"), (2023, "张三"), (2024, "张四")):
        with changed(person, dt.date(year, 1, 1)) as change:
            change.update(person, name=name)
    days = (dt.date(2021, 6, 1), dt.date(2022, 6, 1), dt.date(2023, 6, 1), dt.date(2024, 6, 1))
    names = [as_known_on([person.pk], noon(day)).person["name"] for day in days]
    assert names == ["张玮", "张二", "张三", "张四"]


def test_stays_created_ended_and_deleted_later_are_as_they_were(person):
    old = Spell.objects.get(person=person)
    with changed(person, dt.date(2024, 1, 1), "people.end_stay") as change:
        change.update(old, end=dt.date(2023, 12, 1))
        new = change.create(Spell(person=person, dwelling=make.dwelling(), start=dt.date(2023, 12, 1), source="test"))
    with changed(person, dt.date(2025, 1, 1)) as change:
        change.delete(new)
    before = as_known_on([person.pk], noon(dt.date(2023, 6, 1))).spells
    between = as_known_on([person.pk], noon(dt.date(2024, 6, 1))).spells
    after = as_known_on([person.pk], noon(dt.date(2025, 6, 1))).spells
    assert [spell.get("end") for spell in before] == [None]
    assert sorted(str(spell.get("end")) for spell in between) == ["2023-12-01", "None"]
    assert [spell.get("end") for spell in after] == ["2023-12-01"]


def test_a_person_put_on_file_later_was_not_known():
    who = make.person(name="新人")
    Change.objects.create(
        at=noon(dt.date(2024, 1, 1)), actor_role="x", action="people.add_member", subject_kind="person",
        subject_id=who.pk, values=f'[["people_person","{who.pk.hex}","create",{{"name":[null,"新人"]}}]]',
    )  # fmt: skip
    assert as_known_on([who.pk], noon(dt.date(2023, 1, 1))) is None
    assert as_known_on([who.pk], noon(dt.date(2025, 1, 1))).person["name"] == "新人"


def test_a_membership_changed_through_the_household_is_rolled_back_too(person):
    household = make.household(at=Spell.objects.get(person=person).dwelling, members=[(person, make.CHILD)])
    member = household.members.get()
    with recording(actor=VIEWER, action="x", subject_kind="household", subject_id=household.pk) as change:
        change.update(member, relation=make.HEAD)
    known = as_known_on([person.pk], timezone.now() - dt.timedelta(days=1))
    assert [row["relation"] for row in known.memberships] == [make.CHILD]


def test_changes_of_others_in_the_household_are_not_this_persons(person):
    other = make.person(name="别人")
    household = make.household(members=[(person, make.HEAD), (other, make.SPOUSE)])
    with recording(actor=VIEWER, action="x", subject_kind="household", subject_id=household.pk) as change:
        change.update(household.members.get(person=other), relation=make.CHILD)
    assert history_card(VIEWER, person.pk).changes == []
    assert len(history_card(VIEWER, other.pk).changes) == 1


def test_the_list_says_who_when_what_and_on_which_evidence(person):
    from tests.cast import QIAN, make_user

    make_user(QIAN)
    with changed(person, dt.date(2024, 5, 1), evidence="户口簿") as change:
        change.create(FormerName(person=person, name="张玮", sound="zhangwei"))
        change.update(person, name="张伟")
        document = Document.objects.get(person=person)
        change.update(document, finding="checksum")
    line = history_card(VIEWER, person.pk).changes[0]
    assert (line.actor, line.evidence, line.at.year) == ("钱社区", "户口簿", 2024)
    assert ("张玮", "张伟") in [(field.before, field.after) for field in line.fields]


def test_numbers_stand_masked_in_the_history(person):
    from domicile.apps.vault.keyring import blind
    from domicile.apps.vault.sealing import seal

    document = Document.objects.get(person=person)
    with changed(person, dt.date(2024, 5, 1)) as change:
        number = "77010119800506002X"
        change.update(document, number=seal(document, "number", number), blind=blind("document", number))
    card = history_card(VIEWER, person.pk, day=dt.date(2024, 4, 1))
    shown = [(field.before, field.after) for field in card.changes[0].fields]
    assert shown == [("770101***********1", "770101***********X")]
    assert "770101***********1" in [line.value for line in card.known]


@pytest.mark.parametrize("viewer", [li_viewer("register_maintenance"), zhao_viewer()])
def test_a_stranger_and_a_grid_worker_read_no_history(person, viewer):
    with pytest.raises(NotAllowed):
        history_card(viewer, person.pk)


def test_the_page_explains_a_day_that_is_none(client, person):
    from django.urls import reverse

    from tests.cast import QIAN, sign_in

    sign_in(client, QIAN, "register_maintenance")
    address = reverse("people:history", args=[person.pk])
    assert client.get(address, {"on": "2025-02-30"}).status_code == 422
    assert client.get(address, {"on": "2025-02-03"}).context["card"].known
