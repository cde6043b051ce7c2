"""Printing: from a card, an area and a ledger to a PDF, on a Chinese phone and an English desktop."""

import pytest
from shapely.geometry import box, mapping

from domicile.apps.areas.models import Area
from tests import factories as make
from tests import pdf
from tests.cast import QIAN, SUN


@pytest.fixture(scope="module")
def home(server, django_db_blocker):
    """A household of three in a grid with a border, in a building that stands on the map."""
    with django_db_blocker.unblock():
        make.area_tree()
        area = Area.objects.get(code=make.COMMUNITY)
        make.grid()
        ground = make.grid(code=make.COMMUNITY + "077", name="第77网格", boundary=mapping(box(160, 25, 160.01, 25.01)))
        house = make.building(place_code=ground.code, street="打印路", longitude=160.005, latitude=25.005)
        household = make.family(size=3, at=make.dwelling(within=house), surname="印")
        make.telephone(of=household.members.get(relation=make.HEAD).person, number="13800007777")
    household.area = area
    return household


@pytest.fixture(params=["page_zh_phone", "page_en_desktop"])
def page(request, signed_in, home):
    return signed_in(request.getfixturevalue(request.param), QIAN, "register_maintenance")


def made(page, press, part):
    """The answer to a press that makes a PDF: kept nowhere, shown by the browser."""
    with page.expect_response(lambda answer: part in answer.url and answer.request.resource_type == "document") as told:
        press()
    answer = told.value
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("inline; filename")
    return answer


@pytest.mark.parametrize("kind", ["household", "dwelling", "person"])
def test_a_card_is_printed(page, home, kind, assert_accessible, shot):
    head = home.members.get(relation=make.HEAD).person
    paths = {
        "household": f"/households/{home.pk}/",
        "dwelling": f"/dwellings/{home.dwelling_id}/",
        "person": f"/people/{head.pk}/",
    }
    page.goto(paths[kind])
    with page.expect_navigation():
        page.locator(f"a[href='{paths[kind]}print/']").click()
    assert head.name not in page.locator("main").inner_text()
    assert_accessible(page)
    shot(page, f"print-{kind}")
    if kind == "household":
        page.locator("input[name=page][value=form]").check()
    page.locator("select[name=paper]").select_option("a5")
    page.locator("input[name=numbers]").check()
    made(page, page.locator("main button[type=submit]").click, "/print/")


def test_the_house_plan_is_reached_from_the_community(page, home, assert_accessible, shot):
    page.goto(f"/areas/{home.area.pk}/")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator(f"a[href='/areas/{home.area.pk}/plan/']").click()
    assert_accessible(page)
    shot(page, "print-plan")
    page.locator("select[name=paper]").select_option("a4")
    made(page, page.locator("main button[type=submit]").click, "paper=a4")
    answer = page.request.get(f"/areas/{home.area.pk}/plan/?paper=a3&names=on")
    assert "打印路" in pdf.text(answer.body())


def test_a_ledger_is_printed(page_zh_phone, signed_in, home, shot):
    page = signed_in(page_zh_phone, SUN, "register_maintenance")
    page.goto("/ledgers/households/")
    page.locator("[data-dialog-open=download]").click()
    shot(page, "print-ledger-dialog")
    made(page, page.locator("button[name=format][value=pdf]").click, "/ledgers/households/")
