"""A change and its record stand or fall together."""

import uuid

import pytest
from django.db import DatabaseError

from domicile.apps.audit import recording as recording_module
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import ensure_subject

SUN = Viewer(user_id=uuid.uuid4(), name="Sun", role="county_operator", scopes=("770101",), purpose="correction")


def add_person(name: str) -> Person:
    person = Person(name=name)
    with recording(actor=SUN, action="people.add", subject_kind="person", subject_id=person.pk) as change:
        ensure_subject(person.pk)
        change.create(person)
    return person


def correct_and_fail(person: Person) -> None:
    with recording(actor=SUN, action="people.correct", subject_kind="person", subject_id=person.pk) as change:
        change.update(person, name="李秀莹")
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True, databases=["default", "log"])
def test_a_failing_audit_write_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**values: object) -> None:
        raise DatabaseError("the log's disk is full")

    monkeypatch.setattr(recording_module.Change.objects, "create", fail)
    with pytest.raises(DatabaseError, match="disk is full"):
        add_person("李秀英")
    assert not Person.objects.exists()
    assert not SubjectKey.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "log"])
def test_a_failing_change_leaves_no_record_behind() -> None:
    person = add_person("李秀英")
    with pytest.raises(ZeroDivisionError):
        correct_and_fail(person)
    person.refresh_from_db()
    assert person.name == "李秀英"
    assert Change.objects.count() == 1


@pytest.mark.django_db(databases=["default", "log"])
def test_the_record_holds_who_what_and_the_value_before() -> None:
    person = add_person("李秀英")
    with recording(
        actor=SUN, action="people.correct", subject_kind="person", subject_id=person.pk, reason="typo"
    ) as change:
        change.update(person, name="李秀莹")
    made = Change.objects.latest("pk")
    assert (made.actor_id, made.actor_role, made.purpose, made.reason) == (SUN.user_id, SUN.role, SUN.purpose, "typo")
    assert f'["people_person","{person.pk.hex}","update",{{"name":["李秀英","李秀莹"]}}]' in made.values


@pytest.mark.django_db(databases=["default", "log"])
def test_nothing_changed_writes_no_record() -> None:
    person = add_person("李秀英")
    with recording(actor=SUN, action="people.correct", subject_kind="person", subject_id=person.pk) as change:
        change.update(person, name="李秀英")
    assert Change.objects.count() == 1
