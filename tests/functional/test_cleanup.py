"""A registration clean-up in the browser: begun, its lists worked off, a word taken back, signed off by somebody else, printed."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.areas.models import Grid
from domicile.apps.quality.cleanup import actions, making
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.quality.cleanup.tests.making_cases import TODAY, Community, community
from tests import factories
from tests.cast import COMMUNITY, GRID, QIAN, SUN, qian_viewer
from tests.functional.navigating import go_to

BORDERS = {GRID: (114.0, 22.0), factories.OTHER_GRID: (114.011, 22.0)}


def planted() -> Community:
    """Somebody for each list, some families, and grids with borders."""
    there = community()
    for surname in "李赵钱孙":
        factories.family(surname=surname, at=factories.dwelling(place_code=factories.OTHER_GRID), registered=False)
    away = factories.person(name="韩七里", registered_code="330102001001", registered_text="外省某市")
    factories.spell(of=away, at=factories.dwelling(place_code=factories.OTHER_GRID))
    for code, (x, y) in BORDERS.items():
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.012], [x, y + 0.012], [x, y]]
        Grid.objects.filter(code=code).update(boundary={"type": "Polygon", "coordinates": [ring]})
    return there


@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_a_clean_up_from_its_beginning_to_the_sign_off(
    device: str,
    request: pytest.FixtureRequest,
    databases: None,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    there = planted()
    english = device == "page_en_desktop"
    page = signed_in(request.getfixturevalue(device), QIAN)
    page.goto("/")
    go_to(page, "/quality/")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("cleanup:rounds")}"]').click()
    shot(page, "cleanup-none")
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("cleanup:begin")}"]').click()
    page.fill("[name=name]", "2026年户口整顿")
    page.select_option("[name=scope]", COMMUNITY)
    assert_accessible(page)
    shot(page, "cleanup-begin")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    of = CleanupRound.objects.latest("pk")
    making.make(actor=making.MACHINE, round_id=of.pk, today=TODAY)
    page.reload()
    expect(page.locator("#by-list")).to_be_visible()
    assert_accessible(page)
    shot(page, "cleanup-round")

    with page.expect_navigation():
        page.locator(f'form[action="{reverse("cleanup:register_children")}"] button').click()
    expect(page.locator("main")).to_contain_text("周小雨")
    assert_accessible(page)
    shot(page, "cleanup-register")
    held = CleanupCase.objects.get(round=of, person=there.on["children"])
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("cleanup:case", args=[held.pk])}"]').click()
    expect(page.locator("input[name=outcome][value=registered]")).to_be_disabled()
    assert_accessible(page)
    shot(page, "cleanup-case")
    page.check("input[name=outcome][value=papers]")
    page.fill("[name=note]", "母亲在补办出生证")
    with page.expect_navigation():
        page.locator(f'form[action="{reverse("cleanup:say", args=[held.pk])}"] button[type=submit]').click()
    expect(page.locator("main")).to_contain_text("母亲在补办出生证")
    assert_accessible(page)
    shot(page, "cleanup-said")
    with page.expect_navigation():
        page.locator(f'form[action="{reverse("cleanup:take_back", args=[held.pk])}"] button').click()
    expect(page.locator("main")).not_to_contain_text("母亲在补办出生证")

    for one in CleanupCase.objects.filter(round=of):
        outcome = next(each for each in lists()[one.listed].outcomes if not each.settles)
        if one.listed == "elsewhere":
            outcome = lists()["elsewhere"].outcomes[0]
        actions.say(actor=qian_viewer(), case_id=one.pk, outcome=outcome.key, note="", today=TODAY)
    task = CleanupCase.objects.get(pk=held.pk).task
    assert task is not None
    page.goto(reverse("cleanup:at", args=[task.subject_id]))
    expect(page.locator("main")).to_contain_text("周小雨")
    assert_accessible(page)
    shot(page, "cleanup-door")

    page = signed_in(page, SUN)
    page.goto(reverse("cleanup:round", args=[of.pk]))
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("cleanup:sign", args=[of.pk, COMMUNITY])}"]').click()
    assert_accessible(page)
    shot(page, "cleanup-sign")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(SUN.real_name)
    shot(page, "cleanup-signed")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("cleanup:summary", args=[of.pk, COMMUNITY])}"]').first.click()
    expect(page.locator("main")).to_contain_text("as on file" if english else "与登记一致")
    assert_accessible(page)
    shot(page, "cleanup-summary")
