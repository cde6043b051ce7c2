"""Lists from outside in the browser: a hospital list from the upload to the birth that it made known; a school roll on a phone."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.people.models import Person
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import family, one
from tests import factories
from tests.cast import QIAN, SUN

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
TODAY = timezone.localdate()


def send(page: Page, text: str = "") -> None:
    with page.expect_navigation():
        buttons = page.locator("main form button[type=submit]")
        (page.get_by_role("button", name=text) if text else buttons.first).first.click()


@pytest.fixture
def cleared(databases: None) -> None:
    """Journeys share their database: no list of another one stands in the way."""
    Load.objects.all().delete()


@pytest.mark.usefixtures("cleared")
def test_a_hospital_list_from_the_upload_to_the_birth(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot, tmp_path: Path
) -> None:
    household = family(size=4)
    mother = one(household, "10")
    number = factories.number_of(birth_date=dt.date(1990, 1, 1), sex="2")
    mother.documents.all().delete()
    factories.document(of=mother, number=number)
    day = TODAY - dt.timedelta(days=25)
    rows = [f"王小满,女婴,{day:%Y.%m.%d},{mother.name},{number},汉族"]
    rows += [f"婴{chr(0x4E00 + place)},男婴,{day:%Y.%m.%d},李{chr(0x4E8C + place)},,汉族" for place in range(3)]
    file = tmp_path / "出生名单.csv"
    file.write_bytes(
        ("县人民医院出生名单\n新生儿姓名,性别,分娩日期,产妇姓名,产妇身份证号,民族\n" + "\n".join(rows)).encode(
            "gb18030"
        )
    )
    page = signed_in(page_en_desktop, SUN, "import_check")
    page.goto(reverse("sources:overview"))
    assert_accessible(page)
    shot(page, "sources-overview")
    page.goto(reverse("sources:source", args=["births"]))
    assert_accessible(page)
    shot(page, "sources-source")
    with page.expect_navigation():
        page.get_by_role("link", name="Load a list").click()
    page.set_input_files("#id_file", file)
    page.fill("#id_begin", (TODAY - dt.timedelta(days=180)).isoformat())
    page.fill("#id_last", TODAY.isoformat())
    assert_accessible(page)
    shot(page, "sources-upload")
    send(page, "Read the file")
    expect(page.locator("main")).to_contain_text("民族")
    expect(page.locator("main")).to_contain_text("王小满")
    assert_accessible(page)
    shot(page, "sources-read")
    send(page, "Compare it with the register")
    expect(page.locator("main")).to_contain_text("Only on the list")
    assert_accessible(page)
    shot(page, "sources-ready")
    load = Load.objects.get()
    page = signed_in(page, SUN, "register_maintenance")
    page.goto(reverse("sources:pile", args=[load.pk, "there"]))
    assert_accessible(page)
    shot(page, "sources-pile")
    with page.expect_navigation():
        page.get_by_role("link", name="王小满").click()
    assert_accessible(page)
    shot(page, "sources-row-birth")
    with page.expect_navigation():
        page.get_by_role("link", name="Register the birth").click()
    assert page.input_value("#id_name") == "王小满"
    assert page.input_value("#id_mother") == str(mother.pk)
    shot(page, "sources-birth-form")
    page.select_option("#id_registered", "here")
    send(page, "Save")
    expect(page.locator("main")).to_contain_text("registered or corrected")
    assert_accessible(page)
    shot(page, "sources-row-done")
    assert VitalEvent.objects.filter(kind="birth", person__name="王小满").exists()
    page.goto(reverse("sources:coverage", args=[load.pk]))
    assert_accessible(page)
    shot(page, "sources-coverage")


@pytest.mark.usefixtures("cleared")
def test_a_school_roll_is_worked_off_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    from domicile.apps.sources.actions import NewList
    from domicile.apps.sources.tests.making import taken_in

    born = dt.date(TODAY.year - 9, 3, 4)
    children = []
    for place, name in enumerate(("王晓明", "王小红", "王小刚", "王小强")):
        child = one(family(), "20")
        child.documents.all().delete()
        Person.objects.filter(pk=child.pk).update(name=name, sex="1", birth_date=born + dt.timedelta(days=40 * place))
        children.append(child)
    rows = [f"王小明,男,{born},,", f"王小红,男,{born + dt.timedelta(days=40)},,", f"李四维,男,{born},,"]
    new = NewList(
        source="school_rolls", scope=factories.COUNTY, begin=TODAY, end=TODAY + dt.timedelta(days=1), file_name="学籍名册.csv",
        content=("姓名,性别,出生日期,身份证号,现住址\n" + "\n".join(rows)).encode(),
    )  # fmt: skip
    load = taken_in(new)
    page = signed_in(page_zh_phone, QIAN)
    page.goto(reverse("sources:overview"))
    expect(page.locator("main")).to_contain_text("学籍名册")
    assert_accessible(page)
    shot(page, "sources-overview-phone")
    page.goto(reverse("sources:load", args=[load.pk]))
    assert_accessible(page)
    shot(page, "sources-ready-phone")
    page.goto(reverse("sources:pile", args=[load.pk, "differ"]))
    assert_accessible(page)
    shot(page, "sources-differ-phone")
    row = ListRow.objects.get(load=load, person=children[0].pk)
    page.goto(reverse("sources:row", args=[row.pk]))
    expect(page.locator("main")).to_contain_text("是哪一位")
    assert_accessible(page)
    shot(page, "sources-row-choose-phone")
    page.locator(f'input[name=person][value="{children[0].pk}"]').check()
    send(page, "确认是谁")
    assert_accessible(page)
    shot(page, "sources-row-differs-phone")
    with page.expect_navigation():
        page.get_by_role("link", name="更正姓名").click()
    assert page.input_value("#id_name") == "王小明"
    here = ListRow.objects.get(load=load, person=children[2].pk)
    page.goto(reverse("sources:row", args=[here.pk]))
    before = "all => all.map(one => getComputedStyle(one, '::before').content)"
    marks = [text[:2] for text in page.locator("main summary").evaluate_all(before)]
    assert set(marks) == {'"▸'}  # a fold is known by its mark
    page.locator("summary", has_text="安排上门核实").click()
    page.fill("#id_visit-reason", "核对入学情况")
    assert_accessible(page)
    shot(page, "sources-row-visit-phone")
    send(page, "安排上门")
    expect(page.locator("main")).to_contain_text("已安排上门")
    last = ListRow.objects.get(load=load, person=children[3].pk)
    page.goto(reverse("sources:row", args=[last.pk]))
    page.locator("summary", has_text="名单有误").click()
    page.check("input[name=answer-outcome][value=elsewhere]")
    page.fill("#id_answer-reason", "在邻县上学")
    send(page, "记录")
    expect(page.locator("main")).to_contain_text("属于外县")
    assert_accessible(page)
    shot(page, "sources-row-answered-phone")
    page.goto(reverse("sources:coverage", args=[load.pk]))
    assert_accessible(page)
    shot(page, "sources-coverage-phone")


@pytest.mark.usefixtures("cleared")
@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_whom_the_scores_offer_is_chosen_with_what_speaks_for_it(
    device: str, request: pytest.FixtureRequest, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    from domicile.apps.sources.actions import NewList  # with large libraries
    from domicile.apps.sources.tests.making import taken_in

    child = one(family(), "20")
    child.documents.all().delete()
    born = dt.date(TODAY.year - 9, 3, 4)
    Person.objects.filter(pk=child.pk).update(name="欧阳晓明", sex="1", birth_date=born)
    text = f"姓名,性别,出生日期,身份证号,现住址\n欧阳小明,男,{born + dt.timedelta(days=1)},,\n"
    new = NewList(
        source="school_rolls", scope=factories.COUNTY, begin=TODAY, end=TODAY + dt.timedelta(days=1),
        file_name="学籍.csv", content=text.encode(),
    )  # fmt: skip
    row = ListRow.objects.get(load=taken_in(new), step="likely")
    page = signed_in(request.getfixturevalue(device), QIAN)
    page.goto(reverse("sources:row", args=[row.pk]))
    page.locator(".pair-weighed > summary").first.click()
    expect(page.locator(".waterfall > li.is-for").first).to_be_visible()
    assert_accessible(page)
    shot(page, "sources-row-likely")
    page.locator(f'input[name=person][value="{child.pk}"]').focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    row.refresh_from_db()
    assert (row.step, row.person) == ("chosen", child.pk)
