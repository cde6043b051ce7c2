"""The wizard's way: file, columns, check, load, undo, discard."""

import io

import openpyxl
import pytest
from django.urls import reverse

from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.wizard_files import (
    COUNTY_DESK,
    HEADERS,
    SECRET,
    checked,
    chosen,
    csv,
    loaded,
    page,
    person,
    send,
    text,
    uploaded,
    work,
)
from domicile.apps.people.models import Person
from domicile.apps.tasks.models import Progress
from tests import factories
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


@pytest.fixture(autouse=True)
def county(client):
    factories.area_tree()
    sign_in(client, COUNTY_DESK)


def test_from_the_file_to_the_person(client):
    batch = uploaded(client, csv(person("101室", "何一", 1), person("102室", "何二", 2)), source="河沿社区")
    assert batch.state == Batch.State.UPLOADED
    assert HEADERS[0] in text(client, page(batch))
    client.post(page(batch), chosen(client, batch))
    shown = text(client, page(batch))
    assert "何一" in shown
    assert not Person.objects.exists()
    client.post(reverse("exchange:commit", args=[batch.pk]))
    assert "hx-get" in text(client, page(batch))
    work()
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED
    assert {person.name for person in Person.objects.all()} == {"何一", "何二"}
    assert reverse("exchange:undo", args=[batch.pk]) in text(client, page(batch))
    client.post(reverse("exchange:undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE
    assert not Person.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_either_encoding_is_read(client, encoding):
    batch = checked(client, csv(person("103室", "何三", 3), encoding=encoding))
    assert batch.report["ready"]
    assert "何三" in text(client, page(batch))


def test_the_progress_ends_by_reloading_the_page(client):
    batch = checked(client, csv(person("104室", "何四", 4)))
    client.post(reverse("exchange:commit", args=[batch.pk]))
    moving = client.get(reverse("exchange:progress", args=[batch.pk]))
    assert "<progress" in moving.content.decode()
    work()
    done = client.get(reverse("exchange:progress", args=[batch.pk]))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("stage", ["read", "write", "index", "done"])
def test_every_stage_has_its_words(client, stage):
    batch = checked(client, csv(person("105室", "何五", 5)))
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.COMMITTING)
    Progress.objects.update_or_create(job_id=batch.pk, defaults={"stage": stage, "done": 1, "total": 2})
    shown = text(client, reverse("exchange:progress", args=[batch.pk]))
    assert f"<strong>{stage}</strong>" not in shown
    assert 'max="2"' in shown


def test_a_load_that_broke_off_is_told_and_can_be_repeated(client, monkeypatch):
    batch = checked(client, csv(person("106室", "何六", 6)))
    broken = "domicile.apps.exchange.people.writing.write_people"

    def fail(*_):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(broken, fail)
        client.post(reverse("exchange:commit", args=[batch.pk]))
        work()
    assert not Person.objects.exists()
    shown = text(client, page(batch))
    assert 'role="alert"' in shown
    assert reverse("exchange:commit", args=[batch.pk]) in shown
    client.post(reverse("exchange:commit", args=[batch.pk]))
    work()
    assert Person.objects.count() == 1


def test_the_error_workbook_is_corrected_and_sent_again(client):
    wrong = person("107室", "何七", 7, 与户主关系="不知道")
    batch = checked(client, csv(wrong, person("108室", "何八", 8)))
    assert not batch.report["ready"]
    shown = text(client, page(batch))
    assert "不知道" in shown
    assert reverse("exchange:commit", args=[batch.pk]) not in shown
    answer = client.get(reverse("exchange:error_workbook", args=[batch.pk]))
    assert "no-store" in answer["Cache-Control"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    column = [cell.value for cell in sheet[1]].index("与户主关系") + 1
    faulty = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, column).comment]
    assert len(faulty) == 1
    assert "不知道" in sheet.cell(faulty[0], column).comment.text
    sheet.cell(faulty[0], column).value = "户主"
    held = io.BytesIO()
    book.save(held)
    again = loaded(client, held.getvalue(), name="corrected.xlsx")
    assert again.state == Batch.State.COMMITTED
    assert {found.name for found in Person.objects.all()} == {"何七", "何八"}


def test_a_file_sent_twice_changes_nothing(client):
    content = csv(person("109室", "何九", 9))
    loaded(client, content)
    second = checked(client, content)
    assert second.report["same_as"]
    shown = client.get(page(second))
    assert shown.context["idle"]
    assert "导入 1 行" not in shown.content.decode()
    other = checked(client, csv(person("109室", "何九", 9), person("111室", "何某", 8)))
    assert "导入 2 行" in text(client, page(other))
    client.post(reverse("exchange:commit", args=[second.pk]))
    work()
    assert Person.objects.count() == 1


def test_a_step_repeated_by_the_back_button_says_how_it_stands(client):
    batch = loaded(client, csv(person("110室", "何十", 10)))
    for step in ("commit", "discard"):
        answer = client.post(reverse(f"exchange:{step}", args=[batch.pk]), follow=True)
        assert "notice-info" in answer.content.decode()
    undo = reverse("exchange:undo", args=[batch.pk])
    client.post(undo)
    assert "notice-info" in client.post(undo, follow=True).content.decode()
    assert Batch.objects.get().state == Batch.State.UNDONE


