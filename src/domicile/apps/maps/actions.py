"""Put buildings on the map."""

import math
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.policies import check_may_keep
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import policies
from domicile.apps.places.models import Building

Point = tuple[float, float]
#: Buildings put down in one go: a community has a few hundred, a township a few thousand.
MOST = 5000


@transaction.atomic
def place_buildings(*, actor: Viewer, points: Mapping[uuid.UUID, Point], reason: str = "") -> int:
    """Write where buildings stand (longitude, latitude in WGS 84 degrees); how many were placed anew.

    The grid that a building belongs to stays: a check names buildings that stand outside theirs. Raises Refused,
    OutOfReach. One record a community.
    """
    actor.require(policies.KEEP)
    if len(points) > MOST:
        raise Refused(_("These are more than {most} buildings. Send them in parts.").format(most=MOST))
    for point in points.values():
        check_point(point)
    rows = restrict(Building.objects.select_for_update(), actor).filter(pk__in=list(points))
    buildings = list(rows.order_by("community_code", "key"))
    if len(buildings) < len(points):
        raise OutOfReach
    communities: dict[str, list[Building]] = {}
    for building in buildings:
        check_may_keep(actor, building.place_code)
        communities.setdefault(building.community_code, []).append(building)
    placed = 0
    for community, held in communities.items():
        with recording(
            actor=actor, action="maps.place_buildings", subject_kind="building", subject_id=held[0].pk,
            place_code=community, reason=reason,
        ) as change:  # fmt: skip
            for building in held:
                longitude, latitude = points[building.pk]
                change.update(building, longitude=round(longitude, 6), latitude=round(latitude, 6))
            placed += len(change.values)
    return placed


def check_point(point: Point) -> None:
    """Raise Refused for what is no place on earth."""
    longitude, latitude = point
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):
        raise Refused(_("A longitude lies between -180 and 180 degrees, in China between 73 and 136."), "longitude")
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):
        raise Refused(_("A latitude lies between -90 and 90 degrees, in China between 3 and 54."), "latitude")
