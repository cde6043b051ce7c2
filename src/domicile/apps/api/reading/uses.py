"""What a dwelling is used for: who rents it out is not told, only that and until when; and the units in it."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_noop as _
from ninja import Path, Router

from domicile.apps.access.log import record_look
from domicile.apps.api import schemas
from domicile.apps.api.fields import Id
from domicile.apps.api.reading.calls import Call, requires
from domicile.apps.people.selectors.reach import reach_dwelling
from domicile.apps.places.units.selectors import units_at
from domicile.apps.tenure.selectors.rentals import rentals

router = Router()


@router.get(
    "/dwellings/{dwelling_id}/uses",
    response=schemas.UsesOut,
    tags=[_("Buildings and dwellings")],
    summary=_("Rentals and units of a dwelling"),
    operation_id="read_dwelling_uses",
)
def uses(request: Call, dwelling_id: Path[Id]) -> Any:
    """Rentals that go on, with the dates of their contracts, and open units; names no person. Needs `view_dwelling`."""
    viewer = request.viewer
    requires(viewer, "view_dwelling")
    dwelling = reach_dwelling(viewer, dwelling_id)
    let = rentals(viewer).filter(dwelling=dwelling, ended_on=None).annotate(count=Count("tenants"))
    record_look(viewer, question="dwelling")
    names = ("id", "part", "contract_start", "contract_end", "safety", "last_visit")
    return {
        "use": dwelling.use,
        "rentals": [
            {**{name: getattr(row, name) for name in names}, "tenants": row.count}  # type: ignore[attr-defined]
            for row in let
        ],
        "units": units_at(viewer, dwelling),
    }
