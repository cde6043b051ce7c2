"""Reading figures: each worker the own ones, the office those of its areas once they are shown. They name no resident."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps.collect.openrosa import registry as forms
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.assessment import computing, policies, words
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Miss, Objection
from domicile.apps.staffing.assessment.registry import Missed
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.words import told
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.naming import names
from domicile.core.policy import assessment as formula
from domicile.core.policy.months import month_of, months_before

#: Months that a worker sees, and things named of what a measure lacks.
MONTHS_SHOWN, NAMED = 12, 20


@dataclass(slots=True)
class Line:
    """One measure of a card: in words, its points and weight, what it lacks, and the correction, if there is one."""

    measure: str
    label: str
    sentence: str
    part: formula.Part
    lacks: Any = ""
    missed: list[str] = field(default_factory=list)
    more: int = 0
    correction: Correction | None = None
    measured: str = ""


@dataclass(slots=True)
class Card:
    """The month of a worker as a page shows it; `figure` is None for the month that still runs."""

    month: str
    score: Decimal | None
    lines: list[Line]
    figure: Figure | None = None
    objections: Sequence[Objection] = ()


def figure(viewer: Viewer, pk: uuid.UUID, today: dt.date) -> Figure:
    """One figure. Raises NotAllowed for those of others, outside the areas, or not shown yet: told alike."""
    found = Figure.objects.select_related("month", "worker").filter(pk=pk).first()
    if found is None or not policies.may_see(viewer, found, today):
        raise NotAllowed("figure")
    return found


def objection(viewer: Viewer, pk: uuid.UUID, today: dt.date) -> Objection:
    """One objection, for those who see its figure. Raises NotAllowed."""
    found = Objection.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("objection")
    found.figure = figure(viewer, found.figure_id, today)
    return found


def correction(viewer: Viewer, pk: uuid.UUID, today: dt.date) -> Correction:
    """One correction, for those who see its figure. Raises NotAllowed."""
    found = Correction.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("correction")
    found.figure = figure(viewer, found.figure_id, today)
    return found


def own_figures(worker: Worker) -> list[Figure]:
    """The months of a worker, the latest first."""
    rows = Figure.objects.filter(worker=worker).select_related("month", "worker")
    return list(rows.order_by("-month__month")[:MONTHS_SHOWN])


def card(viewer: Viewer, found: Figure) -> Card:
    """A figure with what explains it. A fixed number of queries."""
    missed: dict[str, list[Missed]] = defaultdict(list)
    for row in Miss.objects.filter(measured__figure=found).select_related("measured").order_by("about_id"):
        missed[row.measured.measure].append(Missed(row.about, row.about_id))
    corrections = {row.measure: row for row in found.corrections.all()}
    measured = {row.measure: (row.part, row.whole) for row in found.measured.all()}
    counts = measured | {name: (row.part, row.whole) for name, row in corrections.items()}
    lines = _lines(viewer, found.month.month, computing.scored(found.month.month, counts), missed, corrections)
    for line in lines:
        part, whole = measured.get(line.measure, (0, 0))
        line.measured = _("Measured: {part} of {whole}").format(part=part, whole=whole)
    return Card(
        month=found.month.month, score=found.score, figure=found,
        lines=lines,
        objections=list(found.objections.order_by("-raised_at")),
    )  # fmt: skip


def so_far(viewer: Viewer, worker: Worker, today: dt.date) -> Card:
    """How the month that still runs stands for a worker: what was due before today. Nothing of it is kept or shown to others."""
    begin, month = today.replace(day=1), month_of(today)
    found = computing.measure([worker.user_id] if worker.user_id else [], begin, today)
    account = found.get(worker.user_id) if worker.user_id else None
    score = computing.scored(month, account.shares if account else {})
    lines = _lines(viewer, month, score, account.missed if account else {}, {})
    return Card(month=month, score=score.value, lines=lines)


def _lines(
    viewer: Viewer, month: str, score: formula.Score, missed: Mapping[str, Sequence[Missed]],
    corrections: Mapping[str, Correction],
) -> list[Line]:  # fmt: skip
    _begin, end = months.month_bounds(month)
    entries = formula.measures(end - dt.timedelta(days=1))
    called = _called(viewer, [one for rows in missed.values() for one in rows[:NAMED]])
    return [
        Line(
            measure=part.measure, label=told(dict(entries[part.measure])), part=part,
            sentence=words.sentence(part, entries[part.measure]["least"]), lacks=words.LACKS.get(part.measure, ""),
            missed=[called[one.id] for one in missed.get(part.measure, ())[:NAMED] if one.id in called],
            more=max(0, len(missed.get(part.measure, ())) - NAMED), correction=corrections.get(part.measure),
        )
        for part in score.parts
    ]  # fmt: skip


def _called(viewer: Viewer, missed: Iterable[Missed]) -> dict[uuid.UUID, str]:
    """Tasks by door and day, forms by name and day: what is inside the viewer's areas, and names nobody."""
    about: dict[str, list[uuid.UUID]] = defaultdict(list)
    for one in missed:
        about[one.about].append(one.id)
    rows = list(Task.objects.filter(pk__in=about["task"]))
    doors = names(viewer, [(row.subject_kind, row.subject_id) for row in rows])
    found = {}
    for row in rows:
        door = doors.get(row.subject_id)
        text = door.text if door is not None and not door.persons else str(tasks.label(row.kind))
        found[row.pk] = f"{text} ({row.due_on:%Y-%m-%d})"
    for sent in Submission.objects.filter(pk__in=about["form"]):
        form = forms.form(sent.form_id)
        title = told(dict(form.title)) if form else sent.form_id
        found[sent.pk] = f"{title} ({sent.received_at:%Y-%m-%d})"
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A worker in the list of the office: the score with its parts, and what waits for an answer."""

    worker: Worker
    figure: Figure
    parts: tuple[formula.Part, ...]
    waiting: bool
    corrected: bool


def month_of_community(viewer: Viewer, community: str, month: str, came_from: str = "") -> AssessedMonth | None:
    """The assessed month of a community, or of one that became part of it, if it was computed. Raises NotAllowed."""
    months.check(viewer, months.ASSESS, community)
    rows = AssessedMonth.objects.filter(place_code=community.ljust(15, "0"), month=month)
    return rows.filter(came_from=came_from).first()


def carried(viewer: Viewer, community: str, month: str) -> list[str]:
    """The codes of communities (15 digits) that became part of this one and had assessed the month. Raises NotAllowed."""
    months.check(viewer, months.ASSESS, community)
    rows = AssessedMonth.objects.filter(place_code=community.ljust(15, "0"), month=month).exclude(came_from="")
    return list(rows.order_by("came_from").values_list("came_from", flat=True))


def month_by_id(viewer: Viewer, pk: uuid.UUID) -> AssessedMonth:
    """One assessed month. Raises NotAllowed outside the viewer's areas."""
    found = AssessedMonth.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("month")
    months.check(viewer, months.ASSESS, found.place_code)
    return found


def rows(viewer: Viewer, month: AssessedMonth, today: dt.date) -> list[Row]:
    """The figures of a month by worker number, never by score; none before they are shown. Four queries."""
    months.check(viewer, months.ASSESS, month.place_code)
    if not policies.is_shown(month, today):
        return []
    found = list(
        month.figures.select_related("worker", "month").prefetch_related("measured", "corrections", "objections")
    )
    lines = []
    for row in sorted(found, key=lambda row: row.worker.number):
        corrected = {one.measure: (one.part, one.whole) for one in row.corrections.all()}
        shares = {one.measure: (one.part, one.whole) for one in row.measured.all()} | corrected
        waiting = any(one.answered_at is None for one in row.objections.all())
        lines.append(Row(row.worker, row, computing.scored(month.month, shares).parts, waiting, bool(corrected)))
    return lines


def open_objections(month: AssessedMonth) -> int:
    """How many objections of a month wait for an answer."""
    return Objection.objects.filter(figure__month=month, answered_at=None).count()


def months_to_choose(today: dt.date) -> list[str]:
    """The months that are over, the latest first."""
    last = months.last_month(today)
    return [months_before(last, count) for count in range(MONTHS_SHOWN)]
