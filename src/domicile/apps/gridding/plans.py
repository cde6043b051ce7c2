"""Writes of plans: ask for one, draw it, change it by hand, adopt it from a day, take that back, throw it away."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.actions import adopting, boundaries
from domicile.apps.areas.division import dividing
from domicile.apps.areas.division.dividing import Wanted
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_day
from domicile.apps.areas.registry import Moved
from domicile.apps.audit import reversal
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.gridding import grounds, policies
from domicile.apps.gridding.grounds import Ground
from domicile.apps.gridding.models import Proposal
from domicile.apps.gridding.policies import ADOPT, ASK, DISCARD, DRAW, MOVE, TAKE_BACK
from domicile.apps.places.models import Building
from domicile.core.codes.areas import NO_GRID
from domicile.core.districting import Impossible, Unusable
from domicile.core.policy.parameters import parameter

State = Proposal.State
QUICKER = _("Somebody was quicker. Look at the plan again.")
EMPTY = _("There is no building in this community that could be divided. Enter its buildings first.")
CAME = _("Buildings came or went since the plan was made. Make a new plan; it can keep today's grids.")
#: How a change of borders says that it took another one back.
UNDONE = "areas.undo_boundaries"


def usual(today: dt.date, measure: str, **other: Any) -> Wanted:
    """What is asked for unless somebody says otherwise (core/policy/parameters/grids.yaml)."""
    size = "people" if measure == Proposal.Measure.PEOPLE else "households"
    values = {
        "size": float(parameter(f"grids.{size}", today)),
        "tolerance": float(parameter("grids.tolerance", today)),
    }
    return Wanted(**{**values, **other})


def ground_of(viewer: Viewer, row: Proposal, today: dt.date) -> Ground:
    """What a plan divides. Raises Refused where no building is left."""
    found = grounds.ground(viewer, row.community, measure=row.measure, lines=row.lines, today=today)
    if found is None:
        raise Refused(EMPTY)
    return found


@transaction.atomic
def ask(
    *, actor: Viewer, community: str, measure: str, wanted: Wanted, lines: Sequence[Sequence[Any]] = ()
) -> Proposal:
    """Put a plan on the list, to be drawn. Raises Refused without buildings, NotAllowed."""
    policies.check_community(actor, community)
    if not Area.objects.select_for_update().filter(code=community, valid_to=None).exists():
        raise Refused(_("There is no such community."))
    if not Building.objects.filter(community_code=community, in_use_to=None).exists():
        raise Refused(EMPTY)
    row = Proposal(
        community=community, serial=_next(community), measure=measure, lines=[list(line) for line in lines],
        asked=wanted.plain(), made_by=actor.user_id, made_at=timezone.now(),
    )  # fmt: skip
    with _recorded(actor, ASK, row) as change:
        return change.create(row)


def _next(community: str) -> int:
    held = Proposal.objects.filter(community=community).aggregate(most=Max("serial"))["most"]
    return (held or 0) + 1


def draw(*, actor: Viewer, proposal_id: uuid.UUID, today: dt.date) -> Proposal:
    """Draw a plan that was asked for. What cannot be divided stands in `problem`. The search runs outside of any transaction."""
    row = Proposal.objects.get(pk=proposal_id)
    policies.check_proposal(actor, row)
    if row.state != State.WAITING:
        return row
    wanted = dividing.read_wanted(row.asked)
    try:
        found = ground_of(actor, row, today)
        labels = dividing.drawn(found, wanted)
        worth = dividing.worth(found, labels, dividing.certificate(found, labels, wanted, bound=True))
    except (Refused, Unusable, Impossible) as problem:
        told = str(problem.message) if isinstance(problem, Refused) else _told(wanted)
        return _drawn(actor, row, state=State.FAILED, problem=told[:300])
    return _drawn(actor, row, state=State.READY, labels=_kept(found, labels), worth=worth)


def _kept(found: Ground, labels: Any) -> dict[str, int]:
    return {atom.key: int(label) for atom, label in zip(found.atoms, labels.tolist(), strict=True)}


def _told(wanted: Wanted) -> str:
    if wanted.areas is None:
        return _now("Nobody lives in these buildings, so there is nothing to share out. Count something else.")
    return _now(
        "These buildings cannot be divided into {grids} grids: too few buildings, or parts that a line keeps apart. Ask for a size "
        "instead of a number."
    ).format(grids=wanted.areas)


@transaction.atomic
def _drawn(actor: Viewer, row: Proposal, **values: Any) -> Proposal:
    held = Proposal.objects.select_for_update().filter(pk=row.pk).first()
    if held is None or held.state != State.WAITING:  # somebody drew or discarded it meanwhile
        return held or row
    return _set(actor, DRAW, held, **values)


@transaction.atomic
def move(*, actor: Viewer, proposal_id: uuid.UUID, atom: str, to: int, today: dt.date) -> Proposal:
    """Put a building into the grid of a neighbour. A drawn plan stays as it is: the change begins one beside it.

    Raises Refused where it is no neighbour's grid, and for a plan that is not ready.
    """
    row = _held(actor, proposal_id, State.READY, State.ADOPTED)
    found = ground_of(actor, row, today)
    labels, wanted = found.labels(row.labels), dividing.read_wanted(row.asked)
    place = found.place().get(atom)
    if place is None or labels[place] < 0:
        raise Refused(_("This building is no part of the plan. Make a new plan."))
    if to not in {option.number for option in dividing.options(found, labels, place, wanted)}:
        raise Refused(_("Only the grid of a neighbouring building can be chosen."))
    before = int(labels[place])
    labels[place] = to
    return _changed(actor, row, found, labels, [*row.moves, [atom, before, to]])


@transaction.atomic
def move_back(*, actor: Viewer, proposal_id: uuid.UUID, today: dt.date) -> Proposal:
    """Take the last change by hand back. Raises Refused where there is none."""
    row = _held(actor, proposal_id, State.READY)
    if not row.moves:
        raise Refused(_("Nothing was changed by hand."))
    found = ground_of(actor, row, today)
    atom, before, _to = row.moves[-1]
    return _changed(actor, row, found, found.labels({**row.labels, atom: before}), row.moves[:-1])


def _changed(actor: Viewer, row: Proposal, found: Ground, labels: Any, moves: list[list[Any]]) -> Proposal:
    if (labels < 0).any():
        raise Refused(CAME)
    wanted = dividing.read_wanted(row.asked)
    worth = dividing.worth(found, labels, dividing.certificate(found, labels, wanted))
    values = {
        "labels": _kept(found, labels),
        "worth": worth | {"least_cut": row.worth.get("least_cut")},
        "moves": moves,
    }
    if row.moves and row.state == State.READY:
        return _set(actor, MOVE, row, **values)
    fresh = Proposal(
        community=row.community, serial=_next(row.community), state=State.READY, of=row, measure=row.measure,
        lines=row.lines, asked=row.asked, made_by=actor.user_id, made_at=timezone.now(), **values,
    )  # fmt: skip
    with _recorded(actor, MOVE, fresh) as change:
        return change.create(fresh)


@transaction.atomic
def adopt(*, actor: Viewer, proposal_id: uuid.UUID, on: dt.date, today: dt.date, reason: str = "") -> Proposal:
    """Make the grids of a plan those of the community from a day: buildings, and all that hangs on them, come to their codes.

    A grid that continues one of today keeps its code, name and staff; special grids stay. Raises Refused (on) where the day does
    not fit, and where buildings came since the plan was made.
    """
    row = _held(actor, proposal_id, State.READY)
    found = ground_of(actor, row, today)
    labels = found.labels(row.labels)
    if (labels < 0).any() or len(row.labels) > len(found.atoms):
        raise Refused(CAME)
    held = {int(grid.code[12:]): grid for grid in _general(row.community)}
    serials = dividing.going_on(found, labels)
    goes_on = {number: held[serial].pk for number, serial in serials.items() if serial in held}
    ends = [grid for grid in held.values() if grid.pk not in goes_on.values()]
    _check_day(row.community, ends, on, today)
    try:
        change_id, grids = adopting.adopt_grids(
            actor=actor, community=row.community, wanted=_wanted(row.community, found, labels, goes_on), today=on,
            reason=reason, ends=[grid.pk for grid in ends], moved=lambda codes: _moved(found, labels, codes), name=_name,
        )  # fmt: skip
    except ProtectedError as kept:
        raise Refused(_("A grid that began on this day holds something already. Choose a later day."), "on") from kept
    with _recorded(actor, ADOPT, row, reason=reason, evidence=f"change {change_id}") as change:
        for other in Proposal.objects.filter(community=row.community, state=State.ADOPTED).exclude(pk=row.pk):
            change.update(other, state=State.READY)
        return change.update(
            row, state=State.ADOPTED, adopted_on=on, adopted_by=change_id or None,
            grids={str(number): grid.pk.hex for number, grid in grids.items()},
        )  # fmt: skip


def _general(community: str) -> Iterable[Grid]:
    """The small grids of a community of today that are no special ones."""
    inside = Q(code__gt=community + NO_GRID, code__lte=community + "999")
    return Grid.objects.filter(inside, tier=Grid.Tier.SMALL, valid_to=None, special_kind="").defer("boundary")


def _check_day(community: str, ends: Iterable[Grid], on: dt.date, today: dt.date) -> None:
    check_day(on, today, "on")
    begun = Area.objects.filter(code=community, valid_to=None).values_list("valid_from", flat=True).first()
    if begun is not None and on < begun:
        raise Refused(_("The community is there from {day}. Choose this day or a later one.").format(day=begun), "on")
    for grid in ends:
        if grid.valid_from > on or grid.valid_from == on < today:
            raise Refused(
                _("{name} is there from {day}. Choose a later day.").format(name=grid.name, day=grid.valid_from), "on"
            )


def _wanted(community: str, found: Ground, labels: Any, goes_on: Mapping[int, uuid.UUID]) -> list[adopting.Wanted]:
    closed = grounds.closed_ground(community) if found.located else None
    made = []
    for number in sorted(set(labels.tolist())):
        land = found.town.land(np.flatnonzero(labels == number)) if found.located else None
        if land is not None and closed is not None:
            land = land.difference(closed)
        made.append(adopting.Wanted(number, goes_on.get(number), land))
    return made


def _moved(found: Ground, labels: Any, codes: Mapping[int, str]) -> list[Moved]:
    return [
        Moved(atom.house, atom.place_code, codes[label])
        for atom, label in zip(found.atoms, labels.tolist(), strict=True)
        if atom.place_code != codes[label]
    ]


def _name(area: Area, code: str) -> str:
    return f"{area.name}第{int(code[12:])}网格"


def in_force(row: Proposal) -> bool:
    """Whether the grids of an adopted plan were not taken back where any change of borders is: on the map."""
    return (
        row.state == State.ADOPTED
        and not Change.objects.filter(action=UNDONE, evidence=f"change {row.adopted_by}").exists()
    )


@transaction.atomic
def undo_adoption(*, actor: Viewer, proposal_id: uuid.UUID, reason: str = "") -> Proposal:
    """Put the grids back as they were before a plan was adopted. Raises Refused where they were changed since."""
    row = _held(actor, proposal_id, State.ADOPTED)
    done = Change.objects.filter(action=ADOPT, subject_id=row.pk).order_by("-pk").first()
    if done is None:
        raise Refused(_("This was not adopted here."))
    if row.adopted_by and in_force(row):
        boundaries.undo_boundaries(actor=actor, change_id=row.adopted_by, reason=reason)
    with _recorded(actor, TAKE_BACK, row, reason=reason, evidence=f"change {done.pk}") as change:
        try:
            reversal.reverse(done, change)
        except reversal.ChangedSince as conflict:
            raise Refused(_("Another plan was adopted since. Take that one back first.")) from conflict
    return Proposal.objects.get(pk=row.pk)


@transaction.atomic
def discard(*, actor: Viewer, proposal_id: uuid.UUID) -> Proposal:
    """Throw a plan away that is not adopted. Raises Refused."""
    row = _held(actor, proposal_id, State.READY, State.FAILED, State.WAITING)
    with _recorded(actor, DISCARD, row) as change:
        change.delete(row)
    return row


def _held(actor: Viewer, proposal_id: uuid.UUID, *states: str) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    policies.check_proposal(actor, row)
    if row is None or row.state not in states:
        raise Refused(QUICKER)
    return row


def _recorded(actor: Viewer, action: str, row: Proposal, *, reason: str = "", evidence: str = "") -> Any:
    return recording(
        actor=actor, action=action, subject_kind="grid_proposal", subject_id=row.pk, place_code=row.community,
        reason=reason, evidence=evidence,
    )  # fmt: skip


def _set(actor: Viewer, action: str, row: Proposal, **values: Any) -> Proposal:
    with _recorded(actor, action, row) as change:
        recorder: Recorder = change
        return recorder.update(row, **values)
