"""What stands on a way of the start page besides its title: upper apps add it at start-up."""

from collections.abc import Callable

from domicile.apps.common.viewer import Viewer

#: By the key of the way: `badge` and `badge_kind` for this viewer, or nothing.
REMINDERS: dict[str, Callable[[Viewer], dict[str, str]]] = {}
