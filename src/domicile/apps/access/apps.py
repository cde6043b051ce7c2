"""Starts listening at the door."""

from django.apps import AppConfig

from domicile.apps.accounts import events
from domicile.apps.common.viewer import Viewer


class AccessConfig(AppConfig):
    """Who may see what, and who looked."""

    name = "domicile.apps.access"

    def ready(self) -> None:
        events.listen(note)


def note(event: events.Event) -> None:
    """Keep what happened at the door in the log of looks, which an import never holds."""
    from domicile.apps.access.log import record_look

    record_look(Viewer(user_id=event.user_id, name=event.name, role=""), question=event.kind)
