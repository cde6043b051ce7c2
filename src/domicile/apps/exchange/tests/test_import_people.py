"""People come in whole, once, with a record of change, and go again without a trace."""

import datetime as dt
import uuid
from pathlib import Path

import orjson
import polars as pl
import pytest
from django.conf import settings

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.exchange import batches
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.conftest import PEOPLE, TODAY, dump, loaded, operator
from domicile.apps.people.checks import run
from domicile.apps.people.models import Document, Household, Member, Person, Phone, Remark, Spell, Visibility
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.tasks.models import Progress
from domicile.apps.vault.keyring import blind
from domicile.apps.vault.sealing import open_value

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "log"])
HEADER = "本户地址,网格编码,联系电话,姓名,与户主关系,性别,出生日期,户籍地址,身份证号,流入时间,备注"


def place(ground: None) -> str:
    """An address in the county's first community, without a room."""
    from domicile.apps.areas.models import Area

    community = Area.objects.filter(level=5, valid_to__isnull=True).order_by("code").first()
    assert community is not None
    return f"安禾县{community.name}和平路8号2幢1单元"


def sheet(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def family(room: str, *, name: str = "张三丰", remark: str = "") -> list[str]:
    return [
        f"{room},,13800000000,{name},户主,男,1980-01-01,本户,770101198001010015,,{remark}",
        f"{room},,15400000001(李四),李四,妻,女,1982-03-04,平川市云水县大桥镇东村1组2号,,2020-05-01,",
        f"{room},,,张小明,长子,男,2024-02-29,本户,,,",
    ]


def test_a_family_with_all_its_rows(ground: None) -> None:
    loaded(sheet(*family(place(ground) + "301室", remark="养狗")))
    head = Person.objects.get(name="张三丰")
    assert (head.given, head.sound, head.sex, head.birth_date) == ("三丰", "zhangsanfeng", "1", dt.date(1980, 1, 1))
    dwelling = Dwelling.objects.get()
    assert (dwelling.unit, dwelling.room, dwelling.key) == ("1", "301", "1|301")
    assert Building.objects.get().key == "和平路|8|2"
    document = Document.objects.get(person=head)
    assert open_value(document, "number") == "770101198001010015"
    assert bytes(document.blind) == blind("document", "770101198001010015")
    wife = Person.objects.get(name="李四")
    phone = Phone.objects.get(person=wife)
    assert (open_value(phone, "number"), phone.belongs_to) == ("15400000001", "")
    assert Spell.objects.get(person=wife).start == dt.date(2020, 5, 1)
    assert Spell.objects.get(person=head).start is None
    living = Household.objects.get(side="living")
    assert set(Member.objects.filter(household=living).values_list("relation", flat=True)) == {"02", "12", "22"}
    registered = Household.objects.get(side="registered")
    assert set(registered.members.values_list("person__name", flat=True)) == {"张三丰", "张小明"}
    assert set(Visibility.objects.filter(person=head).values_list("code", "why")) == {
        (dwelling.place_code, "lives"), (dwelling.place_code, "registered"),
    }  # fmt: skip
    remark = Remark.objects.get(person=head)
    assert open_value(remark, "text") == "养狗"
    assert remark.expires_on > remark.written_on


def test_the_only_one_who_is_registered_in_a_dwelling_heads_that_household(ground: None) -> None:
    """Whoever heads the living household is registered elsewhere: relationships to that one say nothing there."""
    home = place(ground) + "302室"
    loaded(
        sheet(
            f"{home},,,阮文明,户主,男,1980-01-01,平川市云水县大桥镇东村1组2号,,2020-05-01,",
            f"{home},,,李四,妻,女,1982-03-04,本户,,,",
        )
    )
    registered = Household.objects.get(side="registered")
    assert list(registered.members.values_list("person__name", "relation")) == [("李四", "02")]
    assert list(run()) == []


def test_one_record_of_change_for_each_person(ground: None) -> None:
    batch = loaded(sheet(*family(place(ground) + "301室")))
    change = Change.objects.get(batch_id=batch.pk, subject_id=Person.objects.get(name="张三丰").pk)
    assert (change.action, change.subject_kind) == ("import", "person")
    entries = orjson.loads(change.values)
    assert {entry[0] for entry in entries} == {
        "people_person", "people_document", "people_phone", "people_member", "people_spell", "people_visibility",
    }  # fmt: skip
    assert entries[0][3]["name"] == [None, "张三丰"]
    assert b"770101198001010015" not in change.values.encode()
    kinds = set(Change.objects.filter(batch_id=batch.pk).values_list("subject_kind", flat=True))
    assert kinds == {"person", "household", "dwelling", "building"}


def test_progress_is_told_in_the_log_database(ground: None, sheets: Path) -> None:
    told: list[str] = []
    batch = batches.check(batches.upload(operator(), "p.csv", sheets / f"{PEOPLE}.csv"), today=TODAY)
    batches.commit(operator(), batch, lambda stage, done, total: told.append(stage))
    assert told[0] == "read"
    assert told[-1] == "done"
    assert Progress.objects.get(pk=batch.pk).done == batch.report["rows"]


def test_clean_and_messy_sheets_come_to_the_same_people(ground: None, sheets: Path, messy_sheets: Path) -> None:
    first = loaded(sheets / f"{PEOPLE}.csv", "clean.csv")
    assert first.report["created"] == first.report["rows"] == Person.objects.count()
    before = dump()
    messy = batches.check(batches.upload(operator(), "m.xlsx", messy_sheets / f"{PEOPLE}.xlsx"), today=TODAY)
    assert messy.report["errors"] == 0
    assert messy.report["notes"] > 0
    assert messy.report["created"] == 0
    batches.commit(operator(), messy)
    after = dump()
    for table in ("people_person", "people_household", "places_dwelling", "places_building"):
        assert len(before[table]) == len(after[table])


def test_a_batch_sent_twice_changes_nothing(ground: None, sheets: Path) -> None:
    first = loaded(sheets / f"{PEOPLE}.csv", source="安禾县")
    before, changes = dump(), Change.objects.count()
    again = loaded(sheets / f"{PEOPLE}.csv", source="安禾县")
    other = loaded(sheets / f"{PEOPLE}.csv", source="另一来源")
    assert again.report["same_as"] == str(first.pk)
    for batch in (again, other):
        assert (batch.report["created"], batch.report["changed"]) == (0, 0)
        assert batch.report["unchanged"] == first.report["rows"]
    assert dump() == before
    assert Change.objects.count() == changes


def test_only_what_differs_is_changed(ground: None) -> None:
    room = place(ground) + "301室"
    loaded(sheet(*family(room)))
    rows = family(room)
    rows[1] = rows[1].replace("李四,妻", "李四,妻").replace("2020-05-01", "2020-06-01")
    rows[2] = rows[2].replace("2024-02-29,本户,,", "2024-02-29,本户,770101202402290011,")
    batch = loaded(sheet(*rows))
    assert (batch.report["created"], batch.report["changed"], batch.report["unchanged"]) == (0, 2, 1)
    change = Change.objects.get(batch_id=batch.pk, subject_id=Person.objects.get(name="李四").pk)
    spell = Spell.objects.get(person__name="李四")
    assert orjson.loads(change.values) == [
        ["people_spell", spell.pk.hex, "update", {"start": ["2020-05-01", "2020-06-01"]}]
    ]
    assert Document.objects.filter(person__name="张小明").exists()


def test_a_newcomer_joins_the_household_on_file(ground: None) -> None:
    room = place(ground) + "301室"
    loaded(sheet(*family(room)))
    batch = loaded(sheet(*family(room), f"{room},,,张小红,长女,女,2026-01-01,本户,,,"))
    assert (batch.report["created"], batch.report["unchanged"]) == (1, 3)
    assert Household.objects.count() == 2
    assert Member.objects.filter(household__side="living").count() == 4


def test_the_same_number_elsewhere_is_a_record_of_its_own_with_a_warning(ground: None) -> None:
    loaded(sheet(*family(place(ground) + "301室")))
    batch = batches.upload(operator(), "b.csv", sheet(*family(place(ground) + "302室")))
    batches.check(batch, today=TODAY)
    assert batch.report["codes"]["number_on_file_elsewhere"] == 1
    batches.commit(operator(), batch)
    assert Person.objects.filter(name="张三丰").count() == 2


def test_undo_restores_exactly_what_was(ground: None, sheets: Path) -> None:
    empty = dump()
    room = place(ground) + "301室"
    first = loaded(sheet(*family(room)))
    between = dump()
    rows = family(room)
    rows[0] = rows[0].replace("男,1980-01-01,本户", "男,1980-01-01,平川市云水县大桥镇")
    rows[2] = rows[2].replace("2024-02-29,本户,,", "2024-02-29,本户,770101202402290011,")
    second = loaded(sheet(*rows, f"{room},,,张小红,长女,女,2026-01-01,本户,,,"))
    third = loaded(sheets / f"{PEOPLE}.csv")
    assert dump() != between
    for batch in (third, second):
        batches.undo(operator(), batch)
    assert dump() == between
    assert batches.undo(operator(), first).state == Batch.State.UNDONE
    assert dump() == empty
    assert (
        Change.objects.filter(batch_id=first.pk, action="import.undo").count()
        == Change.objects.filter(batch_id=first.pk, action="import").count()
    )


def test_undo_after_a_later_edit_asks_first(ground: None) -> None:
    empty, batch = dump(), loaded(sheet(*family(place(ground) + "301室")))
    head = Person.objects.get(name="张三丰")
    with recording(actor=operator(), action="correct", subject_kind="person", subject_id=head.pk) as change:
        change.update(head, name="张三峰", sound="zhangsanfeng")
    before = dump()
    found = batches.conflicts(batch)
    assert [(conflict.subject_id, conflict.label, conflict.action) for conflict in found] == [
        (head.pk, "张三丰", "correct")
    ]
    with pytest.raises(ImportRefused):
        batches.undo(operator(), batch)
    with pytest.raises(ImportRefused):
        batches.undo(operator(), batch, {uuid.uuid4(): "keep"})
    assert dump() == before
    batches.undo(operator(), batch, {head.pk: "overwrite"})
    assert dump() == empty


def test_what_is_kept_keeps_what_it_stands_on(ground: None) -> None:
    batch = loaded(sheet(*family(place(ground) + "301室")))
    head = Person.objects.get(name="张三丰")
    with recording(actor=operator(), action="correct", subject_kind="person", subject_id=head.pk) as change:
        change.update(head, name="张三峰")
    batches.undo(operator(), batch, {head.pk: "keep"})
    assert list(Person.objects.values_list("name", flat=True)) == ["张三峰"]
    assert Dwelling.objects.count() == 1
    assert Member.objects.count() == 2


def test_errors_stop_the_whole_batch_and_come_back_as_a_workbook(ground: None) -> None:
    room = place(ground)
    rows = [*family(room + "301室"), *[row.replace("户主", "不知道") for row in family(room + "302室")]]
    batch = batches.check(batches.upload(operator(), "b.csv", sheet(*rows)), today=TODAY)
    assert batch.report["ready"] is False
    with pytest.raises(ImportRefused):
        batches.commit(operator(), batch)
    assert not Person.objects.exists()
    page = batches.preview(batch, only_errors=True)
    assert [(row.row, row.severity) for row in page.rows] == [(5, "error")]
    workbook = batches.error_workbook(batch)
    again = batches.upload(operator(), "again.xlsx", workbook)
    assert again.layout == "people"
    batches.check(again, today=TODAY)
    assert again.report["rows"] == 6
    assert again.report["codes"]["relation_unknown"] == 1


def test_rows_outside_the_scope_are_errors(ground: None) -> None:
    row = sheet(*family(place(ground) + "301室"))
    batch = batches.check(batches.upload(operator("780101"), "b.csv", row), today=TODAY)
    assert batch.report["codes"]["outside_scope"] == 1
    with pytest.raises(NotAllowed):
        batches.upload(Viewer(None, "无", "grid_worker", ("77",)), "b.csv", row)


def test_nobody_commits_for_areas_of_others(ground: None) -> None:
    batch = batches.check(batches.upload(operator(), "b.csv", sheet(*family(place(ground) + "1室"))), today=TODAY)
    with pytest.raises(ImportRefused):
        batches.commit(operator("780101"), batch)


def test_a_stated_grid_a_named_grid_and_none(ground: None) -> None:
    from domicile.apps.areas.models import Grid

    grid = Grid.objects.order_by("code").first()
    assert grid is not None
    room = place(ground)
    rows = [
        *family(room + "301室"),
        *family(room.replace("8号", "9号") + "301室"),
        *family(room.replace("8号", "10号") + "1室"),
    ]
    rows[0] = rows[0].replace("室,,", f"室,{grid.code},", 1)
    rows[3] = rows[3].replace("室,,", f"室,{grid.name},", 1)
    loaded(sheet(*rows))
    codes = dict(Building.objects.values_list("plate", "place_code"))
    assert codes == {"8": grid.code, "9": grid.code, "10": grid.code[:12] + "000"}


def test_sealed_files_show_no_number_and_no_refused_column(ground: None) -> None:
    content = sheet(*family(place(ground) + "301室")).decode().replace("\n", ",某民族\n") + ",某民族"
    batch = loaded(content.replace("备注,某民族", "备注,民族", 1).encode())
    assert batch.report["dropped"] == ["民族"]
    files = [path for path in (Path(settings.HOME) / "files" / batch.pk.hex).iterdir() if path.is_file()]
    assert files
    for path in files:
        assert b"770101198001010015" not in path.read_bytes()
    from domicile.apps.exchange import staging

    for name in staging.part_names(batch.pk, "raw"):
        assert "民族" not in staging.read(batch.pk, name).columns
        assert (
            not staging.read(batch.pk, name)
            .select(pl.any_horizontal(pl.all().cast(pl.String) == "某民族").any())
            .item()
        )


def test_discarded_files_are_gone(ground: None) -> None:
    batch = batches.upload(operator(), "b.csv", sheet(*family(place(ground) + "301室")))
    folder = Path(settings.HOME) / "files" / batch.pk.hex
    assert folder.exists()
    assert batches.discard(operator(), batch).state == Batch.State.DISCARDED
    assert not folder.exists()


def test_a_batch_left_by_a_dead_process_is_put_back(ground: None) -> None:
    batch = batches.check(batches.upload(operator(), "b.csv", sheet(*family(place(ground) + "1室"))), today=TODAY)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.COMMITTING)
    assert [found.pk for found in batches.recover()] == [batch.pk]
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED


