"""A source that is due: a task stands before who loads lists, once, until the next list is compared."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.sources import reminding, rules
from domicile.apps.sources.models import Load
from domicile.apps.sources.tests.test_deciding import SCHOOL, loaded, pupil
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Task
from domicile.apps.vitals.tests.making import family
from tests import factories
from tests.cast import LI, SUN, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
LATER = months_after(TODAY, rules.number("compare_months", TODAY)) + dt.timedelta(days=2)


def school(*names: str) -> Load:
    return loaded(
        "school_rolls", *(f"{name},男,2016-01-0{place + 1},," for place, name in enumerate(names)), head=SCHOOL
    )


def test_a_source_that_is_due_makes_one_task_for_the_office_of_its_area(client: Client) -> None:
    pupil(family())
    load = school("王小明")
    assert reminding.remind(actor=MACHINE, today=TODAY) == 0
    assert reminding.remind(actor=MACHINE, today=LATER) == 1
    assert reminding.remind(actor=MACHINE, today=LATER + dt.timedelta(days=1)) == 0
    task = Task.objects.get()
    assert (task.subject_kind, task.subject_id, task.level, task.state) == ("list", load.pk, "county", "open")
    assert task.place_code == factories.COUNTY.ljust(15, "0")
    assert task.due_on == LATER + dt.timedelta(days=30)
    sign_in(client, SUN)
    page = client.get(reverse("tasks:open"), headers={"accept-language": "en"}).content.decode()
    assert "Ask for the next list of a source, and load it" in page
    assert reverse("sources:load", args=[load.pk]) in page
    sign_in(client, LI)
    assert reverse("sources:load", args=[load.pk]) not in client.get(reverse("tasks:open")).content.decode()


def test_the_next_list_settles_it() -> None:
    pupil(family())
    load = school("王小明")
    reminding.remind(actor=MACHINE, today=LATER)
    # Half a year later: the one before was compared that long ago.
    Load.objects.filter(pk=load.pk).update(compared_at=timezone.now() - dt.timedelta(days=300))
    school("王小明", "李小红")
    assert reminding.remind(actor=MACHINE, today=TODAY) == 0
    task = Task.objects.get()
    assert (task.state, task.outcome) == ("done", "settled")


def test_a_task_that_was_done_is_not_made_again_for_the_same_list() -> None:
    pupil(family())
    school("王小明")
    reminding.remind(actor=MACHINE, today=LATER)
    Task.objects.update(state="done", outcome="done", closed_on=LATER)
    assert reminding.remind(actor=MACHINE, today=LATER + dt.timedelta(days=40)) == 0
    assert Task.objects.count() == 1


def test_nobody_without_the_right_makes_them() -> None:
    with pytest.raises(NotAllowed):
        reminding.remind(actor=zhao_viewer(), today=TODAY)
