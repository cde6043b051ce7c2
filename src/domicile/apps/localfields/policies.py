"""Who may propose, decide and end a local field, by its state."""

import datetime as dt

from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields.models import COUNTY, LocalField

PERMISSION = "manage_local_fields"
#: Digits of the areas that may have local fields: county, township, community.
SCOPES = (COUNTY, 9, 12)
_ABOVE = {9: COUNTY, 12: 9}


def own_scopes(viewer: Viewer) -> list[str]:
    """The areas for which the viewer may propose a field: those of their own role."""
    return [scope for scope in viewer.scopes if len(scope) in SCOPES] if viewer.may(PERMISSION) else []


def decides_over(viewer: Viewer, scope: str) -> bool:
    """Whether one of the viewer's areas holds `scope` and lies at least a level above it; never over a county."""
    above = _ABOVE.get(len(scope), 0)
    return any(scope.startswith(area) and len(area) <= above for area in viewer.scopes if area)


def may_decide(viewer: Viewer, field: LocalField) -> bool:
    """Whether this viewer may approve or refuse it: a level above, and never one's own proposal."""
    return _second_person(viewer, field) and decides_over(viewer, field.scope)


def may_record(viewer: Viewer, field: LocalField) -> bool:
    """Whether this viewer may enter what an office above the county decided on paper: a second person of the county."""
    return _second_person(viewer, field) and len(field.scope) == COUNTY and field.scope in viewer.scopes


def may_refuse(viewer: Viewer, field: LocalField) -> bool:
    """Whether this viewer may enter that it was not approved."""
    return may_decide(viewer, field) or may_record(viewer, field)


def _second_person(viewer: Viewer, field: LocalField) -> bool:
    return (
        field.state == LocalField.State.PROPOSED
        and viewer.user_id is not None
        and viewer.user_id != field.proposed_by
        and viewer.may(PERMISSION)
    )


def may_end(viewer: Viewer, field: LocalField) -> bool:
    """Whether this viewer may end it before its day: the area that has it, and those above."""
    return field.state == LocalField.State.APPROVED and viewer.may(PERMISSION) and viewer.covers(field.scope)


def in_force(field: LocalField, day: dt.date) -> bool:
    """Whether something may be entered and shown on that day."""
    return field.state == LocalField.State.APPROVED and field.start <= day < field.end
