"""Reads for the pages of proposals: communities, plans, grids of today. None of it names anybody: no look is recorded."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.db.models.functions import Substr

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.gridding import policies
from domicile.apps.gridding.models import Proposal
from domicile.apps.maps import counting
from domicile.apps.people.models import Household
from domicile.apps.places.models import Building
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A community: what stands there, how many general and special grids it has today, and how its plans stand."""

    code: str
    name: str
    buildings: int
    unplaced: int
    outside: int
    households: int
    grids: int
    special: int
    plans: dict[str, int]


def communities(viewer: Viewer, within: str = "") -> list[Row]:
    """The communities with buildings inside the viewer's areas (and under the code `within`), by code. Five queries."""
    viewer.require(KEEP)
    held = restrict(Area.objects.filter(valid_to=None, level=Area.Level.VILLAGE), viewer, "code")
    names = dict(held.filter(code__startswith=within).order_by("code").values_list("code", "name"))
    houses = restrict(Building.objects.filter(in_use_to=None, community_code__startswith=within), viewer)
    counted = houses.order_by().values("community_code").annotate(
        buildings=Count("pk"), unplaced=Count("pk", filter=Q(longitude=None) | Q(latitude=None)),
        outside=Count("pk", filter=Q(place_code__endswith=NO_GRID)),
    )  # fmt: skip
    homes = restrict(
        Household.objects.filter(side=Household.Side.LIVING, ended_on=None), viewer, "dwelling__place_code"
    )
    by_area = homes.order_by().annotate(area=Substr("dwelling__place_code", 1, COMMUNITY)).values("area")
    households = {row["area"]: row["count"] for row in by_area.annotate(count=Count("pk"))}
    grids, special = _grids(viewer)
    plans: dict[str, dict[str, int]] = defaultdict(dict)
    for code, state, count in (
        Proposal.objects.filter(community__in=names).order_by().values_list("community", "state").annotate(count=Count("pk"))
    ):  # fmt: skip
        plans[code][state] = count
    return [
        Row(code, names[code], row["buildings"], row["unplaced"], row["outside"], households.get(code, 0), grids[code],
            special[code], plans[code])
        for row in sorted(counted, key=lambda row: row["community_code"]) if (code := row["community_code"]) in names
    ]  # fmt: skip


def _grids(viewer: Viewer) -> tuple[Counter[str], Counter[str]]:
    """How many general and how many special grids each community has. One query."""
    rows = restrict(Grid.objects.filter(valid_to=None, tier=Grid.Tier.SMALL), viewer, "code")
    general: Counter[str] = Counter()
    special: Counter[str] = Counter()
    for code, kind in rows.order_by().values_list("code", "special_kind"):
        (special if kind else general)[code[:COMMUNITY]] += 1
    return general, special


def community(viewer: Viewer, code: str) -> str:
    """The name of a community that the viewer keeps. Raises NotAllowed."""
    policies.check_community(viewer, code)
    name = (
        Area.objects.filter(code=code, valid_to=None, level=Area.Level.VILLAGE).values_list("name", flat=True).first()
    )
    if name is None:
        raise OutOfReach
    return name


def plans(viewer: Viewer, code: str) -> list[Proposal]:
    """The plans of a community, the last first, without their labels. One query."""
    policies.check_community(viewer, code)
    rows = Proposal.objects.filter(community=code).defer("labels", "moves").select_related("of")
    return list(rows.order_by("-serial", "-made_at"))


def plan(viewer: Viewer, proposal_id: uuid.UUID) -> Proposal:
    """A plan of a community that the viewer keeps. Raises NotAllowed."""
    row = Proposal.objects.filter(pk=proposal_id).first()
    policies.check_proposal(viewer, row)
    if row is None:
        raise OutOfReach
    return row


@dataclass(frozen=True, slots=True)
class Today:
    """A small grid of today with the counts of what stands in it, as the map shows them (core.disclosure.small_cells)."""

    grid: Grid
    buildings: int
    people: int
    households: int
    dwellings: int


def grids(viewer: Viewer, code: str, today: dt.date) -> list[Today]:
    """The small grids of a community. Five queries."""
    policies.check_community(viewer, code)
    counted = counting.by_building(replace(viewer, scopes=(code,)), today)
    houses: dict[str, list[uuid.UUID]] = defaultdict(list)
    for key, place in Building.objects.filter(community_code=code, in_use_to=None).values_list("pk", "place_code"):
        houses[place].append(key)
    rows = Grid.objects.filter(prefix_q("code", code), valid_to=None, tier=Grid.Tier.SMALL).defer("boundary")
    return [Today(grid, len(houses[grid.code]), *counted.total(houses[grid.code])) for grid in rows.order_by("code")]