def registered_at(name: str) -> list[tuple[str, str]]:
    """Rooms and relationships of the open registered memberships of a person."""
    rows = Member.objects.filter(person__name=name, side="registered", left_on=None)
    return list(rows.values_list("household__dwelling__room", "relation"))


def test_a_registration_that_moved_away_leaves_the_registered_household_alone_and_the_living_one_stays(
    ground: None,
) -> None:
    here = place(ground)
    first = loaded(sheet(*family(here + "301室")))
    before = dump()
    moved = [line.replace(",本户,", ",平川市云水县大桥镇东村9号,") for line in family(here + "301室")]
    second = loaded(sheet(moved[0], *family(here + "301室")[1:]))
    assert second.report["changed"] == 1
    assert registered_at("张三丰") == []
    assert registered_at("张小明") == [("301", "22")]
    assert Member.objects.filter(side="living", left_on=None).count() == 3
    assert Household.objects.get(side="registered").ended_on is None
    third = loaded(sheet(*moved))
    assert registered_at("张小明") == []
    assert Household.objects.get(side="registered").ended_on is not None
    assert loaded(sheet(*moved)).report["changed"] == 0
    for batch in (third, second):
        batches.undo(operator(), batch)
    assert dump() == before
    assert first.report["created"] == 3


def test_who_is_registered_here_now_joins_the_registered_household_of_the_dwelling(ground: None) -> None:
    rows = family(place(ground) + "302室")
    loaded(sheet(*rows))
    before = dump()
    came = [rows[0], rows[1].replace("平川市云水县大桥镇东村1组2号", "本户"), rows[2]]
    second = loaded(sheet(*came))
    assert (second.report["changed"], Household.objects.filter(side="registered").count()) == (1, 1)
    assert registered_at("李四") == [("302", "12")]
    assert set(Person.objects.values_list("registered_text", flat=True)) == {""}
    assert loaded(sheet(*came)).report["changed"] == 0
    batches.undo(operator(), second)
    assert dump() == before


def test_a_registered_household_in_another_dwelling_is_left_for_the_one_here(ground: None) -> None:
    """Who moved within the grid keeps the registration where it is, until a sheet says that it followed."""
    here = place(ground)
    rows = family(here + "303室")
    loaded(sheet(*rows))
    other = Dwelling.objects.get()
    moved = Dwelling.objects.create(
        building=other.building, place_code=other.place_code, room="304", unit="1", key="1|304",
        address=other.address.replace("303", "304"),
    )  # fmt: skip
    Household.objects.filter(side="living").update(dwelling=moved)
    Spell.objects.update(dwelling=moved)
    written = [line.replace("303室", "304室").replace(",本户,", f",{other.address},") for line in rows]
    assert loaded(sheet(*written)).report["changed"] == 0
    assert registered_at("张三丰") == [("303", "02")]
    newborn = f"{here}304室,,,张小红,长女,女,2025-02-28,本户,,,"
    loaded(sheet(*written, newborn))
    assert registered_at("张小红") == [("304", "")]
    loaded(sheet(*(line.replace("303室", "304室") for line in rows)))
    assert (registered_at("张三丰"), registered_at("张小明")) == ([("304", "02")], [("304", "22")])
