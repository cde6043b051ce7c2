"""The answer to a question of another register about a birth there."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vitals import between
from domicile.apps.vitals.actions.papers import check_answer
from domicile.apps.vitals.models import OutsideBirth

ANSWER = "vitals.answer_outside"


def answer_outside(*, actor: Viewer, birth_id: uuid.UUID, answer: str, text: str, reason: str) -> OutsideBirth:
    """Answer, and send the answer back. Raises Refused, OutOfReach."""
    actor.require("apply_change")
    birth = restrict(OutsideBirth.objects.all(), actor, "to_code").filter(pk=birth_id).first()
    if birth is None:
        raise OutOfReach
    with recording(
        actor=actor, action=ANSWER, subject_kind="outside_birth", subject_id=birth.pk, place_code=birth.to_code,
        reason=reason,
    ) as change:  # fmt: skip
        birth = OutsideBirth.objects.select_for_update(of=("self",)).select_related("peer").get(pk=birth_id)
        if birth.answer:
            raise Refused(_("This question was answered already."))
        check_answer(answer, text)
        change.update(
            birth, answer=answer, answered_on=timezone.localdate(), answer_text=text.strip(), answered_by=actor.user_id,
            answered_by_name=actor.name,
        )  # fmt: skip
        between.send_answer(birth, actor.name)
    return birth
