"""Vital events in the words of the reader's language."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.people.items import PRECISIONS
from domicile.apps.vitals.models import Answer, Kind, Role, State, ToldBy

KINDS = {
    Kind.BIRTH.value: _("birth"),
    Kind.DEATH.value: _("death"),
    Kind.MARRIAGE.value: _("marriage"),
    Kind.DIVORCE.value: _("divorce"),
    Kind.ADOPTION.value: _("adoption"),
}
STATES = {State.COUNTS.value: _("registered"), State.ANNULLED.value: _("registered in error")}
ROLES = {
    Role.MOTHER.value: _("Mother"),
    Role.FATHER.value: _("Father"),
    Role.SPOUSE.value: _("Spouse"),
    Role.ADOPTER.value: _("Adoptive parent"),
}
TOLD_BY = {
    ToldBy.SELF.value: _("the person"),
    ToldBy.FAMILY.value: _("the family"),
    ToldBy.HOSPITAL.value: _("a hospital"),
    ToldBy.INSTITUTION.value: _("a welfare institution"),
    ToldBy.STAFF.value: _("found on a visit"),
    ToldBy.OTHER.value: _("somebody else"),
}
ANSWERS = {
    Answer.REGISTERED.value: _("the parents are registered there"),
    Answer.DIFFERS.value: _("registered there, and something differs"),
    Answer.NOT_FOUND.value: _("nobody of these is registered there"),
}
PAPERS = {
    "birth_certificate": _("birth certificate"),
    "hospital_certificate": _("hospital certificate"),
    "court_decision": _("court decision"),
    "parents_document": _("document of a parent"),
    "household_register": _("household register"),
    "identity_document": _("identity document"),
    "found_report": _("report of a found child"),
    "institution_letter": _("letter of a welfare institution"),
    "death_certificate": _("death certificate"),
    "marriage_certificate": _("marriage certificate"),
    "divorce_certificate": _("divorce certificate"),
    "adoption_certificate": _("adoption certificate"),
}
DAYS = {
    Kind.BIRTH.value: _("Born on"),
    Kind.DEATH.value: _("Died on"),
    Kind.MARRIAGE.value: _("Married on"),
    Kind.DIVORCE.value: _("Divorced on"),
    Kind.ADOPTION.value: _("Adopted on"),
}
#: What of an event is told in its history: label, and the words of a value.
FIELDS: dict[tuple[str, str], tuple[Any, Callable[[Any], Any]]] = {
    ("vitals_vitalevent", "state"): (_("State"), lambda value: STATES.get(value, value)),
    ("vitals_vitalevent", "day"): (_("Day"), str),
    ("vitals_vitalevent", "precision"): (_("How sure the day is"), lambda value: PRECISIONS.get(value, value)),
    ("vitals_vitalevent", "place"): (_("Where it happened"), str),
    ("vitals_vitalevent", "told_by"): (_("Who reported it"), lambda value: TOLD_BY.get(value, value)),
    ("vitals_vitalevent", "late"): (_("Registered late"), lambda value: _("yes") if value else ""),
    ("vitals_vitalnamed", "name"): (_("Named"), str),
    ("vitals_vitalpaper", "kind"): (_("Paper seen"), lambda value: PAPERS.get(value, value)),
    ("vitals_vitalpaper", "seen_on"): (_("Paper seen on"), str),
    ("vitals_vitalquestion", "answer"): (_("Their answer"), lambda value: ANSWERS.get(value, value)),
    ("vitals_vitalquestion", "answer_text"): (_("In words"), str),
}


def told(table: str, column: str, value: Any) -> tuple[Any, str] | None:
    """A recorded column in words; None for what the history of an event does not tell."""
    found = FIELDS.get((table, column))
    if found is None:
        return None
    label, words = found
    return label, "" if value in {None, ""} else str(words(value))


def day(text: str, precision: str) -> str:
    """A day as far as it is known: 2026-05-06, 2026-05 or 2026."""
    return text[: {"day": 10, "month": 7, "year": 4}.get(precision, 0)]
