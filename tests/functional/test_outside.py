"""Beyond one's own lists: figures of the population of a past date, and a question to another area."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.moves.tests.making import HAN
from tests import factories
from tests.cast import QIAN, SUN

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
BORN = dt.date(1976, 3, 4)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.btn-primary").last.click()


def test_the_population_of_a_past_date_names_its_definition(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    factories.area_tree()
    for start in (dt.date(2025, 2, 1), dt.date(2026, 6, 20)):
        person = factories.person(registered_code="440305001001", registered_text="广东省深圳市")
        factories.spell(of=person, at=factories.dwelling(), start=start)
    page = signed_in(page_en_desktop, SUN)
    page.goto(f"{reverse('moves:population')}?on=2026-06-30")
    expect(page.locator("main")).to_contain_text("absent for at least 30 days")
    expect(page.locator("tbody th").first).to_contain_text("河沿社区")
    assert_accessible(page)
    shot(page, "population")
    page.select_option("#id_definition", "half_year")
    with page.expect_navigation():
        page.get_by_role("button", name="Show figures").click()
    expect(page.locator("main")).to_contain_text("half a year (not the one in force)")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "population-2026-06-30.csv"


def test_another_area_is_asked_about_one_person(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    factories.area_tree()
    sought = factories.person(name="欧阳小明", birth_date=BORN)
    factories.spell(of=sought, at=factories.dwelling(), start=factories.LONG_AGO)
    page = signed_in(page_zh_phone, HAN)
    page.goto(reverse("moves:outside_request_new"))
    page.fill("#id_name", "欧阳小明")
    page.fill("#id_birth_date", BORN.isoformat())
    page.fill("#id_to_code", factories.COMMUNITY)
    page.check("input[name=thought][value=living]")
    page.check("input[name=purpose][value=departure]")
    page.fill("#id_reason", "已搬走，核对是否已到")
    assert_accessible(page)
    shot(page, "outside-ask")
    send(page)
    expect(page.locator("main")).to_contain_text("等待答复")
    row = OutsideRequest.objects.get(asked_by=HAN.id, birth_date=BORN)
    page = signed_in(page, QIAN)
    page.goto(reverse("moves:outside_requests"))
    assert_accessible(page)
    shot(page, "outside-list")
    page.goto(reverse("moves:outside_request", args=[row.pk]))
    page.check("input[name=keys][value=lives_here]")
    assert_accessible(page)
    shot(page, "outside-answer")
    with page.expect_navigation():
        page.get_by_role("button", name="告知勾选内容").click()
    page = signed_in(page, HAN)
    page.goto(reverse("moves:outside_request", args=[row.pk]))
    expect(page.locator("main")).to_contain_text("居住在该区域")
    assert_accessible(page)
    shot(page, "outside-told")
