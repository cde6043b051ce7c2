"""Tie children to their parents, apart from households (PE-2)."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Parentage, Person
from domicile.apps.people.scope import home_code, person_in_scope


@dataclass(frozen=True)
class SetParent:
    """`kind`: birth, adoption or step. `remove` takes the tie away instead."""

    child_id: uuid.UUID
    parent_id: uuid.UUID
    kind: str = Parentage.Kind.BIRTH.value
    remove: bool = False


@transaction.atomic
def set_parent(*, actor: Viewer, reason: str, evidence: str = "", arguments: SetParent) -> None:
    """Put a tie on file, or take it away. Raises Refused when it is there already, is not there, or cannot be."""
    person_in_scope(actor, arguments.child_id, lock=True)
    place = home_code(actor, arguments.child_id)
    if not place:
        raise OutOfReach([arguments.child_id])
    with recording(
        actor=actor, action="people.set_parent", subject_kind="person", subject_id=arguments.child_id,
        place_code=place, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.remove:
            rows = Parentage.objects.filter(
                child_id=arguments.child_id, parent_id=arguments.parent_id, kind=arguments.kind
            )
            row = rows.first()
            if row is None:
                raise Refused(_("This tie is no longer on file."))
            change.delete(row)
        else:
            tie(actor, arguments.child_id, arguments.parent_id, arguments.kind, change)


def tie(actor: Viewer, child_id: uuid.UUID, parent_id: uuid.UUID, kind: str, change: Recorder) -> Parentage:
    """Tie a child to a parent on file. Raises Refused when it cannot be: themselves, younger, or a third birth parent."""
    if kind not in Parentage.Kind.values:
        raise Refused(_("Choose by birth, by adoption or step."), "parents")
    if child_id == parent_id:
        raise Refused(_("Nobody is their own parent."), "parents")
    parent, child = person_in_scope(actor, parent_id), Person.objects.get(pk=child_id)
    if parent.birth_date and child.birth_date and parent.birth_date >= child.birth_date:
        raise Refused(_("{name} is not older than the child.").format(name=parent.name or _("no name yet")), "parents")
    ties = Parentage.objects.filter(child_id=child_id)
    if ties.filter(parent_id=parent_id, kind=kind).exists():
        raise Refused(_("This tie is on file already."), "parents")
    if Parentage.objects.filter(child_id=parent_id, parent_id=child_id).exists():
        raise Refused(_("The other way round is on file: correct that first."), "parents")
    if kind == Parentage.Kind.BIRTH and ties.filter(kind=kind).count() >= 2:
        raise Refused(_("Two parents by birth are on file already."), "parents")
    return change.create(Parentage(child_id=child_id, parent_id=parent_id, kind=kind))
