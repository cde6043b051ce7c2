"""Closed tasks are kept for their time and no longer; open ones stay."""

import datetime as dt

import pytest

from domicile.apps.audit.models import Change
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run, Task, Try
from domicile.apps.tasks.retention import erase_closed
from domicile.apps.tasks.tests import making

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def closed(on: dt.date) -> Task:
    row = making.task(state="done", outcome="done", opened=on, closed_on=on)
    Try.objects.create(task=row, on=on, part="morning", outcome="done")
    return row


def test_tasks_are_erased_with_their_tries_when_their_time_is_over():
    over, kept = closed(dt.date(2024, 11, 21)), closed(dt.date(2024, 11, 22))
    still_open = making.task(opened=dt.date(2020, 1, 1))
    assert erase_closed(actor=MACHINE, today=TODAY) == 1
    assert set(Task.objects.values_list("pk", flat=True)) == {kept.pk, still_open.pk}
    assert Try.objects.count() == 1
    change = Change.objects.get()
    assert change.action == "tasks.erase"
    assert over.pk.hex not in change.values  # no copy of what is erased
    assert erase_closed(actor=MACHINE, today=TODAY) == 0
    assert Run.objects.count() == 1
