"""Correct a name."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import FormerName, Person
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.core.codes.text import clean_name
from domicile.core.linkage.names import sound, split_name

LONGEST_NAME = 64


@dataclass(frozen=True)
class CorrectName:
    """`keep_former`: the old name was a real one and stays findable as a former name; else it was a slip."""

    person_id: uuid.UUID
    name: str
    keep_former: bool = False


@transaction.atomic
def correct_name(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectName) -> None:
    """Set a person's name. Raises Refused when it is empty, too long, has digits, or is the name on file."""
    check_why(reason, evidence)
    person = person_in_scope(actor, arguments.person_id, lock=True)
    name = other_name(person, arguments.name)
    decides = home_code(actor, person.pk)
    if not decides:
        raise OutOfReach([person.pk])
    with recording(
        actor=actor, action="people.correct_name", subject_kind="person", subject_id=person.pk,
        place_code=decides, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.keep_former and person.name:
            change.create(FormerName(person=person, name=person.name, sound=person.sound))
        change.update(person, name=name, given=split_name(name)[1], sound=sound(name))


def check_why(reason: str, evidence: str) -> None:
    """Whether it is said why. Raises Refused."""
    if not evidence and not reason.strip():
        raise Refused(_("Say why, and on which paper."), "reason")


def other_name(person: Person, text: str) -> str:
    """A name as it may stand on file, and another than this person's. Raises Refused with the cure."""
    name = checked_name(text)
    if name == person.name:
        raise Refused(_("This is the name on file already."), "name")
    return name


def checked_name(text: str) -> str:
    """A name as it may stand on file. Raises Refused with the cure."""
    name = clean_name(text)
    if not name:
        raise Refused(_("Enter the name as it stands on the document."), "name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("A name has at most 64 characters."), "name")
    if any(map(str.isdigit, name)):
        raise Refused(_("A name has no digits. Numbers belong into their own field."), "name")
    return name


@dataclass(frozen=True)
class GiveName:
    """The first name of a newborn who was put on file without one."""

    person_id: uuid.UUID
    name: str


@transaction.atomic
def give_name(*, actor: Viewer, reason: str, evidence: str = "", arguments: GiveName) -> None:
    """Name somebody who has no name yet. Raises Refused when there is one already: that would be a correction."""
    person = person_in_scope(actor, arguments.person_id, lock=True)
    if person.name:
        raise Refused(_("This person has a name already: correct it instead."), "name")
    name, place = checked_name(arguments.name), home_code(actor, person.pk)
    if not place:
        raise OutOfReach([person.pk])
    with recording(
        actor=actor, action="people.give_name", subject_kind="person", subject_id=person.pk,
        place_code=place, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(person, name=name, given=split_name(name)[1], sound=sound(name))
