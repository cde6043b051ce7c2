"""What of this app can be proposed, and how a proposal reads."""

import uuid
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.collect.registry import Handler, Line, Part, register, register_namer
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.moves import actions, words
from domicile.apps.moves.actions.stepping import people_of
from domicile.apps.moves.collected.judging import as_added, judge_asked, judge_declared
from domicile.apps.moves.handing.actions import HandOn, hand_on
from domicile.apps.moves.models import Move, MoveEnd, Side
from domicile.apps.moves.selectors.naming import move_names
from domicile.apps.people import describing
from domicile.apps.people import parts as people_parts
from domicile.apps.people.actions import AddHousehold
from domicile.apps.people.models import Person
from domicile.apps.people.selectors import words as people_words
from domicile.apps.places.models import Dwelling

PAGES = {"move": "moves:move", "person": "people:person", "dwelling": "people:dwelling"}
PARTS = {
    "day": Part(_("Day"), "date"),
    "to_text": Part(_("Where to, in words"), longest=160),
    "expected_return": Part(_("Expected back"), "date"),
    "reason_code": Part(_("Reason of the move"), "choice", "inflow_reason"),
}


def grid() -> str:
    """Who moves is told at the door: decided from the grid upward."""
    return "grid"


def describe_declaration(arguments: actions.Declare) -> list[Line]:
    people = [arguments.person_id, *arguments.others]
    return [
        Line(_("Who"), "", _names(people)),
        Line(_("First day no longer living here"), "", str(arguments.day)),
        Line(_("Where to"), "", _where(arguments)),
        *_more(
            (_("Reason of the move"), people_words.coded("inflow_reason", arguments.reason_code)),
            (_("Expected back"), arguments.expected_return),
            (_("New head of the household"), _names([arguments.new_head_id]) if arguments.new_head_id else ""),
        ),
    ]


def describe_arrival(arguments: actions.Arrive) -> list[Line]:
    people = list(arguments.person_ids) or people_of(arguments.move_id)
    return [
        Line(_("Who"), "", _names(people)),
        Line(_("Dwelling"), "", Dwelling.objects.get(pk=arguments.dwelling_id).address),
        Line(_("First day living here"), "", str(arguments.day)),
    ]


def describe_handing(arguments: HandOn) -> list[Line]:
    code = arguments.code.ljust(15, "0")
    named = _areas(MoveEnd(to_code=code)).get(code, arguments.code)
    return [Line(_("Who"), "", _names(people_of(arguments.move_id))), Line(_("Community"), "", named)]


def describe_question(arguments: actions.Ask) -> list[Line]:
    """Newcomers as they are put on file; of somebody on file who it is."""
    added = as_added(arguments)
    if isinstance(added, AddHousehold):
        return describing.describe_household(added)
    if added is not None:
        return describing.describe_member(added)
    who = _names([arguments.person_id]) if arguments.person_id else people_words.listed(
        people_words.name(new.name) for new in arguments.people
    )  # fmt: skip
    return [
        Line(_("Who"), "", who),
        Line(_("Dwelling"), "", Dwelling.objects.get(pk=arguments.dwelling_id).address),
        Line(_("First day living here"), "", str(arguments.day)),
    ]


def describe_step(arguments: Any) -> list[Line]:
    """A step of a move: who moves, and what of it would change."""
    move = Move.objects.get(pk=arguments.move_id)
    lines = [Line(_("Who"), _names(people_of(move.pk)), _names(people_of(move.pk)))]
    end = MoveEnd.objects.filter(move=move, side=getattr(arguments, "side", Side.ORIGIN)).first()
    if getattr(arguments, "day", None):
        before = end.day if end is not None and isinstance(arguments, actions.CorrectEnd) else ""
        lines.append(Line(_("Day"), str(before or ""), str(arguments.day)))
    if getattr(arguments, "to_where", ""):
        lines.append(
            Line(_("Where to"), words.to_where(end, _areas(end)) if end is not None else "", _where(arguments))
        )
    return [*lines, Line(_("State"), words.state(move.state), "")] if len(lines) == 1 else lines


