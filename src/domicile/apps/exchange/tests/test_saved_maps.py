"""Column maps: remembered for headers, named, shared with an area, taken again, deleted."""

import pytest
from django.urls import reverse
from django.utils import translation

from domicile.apps.exchange import batches, saved_maps, workbook
from domicile.apps.exchange.models import Batch, SavedMap
from domicile.apps.exchange.tests.wizard_files import COUNTY_DESK, OTHER_TOWNSHIP_DESK, TOWNSHIP_DESK, page, uploaded
from tests import factories
from tests.cast import sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
STRANGE = "栏一,栏二,栏三,栏四,栏五,栏六\n青石街道河沿社区人民路12号3栋2单元101室,张伟,户主,男,本户,\n".encode()
COLUMNS = {
    "address": "栏一",
    "name": "栏二",
    "relation": "栏三",
    "sex": "栏四",
    "registered_address": "栏五",
    "document_number": "栏六",
}


@pytest.fixture(autouse=True)
def ground(db):
    factories.area_tree()


def give_columns(client):
    batch = uploaded(client, STRANGE, layout="people")
    answers = {f"column_{name}": header for name, header in COLUMNS.items()}
    assert client.post(page(batch) + "?layout=people", answers).status_code == 302
    return SavedMap.objects.get()


def test_a_map_is_remembered_and_the_next_file_read_by_it(client):
    sign_in(client, TOWNSHIP_DESK)
    kept = give_columns(client)
    assert (kept.layout, kept.column_map, kept.scope) == ("people", COLUMNS, "")
    batch = uploaded(client, STRANGE)
    assert (batch.layout, batch.column_map) == ("people", COLUMNS)
    assert "people.csv" in client.get(page(batch)).content.decode()
    give_columns(client)  # the same again is the same map


def test_a_corrected_error_workbook_is_read_by_the_columns_of_the_first_file(client):
    sign_in(client, TOWNSHIP_DESK)
    give_columns(client)
    first = Batch.objects.get()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            corrected = workbook.error_workbook(first)
        batch = uploaded(client, corrected, name="改正.xlsx")
        assert (batch.layout, batch.column_map) == ("people", COLUMNS)
        assert batch.report["headers"] == first.report["headers"]  # without the column of findings


def test_headers_that_are_recognised_leave_no_map(client):
    sign_in(client, TOWNSHIP_DESK)
    batch = uploaded(client, "统计用区划代码,名称\n770101001001,河沿社区\n".encode())
    client.post(page(batch), {"column_code": "统计用区划代码", "column_name": "名称"})
    assert not SavedMap.objects.exists()


def test_a_map_is_named_shared_and_deleted(client):
    sign_in(client, TOWNSHIP_DESK)
    kept = give_columns(client)
    others = viewer(OTHER_TOWNSHIP_DESK), viewer(COUNTY_DESK)
    assert not any(saved_maps.visible(one) for one in others)
    address = reverse("exchange:map", args=[kept.pk])
    assert client.post(address, {"name": "", "scope": ""}).status_code == 422
    assert client.post(address, {"name": "老表", "scope": "880101"}).status_code == 422
    assert client.post(address, {"name": "老表", "scope": TOWNSHIP_DESK.scope}).status_code == 302
    assert "老表" in client.get(reverse("exchange:maps")).content.decode()
    assert not saved_maps.visible(others[0])
    delete = reverse("exchange:map_delete", args=[kept.pk])
    assert "老表" in client.get(delete).content.decode()
    assert SavedMap.objects.exists()
    client.post(delete)
    assert not SavedMap.objects.exists()


def test_a_map_of_the_county_serves_its_townships_which_may_not_change_it(client):
    sign_in(client, TOWNSHIP_DESK)
    kept = give_columns(client)
    SavedMap.objects.filter(pk=kept.pk).update(owner_id=None, scope=COUNTY_DESK.scope)
    here, above = viewer(TOWNSHIP_DESK), viewer(COUNTY_DESK)
    assert batches.upload(here, "a.csv", STRANGE).column_map == COLUMNS
    assert client.get(reverse("exchange:map", args=[kept.pk])).status_code == 403
    kept.refresh_from_db()
    assert saved_maps.may_change(above, kept)


def test_another_map_that_fits_can_be_taken(client):
    sign_in(client, TOWNSHIP_DESK)
    kept = give_columns(client)
    more = STRANGE.replace("栏六".encode(), "栏六,栏七".encode(), 1)
    batch = uploaded(client, more, layout="people")
    assert not batch.column_map
    shown = client.get(page(batch), {"columns": "1", "map": str(kept.pk)}).context
    assert shown["detection"].column_map == COLUMNS
    assert shown["used"] == kept
