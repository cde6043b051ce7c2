"""Where the register is made true: the way there, the indicators, and a published figure that coverage is held against."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.common.fields import prefix_q
from domicile.apps.indicators import jobs
from domicile.apps.indicators.measuring import RESIDENTS, measure
from domicile.apps.indicators.models import Measure, Published
from domicile.apps.tasks.generating import MACHINE
from tests import factories
from tests.cast import SUN
from tests.functional.navigating import go_to


@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_coverage_is_held_against_a_published_figure(
    device: str,
    request: pytest.FixtureRequest,
    databases: None,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    factories.area_tree()
    for _time in range(45):
        factories.spell(of=factories.person(), at=factories.dwelling())
    today = timezone.localdate()
    measure(actor=MACHINE, today=today)
    Published.objects.all().delete()
    counted = Measure.objects.filter(prefix_q("community", factories.COUNTY), key=RESIDENTS, month=today.replace(day=1))
    held = sum(counted.values_list("numerator", flat=True))
    page = signed_in(request.getfixturevalue(device), SUN)
    english = device == "page_en_desktop"
    page.goto("/")
    go_to(page, "/quality/")
    assert_accessible(page)
    shot(page, "quality")
    with page.expect_navigation():
        page.get_by_role("link", name="Indicators" if english else "质量指标", exact=True).click()
    expect(page.get_by_role("row", name="Accuracy of identity" if english else "身份信息准确率")).to_contain_text(
        f"/ {held}"
    )
    coverage = page.get_by_role("row", name="Coverage of residents" if english else "常住人口覆盖率")
    expect(coverage).to_contain_text("No published figure" if english else "没有该区划的公布数")
    assert_accessible(page)
    shot(page, "indicators")
    page.get_by_role("button", name="Reckon now" if english else "立即计算").click()
    going_on = page.get_by_role("status").get_by_text("being reckoned" if english else "正在计算")
    expect(going_on).to_be_visible()
    assert_accessible(page)
    shot(page, "indicators-reckoning")
    jobs.in_background.func()
    expect(going_on).to_have_count(0)  # the page looks again by itself
    expect(page.locator("main")).to_contain_text("Last reckoned" if english else "上次计算")
    shot(page, "indicators-reckoned")

    with page.expect_navigation():
        page.get_by_role("link", name="Published figures" if english else "公布数", exact=True).click()
    shot(page, "published-none")
    with page.expect_navigation():
        page.get_by_role("link", name="Note a published figure" if english else "登记公布数").click()
    page.select_option("[name=subject]", "residents")
    page.select_option("[name=code]", factories.COUNTY)
    page.fill("[name=start]", "2020-11-01")
    page.fill("[name=value]", str(2 * held))
    page.fill("[name=error]", "1.5")
    page.fill("[name=source]", "第七次全国人口普查公报")
    assert_accessible(page)
    shot(page, "published-add")
    with page.expect_navigation():
        page.get_by_role("button", name="Note the figure" if english else "登记该数").click()
    expect(page.get_by_role("row", name="第七次全国人口普查公报")).to_contain_text("1.5%")
    assert_accessible(page)
    shot(page, "published")

    page.goto("/indicators/")
    coverage = page.get_by_role("row", name="Coverage of residents" if english else "常住人口覆盖率")
    expect(coverage).to_contain_text("50.0%")
    with page.expect_navigation():
        coverage.get_by_role("link").first.click()
    expect(page.get_by_text(f"{held} / {2 * held}").first).to_be_visible()
    assert_accessible(page)
    shot(page, "indicator")

    page.goto(reverse("indicators:indicator", args=["deaths_expected"]))
    expect(page.locator("main")).to_contain_text("World Population Prospects" if english else "世界人口展望")
    assert_accessible(page)
    shot(page, "indicator-expected")
