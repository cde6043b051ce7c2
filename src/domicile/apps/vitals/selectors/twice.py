"""The same birth told twice, by both parents or at both ends: who it may be is shown, and nothing is decided silently."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import scope_q
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Member, Parentage, Person, Visibility
from domicile.apps.people.selectors import words
from domicile.core.codes.text import clean_name
from domicile.core.linkage.names import query_sounds
from domicile.core.policy.parameters import parameter

MOST = 10
COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Likely:
    """A child on file that may be the same; of one outside the viewer's areas only why: that there is somebody to ask for."""

    person_id: uuid.UUID | None
    name: str
    born: str
    why: list[str]
    area: str


def likely_ids(
    birth_date: dt.date, name: str, parents: Collection[uuid.UUID], household_id: uuid.UUID, *, today: dt.date
) -> dict[uuid.UUID, list[str]]:
    """Children on file who may be this one, with why. Four queries.

    Near the day and of a parent named or of the household; or on the very day and of a name that sounds so, unless both have
    other parents on file.
    """
    near = dt.timedelta(days=int(parameter("vitals.near_days", today)))
    born = Person.objects.filter(birth_date__range=(birth_date - near, birth_date + near))
    of_parents = set(born.filter(parents__parent_id__in=parents).values_list("pk", flat=True)) if parents else set()
    beside = Member.objects.filter(household_id=household_id, left_on__isnull=True)
    here = set(born.filter(pk__in=beside.values("person_id")).values_list("pk", flat=True))
    named: set[uuid.UUID] = set()
    text = clean_name(name)
    if text:
        alike = Person.objects.filter(Q(sound__in=query_sounds(text)) | Q(name=text), birth_date=birth_date)
        named = set(alike.values_list("pk", flat=True)[: 5 * MOST])
    if named and parents:
        tied = Parentage.objects.filter(child_id__in=named, kind=Parentage.Kind.BIRTH)
        others = set(tied.exclude(parent_id__in=parents).values_list("child_id", flat=True))
        named -= others - of_parents - here
    reasons = ((of_parents, _("same parent")), (here, _("same household")), (named, _("name and birth date")))
    found = sorted(of_parents | here | named)[:MOST]
    return {person: [str(why) for group, why in reasons if person in group] for person in found}


def likely_twice(
    viewer: Viewer, birth_date: dt.date, name: str, parents: Collection[uuid.UUID], household_id: uuid.UUID,
    *, today: dt.date,
) -> list[Likely]:  # fmt: skip
    """The same as the page shows it; each of them, wherever they are, is looked at on record. A fixed number of queries."""
    found = likely_ids(birth_date, name, parents, household_id, today=today)
    if not found:
        return []
    inside = scope_q(viewer, "code")
    places = list(Visibility.objects.filter(person_id__in=found).values_list("person_id", "code"))
    seen = set()
    if inside is not None:
        seen = set(Visibility.objects.filter(inside, person_id__in=found).values_list("person_id", flat=True))
    areas = trails({code[:COMMUNITY] for _person, code in places})
    record_look(viewer, question="birth_twice", term=name, persons=sorted(found))
    rows = Person.objects.in_bulk(list(found))
    lines = []
    for person, why in found.items():
        row = rows[person]
        code = next((code for one, code in places if one == person), "")
        area = in_one(areas.get(code[:COMMUNITY], []))
        shown = person in seen
        if shown:
            lines.append(Likely(person, words.name(row.name), words.birth(row), why, area))
        else:
            lines.append(Likely(None, "", "", why, ""))
    return lines
