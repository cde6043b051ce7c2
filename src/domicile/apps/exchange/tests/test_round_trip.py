"""What goes out in an official layout comes in again and changes nothing."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.exchange import batches
from domicile.apps.exchange.official import exporting
from domicile.apps.exchange.official.exporting import EXPORTS, export, rows
from domicile.apps.exchange.official.writers import WRITERS
from domicile.apps.exchange.tests.conftest import PEOPLE, TODAY, dump, loaded, operator
from domicile.apps.localfields import actions, values
from domicile.apps.localfields.models import LocalValue
from domicile.apps.localfields.tests.making import proposed
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.sealing import seal
from tests.cast import qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
SHEETS = {
    "areas": "区划代码表", "grids": "网格信息表", "people": PEOPLE, "dwellings": "房屋信息表", "rentals": "出租房屋台账",
    "units": "单位信息表",
}  # fmt: skip


def taker(*scopes: str) -> Viewer:
    permissions = frozenset({"export", "view_number_full", "view_areas"})
    return Viewer(None, "吴导出", "county_operator", scopes or ("77",), "register_maintenance", permissions)


@pytest.fixture
def county(sheets: Path) -> None:
    for name in SHEETS.values():
        loaded(sheets / f"{name}.csv", f"{name}.csv")


def content(response: Any) -> bytes:
    taken = b"".join(response.streaming_content)
    response.close()
    return taken


def test_every_layout_goes_out_and_in_again(county: None) -> None:
    before, ending = dump(), {"csv-gb18030": "csv"}
    for number, layout in enumerate(SHEETS):
        for form in WRITERS:
            taken = content(export(taker(), layout, "77", form))
            name = f"{SHEETS[layout]}.{ending.get(form, form)}"
            batch = batches.check(batches.upload(operator(), name, taken, source=f"{number}{form}"), today=TODAY)
            found = {key: batch.report[key] for key in ("created", "changed", "errors")}
            assert (batch.layout, found) == (layout, {"created": 0, "changed": 0, "errors": 0}), (form, batch.report)
            assert batch.report["unchanged"] > 0
            batches.commit(operator(), batch)
    assert dump() == before


def test_local_fields_stand_behind_the_columns_for_whoever_asks_and_are_not_read_again(county: None) -> None:
    home = Dwelling.objects.order_by("pk").first()
    who = Person.objects.filter(memberships__household__dwelling=home).first()
    scope = home.place_code[:12]
    today, near = timezone.localdate(), replace(qian_viewer(), scopes=(scope,))
    above = replace(sun_viewer(), scopes=(scope[:6],))
    fields = [
        proposed(near, today, scope=scope, subject_kind=kind, label_zh=name)
        for kind, name in (("person", "备注"), ("dwelling", "报警器"))
    ]
    for field, subject in zip(fields, (who, home), strict=True):
        actions.approve(actor=above, field_id=field.pk, today=today)
        row = LocalValue(field=field, subject_id=subject.pk)
        row.value = seal(row, "value", values.locked(field.pk, subject.pk, "yes"))
        row.save()
    viewer = taker()
    viewer = replace(viewer, permissions=viewer.permissions | {"view_person", "view_dwelling"})
    for layout, name in (("people", "备注（本地项目）"), ("dwellings", "报警器（本地项目）")):
        taken = content(export(viewer, layout, "77", "csv", local_fields=True)).decode("utf-8-sig")
        head, *lines = list(csv.reader(taken.splitlines()))[2:]
        assert head[-1] == name
        assert {line[-1] for line in lines} == {"是", ""}
        assert name not in content(export(viewer, layout, "77", "csv")).decode("utf-8-sig")
        assert name not in content(export(taker(), layout, "77", "csv", local_fields=True)).decode("utf-8-sig")
        batch = batches.check(
            batches.upload(operator(), f"{SHEETS[layout]}.csv", taken.encode(), source="x"), today=TODAY
        )
        assert (batch.report["errors"], batch.report["changed"]) == (0, 0), batch.report


def test_the_file_says_who_took_it_for_what_and_all_who_are_shown_can_see_it(county: None) -> None:
    text = content(export(taker(), "people", "77", "csv")).decode("utf-8-sig")
    top = text.splitlines()[:3]
    assert top[0].startswith(PEOPLE)
    assert "吴导出" in top[1]
    assert "登记维护" in top[1] or "Keeping the register" in top[1]
    assert str(Look.objects.order_by("pk").first().pk) in top[1]
    assert Seen.objects.values("person_id").distinct().count() == Person.objects.count()


def test_nobody_takes_more_than_the_own_area(county: None) -> None:
    assert not list(rows(taker("880101"), "people", "880101"))
    for viewer, layout in ((taker("880101"), "people"), (operator("77"), "areas")):
        with pytest.raises(NotAllowed):
            export(viewer, layout, "77", "csv")
    without = Viewer(None, "", "county_operator", ("77",), "register_maintenance", frozenset({"export"}))
    with pytest.raises(NotAllowed):
        export(without, "dwellings", "77", "csv")


def test_queries_do_not_grow_with_the_rows_and_each_has_as_many_cells_as_columns(county: None) -> None:
    def queries(place: str) -> tuple[list[Any], int]:
        with CaptureQueriesContext(connection) as done:
            return list(rows(taker(), layout, place)), len(done)

    for layout in EXPORTS:
        (few, least), (many, most) = queries("770101001001"), queries("77")
        assert most <= least + 4, (layout, len(few), len(many))
        assert {len(row) for row in many} == {len(exporting.LAYOUTS[layout].columns)}, layout
