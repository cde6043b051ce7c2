"""The households that an enumerator's phone chooses from: where they live and which form they are asked, no name."""

import uuid
from collections.abc import Collection, Sequence

from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.census.listing.models import Household
from domicile.apps.census.listing.selectors import at_doors
from domicile.apps.census.selfenum.prints import address_of
from domicile.apps.collect.openrosa.registry import EntityList
from domicile.apps.common.viewer import Viewer

NAME = "households"
COLUMNS = ("name", "label", "form", "year", "month")


def rows(viewer: Viewer) -> Sequence[tuple[str, ...]]:
    """The households to be asked in the viewer's areas, by door, with the census moment as of which ages are reckoned.

    Of the censuses that are at doors today.
    """
    viewer.require("propose_change")
    at_work = Household.objects.filter(ended_on=None, census__in=at_doors(timezone.localdate()))
    asked = restrict(at_work, viewer).select_related("census", "dwelling__building")
    found = []
    for one in asked.order_by("dwelling__building__number", "dwelling__number", "serial", "pk"):
        moment = timezone.localtime(one.census.reference_at)
        found.append((str(one.pk), label_of(one), one.form, str(moment.year), str(moment.month)))
    return found


def label_of(household: Household) -> str:
    """What an enumerator reads: the door, and that a census is a pilot."""
    pilot = f" [{household.census.name}]" if household.census.pilot else ""
    return address_of(household) + pilot


def there(viewer: Viewer, ids: Collection[uuid.UUID]) -> Collection[uuid.UUID]:
    """Which of these are still asked in the viewer's areas."""
    asked = restrict(Household.objects.filter(pk__in=list(ids), ended_on=None), viewer)
    return set(asked.values_list("pk", flat=True))


HOUSEHOLDS = EntityList(NAME, COLUMNS, rows, there)
