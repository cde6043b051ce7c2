"""Changes that are written together are those of each alone."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from domicile.apps.audit import bundles
from domicile.apps.audit.bundles import Bundle
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.models import Try
from domicile.apps.tasks.tests import making

pytestmark = pytest.mark.django_db(databases=["default", "log"])
SUN = Viewer(user_id=uuid.uuid4(), name="Sun", role="county_operator", scopes=("770101",), purpose="correction")
DAY = dt.date(2026, 3, 3)


def about(task_id: uuid.UUID) -> dict[str, object]:
    return {"actor": SUN, "action": "tasks.outcome", "subject_kind": "task", "subject_id": task_id}


def tell(change, row) -> None:  # type: ignore[no-untyped-def]
    change.create(Try(task=row, on=DAY, part="morning", outcome="not_at_home", by=SUN.user_id))
    change.update(row, tries=row.tries + 1, next_try_on=DAY, next_try_part="evening")


def tell_and_fail(bundle: Bundle, row) -> None:  # type: ignore[no-untyped-def]
    with bundle.recording(**about(row.pk)) as change:  # type: ignore[arg-type]
        tell(change, row)
        raise ZeroDivisionError


def told() -> list[tuple[object, ...]]:
    """The log without what differs by chance."""
    rows = Change.objects.order_by("pk").values_list(
        "actor_id", "actor_role", "purpose", "action", "subject_kind", "values"
    )
    keys = {key.hex for key in Try.objects.values_list("pk", flat=True)} | {
        key.hex for key in Try.objects.values_list("task_id", flat=True)
    }
    found = []
    for *head, values in rows:
        for key in keys:
            values = values.replace(key, "key")
        found.append((*head, values))
    return found


def test_the_record_is_that_of_each_alone() -> None:
    alone, together = making.task(), making.task()
    with recording(**about(alone.pk)) as change:  # type: ignore[arg-type]
        tell(change, alone)
    bundle = Bundle()
    with bundle.recording(**about(together.pk)) as change:  # type: ignore[arg-type]
        tell(change, together)
    assert Try.objects.count() == 1
    bundle.write()
    together.refresh_from_db()
    assert (together.tries, together.next_try_on, together.next_try_part) == (1, DAY, "evening")
    first, second = told()
    assert first == second


def test_columns_are_recorded_as_the_row_of_them(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    task, bundle, model = making.task(), Bundle(), Bundle()
    columns = {
        "id": uuid.uuid4(), "task_id": task.pk, "on": DAY, "part": "", "outcome": "refused", "by": None, "source": None,
    }  # fmt: skip
    bundle.create([(Try, columns)], **about(task.pk))
    with model.recording(**about(task.pk)) as change:  # type: ignore[arg-type]
        change.create(Try(**{**columns, "id": uuid.uuid4()}))
    with django_assert_num_queries(4):
        bundle.write(), model.write()
    first, second = told()
    assert first == second


def test_what_raises_leaves_nothing_and_the_others_stand() -> None:
    kept, dropped, bundle = making.task(), making.task(), Bundle()
    with bundle.recording(**about(kept.pk)) as change:  # type: ignore[arg-type]
        tell(change, kept)
    with pytest.raises(ZeroDivisionError):
        tell_and_fail(bundle, dropped)
    assert (dropped.tries, dropped.next_try_on) == (0, None)
    bundle.write()
    dropped.refresh_from_db()
    assert dropped.tries == 0
    assert Change.objects.get().subject_id == kept.pk
    assert Try.objects.get().task_id == kept.pk


def test_where_the_log_fails_nothing_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_told: object) -> None:
        raise DatabaseError("the log's disk is full")

    task, bundle = making.task(), Bundle()
    with bundle.recording(**about(task.pk)) as change:  # type: ignore[arg-type]
        tell(change, task)
    monkeypatch.setattr(bundles, "insert_fields", fail)
    with pytest.raises(DatabaseError), transaction.atomic():
        bundle.write()
    task.refresh_from_db()
    assert task.tries == 0
    assert not Try.objects.exists()
