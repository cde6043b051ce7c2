"""What upper apps do when somebody has died; this app knows none of them.

In `AppConfig.ready`: `registry.after_death(end_them)`; `end_them(person, day, change, actor)` writes through the recorder of
the registration, so that undoing or annulling it puts back what it ended.
"""

import datetime as dt
from collections.abc import Callable

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person

Ending = Callable[[Person, dt.date, Recorder, Viewer], None]
_endings: list[Ending] = []


def after_death(ending: Ending) -> None:
    """Have something end with a death. Twice adds once."""
    if ending not in _endings:
        _endings.append(ending)


def end_all(person: Person, day: dt.date, change: Recorder, actor: Viewer) -> None:
    """End what upper apps keep for somebody who has died."""
    for ending in _endings:
        ending(person, day, change, actor)
