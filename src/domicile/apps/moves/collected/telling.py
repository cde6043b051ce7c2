"""What back-checks ask again of moves that forms told of, and which areas a phone's form of leaving offers."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Count

from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import entries
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.openrosa.registry import Row
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.questions import NO, YES
from domicile.apps.fieldwork.backcheck.records import Said, Told, newcomers
from domicile.apps.moves import actions
from domicile.apps.moves.actions.stepping import people_of
from domicile.apps.moves.models import MoveEnd, MovePerson, Side
from domicile.apps.moves.selectors.naming import destinations


def areas(viewer: Viewer) -> list[Row]:
    """Communities of this register, as declarations offer them; about nobody. Two queries."""
    named = destinations()
    keys = dict(
        Area.objects.filter(valid_to__isnull=True, code__in=[code for code, _name in named]).values_list("code", "pk")
    )
    return [(str(keys[code]), name) for code, name in named if code in keys]


def areas_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these areas still are."""
    return set(Area.objects.filter(pk__in=ids, valid_to__isnull=True).values_list("pk", flat=True))


def sizes(moves: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many people belong to each move."""
    rows = MovePerson.objects.filter(move__in=moves).order_by()
    return dict(rows.values_list("move").annotate(Count("pk")).values_list("move", "pk__count"))


def declared(proposal: Proposal, arguments: actions.Declare) -> Told:
    """That they no longer live where they left."""
    accepted = proposal.decisions.filter(verdict=Decision.Verdict.ACCEPTED).order_by("-version").first()
    change = Change.objects.filter(pk=accepted.change_id).first() if accepted and accepted.change_id else None
    made = [uuid.UUID(one.row) for one in entries(change) if one.table == MoveEnd._meta.db_table] if change else []
    end = MoveEnd.objects.filter(pk__in=made, side=Side.ORIGIN).first()
    people = [arguments.person_id, *arguments.others]
    return (end.dwelling_id, [Said(person, "lives_here", NO) for person in people]) if end is not None else (None, [])


def arrived(proposal: Proposal, arguments: actions.Arrive) -> Told:
    """That they live there, since the day."""
    said: list[Any] = []
    for person in arguments.person_ids or people_of(arguments.move_id):
        said += [Said(person, "lives_here", YES), Said(person, "start", arguments.day.isoformat())]
    return arguments.dwelling_id, said


def asked(proposal: Proposal, arguments: actions.Ask) -> Told:
    """As of a household that was put on file; of somebody known, that they live there."""
    if arguments.person_id is not None:
        return arguments.dwelling_id, [Said(arguments.person_id, "lives_here", YES)]
    headed = arguments.into_id is None
    return arguments.dwelling_id, newcomers(proposal, arguments.people, arguments.day, headed=headed)
