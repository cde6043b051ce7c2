"""A local field in the browser: proposed, approved by another, filled in at the door, gone after its end; both devices."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.localfields.actions import erase_over
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import COUNTY, QIAN, SUN, Actor

HAN = Actor("han", "韩县区", "county_operator", COUNTY, "register_maintenance")
DEVICES = ["page_zh_phone", "page_en_desktop"]
NAME = "需要送餐"
GRID = "770101001001073"
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture
def head() -> Person:
    factories.area_tree()
    LocalField.objects.filter(label_zh=NAME).update(label_zh="以前的项目")  # of the other device's journey
    house = factories.building(place_code=GRID, street="送餐路", plate="6号")
    return factories.family(size=2, at=factories.dwelling(within=house), surname="丁").members.get(relation="02").person


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def follow(page: Page, address: str) -> None:
    with page.expect_navigation():
        page.locator(f'main a[href="{address}"]:visible').first.click()


def fill_proposal(page: Page, name: str) -> None:
    today = timezone.localdate()
    page.fill("#id_label_zh", name)
    page.fill("#id_label_en", "Needs meals brought")
    page.fill("#id_service", "社区食堂送餐")
    page.fill("#id_purpose", "给行动不便的居民送午餐")
    page.fill("#id_start", today.isoformat())
    page.fill("#id_end", (today + dt.timedelta(days=60)).isoformat())


def test_a_field_is_proposed_approved_filled_in_and_gone_after_its_end(
    enter: Callable[[Actor], Page], head: Person, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(QIAN)
    page.goto(reverse("localfields:fields"))
    assert_accessible(page)
    follow(page, reverse("localfields:propose"))
    assert_accessible(page)
    fill_proposal(page, "民族")
    send(page)
    expect(page.locator(".field-error").first).to_be_visible()
    assert_accessible(page)
    shot(page, "local-field-refused")
    fill_proposal(page, NAME)
    send(page)
    field = LocalField.objects.get(label_zh=NAME)
    here = reverse("localfields:field", args=[field.pk])
    assert page.url.endswith(here)
    assert_accessible(page)
    shot(page, "local-field-proposed")
    enter(SUN)
    page.goto(here)
    follow(page, reverse("localfields:approve", args=[field.pk]))
    assert_accessible(page)
    send(page)
    shot(page, "local-field-approved")
    enter(QIAN)
    card = reverse("people:person", args=[head.pk])
    page.goto(card)
    follow(page, reverse("people:local_person", args=[head.pk]))
    assert_accessible(page)
    page.locator(f"input[name=local_{field.pk.hex}][value=yes]").check()
    page.fill("#id_reason", "走访")
    shot(page, "local-field-form")
    send(page)
    expect(page.locator("#local-title")).to_be_visible()
    assert_accessible(page)
    shot(page, "local-field-card")
    assert LocalValue.objects.filter(field=field).count() == 1
    it_is_a_column_of_the_ledger_and_its_file(page, field, card, assert_accessible, shot)
    today = timezone.localdate()
    LocalField.objects.filter(pk=field.pk).update(start=today - dt.timedelta(days=60), end=today)
    page.goto(card)
    expect(page.locator("#local-title")).to_have_count(0)
    page.goto(reverse("people:ledger_people"))
    expect(page.locator(f"#columns input[value=local_{field.pk.hex}]")).to_have_count(0)
    erase_over()
    assert not LocalValue.objects.filter(field=field).exists()
    page.goto(reverse("localfields:fields"))
    assert_accessible(page)
    shot(page, "local-fields")


def it_is_a_column_of_the_ledger_and_its_file(
    page: Page, field: LocalField, card: str, check: Check, shot: Shot
) -> None:
    """Chosen, it says what was entered, on the page and in the file."""
    page.goto(reverse("people:ledger_people"))
    if not page.locator("#id_place").is_visible():
        page.locator(".filter-panel > summary").click()
    page.locator("#id_place").select_option(GRID)
    with page.expect_navigation():
        page.locator(".filter-buttons button").click()
    page.locator("[data-dialog-open=columns]").click()
    column = page.locator(f"#columns input[value=local_{field.pk.hex}]")
    expect(column).not_to_be_checked()
    column.check()
    column.scroll_into_view_if_needed()
    check(page)
    shot(page, "local-field-columns")
    with page.expect_navigation():
        page.locator("#columns button[type=submit]").click()
    row = page.locator("tbody tr", has=page.locator(f'a[href="{card}"]'))
    expect(row).to_contain_text("是" if page.locator("html[lang^=zh]").count() else "Yes")
    check(page)
    shot(page, "local-field-ledger")
    page.locator("[data-dialog-open=download]").click()
    with page.expect_download() as download:
        page.locator("#download button[value=csv]").click()
    _title, mark, head, *_rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert QIAN.real_name in mark
    assert head.endswith(NAME if page.locator("html[lang^=zh]").count() else "Needs meals brought")


def test_a_field_of_the_county_is_put_in_force_by_the_paper_from_above(
    enter: Callable[[Actor], Page], head: Person, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(SUN)
    page.goto(reverse("localfields:propose"))
    fill_proposal(page, NAME)
    send(page)
    field = LocalField.objects.get(label_zh=NAME)
    here, paper = (reverse(f"localfields:{name}", args=[field.pk]) for name in ("field", "paper"))
    expect(page.locator("main .notice-info")).to_be_visible()
    expect(page.locator(f'a[href="{paper}"]')).to_have_count(0)
    assert_accessible(page)
    shot(page, "local-field-county")
    enter(HAN)
    page.goto(here)
    follow(page, paper)
    page.fill("#id_document", "某民发〔2026〕12号")
    page.fill("#id_document_date", timezone.localdate().isoformat())
    send(page)
    expect(page.locator(".field-error").first).to_be_visible()
    assert_accessible(page)
    shot(page, "local-field-paper")
    page.fill("#id_authority", "某某市民政局")
    send(page)
    expect(page.locator("dl.facts").first).to_contain_text("某民发〔2026〕12号")
    assert_accessible(page)
    shot(page, "local-field-in-force")