def test_a_discarded_file_is_gone_here(client, settings):
    batch = checked(client, csv(person("111室", "何某", 11)))
    answer = client.post(reverse("exchange:discard", args=[batch.pk]), follow=True)
    assert answer.status_code == 200
    assert not (settings.HOME / "files" / batch.pk.hex).exists()
    assert client.get(page(batch)).status_code == 200
    assert client.get(reverse("exchange:error_workbook", args=[batch.pk])).status_code == 302


def test_what_was_changed_since_is_decided_before_the_undo(client):
    batch = loaded(client, csv(person("112室", "何甲", 12), person("113室", "何乙", 13)))
    from domicile.apps.audit.recording import recording
    from tests.cast import sun_viewer

    changed = Person.objects.get(name="何甲")
    subject = {"subject_kind": "person", "subject_id": changed.pk, "place_code": factories.COMMUNITY + "000"}
    with recording(actor=sun_viewer(), action="people.correct_name", reason="来信", **subject) as change:
        change.update(changed, name="何改")
    address = reverse("exchange:undo", args=[batch.pk])
    assert f"decision_{changed.pk}" in text(client, address)
    assert client.post(address).status_code == 422
    assert Person.objects.count() == 2
    client.post(address, {f"decision_{changed.pk}": "keep"})
    assert [found.name for found in Person.objects.all()] == ["何改"]


def test_many_rows_are_checked_and_undone_in_the_background(client, monkeypatch):
    monkeypatch.setattr("domicile.apps.exchange.views.AT_ONCE", 1)
    batch = uploaded(client, csv(person("114室", "何丙", 14), person("115室", "何丁", 15)))
    client.post(page(batch), chosen(client, batch))
    assert "hx-get" in text(client, page(batch))
    work()
    assert "何丙" in text(client, page(batch))
    client.post(reverse("exchange:commit", args=[batch.pk]))
    work()
    client.post(reverse("exchange:undo", args=[batch.pk]))
    assert "hx-get" in text(client, page(batch))
    work()
    assert Batch.objects.get().state == Batch.State.UNDONE
    assert "hx-get" not in text(client, page(batch))


def test_a_check_that_broke_off_leaves_the_columns_to_choose_again(client, monkeypatch):
    monkeypatch.setattr("domicile.apps.exchange.views.AT_ONCE", 0)
    batch = uploaded(client, csv(person("116室", "何戊", 16)))
    values = chosen(client, batch)

    def fail(*_):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("domicile.apps.exchange.jobs.check", fail)
        client.post(page(batch), values)
        work()
    shown = text(client, page(batch))
    assert 'role="alert"' in shown
    assert "column_name" in shown
    client.post(page(batch), values)
    work()
    assert Batch.objects.get().state == Batch.State.CHECKED


def test_columns_chosen_anew_are_checked_anew(client):
    batch = checked(client, csv(person("117室", "何己", 17)))
    answer = client.post(f"{page(batch)}?columns=1", {**chosen_again(client, batch), "column_phones": ""})
    assert answer.status_code == 302
    batch.refresh_from_db()
    assert (batch.state, "phones" in batch.column_map) == (Batch.State.CHECKED, False)


def chosen_again(client, batch):
    detection = client.get(f"{page(batch)}?columns=1").context["detection"]
    return {f"column_{column.name}": column.header for column in detection.columns}


def test_a_column_taken_twice_or_left_out_is_marked(client):
    batch = uploaded(client, csv(person("118室", "何庚", 18)))
    values = chosen(client, batch)
    for wrong in ({"column_name": ""}, {"column_remark": "姓名"}):
        answer = client.post(page(batch), values | wrong)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
    assert Batch.objects.get().state == Batch.State.UPLOADED


def test_an_upload_without_a_file_asks_for_one(client):
    answer = client.post(reverse("exchange:upload"), {})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_an_empty_list_says_where_to_begin(client):
    assert 'class="panel empty"' in text(client, reverse("exchange:imports"))
    checked(client, csv(person("119室", "何辛", 19)))
    assert "people.csv" in text(client, reverse("exchange:imports"))


def test_no_page_shows_a_whole_number(client):
    misplaced = person("120室", "何壬", 20, 性别=factories.number_of(birth_date=factories.LONG_AGO, serial=3))
    batch = checked(client, csv(misplaced, person("121室", "何癸", 21)), name=f"{misplaced['身份证号']}.csv")
    for query in ("?rows=all", "?rows=errors", "?columns=1"):
        assert not SECRET.search(text(client, page(batch) + query))
    assert not SECRET.search(text(client, reverse("exchange:imports")))
    assert not SECRET.search(str(Batch.objects.values()))


def test_a_file_without_headers_keeps_nothing(client):
    content = csv(person("122室", "何子", 22), person("123室", "何丑", 23)).split(b"\r\n", 1)[1]
    answer = send(client, content)
    assert answer.status_code == 422
    assert not SECRET.search(answer.content.decode())
    assert not Batch.objects.exists()
