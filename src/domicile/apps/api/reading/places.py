"""Areas, grids, buildings and dwellings."""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Path, Router, Schema

from domicile.apps.access.scopes import restrict
from domicile.apps.api import cursors, schemas
from domicile.apps.api.fields import Code, Cursor, Id, Limit, Text
from domicile.apps.api.reading import shapes
from domicile.apps.api.reading.calls import Call, inside, may_keep, note_list, requires
from domicile.apps.areas.models import Area, Grid
from domicile.apps.people import selectors
from domicile.apps.places.models import Building, Dwelling

router = Router()
AREAS, PLACES = [_("Areas and grids")], [_("Buildings and dwellings")]


@router.get(
    "/areas", response=schemas.AreaPage, tags=AREAS, summary=_("Areas of today, by code"), operation_id="list_areas"
)
def areas(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Provinces to communities inside the token's areas. Needs `view_areas`."""
    requires(request.viewer, "view_areas")
    rows = restrict(Area.objects.filter(valid_to__isnull=True).defer("boundary"), request.viewer, "code")
    found, after = cursors.page(rows, ["areas"], cursor, limit, "code")
    may_keep(request)
    return {"items": found, "next": after}


@router.get(
    "/grids", response=schemas.GridPage, tags=AREAS, summary=_("Grids of today, by code"), operation_id="list_grids"
)
def grids(request: Call, area: Code | None = None, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Grids inside the token's areas, perhaps only those of one area. Needs `view_areas`."""
    requires(request.viewer, "view_areas")
    rows = inside(Grid.objects.filter(valid_to__isnull=True).defer("boundary"), request.viewer, area, "code")
    found, after = cursors.page(rows, ["grids", area], cursor, limit, "code")
    may_keep(request)
    return {"items": found, "next": after}


@router.get(
    "/buildings", response=schemas.BuildingPage, tags=PLACES, summary=_("Buildings"), operation_id="list_buildings"
)
def buildings(request: Call, area: Code | None = None, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Buildings inside the token's areas, in the order of their ids. Needs `search_places` or `view_dwelling`."""
    requires(request.viewer, "search_places", "view_dwelling")
    rows = inside(Building.objects.all(), request.viewer, area)
    found, after = cursors.page(rows, ["buildings", area], cursor, limit, "id", uuid.UUID)
    may_keep(request)
    return {"items": found, "next": after}


@router.get(
    "/dwellings", response=schemas.DwellingPage, tags=PLACES, summary=_("Dwellings"), operation_id="list_dwellings"
)
def dwellings(
    request: Call, area: Code | None = None, building: Id | None = None, cursor: Cursor = "", limit: Limit = 100
) -> Any:
    """Dwellings of an area or a building, in the order of their ids. Needs `search_places` or `view_dwelling`."""
    requires(request.viewer, "search_places", "view_dwelling")
    rows = inside(Dwelling.objects.all(), request.viewer, area)
    rows = rows.filter(building_id=building) if building else rows
    found, after = cursors.page(rows, ["dwellings", area, building], cursor, limit, "id", uuid.UUID)
    note_list(request.viewer, "dwellings")
    return {"items": found, "next": after}


class AddressQuestion(Schema, extra="forbid"):
    """An address as people write it; parts may be missing."""

    address: Text


@router.post(
    "/dwellings/search",
    response=schemas.FoundDwellings,
    tags=PLACES,
    summary=_("Find dwellings by address"),
    operation_id="search_dwellings",
)
def find_dwellings(request: Call, question: AddressQuestion, cursor: Cursor = "") -> Any:
    """The dwellings at an address, twenty at a time. Needs `search_places`."""
    requires(request.viewer, "search_places")
    return shapes.found_dwellings(request.viewer, question.address, cursor)


@router.get(
    "/dwellings/{dwelling_id}",
    response=schemas.DwellingCardOut,
    tags=PLACES,
    summary=_("A dwelling with its households"),
    operation_id="read_dwelling",
)
def dwelling(request: Call, dwelling_id: Path[Id]) -> Any:
    """Who lives and is registered there too, with the right to see persons. Needs `view_dwelling`."""
    card = selectors.dwelling_card(request.viewer, dwelling_id, today=timezone.localdate())
    return shapes.dwelling_card(card)
