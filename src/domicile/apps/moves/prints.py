"""The card of a move on paper (PL-8): both ends side by side, who moves, what differs, who took which step and when."""

import uuid
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.deadlines import words as turns
from domicile.apps.moves.deadlines.waiting import duty_of
from domicile.apps.moves.models import Side
from domicile.apps.moves.mover import selectors as mover
from domicile.apps.moves.selectors.cards import EndCard, MoveCard, move_card

CARD = Path(__file__).resolve().parent / "printed" / "move.typ"
QUESTION = "print_move"


def move_data(viewer: Viewer, move_id: uuid.UUID) -> dict[str, Any]:
    """All of the card, after the looks are recorded; no number and no phone. Raises NotAllowed, OutOfReach."""
    today = timezone.localdate()
    card = move_card(viewer, move_id, today=today)
    record_look(viewer, question=QUESTION, persons=[one.id for one in card.people])
    duty = duty_of(card.move, today)
    back = card.move.expected_return
    return {
        "frame": printing.frame(viewer, title=_("Move card"), notes=_("Number of the move: {number}").format(number=card.move.pk)),
        "facts": [
            [_("Who"), card.names, 2],
            [_("State"), card.state],
            [_("Reason of the move"), card.reason],
            [_("Put on file"), _moment(card.move.made_at)],
            [_("Expected back"), back.isoformat() if back else ""],
            [_("Whose turn it is"), f"{turns.to_do(duty)} · {turns.until(duty)}" if duty is not None else "", 2],
        ],
        "sides": [_side(card, end) for end in card.ends],
        "people": [[one.name, _said(one.by_origin), _said(one.by_destination)] for one in card.people],
        "differs": [list(line) for line in card.differs],
        "said": [
            [_moment(line.said_at), line.label, line.names, " · ".join(filter(None, [_day(line.day), line.where])),
             {"taken": _("taken up"), "set_aside": _("set aside")}.get(
                line.outcome, _("waits") if line.step else _("the move has gone on"))]
            for line in mover.of_move(viewer, card.move)
        ],
        "steps": [
            [_moment(line.at), f"{line.step} → {line.state}", line.by, line.who,
             " · ".join(filter(None, [line.reason, line.evidence]))]
            for line in reversed(card.changes)
        ],
        "heads": {
            "people": [_("Who"), _("The place left says"), _("The destination says")],
            "differs": [_("What"), _("The place left says"), _("The destination says")],
            "said": [_("Said"), _("What"), _("Who"), _("Day and place"), _("Seen to")],
            "steps": [_("When"), _("Step"), _("Which end"), _("Written down by"), _("Reason and paper")],
        },
        "words": {
            "people": _("Who moves"), "differs": _("What the two ends disagree on"), "said": _("The mover's own word"),
            "steps": _("Steps taken"), "signatures": [_("For the place left"), _("For the destination")],
        },
    }  # fmt: skip


def _side(card: MoveCard, end: EndCard) -> dict[str, Any]:
    """One end as pairs; what it has not said is left to be written in."""
    went = end.side == Side.ORIGIN
    return {
        "label": end.label[:1].upper() + end.label[1:],
        "counts": _("counts here") if end.counts else "",
        "facts": [
            [_("Which place"), end.place],
            [_("Address"), end.address],
            [_("Where to"), end.says_where],
            [_("Day of leaving") if went else _("Day of arrival"), _day(end.day)],
            [_("Letter, call or paper"), end.evidence],
            [_("Written down"), f"{end.said_by} {_moment(end.said_at)}".strip() if end.said else _("nothing said yet")],
        ],
    }


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _said(yes: bool) -> str:
    return _("named") if yes else "—"
