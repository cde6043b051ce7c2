"""Comparisons as the pages show them, and who was found, in the viewer's areas."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import scope_q
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.comparisons import policies, words
from domicile.apps.comparisons.models import Comparison, Likeness
from domicile.apps.duplicates.policies import MERGE, home_of
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.people.models import Person, SamePerson, Visibility
from domicile.apps.people.scope import codes_of
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.reach import reach_person
from domicile.apps.tasks.models import Progress
from domicile.core.moves.ends import significant

PAGE = 25
MOST_PAGES = 40
COMMUNITY = 12
MOST = 100
LOOK = "comparison_found"


@dataclass(frozen=True, slots=True)
class Line:
    """A comparison in the list: how it stands, and how many found in the viewer's areas wait."""

    row: Comparison
    state: str
    badge: str
    waiting: int
    for_us: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found: who it is here, what agreed, how sure, and what was decided."""

    row: Likeness
    person: uuid.UUID
    name: str
    born: str
    area: str
    agreed: list[str]
    sure: str
    state: str
    before: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison with its places, its progress and a page of those found in the viewer's areas."""

    line: Line
    places: list[tuple[str, str]]
    progress: Progress | None
    stage: str
    found: list[Found]
    page: int
    more: bool
    decided: bool
    counts: dict[str, int]


def reminder(viewer: Viewer) -> dict[str, str]:
    """What stands on the way to comparisons: how many other registers wait for this viewer's answer.

    One query where there is none.
    """
    waiting = Comparison.objects.filter(here=False, state=Comparison.State.PROPOSED).count()
    if not waiting or not policies.is_keeper(viewer):
        return {}
    return {"badge": _("to answer: {count}").format(count=waiting), "badge_kind": "care"}


def listed(viewer: Viewer) -> list[Line]:
    """Comparisons that are this viewer's business, the open ones first. Two queries. Raises NotAllowed.

    Whoever may agree for the register sees all; others those by which somebody in their areas was found.
    """
    viewer.require(MERGE)
    rows: Any = Comparison.objects.select_related("peer").order_by("-proposed_at")
    inside = likenesses(viewer)
    if not policies.is_keeper(viewer):
        rows = rows.filter(pk__in=inside.values("comparison_id"))
    found = list(rows[:MOST])
    waiting: dict[uuid.UUID, int] = {}
    open_ones = inside.filter(comparison__in=found, state=Likeness.State.OPEN)
    for key in open_ones.values_list("comparison_id", flat=True):
        waiting[key] = waiting.get(key, 0) + 1
    lines = [_line(row, waiting.get(row.pk, 0)) for row in found]
    return sorted(lines, key=lambda line: (not line.for_us, line.row.state not in Comparison.OPEN))


def shown(viewer: Viewer, comparison_id: uuid.UUID, *, decided: bool = False, page: int = 1) -> Shown:
    """One comparison, after the look at those found is recorded. Raises NotAllowed, OutOfReach."""
    viewer.require(MERGE)
    row = Comparison.objects.select_related("peer").filter(pk=comparison_id).first()
    inside = likenesses(viewer).filter(comparison_id=comparison_id)
    if row is None or not (policies.is_keeper(viewer) or inside.exists()):
        raise OutOfReach
    counts: dict[str, int] = {}
    for state in inside.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    page = min(max(page, 1), MOST_PAGES)
    start = (page - 1) * PAGE
    wanted = (Likeness.State.APART, Likeness.State.SETTLED) if decided else (Likeness.State.OPEN, Likeness.State.ASKED)
    rows = list(inside.filter(state__in=wanted).order_by("-strength", "state", "pk")[start : start + PAGE + 1])
    found = people(rows[:PAGE])
    record_look(viewer, question=LOOK, persons=sorted({one.person for one in found}))
    codes = sorted(row.places.values_list("code", flat=True))
    names = trails({code[:COMMUNITY] for code in codes})
    places = [(significant(code), in_one(names.get(code[:COMMUNITY], []))) for code in codes]
    progress = Progress.objects.filter(pk=row.pk).first()
    stage = str(words.STAGES.get(progress.stage, "")) if progress else ""
    line = _line(row, counts.get(Likeness.State.OPEN, 0))
    return Shown(line, places, progress, stage, found, page, len(rows) > PAGE and page < MOST_PAGES, decided, counts)


def one(viewer: Viewer, likeness_id: uuid.UUID) -> tuple[Found, OutsideRequest | None]:
    """Somebody found, after the look is recorded, and the question that was asked. Raises NotAllowed, OutOfReach."""
    viewer.require(MERGE)
    row: Any = likenesses(viewer).filter(pk=likeness_id).first()
    if row is None:
        raise OutOfReach
    person = reach_person(viewer, row.person)
    record_look(viewer, question=LOOK, persons=[person.pk])
    (found,) = people([row])
    if row.request is None or viewer.user_id is None:
        return found, None
    return found, OutsideRequest.objects.filter(pk=row.request, asked_by=viewer.user_id).first()


def likenesses(viewer: Viewer) -> QuerySet[Any]:
    """Those found who are visible in the viewer's areas, with `stands`: who stands for them."""
    inside = scope_q(viewer, "code")
    if inside is None:
        return Likeness.objects.none()
    links = SamePerson.objects.filter(person_id=OuterRef("person")).values("stands_id")[:1]
    rows: Any = Likeness.objects.select_related("comparison__peer")
    rows = rows.annotate(stands=Coalesce(Subquery(links), "person", output_field=UUIDField()))
    return rows.filter(Exists(Visibility.objects.filter(inside, person_id=OuterRef("stands"))))  # type: ignore[no-any-return]


def people(rows: Sequence[Any]) -> list[Found]:
    """Those found, in words. Four queries."""
    ids = {row.stands for row in rows}
    held = Person.objects.in_bulk(ids)
    homes = {key: home_of(codes)[:COMMUNITY] for key, codes in codes_of(ids).items()} if ids else {}
    areas = {code: in_one(steps) for code, steps in trails(set(homes.values())).items()} if ids else {}
    before = _before(rows)
    return [
        Found(
            row, row.stands, people_words.name(held[row.stands].name), people_words.birth(held[row.stands]),
            areas.get(homes.get(row.stands, ""), ""), words.kinds(row.kinds), str(words.STRENGTHS[row.strength]),
            str(words.FOUND[row.state]), before.get((row.comparison.peer_id, row.person), ""),
        )
        for row in rows
        if row.stands in held
    ]  # fmt: skip


def _before(rows: Sequence[Any]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """What was decided last about the same person and register, in an earlier comparison. One query."""
    decided = Likeness.objects.filter(
        person__in=[row.person for row in rows], state__in=[Likeness.State.APART, Likeness.State.SETTLED]
    )
    found: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    own = {row.pk for row in rows}
    for row in decided.select_related("comparison").order_by("decided_at"):
        if row.pk not in own and row.decided_at is not None:
            told = f"{row.decided_at:%Y-%m-%d} {words.FOUND[row.state]}: {row.note}"
            found[(row.comparison.peer_id, row.person)] = told
    return found


def _line(row: Comparison, waiting: int) -> Line:
    for_us = row.state == Comparison.State.PROPOSED and not row.here
    return Line(row, str(words.STATES[row.state]), words.BADGES.get(row.state, ""), waiting, for_us)  # type: ignore[call-overload]
