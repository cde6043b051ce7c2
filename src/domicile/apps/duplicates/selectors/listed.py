"""The list of pairs that wait for a person to look at them, in the viewer's areas."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce

from domicile.apps.access.log import record_look
from domicile.apps.access.scopes import scope_q
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates import words
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import MERGE, home_of, may_decide, office_over
from domicile.apps.people.models import Person, SamePerson, Visibility
from domicile.apps.people.scope import codes_of
from domicile.apps.people.selectors import words as people_words

PAGE = 25
#: Deeper pages are not offered: what is decided goes, and the next come up.
MOST_PAGES = 40
COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair in a list. Outside the viewer's areas only the area is told."""

    id: uuid.UUID | None
    name: str
    born: str
    area: str


@dataclass(frozen=True, slots=True)
class Line:
    """A pair: both sides, what found it, how sure it is in words, and whether this viewer's office decides."""

    pair: Pair
    sides: tuple[Side, Side]
    found_by: str
    chance: str
    mine: bool
    decides: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list. `whole`: both records lie in the viewer's areas; `across`: pairs of which only one does."""

    lines: list[Line]
    page: int
    more: bool
    state: str


def pairs(viewer: Viewer, state: str = Pair.State.OPEN) -> QuerySet[Any]:
    """Pairs of which the viewer may see one record at least, the surest first, with who stands for either.

    Those that a merge has made one id of are left out: they come back when it is undone.
    """
    inside = scope_q(viewer, "code")
    if inside is None:
        return Pair.objects.none()
    rows: Any = Pair.objects.filter(state=state)
    for side in ("left", "right"):
        links = SamePerson.objects.filter(person_id=OuterRef(side)).values("stands_id")[:1]
        seen = Visibility.objects.filter(inside, person_id=OuterRef(f"{side}_stands"))
        stands = Coalesce(Subquery(links), side, output_field=UUIDField())
        rows = rows.annotate(**{f"{side}_stands": stands, f"{side}_seen": Exists(seen)})
    rows = rows.filter(left_seen=True) | rows.filter(right_seen=True)
    return rows.exclude(left_stands=F("right_stands")).order_by("-bits", "id")


def listed(viewer: Viewer, *, state: str = Pair.State.OPEN, page: int = 1) -> Listed:
    """A page of pairs, after the look is recorded. A fixed number of queries. Raises NotAllowed."""
    viewer.require(MERGE)
    page = min(max(page, 1), MOST_PAGES)
    start = (page - 1) * PAGE
    rows: Sequence[Any] = list(pairs(viewer, state)[start : start + PAGE + 1])
    found = lines(viewer, rows[:PAGE])
    shown = {side.id for line in found for side in line.sides if side.id is not None}
    record_look(viewer, question="duplicates", persons=sorted(shown))
    return Listed(found, page, len(rows) > PAGE and page < MOST_PAGES, state)


def lines(viewer: Viewer, rows: Sequence[Any]) -> list[Line]:
    """Lines of pairs that were read by `pairs`. Three queries."""
    ids = {one for row in rows for one in (row.left_stands, row.right_stands)}
    people = Person.objects.in_bulk(ids)
    codes = codes_of(ids)
    homes = {one: home_of(codes[one]) for one in ids}
    areas = {code: in_one(steps) for code, steps in trails({home[:COMMUNITY] for home in homes.values()}).items()}
    found = []
    for row in rows:
        sides = tuple(
            _side(people.get(one), areas.get(homes[one][:COMMUNITY], ""), seen=seen)
            for one, seen in ((row.left_stands, row.left_seen), (row.right_stands, row.right_seen))
        )
        office = office_over(homes[row.left_stands], homes[row.right_stands])
        found.append(
            Line(
                row, (sides[0], sides[1]), words.step(row.step), words.chance(row), may_decide(viewer, office),
                words.office(office),
            )
        )  # fmt: skip
    return found


def _side(person: Person | None, area: str, *, seen: bool) -> Side:
    if person is None or not seen:
        return Side(None, "", "", area)
    return Side(person.pk, people_words.name(person.name), people_words.birth(person), area)
