"""What must be covered, told by upper apps; this app knows place codes only.

In `AppConfig.ready`:

    registry.tell_communities(communities)  # communities(viewer) -> [(12-digit code, name)] of the viewer's areas
    registry.name_areas(names)              # names(codes) -> {code of 12 or 15 digits: name}
    registry.tell_grids(grids)              # grids(scope) -> [Ground]: small grids in force under a code prefix
    registry.tell_houses(houses)            # houses(scope) -> [House]: buildings in use, by address
    registry.count_households(households)   # households(scope) -> {(building id, entrance): households living there}
    registry.tell_party("unit", party)      # party(viewer, id) -> Party: who signs a duty letter; it records its look
    registry.tell_condition(condition)      # condition(worker, post, day) -> why the worker cannot be given the post, or ''
    registry.tell_ended(ended)              # ended(actor, holding): somebody's post was ended; part of that action

Each answers with a number of queries that does not grow with the rows. None of them names a resident.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.models import Holding, Post, Worker


@dataclass(frozen=True, slots=True)
class Ground:
    """A small grid."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class House:
    """A building: where it stands, its address, and its entrances by name ('' where doors have none)."""

    id: uuid.UUID
    place_code: str
    address: str
    entrances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """Who signs a duty letter with a community: a unit or a landlord. Empty where it is not known, or not to be seen."""

    name: str
    address: str
    place_code: str


Communities = Callable[[Viewer], Sequence[tuple[str, str]]]
Names = Callable[[Collection[str]], Mapping[str, str]]
Grids = Callable[[str], Sequence[Ground]]
Houses = Callable[[str], Sequence[House]]
Households = Callable[[str], Mapping[tuple[uuid.UUID, str], int]]

Parties = Callable[[Viewer, uuid.UUID], Party]
Condition = Callable[[Worker, Post, dt.date], str]
Ended = Callable[[Viewer, Holding], object]

_told: dict[str, Any] = {}


def tell_communities(communities: Communities) -> None:
    """Tell which communities a viewer has. The last one told counts, here and below."""
    _told["communities"] = communities


def name_areas(names: Names) -> None:
    """Tell how areas and grids are called."""
    _told["names"] = names


def tell_grids(grids: Grids) -> None:
    """Tell which small grids there are."""
    _told["grids"] = grids


def tell_houses(houses: Houses) -> None:
    """Tell which buildings there are."""
    _told["houses"] = houses


def count_households(households: Households) -> None:
    """Tell how many households live behind each entrance."""
    _told["households"] = households


def tell_party(kind: str, party: Parties) -> None:
    """Tell who signs a duty letter of a kind (`unit`, `landlord`). Raises NotAllowed outside the viewer's areas."""
    _told[f"party {kind}"] = party


def tell_condition(condition: Condition) -> None:
    """Tell what somebody must have done before a post is theirs."""
    _told["condition"] = condition


def tell_ended(ended: Ended) -> None:
    """Tell what follows when somebody's post ends."""
    _told["ended"] = ended


def condition(worker: Worker, post: Post, day: dt.date) -> str:
    """Why a worker cannot be given a post on a day, in words; '' where nothing stands against it."""
    return str(_told["condition"](worker, post, day)) if "condition" in _told else ""


def ended(actor: Viewer, holding: Holding) -> None:
    """Let follow what follows from the end of somebody's post."""
    if "ended" in _told:
        _told["ended"](actor, holding)


def party(viewer: Viewer, kind: str, pk: uuid.UUID) -> Party | None:
    """Who signs a duty letter; None where no app knows such parties."""
    provider = _told.get(f"party {kind}")
    return provider(viewer, pk) if provider is not None else None


def communities(viewer: Viewer) -> list[tuple[str, str]]:
    """Code and name of the communities in which the viewer works, by code."""
    return sorted(_told["communities"](viewer)) if "communities" in _told else []


def names(codes: Collection[str]) -> dict[str, str]:
    """Names of areas and grids; the code itself where nothing is known."""
    found = _told["names"](codes) if "names" in _told and codes else {}
    return {code: found.get(code) or code for code in codes}


def grids(scope: str) -> list[Ground]:
    """The small grids under a code prefix, by code."""
    return sorted(_told["grids"](scope), key=lambda row: row.code) if "grids" in _told else []


def houses(scope: str) -> list[House]:
    """The buildings under a code prefix."""
    return list(_told["houses"](scope)) if "houses" in _told else []


def households(scope: str) -> dict[tuple[uuid.UUID, str], int]:
    """Living households under a code prefix by building and entrance; those without any are left out."""
    return dict(_told["households"](scope)) if "households" in _told else {}
