"""The record of a step of a move."""

from contextlib import AbstractContextManager

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.models import Move, MoveEnd, MovePerson


def moving(
    actor: Viewer, action: str, move: Move, end: MoveEnd, reason: str, evidence: str
) -> AbstractContextManager[Recorder]:
    """The recording of a step: about the household that moves, so that each mover's history has it."""
    if move.household_id is not None:
        kind, subject = "household", move.household_id
    else:
        first = MovePerson.objects.filter(move=move).order_by("pk").values_list("person_id", flat=True)
        kind, subject = "person", first[0]
    place = end.code if end.code and actor.covers(end.code) else ""
    return recording(
        actor=actor, action=action, subject_kind=kind, subject_id=subject, place_code=place, reason=reason,
        evidence=evidence,
    )  # fmt: skip
