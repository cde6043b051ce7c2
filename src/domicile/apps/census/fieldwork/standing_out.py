"""What stands out in the forms of an enumeration area: questions to a supervisor who can ask, never verdicts on anybody.

The bounds are the product's own, apart from Whipple's index, whose classes are the United Nations' (core/demography).
A family of twelve, somebody of 110 years and a street of students are all real: whoever knows says so, and that is all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.census.answers import opening, quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount.reckoning import ages
from domicile.apps.census.selfenum import doors
from domicile.apps.common.viewer import Viewer
from domicile.core.demography import whipple

REVIEW = "review_change"
#: More people than this behind one door of a family; older than this; fewer minutes than this for each person.
MANY, OLD, MINUTES = 15, 110, 0.5
#: Below this age nobody keeps house alone, as a rule.
CHILD = 16
#: A form differs from what the listing expected by so many people.
OTHERWISE = 3
#: Of at least so many forms this share has the same number of people.
FORMS, ALIKE = 12, 0.8
#: Whipple's index is told from so many people of 23 to 62 years on, and stands out from here on ("rough" in the UN's classes).
PEOPLE, HEAPED = 100, 125
#: Of at least so many doors more than this share is empty.
DOORS, EMPTY = 10, 0.4


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked; `household` where it is about one form."""

    kind: str
    text: str
    household: Household | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    answer: Answer
    head: np.void
    persons: np.ndarray
    ages: np.ndarray


def questions(viewer: Viewer, census: Census, place_code: str) -> list[Question]:
    """All questions about an enumeration area, those about it first, after the look is recorded. Raises OutOfReach."""
    viewer.require(REVIEW)
    if not viewer.covers(place_code) or not place_code.startswith(census.scope):
        raise OutOfReach
    opened = opening.quick_of_area(census, place_code)
    record_look(viewer, question="stands_out", persons=[answer.household_id for answer, _rows in opened])
    moment = timezone.localdate(census.reference_at)
    forms = []
    for answer, rows in opened:
        head = np.frombuffer(rows[: quick.WIDTH], quick.HOUSEHOLD)[0]
        persons = np.frombuffer(rows[quick.WIDTH :], quick.PERSON)
        forms.append(_Form(answer, head, persons, ages(persons["birth_year"], persons["birth_month"], moment)))
    listed = Dwelling.objects.filter(building__census=census, place_code=place_code)
    uses = Counter(listed.values_list("use", flat=True))
    found = [*of_doors(uses), *_of_all(forms)]
    return [*found, *(one for form in forms for one in _of_one(form)), *_same_people(forms), *_by_door_codes(forms)]


def of_doors(uses: Counter[str]) -> Iterator[Question]:
    """Many empty doors."""
    count, empty = sum(uses.values()), uses[Dwelling.Use.EMPTY]
    if count >= DOORS and empty > EMPTY * count:
        text = _("{empty} of {doors} doors are listed as empty. Was anybody there in the evening or at a weekend?")
        yield Question("empty_doors", text.format(empty=empty, doors=count))


def _of_all(forms: Sequence[_Form]) -> Iterator[Question]:
    """What shows only in many forms together: all alike, ages that end in 0 and 5."""
    sizes = Counter(len(form.persons) for form in forms)
    if len(forms) >= FORMS:
        size, count = sizes.most_common(1)[0]
        if count >= ALIKE * len(forms):
            text = _("{count} of {forms} households have {size} people. Is that so here?")
            yield Question("alike", text.format(count=count, forms=len(forms), size=size))
    known = np.concatenate([form.ages for form in forms]) if forms else np.zeros(0, int)
    working = known[(known >= 23) & (known <= 62)]
    if len(working) >= PEOPLE:
        index = whipple(np.bincount(working, minlength=100)[:100].astype(float), np.arange(100))
        if index >= HEAPED:
            text = _(
                "Many ages end in 0 or 5 (Whipple's index {index}, 100 is none). Were birth years asked, or ages guessed?"
            )
            yield Question("heaping", text.format(index=round(index)))


def _of_one(form: _Form) -> Iterator[Question]:
    """What one form alone asks for."""
    home, count = form.answer.household, len(form.persons)
    if count == 0:
        yield Question("empty_form", _("The form has no person. Is nobody there, or was it sent too early?"), home)
        return
    if count > MANY and form.head["kind"] != 2:
        yield Question(
            "many", _("{count} people in one family household. Is it a dormitory?").format(count=count), home
        )
    oldest = int(form.ages.max())
    if oldest >= OLD:
        yield Question("old", _("Somebody is {age} years old. Is the year of birth right?").format(age=oldest), home)
    elif 0 <= oldest < CHILD:
        yield Question("children", _("Nobody is older than {age}. Is somebody missing?").format(age=oldest), home)
    if (form.ages == -2).any():
        yield Question("after", _("Somebody was born after the reference moment and is not to be counted."), home)
    minutes = int(form.head["minutes"])
    if 0 < minutes < MINUTES * count:
        text = _("The form of {count} people was filled in within {minutes} minutes. Was everybody asked?")
        yield Question("fast", text.format(count=count, minutes=minutes), home)
    if home.expected and abs(home.expected - count) >= OTHERWISE:
        text = _("{count} people are on the form, {expected} were expected. Who came or went?")
        yield Question("otherwise", text.format(count=count, expected=home.expected), home)


def _same_people(forms: Sequence[_Form]) -> Iterator[Question]:
    """Several forms with the same births and sexes: one household listed twice, or forms that were copied."""
    by_people: dict[bytes, list[_Form]] = defaultdict(list)
    for form in forms:
        if len(form.persons) > 1:
            by_people[np.sort(form.persons[["birth_year", "birth_month", "sex"]]).tobytes()].append(form)
    for alike in by_people.values():
        for form in alike[1:]:
            first = alike[0].answer.household
            text = _("The same births and sexes stand on the form of {door}. Is it one household twice?")
            yield Question("same", text.format(door=door_of(first)), form.answer.household)


def _by_door_codes(forms: Sequence[_Form]) -> Iterator[Question]:
    """Forms over the web with a code that somebody gave at the door: did the household itself answer?"""
    given = doors.givers(form.answer for form in forms)
    for form in forms:
        if (code := given.get(form.answer.pk)) is not None:
            text = _("It was sent with a code that {name} gave at the door. Did the household itself fill in the form?")
            yield Question("door_code", text.format(name=code.given_by_name), form.answer.household)


def door_of(household: Household) -> str:
    """Where a household lives, without anybody's name."""
    dwelling = household.dwelling
    return f"{dwelling.building.address} {dwelling.number}-{household.serial}"
