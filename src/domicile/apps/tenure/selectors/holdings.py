"""Reads of owners and managers, inside the viewer's areas."""

import uuid
from dataclasses import dataclass
from typing import Any

from domicile.apps.access.log import record_look
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.collect.told import ToldChange
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tenure import words
from domicile.apps.tenure.actions import HOLDING_ACTIONS
from domicile.apps.tenure.holders import HolderLine, holder_lines
from domicile.apps.tenure.models import Holding
from domicile.apps.tenure.selectors.rentals import history


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """An owner or manager of a dwelling."""

    holding: Holding
    role: str
    holder: HolderLine


@dataclass(frozen=True, slots=True)
class OwnersCard:
    """All who own or manage a dwelling or did, and what was changed."""

    dwelling: Dwelling
    present: list[HoldingLine]
    past: list[HoldingLine]
    numbers_shown: bool
    changes: list[ToldChange] | None
    waiting: list[tuple[Proposal, Any]]


def holding_lines(viewer: Viewer, rows: list[Holding], *, full: bool = False) -> list[HoldingLine]:
    """Lines of holdings read with their holders. Two queries."""
    lines = holder_lines(viewer, [row.holder for row in rows], full=full)
    return [HoldingLine(row, str(words.ROLES[row.role]), lines[row.holder_id]) for row in rows]


def holdings_of(dwelling: Dwelling) -> list[Holding]:
    """Present and former holdings of a dwelling, owners first. One query."""
    rows = Holding.objects.filter(dwelling=dwelling).select_related("holder__person", "holder__unit")
    return sorted(rows, key=lambda row: (row.role != Holding.Role.OWNER, str(row.start or ""), row.pk))


def owners_card(viewer: Viewer, dwelling_id: uuid.UUID, *, show_numbers: bool = False) -> OwnersCard:
    """The page of owners and managers, after the look is recorded: as `owners`, or `number`.

    Raises NotAllowed without `view_dwelling` (for numbers `view_number_full`), OutOfReach outside the areas.
    """
    viewer.require("view_dwelling")
    if show_numbers:
        viewer.require("view_number_full")
    dwelling = dwelling_in_scope(viewer, dwelling_id)
    rows = holdings_of(dwelling)
    lines = holding_lines(viewer, rows, full=show_numbers)
    changes, told_of = history(viewer, dwelling.pk, HOLDING_ACTIONS)
    card = OwnersCard(
        dwelling=dwelling,
        present=[line for line in lines if line.holding.end is None],
        past=[line for line in lines if line.holding.end is not None],
        numbers_shown=show_numbers,
        changes=changes,
        waiting=[
            (row, label(row.action)) for row in waiting_about(viewer, [dwelling.pk]) if row.action in HOLDING_ACTIONS
        ],
    )
    seen = [row.holder.person_id for row in rows if row.holder.person_id] if viewer.may("view_person") else []
    record_look(viewer, question="number" if show_numbers else "owners", persons=list(dict.fromkeys([*seen, *told_of])))
    return card
