"""Who can be sent to check: accounts whose role does tasks, with the areas they work in and the checks they have open."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Count, Q

from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.collect.models import Decision
from domicile.apps.common.fields import prefix_q
from domicile.apps.fieldwork.backcheck.models import BackCheck
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.policies import LEVEL_OF
from domicile.apps.tasks.registry import DO
from domicile.core.sampling import Checker, Record, assign

KIND = "back_check"


def checkers(place_code: str, today: dt.date) -> list[Checker]:
    """Open accounts with a role that does tasks, over an area around or inside the place. One query."""
    rules = matrix(today)
    roles = [
        role for role in rules.roles
        if any(DO in rules.permissions(role, purpose) for purpose in rules.purposes(role))
    ]  # fmt: skip
    around = Q(scope__in=[place_code[:digits] for digits in LEVEL_OF]) | prefix_q("scope", place_code)
    held = Grant.objects.filter(
        around, role__in=roles, state=Grant.State.HOLDS, valid_from__lte=today, user__is_active=True
    )
    held = held.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    scopes: dict[str, list[str]] = {}
    for user, scope in held.values_list("user_id", "scope"):
        scopes.setdefault(str(user), []).append(scope)
    return [Checker(key, tuple(sorted(found))) for key, found in sorted(scopes.items())]


def barred(checks: Sequence[BackCheck]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who may not make each check: who collected the record, and everybody who let it pass the review. One query."""
    found = {one.pk: {who for who in (one.collected_by, one.accepted_by) if who} for one in checks}
    of = {one.source_id: one.pk for one in checks}
    words = Decision.objects.filter(proposal__in=of, verdict__in=[Decision.Verdict.PASSED, Decision.Verdict.ACCEPTED])
    for proposal, by in words.values_list("proposal_id", "by"):
        found[of[proposal]].add(by)
    return found


def barred_from(task: Task) -> set[uuid.UUID]:
    """Whom the task of a check is never given to. Two queries."""
    check = BackCheck.objects.filter(pk=task.subject_id).first()
    return barred([check])[check.pk] if check else set()


def chosen(checks: Iterable[BackCheck], place_code: str, today: dt.date) -> dict[uuid.UUID, uuid.UUID | None]:
    """The account that makes each check, None where nobody may. Three queries."""
    open_tasks = Task.objects.filter(kind=KIND, state=Task.State.OPEN, worker__isnull=False)
    load = {str(row["worker"]): row["count"] for row in open_tasks.values("worker").annotate(count=Count("pk"))}
    rows = list(checks)
    kept_away = barred(rows)
    records = [Record(str(one.pk), one.place_code, frozenset(map(str, kept_away[one.pk]))) for one in rows]
    found = assign(records, checkers(place_code, today), load)
    return {uuid.UUID(key): uuid.UUID(who) if who else None for key, who in found.items()}
