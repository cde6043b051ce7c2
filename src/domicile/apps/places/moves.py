"""Buildings, dwellings and units when the code of their area or grid changes, and how many there are."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.areas.recoding import TABLE, Recoding
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling, PlateOrder, Unit

COMMUNITY = 12


def dwellings(viewer: Viewer) -> Mapping[str, int]:
    """Dwellings in use by place code, inside the viewer's areas. One query."""
    rows = restrict(Dwelling.objects.filter(in_use_to=None), viewer)
    return dict(rows.order_by().values_list("place_code").annotate(count=Count("pk")))


_TWIN = f"""
SELECT b.street, b.plate, b.name FROM places_building b JOIN {TABLE} r ON r.old = b.place_code AND r.is_code = 1
JOIN places_building t ON t.community_code = substr(r.new, 1, 12) AND t.key = b.key AND t.community_code <> b.community_code
"""  # noqa: S608


def move(recoding: Recoding) -> None:
    """Move all buildings of place codes, with their dwellings and units, to others.

    Raises Refused where the other community has a building at the same address.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_TWIN} LIMIT 1")
        twin = cursor.fetchone()
    if twin is not None:
        raise Refused(
            _("Both areas have a building at {address}. Correct one of the addresses first.").format(
                address=" ".join(filter(None, twin))
            )
        )
    for model in (Dwelling, PlateOrder, Unit):
        recoding.rewrite(model, "place_code")
    if recoding.rewrite(Building, "place_code"):
        grid = Grid.objects.filter(code=OuterRef("place_code"), valid_to=None).values("pk")[:1]
        Building.objects.filter(place_code__in=set(recoding.codes.values())).update(
            community_code=Substr("place_code", 1, COMMUNITY), grid=Subquery(grid)
        )


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """Buildings, dwellings and units under the codes. Three queries."""
    kinds: dict[str, Any] = {"buildings": Building, "dwellings": Dwelling, "units": Unit}
    return {kind: model._default_manager.filter(place_code__in=codes).count() for kind, model in kinds.items()}
