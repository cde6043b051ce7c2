"""Forms of the census on the phones of enumerators: fetched, filled, sent, kept as answers of the households."""

import csv
import io
import json
import uuid
from functools import cache
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Household
from domicile.apps.census.tests.filled import short, somebody
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    OFFICE,
    make_building,
    make_dwelling,
    make_household,
)
from domicile.apps.collect.openrosa import actions, compiling, processing, registry
from domicile.apps.collect.openrosa.models import FormVersion, Submission
from domicile.apps.vault.sealing import open_value
from domicile.core.enumeration import forms
from tests.cast import OTHER_GRID, Actor, make_user, viewer

#: Each test has a database without forms, and compiling all of them takes longer than the tests do.
compiled_once = cache(compiling.compile_form)
pytestmark = pytest.mark.django_db(databases=["default", "log"])


def base_of(actor: Actor = ENUMERATOR) -> str:
    """The address that a phone of this enumerator was set up with."""
    for one in (actor, OFFICE):
        if not User.objects.filter(username=one.username).exists():
            make_user(one)
    worker = User.objects.get(username=actor.username)
    made = actions.make_phone(actor=viewer(OFFICE), worker_id=worker.pk, scopes=())
    with mock.patch.object(compiling, "compile_form", compiled_once):
        for form in registry.forms():
            compiling.current(form)
    return f"/v1/key/{made.token}/projects/1"


def filled(
    household: object, content: dict[str, Any], form: str = "short", instance: str = "", version: str = ""
) -> str:
    """The XML of a filled form, of today's version unless another is given."""

    def nodes(values: dict[str, Any]) -> str:
        return "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if name != "persons")

    people = "".join(f"<person>{nodes(one)}</person>" for one in content["persons"])
    made = version or forms()[form].version
    return (
        f'<data id="census_{form}" version="{made}"><household>{household}</household>{nodes(content)}{people}'
        f"<read_back>yes</read_back><meta><instanceID>{instance or f'uuid:{uuid.uuid4()}'}</instanceID></meta></data>"
    )


def send(base: str, xml: str) -> int:
    body = {"xml_submission_file": SimpleUploadedFile("submission.xml", xml.encode(), "text/xml")}
    status: int = Client().post(f"{base}/submission?deviceID=test", body).status_code
    while processing.process():
        pass
    return status


def test_a_phone_is_handed_the_forms_and_the_households_of_its_areas() -> None:
    household = make_household()
    away = make_household(make_dwelling(make_building(household.census, "B9", OTHER_GRID)))
    base = base_of()
    listed = Client().get(f"{base}/formList").content.decode()
    assert {f"<formID>census_{name}</formID>" in listed for name in forms()} == {True}
    text = Client().get(f"{base}/forms/census_short/attachments/households.csv").content.decode()
    head, *rows = csv.reader(io.StringIO(text))
    assert [name for name in head if not name.startswith("__")] == ["name", "label", "form", "year", "month"]
    assert [row[0] for row in rows] == [str(household.pk)]
    assert rows[0][1] == "和平路B1号 101"
    assert str(away.pk) not in text
    assert "林家主" not in text


def test_a_filled_form_is_the_answer_of_the_household_and_comes_once() -> None:
    household, base = make_household(), base_of()
    content = short(somebody(name="林小明"), somebody(name="王小红", relation=1, sex=2))
    xml = filled(household.pk, content)
    assert send(base, xml) == 201
    assert send(base, xml) == 201
    answer = Answer.objects.get()
    assert (answer.household_id, answer.road, answer.people, answer.state) == (household.pk, "collect", 2, "counts")
    assert answer.received_by == User.objects.get(username=ENUMERATOR.username).pk
    assert json.loads(open_value(answer, "content")) == content
    assert Submission.objects.get().state == Submission.State.PROCESSED


def test_a_household_outside_is_kept_and_counts_nowhere_until_somebody_looks() -> None:
    household = make_household()
    base = base_of()
    away = make_household(make_dwelling(make_building(household.census, "B9", OTHER_GRID)))
    send(base, filled(away.pk, short()))
    assert (Answer.objects.get().household_id, Answer.objects.get().state) == (away.pk, "kept")


@pytest.mark.parametrize("key", ["", uuid.uuid4(), "nonsense"])
def test_a_form_of_no_household_stays_as_it_came_for_somebody_to_see_to(key: object) -> None:
    make_household()
    assert send(base_of(), filled(key, short())) == 201
    assert not Answer.objects.exists()
    assert Submission.objects.get().state == Submission.State.ASIDE


def test_a_form_with_words_for_a_number_is_kept_aside_and_spoils_no_other() -> None:
    household, base = make_household(), base_of()
    xml = filled(household.pk, short()).replace("<rooms>3</rooms>", "<rooms>three</rooms>")
    assert send(base, xml) == 201
    assert send(base, filled(household.pk, short())) == 201
    assert Answer.objects.count() == 1
    assert set(Submission.objects.values_list("state", flat=True)) == {"aside", "processed"}


def test_a_household_that_moved_is_no_longer_on_the_list() -> None:
    household, base = make_household(), base_of()
    Household.objects.filter(pk=household.pk).update(ended_on="2030-10-30", ended="moved")
    text = Client().get(f"{base}/forms/census_short/attachments/households.csv").content.decode()
    assert str(household.pk) not in text


def test_minutes_come_from_the_phones_two_times_and_neither_of_them_is_kept_in_the_answer() -> None:
    household, base = make_household(), base_of()
    times = {"start": "2030-11-03T10:00:00.000+08:00", "end": "2030-11-03T10:06:20.000+08:00"}
    assert send(base, filled(household.pk, short() | times)) == 201
    assert json.loads(open_value(Answer.objects.get(), "content")) == short(minutes=7)


@pytest.mark.parametrize("end", ["2030-11-03T09:58:00.000+08:00", "2030-11-03T16:30:00.000+08:00", "", "ten"])
def test_a_clock_that_jumped_tells_nothing_and_the_form_is_taken(end: str) -> None:
    household, base = make_household(), base_of()
    assert send(base, filled(household.pk, short() | {"start": "2030-11-03T10:00:00.000+08:00", "end": end})) == 201
    assert json.loads(open_value(Answer.objects.get(), "content")) == short()


def test_a_phone_that_still_has_the_form_of_before_sends_it_and_it_counts() -> None:
    household, base = make_household(), base_of()
    FormVersion.objects.create(
        form_id="census_short", version="2026112301", xml=b"<h:html/>", md5="0" * 32, made_at=timezone.now()
    )
    assert send(base, filled(household.pk, short(), version="2026112301")) == 201
    answer = Answer.objects.get()
    assert answer.state == "counts"
    assert json.loads(open_value(answer, "content")) == short()
