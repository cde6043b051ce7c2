"""Who stands at which end of a move, and what its state allows."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.models import Area
from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground
from domicile.apps.moves.models import Move, MoveEnd, MovePerson, Side
from domicile.apps.peers import directory
from domicile.core.moves import IllegalStep, Step, check_step, possible, steps
from domicile.core.moves.machine import ON_PAPER
from domicile.core.policy.parameters import parameter

COUNTY = 6
PLACE = 15
#: States in which somebody has come to where they were said to go, or elsewhere.
ARRIVED = frozenset({"arrived", "confirmed"})


@dataclass(frozen=True)
class Ends:
    """Both ends of a move."""

    origin: MoveEnd
    destination: MoveEnd

    def of(self, side: str) -> MoveEnd:
        """The end of a side."""
        return self.origin if side == Side.ORIGIN else self.destination

    def other(self, side: str) -> MoveEnd:
        """The end across."""
        return self.destination if side == Side.ORIGIN else self.origin


def ends_of(move: Move) -> Ends:
    """Both ends. One query unless they were read with the move."""
    read_with_it = "ends" in getattr(move, "_prefetched_objects_cache", {})
    found: Mapping[str, MoveEnd] = {end.side: end for end in move.ends.all()} if read_with_it else ground.ends_of(move)
    return Ends(found[Side.ORIGIN], found[Side.DESTINATION])


def in_register(code: str) -> bool:
    """Whether a place lies in this register: its county is on file."""
    county = code[:COUNTY]
    if len(county) < COUNTY or county.endswith("00"):
        return False
    on_file = Area.objects.filter(code=county.ljust(12, "0"), valid_to__isnull=True)
    return turns.once(("county on file", county), on_file.exists)


def in_reach(code: str) -> bool:
    """Whether somebody answers for a place: it lies in this register, or in one that is linked to it."""
    return in_register(code) or directory.is_linked(code)


def left_for(person_ids: Collection[uuid.UUID]) -> str:
    """The code of the place that the latest move of these led to; '' where there is none. One query."""
    moves = MovePerson.objects.filter(person_id__in=person_ids, move__state__in=["arrived", "confirmed"])
    row = moves.filter(move__owner=Side.DESTINATION).order_by("-move__made_at").values("move_id")[:1]
    code = MoveEnd.objects.filter(move_id__in=row, side=Side.DESTINATION).values_list("code", flat=True).first()
    return code or ""


def parties(viewer: Viewer, ends: Ends) -> list[str]:
    """What the viewer is to this move, the closest first: above both ends, one of them, or the one who writes for it."""
    found = [side for side in Side.values if ends.of(side).code and viewer.covers(ends.of(side).code)]
    apart = ends.origin.code[:12] != ends.destination.code[:12]
    if len(found) == len(Side.values) and apart:
        found.insert(0, "above")
    own = [side for side in found if side in Side.values]
    return found + [f"for_{ends.other(side).side}" for side in own if not in_reach(ends.other(side).code)]


def party_for(viewer: Viewer, ends: Ends, step: Step) -> str | None:
    """As whom the viewer would take the step; None where it is not theirs to take."""
    return next((party for party in parties(viewer, ends) if party in step.who), None)


def steps_for(viewer: Viewer, move: Move, ends: Ends) -> list[Step]:
    """The steps that the viewer may take or propose now, without those that follow by themselves."""
    if not (viewer.may("propose_change") or viewer.may("apply_change")):
        return []
    found = set(parties(viewer, ends))
    return [step for step in possible(move.state, found) if _fits(step.key, move, ends, found)]


def _fits(key: str, move: Move, ends: Ends, found: set[str]) -> bool:
    """What the machine does not know: whose word it is, and that nobody is noted as gone who is registered on arrival."""
    if key == "depart":
        return not in_reach(ends.destination.code)
    if key == "cancel":
        return bool(found & {"above", "destination" if move.state == "asked" else "origin"})
    if key in {"correct", "reopen"}:
        return bool(corrigible(move, ends, found))
    if key == "return":
        return ends.origin.dwelling_id is not None
    if key == "not_yet" and told_elsewhere(move):
        return False
    if key == "accept":
        return last_word(move) in steps()[key].follows
    return key != "not_yet" or may_say_not_yet(move)


def corrigible(move: Move, ends: Ends, found: Collection[str]) -> list[str]:
    """The ends whose word those parties may correct. Two queries more for a level above."""
    sides = [side for side in Side.values if ends.of(side).said_at is not None and {"above", side} & set(found)]
    return [side for side in sides if side == Side.ORIGIN or not may_have_moved_on(move)]


def where_to_be_corrected(move: Move, ends: Ends, found: Collection[str]) -> bool:
    """Whether those parties may correct where to, by the word of the origin: before anybody has arrived another destination
    is a step of its own, and who keeps the move writes it down. Two queries at most.
    """
    if move.state not in ARRIVED or Side.ORIGIN not in corrigible(move, ends, found):
        return False
    return not any(line.keeps for line in ground.lines_of(move))


def told_elsewhere(move: Move) -> bool:
    """Whether the destination lies in another register that follows this one: its word is its own. One query."""
    return any(not line.keeps and not line.gone for line in ground.lines_of(move))


def may_have_moved_on(move: Move) -> bool:
    """Whether they count in another register, and may have moved on there since both ends had agreed. Two queries at most."""
    return move.owner == Side.DESTINATION and told_elsewhere(move) and move.changes.filter(after="confirmed").exists()


def last_word(move: Move) -> tuple[str, str] | None:
    """The last step of a move, and whose word it was about. One query."""
    row = ground.last_step(move)
    return (row.step, row.side or row.by) if row is not None else None


def may_say_not_yet(move: Move) -> bool:
    """Whether the destination may still answer that nobody has arrived: so often for each time that it was told. One query."""
    most = int(parameter("moves.not_yet_times", timezone.localdate()))
    said = 0
    for row in reversed([row for row in ground.steps_of(move) if row.after == "told"]):
        said += row.step == "not_yet"
        if row.before != "told":
            break
    return said < most


def check(
    key: str,
    *,
    move_state: str,
    after: str,
    by: str | None,
    reason: str = "",
    evidence: str = "",
    in_reach: bool = True,
    last: tuple[str, str] | None = None,
) -> Step:
    """The step, when it is legal. Raises Refused in words for people."""
    try:
        return check_step(
            key, before=move_state, after=after, by=by or "", reason=reason, evidence=evidence, in_reach=in_reach,
            last=last,
        )  # fmt: skip
    except KeyError as unknown:
        raise Refused(
            _("A step that this register does not know: {step}. Install the newer version, then take the message up again.")
            .format(step=key[:20])
        ) from unknown  # fmt: skip
    except IllegalStep as illegal:
        words = {
            "state": (_("The move stands otherwise by now. Open it again."), ""),
            "who": (_("This is for the other end to do."), ""),
            "reason": (_("Say why."), "reason"),
            "evidence": (_("Name the letter, the call or the paper that this rests on."), "evidence"),
        }
        message, field = words[illegal.why]
        raise Refused(message, field) from illegal


def speaks_for(by: str) -> str:
    """The end whose word a party gives; '' for none in particular."""
    return by.removeprefix("for_") if by in ON_PAPER or by in Side.values else ""


def step(key: str) -> Step:
    """A step of the machine by its key."""
    return steps()[key]