def persons_of(arguments: Any) -> Collection[uuid.UUID]:
    """Whom a proposal names."""
    found = {*getattr(arguments, "others", ()), *getattr(arguments, "person_ids", ())}
    for name in ("person_id", "new_head_id", "head_id"):
        if getattr(arguments, name, None):
            found.add(getattr(arguments, name))
    if getattr(arguments, "move_id", None):
        found.update(people_of(arguments.move_id))
    return found


def _where(arguments: Any) -> str:
    code = arguments.to_code.ljust(15, "0") if arguments.to_code else ""
    end = MoveEnd(to_where=arguments.to_where, to_code=code, to_text=arguments.to_text)
    return words.to_where(end, _areas(end))


def _areas(end: MoveEnd) -> dict[str, str]:
    return {code: in_one(steps) for code, steps in trails([end.to_code]).items() if steps}


def _names(people: Collection[uuid.UUID | None]) -> str:
    known = dict(Person.objects.filter(pk__in=[key for key in people if key]).values_list("pk", "name"))
    return people_words.listed(people_words.name(known[key]) for key in people if key in known)


def _more(*values: tuple[Any, Any]) -> list[Line]:
    return [Line(label, "", str(value)) for label, value in values if value]


#: Kind of change: label, arguments, action, description.
KINDS: dict[str, tuple[Any, type[Any], Callable[..., Any], Callable[[Any], list[Line]]]] = {
    "moves.declare": (_("Moves away"), actions.Declare, actions.declare, describe_declaration),
    "moves.arrive": (_("Register an arrival"), actions.Arrive, actions.arrive, describe_arrival),
    "moves.ask": (_("Register an arrival without a declaration"), actions.Ask, actions.ask, describe_question),
    "moves.confirm": (_("Confirm a move"), actions.Confirm, actions.confirm, describe_step),
    "moves.accept": (_("Accept a correction of a move"), actions.Accept, actions.accept, describe_step),
    "moves.not_yet": (_("Answer that they have not arrived yet"), actions.NotYet, actions.not_yet, describe_step),
    "moves.object": (_("Object to a move"), actions.Object, actions.object_to, describe_step),
    "moves.return": (_("Note a return"), actions.Return, actions.return_home, describe_step),
    "moves.change_destination": (
        _("Change the destination of a move"), actions.ChangeDestination, actions.change_destination, describe_step
    ),
    "moves.depart": (_("Note as gone"), actions.Depart, actions.depart, describe_step),
    "moves.cancel": (_("Cancel a move"), actions.Cancel, actions.cancel, describe_step),
    "moves.withdraw": (_("Withdraw an arrival"), actions.Withdraw, actions.withdraw, describe_step),
    "moves.lapse": (_("Let a move lapse"), actions.Lapse, actions.lapse, describe_step),
    "moves.correct": (_("Correct what an end says of a move"), actions.CorrectEnd, actions.correct_end, describe_step),
}  # fmt: skip

#: Those of which forms of phones tell by the hundred.
JUDGES = {"moves.declare": judge_declared, "moves.ask": judge_asked}


def township() -> str:
    """Which community a move goes to: decided by the township, or whoever stands above it."""
    return "township"


def register_all() -> None:
    """Called once at start-up."""
    handing = Handler(
        "moves.hand_on", _("Hand a move on to a community"), HandOn, hand_on, describe_handing, township, PAGES, persons_of,
        group="homes",
    )  # fmt: skip
    register(handing)
    register_namer("move", move_names)
    for name, (label, arguments, apply, describe) in KINDS.items():
        known = {**people_parts.KNOWN, **PARTS} if name == "moves.ask" else PARTS
        register(
            Handler(
                name, label, arguments, apply, describe, grid, PAGES, persons_of, group="homes",
                parts=partial(parts_among, known), judge=JUDGES.get(name),
            )
        )  # fmt: skip
