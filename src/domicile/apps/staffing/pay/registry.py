"""With which filled form a visit was told, known by the app that keeps the visits.

In `AppConfig.ready`:

    registry.tell_forms(forms)      # forms(records) -> {record: submission}: by the sources of tries of tasks

A fixed number of queries. A record that is left out was told without a phone; there is nothing to review of it.
"""

import uuid
from collections.abc import Callable, Collection, Mapping

Forms = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]

_told: dict[str, Forms] = {}


def tell_forms(forms: Forms) -> None:
    """Tell which form a record of field work came with. The last one told counts."""
    _told["forms"] = forms


def forms(records: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """The filled forms of records (the `source` of tries)."""
    return _told["forms"](records) if "forms" in _told and records else {}
