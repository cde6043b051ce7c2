"""Units in the browser: added in a dwelling and by an address, corrected, closed; the ledger; both devices."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.places.models import Unit
from tests import factories
from tests.cast import QIAN

DEVICES = ["page_zh_phone", "page_en_desktop"]


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    """Qian on either device."""
    factories.area_tree()
    return signed_in(request.getfixturevalue(request.param), QIAN)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def test_a_unit_is_added_corrected_and_closed(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    home = factories.dwelling()
    page.goto(reverse("units:add_here", args=[home.pk]))
    assert_accessible(page)
    name = f"悦来旅馆{home.room}"
    page.fill("#id_name", name)
    page.select_option("#id_kind", "inn")
    page.fill("#id_responsible", "马守仁")
    page.fill("#id_phone", "13800001234")
    page.fill("#id_lodged", "3")
    page.fill("#id_credit_code", "91110000600037342L")
    send(page)
    expect(page.locator("#id_credit_code_error")).to_be_visible()
    assert_accessible(page)
    shot(page, "unit-add-error")
    page.fill("#id_credit_code", "")
    send(page)
    unit = Unit.objects.get(name=name)
    assert_accessible(page)
    shot(page, "unit")
    page.goto(reverse("people:dwelling", args=[home.pk]))
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text(name)
    page.goto(reverse("units:correct", args=[unit.pk]))
    assert_accessible(page)
    page.fill("#id_employees", "7")
    page.fill("#id_reason", "核对")
    send(page)
    page.goto(reverse("units:close", args=[unit.pk]))
    assert_accessible(page)
    page.fill("#id_reason", "搬走")
    send(page)
    assert_accessible(page)
    shot(page, "unit-closed")
    unit.refresh_from_db()
    assert unit.employees == 7
    assert unit.in_use_to is not None


def test_the_ledger_of_units_and_a_unit_by_its_address(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    factories.unit(lodged=2, employees=5, responsible="马守仁", phone="13800001234")
    page.goto(reverse("units:ledger"))
    expect(page.locator("tbody tr").first).to_be_visible()
    assert_accessible(page)
    shot(page, "ledger-units")
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("units:add")}"]').click()
    assert_accessible(page)
    shot(page, "unit-add-typed")
