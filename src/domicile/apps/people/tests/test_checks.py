"""Each rule finds the fault that is planted for it and is silent about sound households."""

import datetime as dt

import pytest

from domicile.apps.people.checks import run
from domicile.apps.people.models import Document, Member, Person, Visibility
from tests import factories as make

pytestmark = pytest.mark.django_db


def codes(scope=""):
    return [finding.code for finding in run(scope)]


def test_a_sound_household_gives_no_finding():
    make.family(size=3)
    assert codes() == []


def test_numbers_that_disagree_are_named():
    household = make.family(size=1)
    Document.objects.update(finding="checksum birth_date")
    assert codes() == ["number_checksum", "number_birth_date"]
    assert next(run()).subject == household.members.get().person_id.hex


def test_a_household_without_a_head_is_named():
    household = make.family(size=2, registered=False)
    Member.objects.filter(relation=make.HEAD).update(relation="97")
    (finding,) = run()
    assert (finding.code, finding.subject) == ("head_missing", household.pk.hex)


def test_people_registered_together_without_a_head_are_a_warning():
    make.family(size=2)
    Member.objects.filter(household__side="registered").update(relation="")
    (finding,) = run()
    assert (finding.code, finding.severity) == ("registered_head_unknown", "warning")


def test_an_unknown_registration_is_asked_for():
    make.family(size=1)
    Person.objects.update(registration="unknown")
    assert codes() == ["registration_unknown"]


def test_somebody_nowhere_is_named():
    make.person(registered_code="", registered_text="")
    assert codes() == ["lives_nowhere"]


def test_a_stay_that_goes_on_after_a_death_is_named():
    make.family(size=1)
    Person.objects.update(died_on=dt.date(2024, 1, 1))
    assert codes() == ["stay_after_death"]


def test_somebody_whom_their_own_office_cannot_see_is_named():
    make.family(size=1)
    Visibility.objects.all().delete()
    assert codes() == ["not_visible"]


def test_the_scope_bounds_what_is_checked():
    make.family(size=1)
    Person.objects.update(registration="unknown")
    assert codes(make.OTHER_COMMUNITY) == []
    assert codes(make.COMMUNITY) == ["registration_unknown"]


def test_no_message_names_a_person():
    make.family(size=1, surname="独特")
    Person.objects.update(registration="unknown", died_on=dt.date(2024, 1, 1))
    assert all("独特" not in finding.message_zh + finding.message_en for finding in run())
