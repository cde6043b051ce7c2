"""Ended moves go when their time is over, and with them whoever was announced by another register and never came (AC-7).

Stays and households are no part of a move: where somebody lived stays on file.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.deadlines.waiting import midnight
from domicile.apps.moves.models import (
    Correspondence,
    Move,
    MoveChange,
    MoveEnd,
    MovePerson,
    MoveRequest,
)
from domicile.apps.people.models import Document, FormerName, Person, Phone, Visibility
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.apps.vault.sealing import erase
from domicile.core.moves import open_states
from domicile.core.policy.parameters import parameter

ERASE = "moves.erase"
#: Moves that end in one day of work; the rest follow the next day.
MOST = 5000
OF_MOVES = (MoveRequest, Correspondence, MoveChange, MovePerson, MoveEnd)
OF_PERSONS = (Visibility, Document, Phone, FormerName)


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase moves that ended longer ago than they are kept; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it. A move goes after the parts that came
    later, and after what its movers said by code.
    """
    actor.require(MANAGE)
    last = midnight(months_after(today, -int(parameter("retention.move_months", today))))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        moves = _over(last)
        told = Correspondence.objects.filter(move_id__in=moves).values("move_id")
        people = list(MovePerson.objects.filter(move_id__in=told).values_list("person_id", flat=True).distinct())
        for model in OF_MOVES:
            model._default_manager.filter(move_id__in=moves).delete()
        Move.objects.filter(pk__in=moves).delete()
        _erase_who_never_came(people)
        if moves:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=len(moves)))
    return len(moves)


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_over(actor=MACHINE, today=today)


def _over(last: dt.datetime) -> list[uuid.UUID]:
    """Ended moves whose last step, and what was waited for after it, lies before the instant."""
    steps = MoveChange.objects.filter(move=OuterRef("pk"))
    rows = Move.objects.exclude(state__in=open_states()).filter(
        ~Exists(steps.filter(at__gte=last)),
        Exists(steps),
        parts__isnull=True,
        codes__isnull=True,
        mover_words__isnull=True,
    )
    waits = MoveRequest.objects.filter(move=OuterRef("pk"), answered_at__isnull=True)
    return list(rows.exclude(Exists(waits)).order_by("pk").values_list("pk", flat=True)[:MOST])


def _erase_who_never_came(people: Collection[uuid.UUID]) -> None:
    """Of these, whoever has lived and was registered nowhere here, and of whom nothing else is on file."""
    rows = Person.objects.filter(
        pk__in=people, spells__isnull=True, memberships__isnull=True, moves__isnull=True, parents__isnull=True,
        children__isnull=True,
    )  # fmt: skip
    for person in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                for model in OF_PERSONS:
                    model._default_manager.filter(person_id=person).delete()
                Person.objects.filter(pk=person).delete()
                erase(person)
        except ProtectedError:  # something else is on file of them: they stay
            continue
