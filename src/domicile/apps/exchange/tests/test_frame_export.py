"""The file that is carried into a census: addresses and counts, nobody's name; on record; within the own areas."""

import io

import pytest
import python_calamine
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.exchange import frame_export
from domicile.apps.people.models import Spell
from domicile.core.codes import frame_layout
from tests import factories
from tests.cast import COUNTY, QIAN, ZHAO, li_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def homes():
    factories.area_tree()
    house = factories.building(longitude=113.1, latitude=23.1)
    people = [factories.person(name=name) for name in ("林晓云", "林建国", "何远方")]
    for unit, who in (("1单元", people[:2]), ("2单元", people[2:])):
        dwelling = factories.dwelling(within=house, unit=unit)
        for person in who:
            factories.spell(of=person, at=dwelling)
    factories.dwelling(within=house, unit="2单元")
    return people


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_it_holds_addresses_and_counts_in_the_layout_of_the_census(homes):
    found = sheets(frame_export.workbook(sun_viewer(), COUNTY))
    assert all(frame_layout.recognised([str(cell) for cell in rows[0]]) for rows in found.values())
    assert found["建筑物"][1][1:] == ["人民路12号3栋", factories.COMMUNITY, 3, 3, 113.1, 23.1]
    assert [row[1:4] for row in found["单元"][1:]] == [["1单元", 1, 2], ["2单元", 2, 1]]
    assert [str(row[0]) for row in found["区划"][1:]] == [
        "770000000000", "770100000000", "770101000000", "770101001000", "770101001001"
    ]  # fmt: skip


def test_it_names_nobody(homes):
    told = str(sheets(frame_export.workbook(sun_viewer(), COUNTY)))
    assert not any(person.name in told for person in homes)


def test_taking_it_is_on_record_and_within_the_own_areas(homes):
    frame_export.workbook(sun_viewer(), COUNTY)
    assert Look.objects.filter(question="export_frame").count() == 1
    with pytest.raises(NotAllowed):
        frame_export.workbook(li_viewer(), COUNTY)
    with pytest.raises(NotAllowed):
        frame_export.workbook(sun_viewer(), "")


def test_the_page_of_exports_hands_it_out_to_whoever_may_export(client, homes):
    sign_in(client, QIAN)
    assert reverse("exchange:frame") in client.get(reverse("exchange:exports")).text
    answer = client.post(reverse("exchange:frame"), {"place": factories.COMMUNITY})
    assert len(sheets(answer.content)["建筑物"]) == 2
    assert client.post(reverse("exchange:frame"), {"place": COUNTY}).status_code in (403, 404)
    client.logout()
    sign_in(client, ZHAO)
    assert client.post(reverse("exchange:frame"), {"place": factories.GRID}).status_code in (302, 403, 404)


def test_who_moved_away_is_not_expected(homes):
    Spell.objects.filter(person=homes[0]).update(end="2026-01-01")
    assert sheets(frame_export.workbook(sun_viewer(), COUNTY))["建筑物"][1][4] == 2
