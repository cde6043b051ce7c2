"""A sheet is no way to ask who is on file elsewhere, nor to change what lies there."""

import pytest

from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.exchange import batches
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.tests.conftest import TODAY, loaded, operator
from domicile.apps.exchange.tests.test_import_people import family, place, sheet
from domicile.apps.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "log"])


def test_numbers_on_file_outside_the_areas_are_not_told(ground: None) -> None:
    from domicile.apps.areas.models import Grid

    grid = Grid.objects.order_by("code")[0].code
    loaded(sheet(*family(place(ground) + "301室")))
    there = sheet(*family(place(ground).replace("8号", "9号") + f"302室,{grid}")).replace(
        f"{grid},,".encode(), f"{grid},".encode()
    )
    stranger = batches.check(batches.upload(operator(grid), "b.csv", there), today=TODAY)
    assert stranger.report["errors"] == 0
    assert "number_on_file_elsewhere" not in stranger.report["codes"]
    county = batches.check(batches.upload(operator("770101"), "b.csv", there), today=TODAY)
    assert county.report["codes"]["number_on_file_elsewhere"] == 1


def test_whether_rows_outside_the_areas_are_on_file_is_not_told(ground: None) -> None:
    rows = sheet(*family(place(ground) + "301室"))
    loaded(rows)
    batch = batches.check(batches.upload(operator("780101"), "b.csv", rows), today=TODAY)
    assert batch.report["codes"]["outside_scope"] == 1
    assert (batch.report["created"], batch.report["unchanged"]) == (3, 0)


def test_a_township_changes_no_area_that_it_does_not_hold(ground: None) -> None:
    def sheet_of(*rows: str) -> bytes:
        return "\n".join(["统计用区划代码,名称,启用日期", *rows]).encode()

    above = sheet_of("770101000000,改名县,2020-01-01", "770101100100,新村,2020-01-01")
    batch = batches.check(batches.upload(operator("770101100"), "区划代码表.csv", above), today=TODAY)
    assert (batch.report["codes"]["area_above"], batch.report["ready"]) == (1, True)
    before = Area.objects.get(code="770101000000", valid_to=None).name
    batch = batches.commit(operator("770101100"), batch)
    assert [batch.report[name] for name in ("created", "changed", "unchanged")] == [1, 0, 1]
    assert Area.objects.get(code="770101000000", valid_to=None).name == before
    beside = sheet_of("770101100000,别的镇,2020-01-01")
    batch = batches.check(batches.upload(operator("770101101"), "区划代码表.csv", beside), today=TODAY)
    assert batch.report["codes"]["outside_scope"] == 1


def test_an_undo_overwrites_no_later_change_of_an_office_outside_the_areas(ground: None) -> None:
    batch = loaded(sheet(*family(place(ground) + "301室")))
    person = Person.objects.get(name="张三丰")
    elsewhere = operator("78")
    with recording(
        actor=elsewhere, action="people.correct_name", subject_kind="person", subject_id=person.pk,
        place_code="780101001001001",
    ) as change:  # fmt: skip
        change.update(person, name="张山峰")
    with pytest.raises(ImportRefused):
        batches.undo(operator(), batch, everything="overwrite")
    assert Person.objects.get(pk=person.pk).name == "张山峰"
    batches.undo(operator(), batch, everything="keep")
    assert Person.objects.get(pk=person.pk).name == "张山峰"
