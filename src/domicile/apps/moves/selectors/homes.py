"""Where people who arrive can live: dwellings by a typed address, and the households that live there."""

import uuid

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household
from domicile.apps.people.selectors.placing import Places, places
from domicile.apps.places.models import Dwelling


def places_for(viewer: Viewer, text: str, *, chosen: str = "") -> Places:
    """Dwellings inside the viewer's areas at the typed address, for a household of one's own or to join one."""
    return places(viewer, Household(), text, chosen=chosen, at_hand=False)


def households_at(viewer: Viewer, dwelling: Dwelling) -> tuple[list[tuple[str, str]], list[uuid.UUID]]:
    """The living households of a dwelling inside the viewer's areas, as choices, and the heads whom these name."""
    found = places(viewer, Household(dwelling_id=dwelling.pk), "", at_hand=True)
    joins = [(value.partition("/")[2], label) for value, label in found.choices if not value.endswith("/")]
    return joins, found.persons
