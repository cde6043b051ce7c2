"""Events inside somebody's areas, and the record of what is noted about one."""

import uuid
from contextlib import AbstractContextManager

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.vitals.models import VitalEvent, VitalQuestion


def event_in_scope(viewer: Viewer, event_id: uuid.UUID, *, asked: bool = False) -> VitalEvent:
    """The event, locked, when it was registered inside the viewer's areas; `asked`: or one of these was asked about it.

    Raises OutOfReach.
    """
    event = VitalEvent.objects.select_for_update(of=("self",)).filter(pk=event_id).first()
    if event is None or not (viewer.covers(event.code) or (asked and was_asked(viewer, event_id))):
        raise OutOfReach([event.person_id] if event is not None and event.person_id else [])
    return event


def was_asked(viewer: Viewer, event_id: uuid.UUID) -> bool:
    """Whether a place of the viewer's areas was asked about an event."""
    return restrict(VitalQuestion.objects.filter(event_id=event_id).exclude(to_code=""), viewer, "to_code").exists()


def noting(
    actor: Viewer, action: str, event: VitalEvent, reason: str, evidence: str, *, at: str = ""
) -> AbstractContextManager[Recorder]:
    """The recording of something about an event: about its person, while there is one."""
    kind, subject = ("person", event.person_id) if event.person_id else ("vital", event.pk)
    return recording(
        actor=actor, action=action, subject_kind=kind, subject_id=subject, place_code=at or event.code, reason=reason,
        evidence=evidence,
    )  # fmt: skip
