"""Writes of plans: ask for one, draw it, change it by hand, adopt it, take that back, throw it away."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.actions import adopting, boundaries
from domicile.apps.areas.division import dividing
from domicile.apps.areas.division.dividing import Wanted
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.registry import Moved
from domicile.apps.audit import reversal
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.frame import policies
from domicile.apps.census.frame.actions import QUICKER
from domicile.apps.census.frame.grounds import Ground, ground
from domicile.apps.census.frame.models import Building, Division, Stairwell
from domicile.apps.census.plan.models import Census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID
from domicile.core.districting import Impossible, Unusable
from domicile.core.policy.parameters import parameter

ASK, DRAW, MOVE, ADOPT, TAKE_BACK, DISCARD = (
    "census.ask_division", "census.draw_division", "census.change_division", "census.adopt_division",
    "census.undo_adoption", "census.discard_division",
)  # fmt: skip
State = Division.State


def usual(today: dt.date, **other: Any) -> Wanted:
    """What is asked for unless somebody says otherwise (core/policy/parameters/census_areas.yaml)."""
    values = {
        "size": float(parameter("census_areas.people", today)),
        "tolerance": float(parameter("census_areas.tolerance", today)),
    }
    return Wanted(**{**values, **other})


def ground_of(row: Division, today: dt.date) -> Ground:
    """What a plan divides. Raises Refused where no building is left."""
    wanted = dividing.read_wanted(row.wanted)
    found = ground(row.census, row.community, size=wanted.size, tolerance=wanted.tolerance, today=today)
    if found is None:
        raise Refused(_("There is no building in this community. Load the frame first."))
    return found


@transaction.atomic
def ask(*, actor: Viewer, census: Census, community: str, wanted: Wanted) -> Division:
    """Put a plan on the list, to be drawn. Raises Refused without buildings, NotAllowed."""
    policies.check_community(actor, census, community)
    if not Building.objects.filter(census=census, place_code__startswith=community).exists():
        raise Refused(_("There is no building in this community. Load the frame first."))
    row = Division(
        census=census, community=community, serial=_next(census, community), wanted=wanted.plain(),
        made_by=actor.user_id, made_at=timezone.now(),
    )  # fmt: skip
    with _recorded(actor, ASK, row) as change:
        return change.create(row)


def _next(census: Census, community: str) -> int:
    held = Division.objects.filter(census=census, community=community).aggregate(most=Max("serial"))["most"]
    return (held or 0) + 1


def draw(*, actor: Viewer, division_id: uuid.UUID, today: dt.date) -> Division:
    """Draw a plan that was asked for. What cannot be divided stands in `problem`. The search runs outside of any transaction."""
    row = Division.objects.select_related("census").get(pk=division_id)
    policies.check_community(actor, row.census, row.community)
    if row.state != State.WAITING:
        return row
    wanted = dividing.read_wanted(row.wanted)
    try:
        found = ground_of(row, today)
        labels = dividing.drawn(found, wanted)
        worth = dividing.worth(found, labels, dividing.certificate(found, labels, wanted, bound=True))
    except (Refused, Unusable, Impossible) as problem:
        told = str(problem) if isinstance(problem, Refused) else _told(wanted)
        return _drawn(actor, row, state=State.FAILED, problem=told[:300])
    kept = {atom.key: int(label) for atom, label in zip(found.atoms, labels.tolist(), strict=True)}
    return _drawn(actor, row, state=State.READY, labels=kept, worth=worth)


def _told(wanted: Wanted) -> str:
    return _now(
        "These buildings cannot be divided into {areas} areas: too few buildings, or parts that no way joins. Ask for a number of "
        "people instead."
    ).format(areas=wanted.areas or "")


@transaction.atomic
def _drawn(actor: Viewer, row: Division, **values: Any) -> Division:
    held = Division.objects.select_for_update(of=("self",)).select_related("census").get(pk=row.pk)
    if held.state != State.WAITING:  # somebody drew or discarded it meanwhile
        return held
    return _set(actor, DRAW, held, **values)


@transaction.atomic
def move(*, actor: Viewer, division_id: uuid.UUID, atom: str, to: int, today: dt.date) -> Division:
    """Put a building or stairwell into the area of a neighbour. A drawn plan stays as it is: the change begins one beside it.

    Raises Refused where it is no neighbour's area, and for a plan that is not ready.
    """
    row = _held(actor, division_id, State.READY, State.ADOPTED)
    found = ground_of(row, today)
    labels, wanted = found.labels(row.labels), dividing.read_wanted(row.wanted)
    place = found.place().get(atom)
    if place is None:
        raise Refused(_("This building is no part of the plan. The frame changed since: make a new plan."))
    if to not in {option.number for option in dividing.options(found, labels, place, wanted)}:
        raise Refused(_("Only the area of a neighbouring building can be chosen."))
    before = int(labels[place])
    labels[place] = to
    return _changed(actor, row, found, labels, [*row.moves, [atom, before, to]])


@transaction.atomic
def move_back(*, actor: Viewer, division_id: uuid.UUID, today: dt.date) -> Division:
    """Take the last change by hand back. Raises Refused where there is none."""
    row = _held(actor, division_id, State.READY)
    if not row.moves:
        raise Refused(_("Nothing was changed by hand."))
    found = ground_of(row, today)
    atom, before, _to = row.moves[-1]
    labels = found.labels({**row.labels, atom: before})
    return _changed(actor, row, found, labels, row.moves[:-1])


def _changed(actor: Viewer, row: Division, found: Ground, labels: Any, moves: list[list[Any]]) -> Division:
    wanted = dividing.read_wanted(row.wanted)
    values = {
        "labels": {atom.key: int(label) for atom, label in zip(found.atoms, labels.tolist(), strict=True)},
        "worth": dividing.worth(found, labels, dividing.certificate(found, labels, wanted))
        | {"least_cut": row.worth.get("least_cut")},
        "moves": moves,
    }
    if row.moves and row.state == State.READY:
        return _set(actor, MOVE, row, **values)
    fresh = Division(
        census=row.census, community=row.community, serial=_next(row.census, row.community), state=State.READY, of=row,
        wanted=row.wanted, made_by=actor.user_id, made_at=timezone.now(), **values,
    )  # fmt: skip
    with _recorded(actor, MOVE, fresh) as change:
        return change.create(fresh)


@transaction.atomic
def adopt(*, actor: Viewer, division_id: uuid.UUID, today: dt.date, reason: str = "") -> Division:
    """Make the areas of a plan those of the community: buildings, and all that hangs on them, come to their codes.

    An area that continues one of today keeps its code. Raises Refused where buildings came since the plan was made.
    """
    row = _held(actor, division_id, State.READY)
    found = ground_of(row, today)
    labels = found.labels(row.labels)
    if (labels < 0).any():
        raise Refused(
            _("Buildings came into the frame since this plan was made. Make a new plan; it can keep today's areas.")
        )
    serials = dividing.going_on(found, labels)
    held = {
        int(grid.code[12:]): grid.pk
        for grid in Grid.objects.filter(
            Q(code__gt=row.community + NO_GRID, code__lte=row.community + "999"), tier=Grid.Tier.SMALL, valid_to=None
        )
    }
    goes_on = {number: held[serial] for number, serial in serials.items() if serial in held}
    wanted = [
        adopting.Wanted(
            number, goes_on.get(number), found.town.land(np.flatnonzero(labels == number)) if found.located else None
        )
        for number in sorted(set(labels.tolist()))
    ]
    change_id, grids = adopting.adopt_grids(
        actor=actor, community=row.community, wanted=wanted, today=today, reason=reason,
        ends=[key for serial, key in held.items() if key not in goes_on.values() and _ours(row, serial)],
        moved=lambda codes: moved(found, labels, codes), name=_name,
    )  # fmt: skip
    adopted = Division.objects.filter(census=row.census, community=row.community, state=State.ADOPTED)
    with _recorded(actor, ADOPT, row, evidence=f"change {change_id}") as change:
        for other in adopted.exclude(pk=row.pk):
            change.update(other, state=State.READY)
        return change.update(
            row,
            state=State.ADOPTED,
            adopted_at=timezone.now(),
            grids={str(number): grid.pk.hex for number, grid in grids.items()},
        )


def _ours(row: Division, serial: int) -> bool:
    """Whether no other census has buildings in this area."""
    others = Building.objects.filter(place_code=f"{row.community}{serial:03d}").exclude(census=row.census)
    return not others.exists()


def _name(area: Area, code: str) -> str:
    return f"{area.name}第{int(code[12:])}普查小区"


def moved(found: Ground, labels: Any, codes: Mapping[int, str]) -> list[Moved]:
    """Buildings and stairwells that come to another area; a building of several areas to that of most of its people."""
    people: dict[uuid.UUID, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    divided: dict[uuid.UUID, str] = {}
    rows: dict[uuid.UUID, Building] = {}
    for atom, label in zip(found.atoms, labels.tolist(), strict=True):
        people[atom.building.pk][codes[label]] += atom.people
        rows[atom.building.pk] = atom.building
        if atom.stairwell is not None:
            divided[atom.stairwell.pk] = codes[label]
    to = {key: max(of, key=lambda code: (of[code], code)) for key, of in people.items()}
    moves = [Moved(key, row.place_code, to[key]) for key, row in rows.items() if row.place_code != to[key]]
    for stairwell in Stairwell.objects.filter(building__in=list(rows)):
        code = divided.get(stairwell.pk, to[stairwell.building_id])
        if stairwell.place_code != code:
            moves.append(Moved(stairwell.pk, stairwell.place_code, code))
    return moves


@transaction.atomic
def undo_adoption(*, actor: Viewer, division_id: uuid.UUID) -> Division:
    """Put the areas back as they were before a plan was adopted. Raises Refused where they were changed since."""
    row = _held(actor, division_id, State.ADOPTED)
    done = Change.objects.filter(action=ADOPT, subject_id=row.pk).order_by("-pk").first()
    if done is None:
        raise Refused(_("This was not adopted here."))
    of_areas = int(done.evidence.removeprefix("change ") or 0)
    if of_areas:
        boundaries.undo_boundaries(actor=actor, change_id=of_areas)
    with _recorded(actor, TAKE_BACK, row, evidence=f"change {done.pk}") as change:
        try:
            reversal.reverse(done, change)
        except reversal.ChangedSince as conflict:
            raise Refused(_("Another plan was adopted since. Take that one back first.")) from conflict
    return Division.objects.select_related("census").get(pk=row.pk)


@transaction.atomic
def discard(*, actor: Viewer, division_id: uuid.UUID) -> Division:
    """Throw a plan away that is not adopted. Raises Refused."""
    row = _held(actor, division_id, State.READY, State.FAILED, State.WAITING)
    with _recorded(actor, DISCARD, row) as change:
        change.delete(row)
    return row


def _held(actor: Viewer, division_id: uuid.UUID, *states: str) -> Division:
    row = Division.objects.select_for_update(of=("self",)).select_related("census").filter(pk=division_id).first()
    policies.check_division(actor, row)
    if row is None or row.state not in states:
        raise Refused(QUICKER)
    return row


def _recorded(actor: Viewer, action: str, row: Division, evidence: str = "") -> Any:
    return recording(
        actor=actor,
        action=action,
        subject_kind="division",
        subject_id=row.pk,
        place_code=row.community,
        evidence=evidence,
    )


def _set(actor: Viewer, action: str, row: Division, **values: Any) -> Division:
    with _recorded(actor, action, row) as change:
        recorder: Recorder = change
        return recorder.update(row, **values)
