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
from tests.cast import QIAN, SUN, Actor

DEVICES = ["page_zh_phone", "page_en_desktop"]
NAME = "需要送餐"
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture
def head() -> Person:
    factories.area_tree()
    LocalField.objects.filter(label_zh=NAME).update(label_zh="以前的项目")  # of the other device's journey
    house = factories.building(place_code=factories.GRID, street="送餐路", plate="6号")
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
    today = timezone.localdate()
    LocalField.objects.filter(pk=field.pk).update(start=today - dt.timedelta(days=60), end=today)
    page.goto(card)
    expect(page.locator("#local-title")).to_have_count(0)
    erase_over()
    assert not LocalValue.objects.filter(field=field).exists()
    page.goto(reverse("localfields:fields"))
    assert_accessible(page)
    shot(page, "local-fields")
