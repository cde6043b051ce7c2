"""The import wizard: a file with errors, its workbook corrected, loaded, the person found, undone; by phone and desktop."""

import datetime as dt
import io
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.exchange.tests.wizard_files import COUNTY_DESK, csv, person, work
from domicile.apps.people.models import Person
from domicile.apps.tenure.models import Rental
from domicile.core.synth import write_broken_samples
from tests import factories
from tests.cast import COUNTY, Actor

DEVICES = ["page_zh_phone", "page_en_desktop"]
EXPORT_DESK = Actor("taker", "陆导出", "county_operator", COUNTY, "register_maintenance")
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
# Journeys leave what they store behind: each takes rooms and numbers of its own.
serials = itertools.count(701)


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    factories.area_tree()
    return signed_in(request.getfixturevalue(request.param), COUNTY_DESK)


def row(name: str, **changed: str) -> dict[str, str]:
    serial = next(serials)
    return person(f"{serial}室", name, serial, **changed)


def upload(page: Page, content: bytes, name: str) -> None:
    page.goto(reverse("exchange:upload"))
    page.set_input_files("#id_file", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("main form button[type=submit]").click()


def check_columns(page: Page) -> None:
    page.locator("form.panel button[type=submit]").click()


def done_in_the_queue() -> None:
    work()
    connections["default"].close()


def test_from_a_faulty_file_to_the_person_and_back(
    page: Page, assert_accessible: Check, shot: Shot, tmp_path: Path
) -> None:
    name = f"任可{'甲乙丙丁'[next(serials) % 4]}"
    faulty = row(name, 与户主关系="不知道", 出生日期="2999-01-01", 身份证号="")
    old_sheet = [faulty, row("任小明"), row("任小红", 性别="2", 联系电话="13800009")]
    page.goto(reverse("exchange:imports"))
    assert_accessible(page)
    shot(page, "import-list")
    page.goto(reverse("exchange:upload"))
    assert_accessible(page)
    shot(page, "import-upload")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    shot(page, "import-upload-error")
    upload(page, csv(*old_sheet, encoding="gb18030"), "河沿社区.csv")
    assert_accessible(page)
    shot(page, "import-columns")
    check_columns(page)
    expect(page.locator(".findings").first).to_contain_text("2999-01-01")
    assert_accessible(page)
    shot(page, "import-preview-errors")
    with page.expect_download() as waiting:
        page.locator("a[download]").click()
    corrected = correct(Path(waiting.value.path()), name)
    upload(page, corrected, "河沿社区-改正.xlsx")
    check_columns(page)
    expect(page.locator("main")).to_contain_text(name)
    assert_accessible(page)
    shot(page, "import-preview-ready")
    page.locator("form[action$='/commit/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    assert_accessible(page)
    shot(page, "import-progress")
    done_in_the_queue()
    undo = page.locator("a[href$='/undo/']")
    expect(undo).to_be_visible()
    assert_accessible(page)
    shot(page, "import-loaded")
    loaded = page.url
    page.goto(reverse("people:search"))
    page.fill("main input[type=search], main input[name=q]", name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).first.wait_for()
    page.goto(loaded)
    with page.expect_navigation():
        undo.click()
    assert_accessible(page)
    shot(page, "import-undo")
    page.locator("[data-dialog-open=undo]").click()
    assert_accessible(page)
    shot(page, "import-undo-dialog")
    page.locator("dialog [type=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert_accessible(page)
    shot(page, "import-undone")
    assert not Person.objects.filter(name=name).exists()


def correct(workbook: Path, name: str) -> bytes:
    """The error workbook as its reader corrects it: every cell with a comment gets what the comment asks for."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.read_bytes()))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    right = {"与户主关系": "户主", "出生日期": "1990-01-02", "联系电话": "13800009123"}
    marked = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.comment]
    assert {heads[cell.column - 1] for cell in marked} >= set(right)
    for cell in marked:
        cell.value = right.get(heads[cell.column - 1], cell.value)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_file_of_no_known_kind_is_given_a_layout_or_discarded(
    page: Page, assert_accessible: Check, shot: Shot
) -> None:
    upload(page, "栏一,栏二\n甲,乙\n".encode(), "不明.csv")
    expect(page.get_by_role("alert")).to_contain_text("栏一")
    assert_accessible(page)
    shot(page, "import-no-layout")
    page.select_option("#layout", "people")
    page.locator("form.filters button").click()
    check_columns(page)
    expect(page.locator(".field-error").first).to_be_visible()
    assert_accessible(page)
    shot(page, "import-columns-error")
    page.locator("[data-dialog-open=discard]").click()
    assert_accessible(page)
    shot(page, "import-discard-dialog")
    page.locator("dialog [type=submit]").click()
    page.wait_for_url(f"**{reverse('exchange:imports')}")
    expect(page.locator(".notice-success")).to_be_visible()


def test_an_official_sheet_of_sixteen_columns_is_looked_at_and_a_broken_one_refused(
    page: Page, assert_accessible: Check, shot: Shot, tmp_path: Path
) -> None:
    samples = write_broken_samples(tmp_path, seed=4, today=dt.date(2026, 6, 1), bomb_megabytes=1)
    upload(page, samples["number_lost_digits"].read_bytes(), "官方表.xlsx")
    check_columns(page)
    expect(page.locator(".findings").first).to_be_visible()
    assert_accessible(page)
    shot(page, "import-preview-sixteen")
    upload(page, samples["nul_byte"].read_bytes(), "坏文件.csv")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert_accessible(page)
    shot(page, "import-refused")


RENTALS = (
    "地址,网格编码,房屋用途,建筑面积,间数,产权人（单位）,是否出租,承租人,承租人电话,合同开始,合同结束,安全责任书,最近走访,"
    "备注"
)


def test_a_rental_ledger_is_corrected_and_loaded(
    page: Page, assert_accessible: Check, shot: Shot, tmp_path: Path
) -> None:
    room = f"青石街道河沿社区人民路12号3栋2单元{next(serials)}室"
    row = f"{room},,出租,66㎡,2,王房东,是,李租客,13800000007,2026.1.1,2026-12-31,已签,,"
    upload(page, f"{RENTALS}\n{row.replace('13800000007', '1380000')}\n".encode(), "出租房屋台账.csv")
    expect(page.locator("#layout")).to_have_value("rentals")
    check_columns(page)
    expect(page.locator(".findings").first).to_be_visible()
    assert_accessible(page)
    shot(page, "import-rentals-errors")
    upload(page, f"{RENTALS}\n{row}\n".encode(), "出租房屋台账.csv")
    check_columns(page)
    expect(page.locator("main")).to_contain_text("李租客")
    shot(page, "import-rentals-ready")
    page.locator("form[action$='/commit/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    done_in_the_queue()
    expect(page.locator("a[href$='/undo/']")).to_be_visible()
    assert Rental.objects.filter(dwelling__address=room).count() == 1


def test_columns_of_a_strange_file_are_kept_named_and_shared(page: Page, assert_accessible: Check, shot: Shot) -> None:
    page.goto(reverse("exchange:maps"))
    assert_accessible(page)
    serial = next(serials)
    heads = [f"{letter}栏{serial}" for letter in "甲乙丙丁戊己"]
    cells = f"青石街道河沿社区人民路12号3栋2单元{serial}室,任可,户主,男,本户,"
    content = f"{','.join(heads)}\n{cells}\n".encode()
    upload(page, content, f"老表{serial}.csv")
    page.select_option("#layout", "people")
    page.get_by_role("button", name=re.compile("按此种类|Take this layout")).click()
    names = ("address", "name", "relation", "sex", "registered_address", "document_number")
    for name, head in zip(names, heads, strict=True):
        page.select_option(f"#id_column_{name}", head)
    check_columns(page)
    upload(page, content, f"新表{serial}.csv")
    expect(page.locator(".notice-info")).to_contain_text(f"老表{serial}")
    assert_accessible(page)
    shot(page, "import-columns-saved")
    page.goto(reverse("exchange:maps"))
    assert_accessible(page)
    shot(page, "import-maps")
    with page.expect_navigation():
        page.get_by_role("link", name=f"老表{serial}.csv", exact=True).click()
    assert_accessible(page)
    shot(page, "import-map")
    page.fill("#id_name", f"县里的老表{serial}")
    page.select_option("#id_scope", index=1)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(f".*县里的老表{serial}")).last.click()
    assert_accessible(page)
    shot(page, "import-map-delete")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(f"县里的老表{serial}")


@pytest.mark.parametrize("device", DEVICES)
def test_a_sheet_is_taken_away(
    device: str, request: pytest.FixtureRequest, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    factories.area_tree()
    factories.family(at=factories.dwelling(room=f"{next(serials)}室"))
    page = signed_in(request.getfixturevalue(device), EXPORT_DESK)
    page.goto(reverse("exchange:exports"))
    assert_accessible(page)
    shot(page, "export")
    page.select_option("#id_layout", "people")
    page.select_option("#id_form", "csv")
    with page.expect_download() as waiting:
        page.locator("main form button.btn-primary").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("住户人口信息采集表")
    assert EXPORT_DESK.real_name in text.splitlines()[1]
    assert "户主" in text
