"""A campaign in the browser: an officer makes it and signs it off at a desk, a worker goes from door to door with a phone."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.areas.models import Grid
from domicile.apps.collect.models import Proposal
from domicile.apps.fieldwork.campaigns.actions import leading
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure, Intention, OnFile
from domicile.apps.fieldwork.campaigns.tests import making
from domicile.apps.places.models import Dwelling
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import COMMUNITY, GRID, OTHER_GRID, QIAN, ZHAO, qian_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def square(west: float) -> dict[str, object]:
    ring = [[west, 25.0], [west + 0.01, 25.0], [west + 0.01, 25.01], [west, 25.01], [west, 25.0]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def homes() -> Iterator[list[Dwelling]]:
    """Two grids with borders, in each some dwellings beside those of other journeys; no campaign yet."""
    for model in (Figure, Intention, OnFile, Door, Campaign):
        model.objects.all().delete()
    Task.objects.filter(state="open").delete()
    Proposal.objects.all().delete()
    factories.area_tree()
    grids = [factories.grid(code=code) for code in (GRID, OTHER_GRID)]
    before = {grid.pk: grid.boundary for grid in grids}
    for place, grid in enumerate(grids):
        Grid.objects.filter(pk=grid.pk).update(boundary=square(160 + place * 0.01))
    street = {"street": "摸底路", "longitude": 160.005, "latitude": 25.005}
    near = factories.building(plate="2号", **street)
    far = factories.building(place_code=OTHER_GRID, plate="31号", **street)
    made = [factories.dwelling(within=house) for house in (near, near, near, far, far)]
    for home in made:
        factories.family(size=3, at=home, registered=False)
    yield made
    for key, boundary in before.items():
        Grid.objects.filter(pk=key).update(boundary=boundary)


def running() -> Campaign:
    return making.running(name="春节后清理摸底")


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def test_an_officer_leads_a_campaign_from_the_plan_to_the_sign_off(
    page_en_desktop: Page, signed_in: Callable[..., Page], homes: list[Dwelling], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_en_desktop, QIAN)
    page.goto("/campaigns/")
    assert_accessible(page)
    press(page, "main a[href='/campaigns/add/']")
    assert_accessible(page)
    page.fill("#id_name", "Checks after the holiday")
    page.select_option("#id_scope", COMMUNITY)
    page.fill("#id_parts", "2")
    press(page, "main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("What it will hold")
    assert_accessible(page)
    shot(page, "campaign-preview")
    campaign = Campaign.objects.get()
    press(page, f"main a[href='{reverse('campaigns:freeze', args=[campaign.pk])}']")
    assert_accessible(page)
    press(page, "main form button[type=submit]")
    press(page, "main form button:has-text('Give out the tasks')")
    expect(page.locator(".notice-success")).to_contain_text("tasks are given out")
    making.check(campaign, homes[0], confirmed=making.people(homes[0]))
    making.check(campaign, homes[1], "not_at_home")
    making.check(campaign, homes[3], "met", confirmed=making.people(homes[3])[:2], left_on=making.today())
    page.reload()
    assert page.locator(".campaign-map path").count() >= 2
    assert_accessible(page)
    shot(page, "campaign-progress")
    for name in ("doors", "call_backs", "sheets", "frame", "comparison"):
        page.goto(reverse(f"campaigns:{name}", args=[campaign.pk]))
        assert_accessible(page)
        shot(page, f"campaign-{name}")
    press(page, "main a:has-text('On file, not found')")
    expect(page.locator("main table a:has-text('waits for review')")).to_have_count(1)
    assert_accessible(page)
    shot(page, "campaign-not-found")
    page.goto(reverse("campaigns:enter_sheet", args=[campaign.pk, OTHER_GRID]))
    page.select_option(f"select[name='outcome-{homes[4].pk}']", "met_all")
    assert_accessible(page)
    shot(page, "campaign-enter")
    press(page, "main button:has-text('Keep these lines')")
    expect(page.locator(".notice-success")).to_contain_text("1 door kept")
    page.goto(reverse("campaigns:close", args=[campaign.pk]))
    expect(page.locator("main")).to_contain_text("doors have no outcome yet")
    press(page, "main form button[type=submit]")
    expect(page.locator(".page-head")).to_contain_text("signed off")
    assert_accessible(page)
    shot(page, "campaign-closed")


def test_a_worker_goes_from_door_to_door(
    page_zh_phone: Page, signed_in: Callable[..., Page], homes: list[Dwelling], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_zh_phone, ZHAO)
    campaign = running()
    page.goto("/tasks/")
    assert_accessible(page)
    shot(page, "campaign-tasks")
    page.goto(reverse("campaigns:at", args=[homes[0].pk]))
    expect(page.locator("h1")).to_contain_text("摸底路2号")
    assert_accessible(page)
    shot(page, "campaign-door")
    page.locator(".campaign-people input").first.check()
    page.fill("#left_on", making.today().isoformat())
    press(page, "button[value=met]")
    assert making.status(campaign, homes[0]) == "done"
    assert_accessible(page)
    shot(page, "campaign-door-done")
    page.goto(reverse("campaigns:door", args=[campaign.pk, homes[1].pk]))
    press(page, "button[value=not_at_home]")
    expect(page.locator("main a[href$='/notice/']")).to_be_visible()
    assert_accessible(page)
    shot(page, "campaign-away")
    for name in ("campaign", "doors", "sheets"):
        page.goto(reverse(f"campaigns:{name}", args=[campaign.pk]))
        assert_accessible(page)
        shot(page, f"campaign-{name}")


def test_intentions_are_asked_before_the_moment(
    page_zh_phone: Page, signed_in: Callable[..., Page], homes: list[Dwelling], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_zh_phone, ZHAO)
    later = making.today() + dt.timedelta(days=3)
    campaign = making.made(reference_on=later, starts_on=later)
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed="1")
    page.goto(reverse("campaigns:door", args=[campaign.pk, homes[0].pk]))
    head = making.people(homes[0])[0]
    page.select_option(f"#plan-{head}", "back")
    page.fill(f"#where-{head}", "邻省滨海市")
    assert_accessible(page)
    shot(page, "campaign-intentions")
    press(page, "main form button[type=submit]")
    assert Intention.objects.get().plan == "back"
