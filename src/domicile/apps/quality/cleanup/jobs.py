"""Making the cases in the background worker of `domicile serve`: asked for on the page, and once a day by itself."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality.cleanup import making, policies, selectors
from domicile.apps.quality.cleanup.models import CleanupRound

ASK = "cleanup.ask"
#: What was asked for so long ago was cut off: it may be asked for again.
SILENT = dt.timedelta(minutes=10)


def under_way(of: CleanupRound) -> bool:
    """Whether the cases are being made, or wait for it."""
    if of.asked_at is None or timezone.now() - of.asked_at > SILENT:
        return False
    return of.made_at is None or of.made_at < of.asked_at


def ask(*, actor: Viewer, round_id: uuid.UUID) -> CleanupRound:
    """Have the cases of a round made anew. Raises Refused while they are being made, and for a closed round."""
    of = selectors.round_in_reach(actor, round_id)
    policies.check_leads(actor, of)
    policies.check_open(of)
    if under_way(of):
        raise Refused(_("The lists are being made just now. Look again in a minute."))
    with transaction.atomic(), recording(
        actor=actor, action=ASK, subject_kind="cleanup_round", subject_id=of.pk, place_code=of.scope
    ) as change:  # fmt: skip
        change.update(of, asked_at=timezone.now())
        make_in_background.enqueue(of.pk.hex)
    return of


@task()
def make_in_background(round_id: str) -> None:
    """The cases that `ask` or `daily` put into the queue."""
    making.make(actor=making.MACHINE, round_id=uuid.UUID(round_id), today=timezone.localdate())


def daily(today: dt.date) -> None:
    """Put open rounds into the queue that were not made today."""
    for key, made_at in CleanupRound.objects.filter(state=CleanupRound.State.OPEN).values_list("pk", "made_at"):
        if made_at is None or timezone.localdate(made_at) < today:
            make_in_background.enqueue(key.hex)
