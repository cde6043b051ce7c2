"""Bad files through the wizard: the page names the place and the cure in the reader's language, and lets one go on."""

import html
import re
from datetime import date

import pytest
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory
from django.urls import reverse

from domicile.apps.areas.models import Area
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.wizard_files import (
    COUNTY_DESK,
    SECRET,
    checked,
    csv,
    page,
    person,
    send,
    text,
    uploaded,
)
from domicile.apps.people.models import Person
from domicile.apps.screens.upload_handler import LimitedMemoryUploadHandler
from domicile.core.synth import write_broken_samples
from tests import factories
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = date(2026, 6, 1)
# What is refused before anything is kept: the place and the words of the cure, Chinese and English.
REFUSED = {
    "undecodable": ("第 4 行", "row 4", "GB18030", "GB18030"),
    "zip_bomb": ("", "", "新建空白工作簿", "new workbook"),
    "nul_byte": ("第 3 行", "row 3", "空字节", "NUL byte"),
    "not_a_workbook": ("", "", "另存为 xlsx", "as xlsx"),
    "empty": ("", "", "没有数据行", "no rows"),
}
# What is found by the check: row and column, and the words of the finding.
FOUND = {
    "number_lost_digits": ("身份证号", "Document number", "末尾几位", "lost its last digits"),
    "formulas": ("姓名", "Name", "公式", "formula"),
    "birthday_2999": ("出生日期", "Birth date", "在将来", "in the future"),
    "head_missing": ("与户主关系", "", "没有户主", "no head"),
    "two_heads": ("与户主关系", "", "两名户主", "two heads"),
    "unparseable_address": ("本户地址", "Address", "无法识别的地址", "address cannot be read"),
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return write_broken_samples(tmp_path_factory.mktemp("broken"), seed=4, today=TODAY)


@pytest.fixture(params=["zh-hans", "en"])
def language(request, client):
    factories.area_tree()
    sign_in(client, COUNTY_DESK)
    client.cookies["django_language"] = request.param
    return request.param


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_place(client, language, samples, fault):
    answer = send(client, samples[fault].read_bytes(), samples[fault].name)
    shown = html.unescape(answer.content.decode())
    chinese = language == "zh-hans"
    place, words = REFUSED[fault][0 if chinese else 1], REFUSED[fault][2 if chinese else 3]
    assert answer.status_code == 422
    assert 'role="alert"' in shown
    assert place in shown
    assert words in shown
    assert 'id="id_file"' in shown  # the next file can be sent from here
    assert not Batch.objects.exists()


@pytest.mark.parametrize("fault", FOUND)
def test_what_is_wrong_in_rows_is_shown_with_row_column_and_cure(client, language, samples, fault):
    batch = checked(client, samples[fault].read_bytes(), samples[fault].name)
    assert not batch.report["ready"]
    shown = html.unescape(text(client, page(batch)))
    chinese = language == "zh-hans"
    column, words = FOUND[fault][0 if chinese else 1], FOUND[fault][2 if chinese else 3]
    assert words in shown
    assert re.search(rf"第 \d+ 行[^<]*{column}" if chinese else rf"row \d+[^<]*{column}", shown)
    assert not SECRET.search(shown)
    assert reverse("exchange:error_workbook", args=[batch.pk]) in shown


@pytest.mark.parametrize("value", ["=1+1", '=HYPERLINK("http://example.invalid")'])
def test_a_formula_written_as_text_is_an_error(client, language, value):
    batch = checked(client, csv(person("303室", value.replace(",", ";"), 43)))
    assert batch.report["codes"]["formula_text"] == 1
    shown = html.unescape(text(client, page(batch)))
    assert value in shown
    assert reverse("exchange:commit", args=[batch.pk]) not in shown


def test_a_wrong_header_leads_to_the_choice_of_columns(client, language, samples):
    batch = uploaded(client, samples["wrong_header"].read_bytes(), "wrong_header.csv")
    shown = text(client, page(batch))
    assert "栏二" in shown
    assert 'role="alert"' in shown
    people = f"{page(batch)}?layout=people&columns=1"
    detection = client.get(people).context["detection"]
    values = {f"column_{column.name}": column.header for column in detection.columns}
    incomplete = client.post(people, values)
    assert incomplete.status_code == 422
    assert "field-error" in incomplete.content.decode()
    values |= {
        "column_address": "栏一",
        "column_name": "栏二",
        "column_relation": "栏三",
        "column_document_number": "栏四",
    }
    assert client.post(people, values).status_code == 302
    assert Batch.objects.get().state == Batch.State.CHECKED


def test_a_file_of_no_known_kind_asks_for_its_layout(client, language):
    batch = uploaded(client, "甲,乙\r\n1,2\r\n".encode())
    shown = text(client, page(batch))
    assert "甲、乙" in shown
    assert "column_" not in shown
    assert client.post(page(batch), {}).status_code == 422


def test_refused_columns_are_named_and_kept_nowhere(client, language):
    head, line = csv(person("301室", "卫一", 41)).decode().split("\r\n")
    content = f"{head},民族,政治面貌\r\n{line},某某族,某某党\r\n".encode()
    batch = checked(client, content)
    shown = text(client, page(batch))
    assert "民族、政治面貌" in shown
    assert "某某" not in shown
    assert b"\xe6\x9f\x90" not in client.get(reverse("exchange:error_workbook", args=[batch.pk])).content


def test_every_message_of_a_refusal_is_masked(client, language):
    whole = factories.number_of(birth_date=factories.LONG_AGO, serial=9)
    for content in (f"{whole},姓名\r\n1,2\r\n".encode(), f"本户地址,{whole},姓名\r\n1,\x00,3\r\n".encode()):
        answer = send(client, content, f"{whole}.csv")
        assert answer.status_code == 422
        assert whole not in answer.content.decode()


@pytest.mark.parametrize("times", [1, 20])
def test_a_file_over_the_limit_is_answered_and_not_kept(client, language, settings, times):
    settings.UPLOAD_LIMIT = 50_000
    answer = send(client, b"x" * 51_000 * times, "large.xlsx")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "field-error" in shown
    assert ("拆分" if language == "zh-hans" else "Split it") in shown
    assert not Batch.objects.exists()


class Endless:
    """A body of so many bytes without a line break, that notes how much of it was asked for at once."""

    def __init__(self, size):
        self.left, self.largest = size, 0

    def read(self, size):
        self.largest = max(self.largest, size)
        piece = min(size, self.left)
        self.left -= piece
        return bytes(piece)


@pytest.mark.parametrize(("length", "left"), [(40_000, 0), (40_000_000, 40_000_000)])
def test_a_file_over_the_limit_is_never_in_memory(settings, length, left):
    settings.UPLOAD_LIMIT = 10_000
    request, body = RequestFactory().post("/", {}), Endless(length)
    handler = LimitedMemoryUploadHandler(request)
    handler.handle_raw_input(body, {}, length, "b")
    with pytest.raises(StopUpload):
        handler.new_file("file", "large.xlsx", "application/zip", None)
    assert not hasattr(handler, "file")
    assert request.too_big == length
    assert (body.left, body.largest <= 64 * 1024) == (left, True)


def test_nothing_of_a_refused_file_reaches_the_log_of_the_server(client, language, samples, caplog):
    send(client, samples["nul_byte"].read_bytes(), "nul.csv")
    assert not SECRET.search(caplog.text)


def test_a_faulty_file_changes_nothing(client, language, samples):
    before = Area.objects.count()
    batch = checked(client, samples["two_heads"].read_bytes(), "two.csv")
    client.post(reverse("exchange:commit", args=[batch.pk]))
    assert (Area.objects.count(), Person.objects.count()) == (before, 0)
    assert chosen_columns(client, batch) >= {"address", "name"}


def chosen_columns(client, batch):
    detection = client.get(f"{page(batch)}?columns=1").context["detection"]
    return {column.name for column in detection.columns if column.header}


def test_a_bad_page_number_is_the_first_page(client, language):
    batch = checked(client, csv(person("302室", "卫二", 42)))
    for query in ("?page=99", "?page=x", "?page=-1", "?rows=nonsense", "?page=²"):
        assert client.get(page(batch) + query).status_code == 200
