"""Buildings, dwellings and units when the code of their area or grid changes, and how many there are."""

from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling, PlateOrder, Unit

COMMUNITY = 12
PLACE = 15


def dwellings(viewer: Viewer) -> Mapping[str, int]:
    """Dwellings in use by place code, inside the viewer's areas. One query."""
    rows = restrict(Dwelling.objects.filter(in_use_to=None), viewer)
    return dict(rows.order_by().values_list("place_code").annotate(count=Count("pk")))


def move(old: str, new: str, change: Recorder) -> None:
    """Move all buildings of a place code, with their dwellings and units, to another. Set-based: a community has thousands.

    Raises Refused where the other community has a building at the same address.
    """
    if len(old) != PLACE:
        return
    buildings = Building.objects.filter(place_code=old)
    if old[:COMMUNITY] != new[:COMMUNITY]:
        twin = Building.objects.filter(community_code=new[:COMMUNITY], key__in=buildings.values("key")).first()
        if twin is not None:
            raise Refused(
                _("Both areas have a building at {address}. Correct one of the addresses first.").format(
                    address=" ".join(filter(None, (twin.street, twin.plate, twin.name)))
                )
            )
    grid = Grid.objects.filter(code=new, valid_to=None).first()
    for model, count in (
        (Dwelling, Dwelling.objects.filter(place_code=old).update(place_code=new)),
        (PlateOrder, PlateOrder.objects.filter(place_code=old).update(place_code=new)),
        (Unit, Unit.objects.filter(place_code=old).update(place_code=new)),
        (Building, buildings.update(place_code=new, community_code=new[:COMMUNITY], grid=grid)),
    ):
        if count:
            change.values.append([model._meta.db_table, "", "move", {"place_code": [old, new], "rows": [count, count]}])
