"""The office carries the frame in, divides a community, changes the plan by hand, adopts it and takes its maps along."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.areas.models import Area
from domicile.apps.census.frame.models import Division
from domicile.apps.census.frame.tests import making
from domicile.apps.census.tests.making import OFFICE, make_census
from tests import pdf
from tests.cast import COMMUNITY

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def town() -> bytes:
    """Houses in rows along three streets, a tower of four stairwells and a river."""
    rows = making.houses(9, 6, people=24)
    tower = ["99", "和平路99号", COMMUNITY, 210, 560, 113.0020, 23.0004]
    streets = [
        ["街道", f"{name}路", f"112.9996 {y}, 113.0022 {y}"] for name, y in (("和平", 23.0001), ("人民", 23.0005))
    ]
    crossing = ["街道", "东大街", "113.0017 22.9998, 113.0017 23.0012"]
    river = ["界线", "清水河", "112.9990 23.0009, 113.0030 23.0009"]
    return making.book_of({
        "buildings": [*rows, tower],
        "stairwells": [["99", f"{n}单元", 52, 140, 113.0019 + n * 0.00005, 23.0004] for n in range(1, 5)],
        "lines": [*streets, crossing, river],
    })  # fmt: skip


def census_of(code: str) -> None:
    if not Area.objects.filter(code=COMMUNITY).exists():
        making.make_areas()
    make_census(code=code)


def carried(page: Page, code: str, server: str) -> None:
    page.goto(f"{server}/census/{code}/frame/")
    page.locator(f'a[href="/census/{code}/frame/files/add/"]').click()
    page.locator("input[type=file]").set_input_files(
        {"name": "frame.xlsx", "mimeType": "application/octet-stream", "buffer": town()}
    )
    with page.expect_navigation():
        page.locator("form.panel button[type=submit]").click()


def test_an_office_divides_a_community_and_prints_its_maps(
    page_en_desktop: Page, server: str, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    census_of("journey")
    page = signed_in(page_en_desktop, OFFICE)
    page.goto(f"{server}/census/journey/frame/")
    assert_accessible(page)
    carried(page, "journey", server)
    assert_accessible(page)
    shot(page, "frame-preview-en")
    page.get_by_role("button", name="Load it").click()
    expect(page.get_by_role("heading", name="Loaded", exact=True)).to_be_visible()
    page.get_by_role("link", name="To the areas").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Make 1 plan").click()
    assert_accessible(page)
    shot(page, "frame-communities-en")
    page.get_by_role("link", name="河沿社区").click()
    assert_accessible(page)
    page.get_by_role("link", name="Plan 1", exact=True).click()
    expect(page.get_by_text("Every area is in one piece").or_(page.get_by_text("Areas with fewer"))).to_be_visible()
    assert_accessible(page)
    shot(page, "frame-plan-en")
    plan = Division.objects.get(census__code="journey")
    page.goto(f"{page.url}?atom={border(plan)}#move")
    expect(page.get_by_role("columnheader", name="People there then")).to_be_visible()
    assert_accessible(page)
    shot(page, "frame-plan-moving-en")
    with page.expect_navigation():
        page.get_by_role("button", name="Put it there").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("plan 2")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo the last change by hand").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Adopt this plan").click()
    expect(page.get_by_text("河沿社区第1普查小区").first).to_be_visible()
    assert_accessible(page)
    shot(page, "frame-community-en")
    answer = page.request.get(f"{server}/census/journey/frame/{COMMUNITY}/maps.pdf?paper=a4")
    assert answer.headers["content-type"] == "application/pdf"
    assert "河沿社区第1普查小区" in pdf.text(answer.body())


def border(plan: Division) -> str:
    """A building that may go to another area."""
    from django.utils import timezone

    from domicile.apps.areas.division import dividing
    from domicile.apps.census.frame import plans

    found = plans.ground_of(plan, timezone.localdate())
    labels, wanted = found.labels(plan.labels), dividing.read_wanted(plan.wanted)
    return next(
        atom.key
        for number, atom in enumerate(found.atoms)
        if any(option.whole for option in dividing.options(found, labels, number, wanted))
    )


def test_a_phone_shows_plans_and_maps_in_chinese(
    page_zh_phone: Page, server: str, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    census_of("phone")
    page = signed_in(page_zh_phone, OFFICE)
    carried(page, "phone", server)
    shot(page, "frame-preview-zh")
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("link", name="去看普查小区").click()
    with page.expect_navigation():
        page.get_by_role("button", name="生成1个方案").click()
    assert_accessible(page)
    shot(page, "frame-communities-zh")
    page.get_by_role("link", name="河沿社区").click()
    assert_accessible(page)
    shot(page, "frame-community-zh")
    page.get_by_role("link", name="方案1", exact=True).click()
    assert_accessible(page)
    shot(page, "frame-plan-zh")
