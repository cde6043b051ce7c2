"""The pages of the frame: from the file to the maps, and who may open them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas.models import Grid
from domicile.apps.census.frame import jobs
from domicile.apps.census.frame.models import Building, Division, FrameFile
from domicile.apps.census.frame.tests import making
from domicile.apps.census.tests.making import ENUMERATOR, OFFICE, STRANGER, make_census
from domicile.apps.tasks.models import Progress
from tests import pdf
from tests.cast import COMMUNITY, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def _at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def census():
    making.make_areas()
    return make_census()


def at(name: str, *args) -> str:
    return reverse(f"census:{name}", args=["c2030", *args])


def upload(client, content: bytes, name: str = "名册.csv"):
    return client.post(at("add_frame_file"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def divided(client) -> Division:
    upload(client, making.csv_of(making.houses()))
    client.post(at("act_on_frame_file", FrameFile.objects.get().pk), {"act": "load"})
    client.post(at("divide_all"))
    return Division.objects.get()


def test_from_the_file_to_the_maps(client, census):
    sign_in(client, OFFICE)
    assert "还没有建筑物" in client.get(at("frame")).text
    shown = upload(client, making.csv_of(making.houses()))
    assert "30" in shown.text and not Building.objects.exists()  # noqa: PT018
    file = FrameFile.objects.get()
    client.post(at("act_on_frame_file", file.pk), {"act": "load"})
    assert "已导入" in client.get(at("frame_file", file.pk)).text
    client.post(at("divide_all"))
    plan = Division.objects.get()
    page = client.get(at("division", plan.pk)).text
    assert page.count("<circle") == 30
    assert client.post(at("act_on_division", plan.pk), {"act": "adopt"}, follow=True).redirect_chain[-1][0] == at(
        "frame_community", COMMUNITY
    )
    shown = client.get(at("frame_community", COMMUNITY)).text
    assert "河沿社区第2普查小区" in shown
    answer = client.get(at("area_maps", COMMUNITY), {"paper": "a4"})
    assert answer["Content-Type"] == "application/pdf"
    text = pdf.text(answer.content)
    assert pdf.pages(answer.content) >= 4
    assert all(f"和平路{n}号" in text for n in range(1, 31))


def test_an_empty_workbook_of_the_layout_is_read_back_without_a_finding(client, census):
    sign_in(client, OFFICE)
    answer = client.get(at("frame_layout"))
    shown = upload(client, answer.content, "empty.xlsx")
    assert shown.status_code == 200
    assert FrameFile.objects.get().report["errors"] == 0


def test_a_wrong_line_is_told_with_its_cure_and_cannot_be_loaded(client, census):
    sign_in(client, OFFICE)
    shown = upload(client, making.csv_of([["1", "和平路1号", "770101001009", 1, 3, 113, 23]]))
    assert "770101001009" in shown.text
    assert "第2行" in shown.text
    assert 'value="load"' not in shown.text
    client.post(at("act_on_frame_file", FrameFile.objects.get().pk), {"act": "load"})
    assert not Building.objects.exists()


def test_a_building_is_put_elsewhere_with_the_figures_that_follow(client, census):
    sign_in(client, OFFICE)
    plan = divided(client)
    offered = next(key for key in plan.labels if 'name="to"' in client.get(at("division", plan.pk), {"atom": key}).text)
    shown = client.get(at("division", plan.pk), {"atom": offered}).text
    to = shown.split('name="to" value="')[1].split('"')[0]
    answer = client.post(at("act_on_division", plan.pk), {"act": "move", "atom": offered, "to": to})
    changed = Division.objects.get(of=plan)
    assert answer.url == at("division", changed.pk)
    assert changed.labels[offered] == int(to)
    client.post(at("act_on_division", changed.pk), {"act": "move_back"})
    changed.refresh_from_db()
    assert changed.labels == plan.labels


def test_another_plan_is_asked_for_with_other_settings(client, census):
    sign_in(client, OFFICE)
    divided(client)
    asked = {"size": "450", "areas": "", "objective": "cuts", "seed": "3"}
    assert client.post(at("frame_community", COMMUNITY), asked).status_code == 302
    second = Division.objects.get(serial=2)
    assert (second.state, len(second.worth["areas"])) == ("ready", 2)
    assert client.post(at("frame_community", COMMUNITY), asked | {"size": "many"}).status_code == 422


def test_a_page_of_a_plan_asks_the_same_number_of_questions_however_many_buildings(
    client, census, django_assert_max_num_queries
):
    sign_in(client, OFFICE)
    plan = divided(client)
    with django_assert_max_num_queries(24):
        client.get(at("division", plan.pk))
    with django_assert_max_num_queries(20):
        client.get(at("frame"))


def test_an_enumerator_sees_the_own_area_alone_and_prints_its_map(client, census):
    sign_in(client, OFFICE)
    plan = divided(client)
    client.post(at("act_on_division", plan.pk), {"act": "adopt"})
    client.logout()
    sign_in(client, ENUMERATOR)
    shown = client.get(at("frame_community", COMMUNITY)).text
    assert "第1普查小区" in shown
    assert "第2普查小区" not in shown
    answer = client.get(at("area_maps", COMMUNITY))
    mine = set(Building.objects.filter(place_code=ENUMERATOR.scope).values_list("address", flat=True))
    text = pdf.text(answer.content)
    others = set(Building.objects.values_list("address", flat=True)) - mine
    assert all(address in text for address in mine)
    assert not any(f"{address}\n" in text for address in others)
    assert client.get(at("area_maps", COMMUNITY), {"only": COMMUNITY + "002"}).status_code in (403, 404)
    for name in ("add_frame_file", "divide_all"):
        assert client.post(at(name)).status_code in (302, 403, 404)
    assert client.get(at("division", plan.pk)).status_code in (403, 404)
    assert Grid.objects.count() == 3


def test_a_stranger_opens_nothing_of_it(client, census):
    sign_in(client, OFFICE)
    plan = divided(client)
    client.logout()
    sign_in(client, STRANGER)
    addresses = [
        at("frame"), at("frame_community", COMMUNITY), at("division", plan.pk), at("area_maps", COMMUNITY),
        at("frame_file", FrameFile.objects.get().pk),
    ]  # fmt: skip
    assert all(client.get(address).status_code in (403, 404) for address in addresses)
    assert client.post(at("act_on_division", plan.pk), {"act": "adopt"}).status_code in (403, 404)
    assert not Grid.objects.exists()


def test_maps_of_buildings_whose_places_nobody_knows_are_lists(client, census):
    sign_in(client, OFFICE)
    upload(client, making.csv_of([[*row[:5], "", ""] for row in making.houses(5, 2)]))
    client.post(at("act_on_frame_file", FrameFile.objects.get().pk), {"act": "load"})
    client.post(at("divide_all"))
    plan = Division.objects.get()
    assert client.get(at("division", plan.pk)).status_code == 200
    client.post(at("act_on_division", plan.pk), {"act": "adopt"})
    answer = client.get(at("area_maps", COMMUNITY))
    assert "和平路7号" in pdf.text(answer.content)


def test_a_loading_that_was_stopped_in_the_middle_is_begun_again(client, census):
    sign_in(client, OFFICE)
    upload(client, making.csv_of(making.houses()))
    file = FrameFile.objects.get()
    FrameFile.objects.update(state="loading")  # the process that loaded it is gone
    Progress.objects.create(job_id=file.pk, stage="load", done=10, total=30)
    client.post(at("act_on_frame_file", file.pk), {"act": "load"})
    assert not Building.objects.exists()  # it may still be at work
    Progress.objects.update(updated_at=timezone.now() - jobs.SILENT * 2)
    assert 'value="load"' in client.get(at("frame_file", file.pk)).text
    client.post(at("act_on_frame_file", file.pk), {"act": "load"})
    assert Building.objects.count() == 30


def test_a_plan_stands_beside_the_areas_of_today_on_the_map(client, census):
    sign_in(client, OFFICE)
    plan = divided(client)
    assert client.get(at("division", plan.pk)).text.count("<svg") == 1
    client.post(at("act_on_division", plan.pk), {"act": "adopt"})
    client.post(
        at("frame_community", COMMUNITY),
        {"size": "450", "areas": "", "objective": "compact", "keep": "on", "seed": "1"},
    )
    second = Division.objects.get(serial=2)
    shown = client.get(at("division", second.pk)).text
    assert shown.count("<svg") == 2
    assert second.worth["changed_people"] > 0
    client.post(at("act_on_division", second.pk), {"act": "adopt"})
    client.post(at("act_on_division", second.pk), {"act": "undo"})
    assert set(Division.objects.values_list("serial", "state")) == {(1, "adopted"), (2, "ready")}
