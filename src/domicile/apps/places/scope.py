"""Places that a viewer's scope lets an action touch. Out of scope and absent raise alike."""

import uuid

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling, PlateOrder, Street


def building_in_scope(viewer: Viewer, building_id: uuid.UUID, *, lock: bool = False) -> Building:
    """The building, when inside the viewer's areas. Raises OutOfReach else."""
    rows = Building.objects.select_for_update(of=("self",)) if lock else Building.objects.all()
    building = restrict(rows, viewer).filter(pk=building_id).first()
    if building is None:
        raise OutOfReach
    return building


def dwelling_in_scope(viewer: Viewer, dwelling_id: uuid.UUID, *, lock: bool = False) -> Dwelling:
    """The dwelling with its building, when inside the viewer's areas. Raises OutOfReach else."""
    rows = Dwelling.objects.select_for_update(of=("self",)) if lock else Dwelling.objects.all()
    dwelling = restrict(rows, viewer).select_related("building").filter(pk=dwelling_id).first()
    if dwelling is None:
        raise OutOfReach
    return dwelling


def street_in_scope(viewer: Viewer, street_id: uuid.UUID, *, lock: bool = False) -> tuple[Street, list[Building]]:
    """The street with its buildings, when all of them lie inside the viewer's areas. Raises OutOfReach else."""
    street = Street.objects.filter(pk=street_id).first()
    rows = Building.objects.select_for_update() if lock else Building.objects.all()
    buildings = list(rows.filter(lies_on=street).order_by("community_code", "sort_key")) if street else []
    if street is None or not buildings or not all(viewer.covers(building.place_code) for building in buildings):
        raise OutOfReach
    return street, buildings


def order_in_scope(viewer: Viewer, order_id: uuid.UUID, *, lock: bool = False) -> PlateOrder:
    """The order of plates, when its community lies inside the viewer's areas. Raises OutOfReach else."""
    rows = PlateOrder.objects.select_for_update() if lock else PlateOrder.objects.all()
    order = restrict(rows, viewer).filter(pk=order_id).first()
    if order is None:
        raise OutOfReach
    return order
