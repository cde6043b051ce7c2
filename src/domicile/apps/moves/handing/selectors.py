"""Moves of which the community is not known, and the communities that each may go to."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.deadlines.waiting import on_file
from domicile.apps.moves.handing import policies
from domicile.apps.moves.models import Move, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends, ends_of
from domicile.apps.moves.selectors.naming import area_names
from domicile.apps.moves.words import end_name
from domicile.apps.people.selectors import words as people_words
from domicile.core.moves import significant

COMMUNITY, TOWNSHIP = 12, 9
#: Communities offered at once; more have to be looked for.
MOST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A move to be handed on, as the page shows it."""

    move_id: uuid.UUID
    names: str
    left: str
    words: str
    day: str
    now: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Communities as (code, township and name); `cut`: more fit than are shown; `apart`: no one fits all of the moves."""

    choices: list[tuple[str, str]]
    cut: bool
    apart: bool = False


def answers_for_more(viewer: Viewer) -> bool:
    """Whether the viewer's areas are wider than one community."""
    return viewer.may("view_ledger") and any(len(scope) < COMMUNITY for scope in viewer.scopes)


def unplaced(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """Destinations of announced moves in the viewer's areas of which the county or the township alone is known."""
    rows = MoveEnd.objects.filter(
        on_file(OuterRef("code")), side=Side.DESTINATION, code__endswith=policies.NO_COMMUNITY, said_at__isnull=True,
        move__state__in=policies.ANNOUNCED,
    )  # fmt: skip
    return restrict(rows, viewer, "code")


def chosen(viewer: Viewer, ids: Collection[uuid.UUID]) -> list[tuple[Move, Ends]]:
    """Those of these moves that the viewer can hand on. Raises OutOfReach when one of them is beyond the viewer."""
    viewer.require("view_person")
    inside = restrict(MoveEnd.objects.filter(side=Side.DESTINATION, move_id__in=ids), viewer, "code").values("move_id")
    rows = Move.objects.filter(pk__in=inside).prefetch_related("ends").order_by("made_at", "pk")
    found = [(move, ends_of(move)) for move in rows]
    if len(found) < len(set(ids)) or not all(policies.may(viewer, move, ends) for move, ends in found):
        raise OutOfReach(list(MovePerson.objects.filter(move_id__in=ids).values_list("person_id", flat=True)))
    return found


def lines(viewer: Viewer, moves: Sequence[tuple[Move, Ends]]) -> list[Line]:
    """Who moves, from where, and what the declaration says of the place, once the look is recorded. Three queries."""
    areas = area_names(viewer, [end for _move, both in moves for end in (both.origin, both.destination)])
    people: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {move.pk: [] for move, _ends in moves}
    rows = MovePerson.objects.filter(move_id__in=people).order_by("pk")
    for move_id, person, name in rows.values_list("move_id", "person_id", "person__name"):
        people[move_id].append((person, people_words.name(name)))
    record_look(viewer, question="move", persons=[person for found in people.values() for person, _name in found])
    return [
        Line(
            move.pk, people_words.listed(name for _person, name in people[move.pk]), end_name(ends.origin, areas),
            ends.origin.to_text, str(ends.origin.day or ""), end_name(ends.destination, areas),
        )
        for move, ends in moves
    ]  # fmt: skip


def communities(moves: Sequence[tuple[Move, Ends]], text: str) -> Offered:
    """The communities that all of these may go to, those whose name, township or code fits the text. Two queries."""
    under = [significant(policies.wide(ends)) for _move, ends in moves]
    within = max(under, key=len, default="")
    if not within or not all(within.startswith(code) for code in under):
        return Offered([], cut=False, apart=True)
    rows = Area.objects.filter(valid_to__isnull=True, code__startswith=within, level=Area.Level.VILLAGE)
    listed = list(rows.order_by("code").values_list("code", "name"))
    townships = dict(
        Area.objects.filter(
            valid_to__isnull=True, level=Area.Level.TOWNSHIP, code__startswith=within[:TOWNSHIP]
        ).values_list("code", "name")
    )
    named = [(code, f"{townships.get(code[:TOWNSHIP] + '000', '')} {name}".strip()) for code, name in listed]
    wanted = "".join(text.split())
    fits = [pair for pair in named if wanted in pair[1].replace(" ", "") or pair[0].startswith(wanted)]
    return Offered(fits[:MOST], cut=len(fits) > MOST)
