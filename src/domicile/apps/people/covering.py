"""How many households live behind each entrance: figures for the responsibility chain, which name nobody."""

import uuid
from collections.abc import Mapping

from django.db.models import Count

from domicile.apps.common.fields import prefix_q
from domicile.apps.people.models import Household


def households(scope: str) -> Mapping[tuple[uuid.UUID, str], int]:
    """Living households under a code prefix by building and entrance. One query."""
    rows = Household.objects.filter(
        prefix_q("dwelling__place_code", scope), side=Household.Side.LIVING, ended_on=None, dwelling__in_use_to=None
    )
    counted = rows.order_by().values_list("dwelling__building_id", "dwelling__unit").annotate(Count("pk"))
    return {(building, unit): count for building, unit, count in counted}
