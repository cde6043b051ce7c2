"""Count main figures: in the background worker, or here. Nobody's form is opened, only what was sealed apart for figures."""

import uuid
from collections.abc import Callable

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import opening
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import reckoning
from domicile.apps.census.quickcount.models import QuickAges, QuickCount, QuickFigure
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks.models import Progress

ASK = "census.ask_quick_count"
MAY = "plan_census"
STAGE = "opening"
TOWNSHIP = 9
#: Ids in one statement.
SOME = 5_000
MACHINE = Viewer(user_id=None, name="domicile", role="machine", purpose="statistics", channel="job")
Told = Callable[[int, int], None]


def check_may(viewer: Viewer, census: Census) -> None:
    """Raise NotAllowed unless the viewer plans for the whole of a census."""
    viewer.require(MAY)
    if not viewer.covers(census.scope):
        raise NotAllowed("the whole of the census")


def ask(*, actor: Viewer, census: Census) -> QuickCount:
    """Put a count into the queue. Raises Refused while one waits or goes on."""
    check_may(actor, census)
    if under_way(census) is not None:
        raise Refused(_("The figures are being counted just now. Look again in a few minutes."))
    run = QuickCount(pk=new_id(), census=census, asked_at=timezone.now(), asked_by=actor.user_id)
    with transaction.atomic(), recording(
        actor=actor, action=ASK, subject_kind="quick_count", subject_id=run.pk, place_code=census.scope
    ) as change:  # fmt: skip
        change.create(run)
        in_background.enqueue(run.pk.hex)
    return run


def under_way(census: Census) -> QuickCount | None:
    """The latest count where it waits or goes on."""
    run = QuickCount.objects.filter(census=census).order_by("-asked_at").first()
    return run if run is not None and run.state in {QuickCount.State.WAITING, QuickCount.State.RUNNING} else None


@task()
def in_background(run_id: str) -> None:
    """The count that `ask` put into the queue."""
    key = uuid.UUID(run_id)

    def told(done: int, total: int) -> None:
        Progress.objects.update_or_create(job_id=key, defaults={"stage": STAGE, "done": done, "total": total})

    try:
        count(QuickCount.objects.select_related("census").get(pk=key), told)
    except BaseException:
        QuickCount.objects.filter(pk=key).update(state=QuickCount.State.FAILED, ended_at=timezone.now())
        raise
    finally:
        Progress.objects.filter(pk=key).delete()


def count(run: QuickCount, told: Told | None = None) -> QuickCount:
    """Open, count and store, in the machine's name. A run that was stopped and begins again counts all anew."""
    census = run.census
    run.state, run.begun_at = QuickCount.State.RUNNING, timezone.now()
    run.save(update_fields=["state", "begun_at"])
    record_look(MACHINE, question="quick_count")
    moment = timezone.localdate(census.reference_at)
    of = Answer.objects.filter(census=census, state=Answer.State.COUNTS, form__in=("short", "long"))
    total, done, parts = of.count() if told is not None else 0, 0, []
    for batch in opening.quick_rows(census):
        parts.append(reckoning.reckon(batch.places, batch.values, moment))
        done += len(batch.values)
        if told is not None:
            told(done, total)
    figures = reckoning.add(parts)
    with transaction.atomic():
        run.figures.all().delete()
        run.ages.all().delete()
        QuickFigure.objects.bulk_create(_rows(run, figures))
        QuickAges.objects.bulk_create(_ages(run, figures))
        run.state, run.ended_at, run.forms = QuickCount.State.DONE, timezone.now(), done
        run.open = _open(census, of, done)
        run.save(update_fields=["state", "ended_at", "forms", "open"])
    return run


def _open(census: Census, of: QuerySet[Answer], done: int) -> int:
    """How many households that still are have no form among the `done` ones. Few ended: those are asked for by their ids."""
    listed = Household.objects.filter(census=census)
    ended = list(listed.exclude(ended_on=None).values_list("pk", flat=True))
    answered = sum(of.filter(household__in=ended[n : n + SOME]).count() for n in range(0, len(ended), SOME))
    return max(0, listed.count() - len(ended) - done + answered)


def _rows(run: QuickCount, figures: reckoning.Figures) -> list[QuickFigure]:
    return [
        QuickFigure(count=run, area_code=place, counts=dict(zip(figures.columns, row, strict=True)))
        for place, row in zip(figures.places, figures.counts.tolist(), strict=True)
    ]


def _ages(run: QuickCount, figures: reckoning.Figures) -> list[QuickAges]:
    """By township, or by the area of the census where that lies within one."""
    digits = max(TOWNSHIP, len(run.census.scope))
    found: dict[str, np.ndarray] = {}
    for place, told in zip(figures.places, figures.by_age, strict=True):
        area = place[:digits]
        found[area] = found[area] + told if area in found else told
    return [QuickAges(count=run, area_code=area, by_age=told.ravel().tolist()) for area, told in found.items()]
