"""What vital events are called in lists: by kind and door, never by a person; a task about one is about that door."""

import uuid
from collections.abc import Collection

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.naming import Named
from domicile.apps.vitals import words
from domicile.apps.vitals.models import VitalEvent


def event_names(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """Events of the viewer's areas by kind and door. One query."""
    rows = restrict(VitalEvent.objects.filter(pk__in=ids), viewer, "code")
    found = rows.values_list("pk", "kind", "dwelling__address")
    return {pk: Named(" · ".join(filter(None, [str(words.KINDS[kind]), address]))) for pk, kind, address in found}
