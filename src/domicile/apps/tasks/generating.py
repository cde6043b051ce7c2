"""Make the tasks that the rules ask for, close those that have become needless, raise what stays undone: whole sets at once.

A rule is one INSERT ... SELECT that the database's own uniqueness keeps from making anything twice, and one UPDATE; all of
a run stands in one transaction with its record, so that a run that is killed leaves nothing, and is simply run again.
"""

import datetime as dt
import itertools
from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Level, Run, Task
from domicile.core.policy.parameters import PolicyError
from domicile.core.spells import UnknownYear
from domicile.core.spells.working_days import Calendar

GENERATE, ESCALATE = "tasks.generate", "tasks.escalate"
ESCALATION = "escalation"
#: The server's own turn, once a day, for all areas.
MACHINE = Viewer(
    user_id=None, name="domicile", role="machine", permissions=frozenset({registry.MANAGE}), channel="command"
)
_LOCK = 0x7461736B73  # "tasks": two runs at once take turns
_COLUMNS = (
    "id, kind, rule, edition, subject_kind, subject_id, occurrence, place_code, stop_id, walk, opened_on, due_on, state,"
    " outcome, tries, next_try_part, level, reason"
)


def generate(*, actor: Viewer, today: dt.date, rules: Collection[str] | None = None) -> list[Run]:
    """Run the rules (all of them, or some by name) inside the actor's areas; the machine has all. Returns what each did.

    A rule that cannot run (a year whose working days are not known) says so in its Run and stops no other. For each rule
    two statements, besides five for all of them together, however many tasks there are.
    """
    actor.require(registry.MANAGE)
    key, scope = new_id(), _scope(actor)
    with recording(actor=actor, action=GENERATE, subject_kind="task_run", subject_id=key, place_code=scope) as change:
        _take_turn()
        days = calendar()
        chosen = [source for source in registry.sources() if rules is None or source.rule in rules]
        runs = [_run(source, actor, today, days, scope) for source in chosen]
        change.create_many(runs)
    return runs


def escalate(*, actor: Viewer, today: dt.date) -> Run:
    """Raise what is overdue one level, at most up to the one of tasks.yaml. Twice on a day raises nothing twice.

    Only open tasks: a visit that was refused is done, and so never gets here.
    """
    actor.require(registry.MANAGE)
    rule = policies.edition(ESCALATION, today)
    ladder = policies.ORDER[: [*policies.ORDER].index(Level(rule.values["highest"])) + 1]
    run = Run(pk=new_id(), rule=ESCALATION, edition=rule.since, scope=_scope(actor), day=today, at=timezone.now())
    with recording(
        actor=actor, action=ESCALATE, subject_kind="task_run", subject_id=run.pk, place_code=run.scope
    ) as change:
        _take_turn()
        try:
            last = calendar().before(today, rule.values["working_days"])
        except UnknownYear as problem:
            run.problem = str(problem)[:200]
        else:
            rows = _inside(Task.objects.filter(state=Task.State.OPEN, level__in=ladder[:-1], due_on__lte=last), actor)
            rows = rows.exclude(kind__in=registry.not_raised())
            above = [When(level=below, then=Value(level)) for below, level in itertools.pairwise(ladder)]
            waited = rows.annotate(since=Coalesce("raised_on", "due_on")).filter(since__lte=last)
            run.made = waited.update(level=Case(*above, output_field=CharField()), raised_on=today)
        change.create(run)
    return run


def _run(source: registry.Source, actor: Viewer, today: dt.date, days: Calendar, scope: str) -> Run:
    run = Run(rule=source.rule, scope=scope, day=today, at=timezone.now())
    try:
        rule = policies.edition(source.rule, today)
        run.edition = rule.since
        due = policies.due_on(rule.values, today, days)
    except (UnknownYear, PolicyError) as problem:
        run.problem = str(problem)[:200]
        return run
    if source.settled is not None:
        needless = Task.objects.filter(rule=source.rule, state=Task.State.OPEN)
        needless = _inside(needless.filter(source.settled(rule.values, today)), actor)
        run.settled = needless.update(
            state=Task.State.DONE, outcome=Task.Outcome.SETTLED, closed_on=today, next_try_on=None, next_try_part=""
        )
    run.made = _insert(source, rule, actor, today, due)
    return run


def _insert(source: registry.Source, rule: policies.Edition, actor: Viewer, today: dt.date, due: dt.date) -> int:
    """One statement; returns how many tasks were not there before."""
    rows = _inside(source.due(rule.values, today), actor, source.place)
    try:
        found, values = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return 0
    key, first = _new_key()
    level = "CASE WHEN substr(place_code, 13) IN ('', '000') THEN 'community' ELSE 'grid' END"
    sql = (
        f'INSERT INTO "{Task._meta.db_table}" ({_COLUMNS}) '  # noqa: S608 - the ORM made what is put in
        f"WITH due (subject_id, place_code, stop_id, walk, occurrence) AS ({found}) "
        f"SELECT {key}, %s, %s, %s, %s, subject_id, occurrence, place_code, stop_id, walk, %s, %s, 'open', '', 0, '', "
        f"{level}, '' FROM due WHERE 1 = 1 ON CONFLICT DO NOTHING"
    )
    since, opened, last = (connection.ops.adapt_datefield_value(day) for day in (rule.since, today, due))
    plain = [source.kind, source.rule, since, source.subject_kind, opened, last]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, first, *plain])
        return int(cursor.rowcount)


def _new_key() -> tuple[str, str]:
    """SQL for a fresh key, and the value in it: a version 7 UUID with the moment of the run, and 60 bits of chance a row."""
    first = new_id().hex[:17]
    if connection.vendor == "postgresql":
        return "CAST(CAST(%s AS text) || substr(replace(CAST(gen_random_uuid() AS text), '-', ''), 18) AS uuid)", first
    return "%s || substr(lower(hex(randomblob(8))), 2)", first


def _inside(rows: Any, actor: Viewer, place: str = "place_code") -> Any:
    """The rows of the actor's areas; all for the machine, which has none."""
    return rows if actor.user_id is None and actor.role == MACHINE.role else restrict(rows, actor, place)


def _scope(actor: Viewer) -> str:
    """The one area that a run is for; '' for all, or for several."""
    return actor.scopes[0] if len(actor.scopes) == 1 else ""


def _take_turn() -> None:
    """On PostgreSQL runs wait for each other here; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def ran_today(today: dt.date) -> bool:
    """Whether the run for all areas has been made on this day."""
    return Run.objects.filter(rule=ESCALATION, scope="", day=today).exists()


def run_daily(*, actor: Viewer, today: dt.date) -> list[Run]:
    """What the server does once a day: all rules, then what is overdue, in one transaction."""
    with transaction.atomic():
        return [*generate(actor=actor, today=today), escalate(actor=actor, today=today)]
