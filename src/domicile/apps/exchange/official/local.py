"""Local fields behind the columns of an official layout, for whoever asks for them."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import selectors, values
from domicile.apps.localfields.models import LocalField

# Of whom the rows of a layout are, and what one must be allowed to see for it.
SUBJECTS = {"people": "person", "dwellings": "dwelling", "rentals": "dwelling"}
READS = {"person": "view_person", "dwelling": "view_dwelling"}
AT_ONCE = 4000
Cells = Callable[[uuid.UUID, str], list[Any]]


@dataclass(frozen=True)
class LocalCells:
    """The fields that are asked for; none as a rule."""

    fields: list[LocalField] = field(default_factory=list)

    @property
    def header(self) -> list[str]:
        """No header of a layout is the same: what is imported again leaves these columns out."""
        return [_("{field} (local field)").format(field=one.label) for one in self.fields]

    def of(self, subjects: Collection[uuid.UUID]) -> Cells:
        """The cells of a subject at a place, for some subjects. Two queries for each 4,000; none without fields."""
        wanted: list[uuid.UUID] = list(dict.fromkeys(subjects))
        held: dict[uuid.UUID, Any] = {}
        for start in range(0, len(wanted), AT_ONCE):
            held |= values.values_of_many(wanted[start : start + AT_ONCE], self.fields)
        said = [(one.pk, one.scope, values.as_cell(one)) for one in self.fields]

        def cells(subject: uuid.UUID, place: str) -> list[Any]:
            own = held.get(subject, {})
            return [_plain(say(own[pk])) if own.get(pk) and place.startswith(scope) else "" for pk, scope, say in said]

        return cells


NONE = LocalCells()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def cells_for(viewer: Viewer, layout: str, place: str) -> LocalCells:
    """The fields in force that may stand in a layout of a place. None to whoever may not read such a card."""
    kind = SUBJECTS.get(layout)
    if kind is None or not viewer.may(READS[kind]):
        return NONE
    return LocalCells(selectors.listed(viewer, kind, timezone.localdate(), place))
