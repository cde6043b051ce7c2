"""The listing on phones: doors and households come in once, and what cannot be listed stays as it came."""

import csv
import io
import uuid
from functools import cache
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domicile.apps.accounts.models import User
from domicile.apps.census.fieldwork.models import Call
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.tests.making import ENUMERATOR, OFFICE, make_building, make_census, make_household
from domicile.apps.collect.openrosa import actions, compiling, processing, registry
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.vault import sealing
from tests.cast import OTHER_GRID, make_user, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
compiled_once = cache(compiling.compile_form)
FORMS = ("census_listing", "census_call")


@pytest.fixture
def base() -> str:
    """The address that the enumerator's phone was set up with."""
    for one in (ENUMERATOR, OFFICE):
        make_user(one)
    worker = User.objects.get(username=ENUMERATOR.username)
    made = actions.make_phone(actor=viewer(OFFICE), worker_id=worker.pk, scopes=())
    with mock.patch.object(compiling, "compile_form", compiled_once):
        for form in registry.forms():
            if form.id in FORMS:
                compiling.current(form)
    return f"/v1/key/{made.token}/projects/1"


def send(base: str, form: str, nodes: str, instance: str = "") -> int:
    known = registry.form(form)
    assert known is not None
    xml = (
        f'<data id="{form}" version="{known.version}">{nodes}'
        f"<meta><instanceID>{instance or f'uuid:{uuid.uuid4()}'}</instanceID></meta></data>"
    )
    body = {"xml_submission_file": SimpleUploadedFile("submission.xml", xml.encode(), "text/xml")}
    status: int = Client().post(f"{base}/submission?deviceID=test", body).status_code
    while processing.process():
        pass
    return status


def door(building: object, *homes: str, number: str = "301", use: str = "lived_in") -> str:
    told = f"<building>{building}</building><number>{number}</number><use>{use}</use><channel>ordinary</channel>"
    return told + f"<homes>{len(homes)}</homes>" + "".join(homes)


def home(name: str, expected: str = "3", more: str = "<absence>none</absence>") -> str:
    return f"<home><head_name>{name}</head_name><expected>{expected}</expected>{more}</home>"


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_compiles_in_both_languages(form_id: str) -> None:
    form = registry.form(form_id)
    assert form is not None
    xml = compiled_once(form.path, form.id, form.version).decode()
    assert "<value>-</value>" not in xml
    assert {f"jr://file-csv/{name}.csv" in xml for name in form.lists} == {True}


def test_the_phone_has_the_buildings_of_its_areas_and_no_name(base: str) -> None:
    census = make_census()
    building, away = make_building(census), make_building(census, "B9", OTHER_GRID)
    text = Client().get(f"{base}/forms/census_listing/attachments/buildings.csv").content.decode()
    assert [row[0] for row in list(csv.reader(io.StringIO(text)))[1:]] == [str(building.pk)]
    assert str(away.pk) not in text


def test_a_door_and_its_households_are_listed_once(base: str) -> None:
    building = make_building(make_census())
    told = door(building.pk, home("林一"), home("林二", "2", "<absence>all</absence><back_on>2030-11-20</back_on>"))
    for _twice in range(2):
        assert send(base, "census_listing", told, "uuid:11111111-1111-4111-8111-111111111111") == 201
    first, second = Household.objects.order_by("serial")
    assert sealing.open_value(first, "head_name") == "林一"
    assert (second.expected, second.absence, str(second.back_on)) == (2, "all", "2030-11-20")
    send(base, "census_listing", door(building.pk, home("林一"), home("林三")))
    assert Household.objects.count() == 3
    assert Dwelling.objects.count() == 1


def test_an_empty_door_is_listed(base: str) -> None:
    building = make_building(make_census())
    send(base, "census_listing", door(building.pk, use="empty"))
    assert Dwelling.objects.get().use == "empty"


@pytest.mark.parametrize("what", ["building", "use", "people"])
def test_what_cannot_be_listed_is_kept_aside_and_lists_nothing(base: str, what: str) -> None:
    building = make_building(make_census(), place_code=OTHER_GRID if what == "building" else ENUMERATOR.scope)
    told = door(
        building.pk, home("林一", "99999" if what == "people" else "3"), use="castle" if what == "use" else "lived_in"
    )
    assert send(base, "census_listing", told) == 201
    assert not Dwelling.objects.exists()
    assert Submission.objects.get().state == Submission.State.ASIDE


def test_a_visit_without_an_answer_is_noted(base: str) -> None:
    household = make_household()
    told = f"<household>{household.pk}</household><outcome>later</outcome>"
    told += "<again_on>2001-01-01</again_on><part_of_day>evening</part_of_day>"
    assert send(base, "census_call", told) == 201
    call = Call.objects.get()
    assert (call.outcome, call.again_on, call.part_of_day) == ("later", None, "evening")
