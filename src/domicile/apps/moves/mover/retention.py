"""Codes and words of movers end when their time is over (AC-7)."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.mover.models import MoverCode, MoverWord
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "moves.erase_words"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase words and codes whose time is over; returns how many words and unused codes that were.

    The time of words that nobody has seen to runs from the last day of their code.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.mover_word_months", today)))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        seen_to = Q(settled_at__lt=timezone.make_aware(dt.datetime.combine(last, dt.time.min)))
        words = MoverWord.objects.filter(seen_to | Q(settled_at__isnull=True, code__good_until__lt=last))
        used = list(words.values_list("code_id", flat=True))
        words.delete()
        unused = MoverCode.objects.filter(good_until__lt=last, word__isnull=True).exclude(pk__in=used)
        count = len(used) + unused.count()
        unused.delete()
        MoverCode.objects.filter(pk__in=used).delete()
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_over(actor=MACHINE, today=today)
