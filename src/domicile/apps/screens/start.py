"""What a site shows at the head of its start page, told by the app that the site is about.

In `AppConfig.ready`: `start.tell("census/start.html", context)`, where `context(viewer)` gives what the template reads, or None
where there is nothing to show to this viewer.
"""

from collections.abc import Callable
from typing import Any

from domicile.apps.common.viewer import Viewer

Context = Callable[[Viewer], dict[str, Any] | None]
_told: list[tuple[str, Context]] = []


def tell(template: str, context: Context) -> None:
    """Tell what stands at the head. The last one told counts."""
    _told[:] = [(template, context)]


def head(viewer: Viewer) -> dict[str, Any]:
    """`start_template` and what it reads, for the start page; empty where nothing is told."""
    for template, context in _told:
        found = context(viewer)
        if found is not None:
            return {"start_template": template, **found}
    return {}
