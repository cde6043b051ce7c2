"""Take a committed batch back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.models import Batch

Decision = Literal["keep", "overwrite"]


@dataclass(frozen=True)
class Conflict:
    """A subject of the batch that was changed afterwards."""

    subject_kind: str  # person, household, dwelling, building, grid, area
    subject_id: uuid.UUID
    label: str  # name or address
    action: str  # what was done afterwards (Change.action)
    at: str  # when, ISO
    place_code: str


def conflicts(batch: Batch) -> list[Conflict]:
    """What was changed after the batch, on subjects of the batch; each needs a decision before `undo`."""
    raise NotImplementedError


def undo(
    actor: Viewer, batch: Batch, decisions: Mapping[uuid.UUID, Decision] | None = None, *, everything: Decision | None = None
) -> Batch:
    """Restore exactly what was before the batch; the state becomes `undone`.

    `decisions` say for each conflicting subject whether its present state is kept (and what it stands on) or overwritten
    (the later changes are taken back first); `everything` decides all. Raises ImportRefused (code `conflicts`), changing
    nothing, while a conflict is undecided.
    """
    raise NotImplementedError
