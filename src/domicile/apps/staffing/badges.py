"""Badges: what a worker may do, and until when. Other apps ask `holds` before they open work that needs training.

if not badges.holds(viewer.user_id, "collection", today): …
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from domicile.apps.common.fields import prefix_q
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Badge, Worker
from domicile.apps.staffing.words import told
from domicile.core.policy.parameters import parameter
from domicile.core.policy.roles import CENSUS


@dataclass(frozen=True, slots=True)
class Line:
    """A badge in words; `last_day` is the last day on which it holds."""

    badge: Badge
    label: str
    may: str
    last_day: dt.date
    valid: bool


def subjects(day: dt.date) -> dict[str, Any]:
    """The subjects of courses, tests and badges of this site, by name: those of the census are not the register's (P-4)."""
    here = "census" if settings.ROLES == CENSUS else "register"
    known = dict(parameter("staffing.subjects", day))
    return {name: entry for name, entry in known.items() if entry.get("site", "register") == here}


def label(subject: str, day: dt.date) -> str:
    """What a subject is called in the language of the page."""
    entry = subjects(day).get(subject)
    return told(entry) if entry else subject


def holds(who: Worker | uuid.UUID | None, subject: str, day: dt.date) -> bool:
    """Whether a worker, or the worker of an account (its id), holds a badge of the subject on the day.

    Nobody without a worker holds one, nor does who is not at work on the day.
    """
    if who is None:
        return False
    rows = Badge.objects.filter(subject=subject, start__lte=day, end__gt=day)
    rows = rows.filter(worker=who) if isinstance(who, Worker) else rows.filter(worker__user_id=who)
    return any(row.worker.at_work(day) for row in rows.select_related("worker"))


def lines(worker: Worker, day: dt.date) -> list[Line]:
    """The badges of a worker, the latest first; of each subject the last."""
    known, found = subjects(day), {}
    for row in Badge.objects.filter(worker=worker).order_by("-end", "-start"):
        entry = known.get(row.subject)
        if entry and row.subject not in found:
            found[row.subject] = Line(
                row, told(entry), told(entry, "may"), row.end - dt.timedelta(days=1), row.start <= day < row.end
            )
    return list(found.values())


def bearers(community: str, day: dt.date) -> list[tuple[str, int, int]]:
    """Of each subject: what it is called, how many at work hold its badge, and how many are at work. Two queries."""
    at_work = set(
        Worker.objects.filter(prefix_q("place_code", community), on_day(day, "since", "until")).values_list(
            "pk", flat=True
        )
    )
    rows = Badge.objects.filter(prefix_q("worker__place_code", community), start__lte=day, end__gt=day)
    held = set(rows.values_list("subject", "worker_id"))
    return [
        (told(entry), sum(subject == key and worker in at_work for subject, worker in held), len(at_work))
        for key, entry in subjects(day).items()
    ]
