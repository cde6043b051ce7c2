"""A desk proposes the grids of a community, changes the plan by hand, adopts it from a day and takes that back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.areas.division import dividing
from domicile.apps.areas.models import Area, Grid
from domicile.apps.gridding import plans
from domicile.apps.gridding.models import Proposal
from domicile.apps.gridding.tests.making import DESK, TODAY
from domicile.apps.places.models import Building
from tests import factories
from tests.cast import SUN

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
TOWNSHIP = "770101095"
#: Milliseconds: reckoning and drawing takes its time on a busy machine.
PATIENCE = 90_000
DEVICES = ["page_zh_phone", "page_en_desktop"]
WORDS = [
    {
        "way": "网格划分方案", "make": "生成方案", "size": "每个网格的户数或人数", "piece": "每个网格都连成一片。",
        "put": "调到此处", "adopt": "采用此方案", "confirm": "采用", "back": "撤回采用", "today": "现有网格", "undone": "已撤回",
    },
    {
        "way": "Propose grids", "make": "Make a plan", "size": "Households or people in a grid",
        "piece": "Every grid is in one piece.", "put": "Put it there", "adopt": "Adopt this plan", "confirm": "Adopt",
        "back": "Take the adoption back", "today": "Grids of today", "undone": "Taken back",
    },
]  # fmt: skip


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(params=DEVICES)
def place(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> tuple[Page, int, Area]:
    """Sun, who keeps the areas of the county, on either device, with a community of her own: two grids that are unlike."""
    number = DEVICES.index(request.param)
    return signed_in(request.getfixturevalue(request.param), SUN), number, community(number)


def community(number: int) -> Area:
    factories.area_tree()
    code, since = f"{TOWNSHIP}{number + 1:03d}", {"valid_from": factories.LONG_AGO}
    township = {"name": "柳溪街道", "level": 4, **since}
    Area.objects.get_or_create(code=f"{TOWNSHIP}000", valid_to=None, defaults=township)
    area = Area.objects.create(code=code, name=f"柳溪{number + 1}社区", level=5, **since)
    for place in range(30):
        across, up = place % 6, place // 6
        house = factories.building(
            place_code=f"{code}00{1 if up < 4 else 2}", street="柳溪路", plate=f"{place + 1}号", name="",
            **({} if place == 7 else {"longitude": 162 + number / 10 + across * 0.0002, "latitude": 26 + up * 0.0002}),
        )  # fmt: skip
        for _home in range(4):
            factories.household(at=factories.dwelling(within=house))
    return area


def border(plan: Proposal) -> str:
    """A building that may go to another grid."""
    found = plans.ground_of(DESK, plan, TODAY)
    labels, wanted = found.labels(plan.labels), dividing.read_wanted(plan.asked)
    return next(
        atom.key
        for number, atom in enumerate(found.atoms)
        if any(option.whole for option in dividing.options(found, labels, number, wanted))
    )


def test_a_desk_proposes_grids_and_adopts_them(
    place: tuple[Page, int, Area], assert_accessible: Check, shot: Shot
) -> None:
    page, number, area = place
    page.set_default_timeout(PATIENCE)
    say, tongue = WORDS[number], ("zh", "en")[number]
    page.goto(f"/areas/{area.pk}/")
    page.get_by_role("link", name=say["way"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(area.name)
    assert_accessible(page)
    shot(page, f"grids-community-{tongue}")
    page.get_by_label(say["size"]).fill("40")
    with page.expect_navigation(wait_until="commit"):
        page.get_by_role("button", name=say["make"]).click()
    row = Proposal.objects.get(community=area.code)
    page.goto(f"/grids/proposals/plans/{row.pk}/")
    expect(page.get_by_text(say["piece"])).to_be_visible()
    assert_accessible(page)
    shot(page, f"grids-plan-{tongue}")
    page.goto(f"/grids/proposals/plans/{row.pk}/?atom={border(row)}#move")
    assert_accessible(page)
    shot(page, f"grids-moving-{tongue}")
    with page.expect_navigation(wait_until="commit"):
        page.get_by_role("button", name=say["put"]).first.click()
    changed = Proposal.objects.get(of=row)
    assert str(changed.pk) in page.url
    page.goto(f"/grids/proposals/plans/{row.pk}/")
    page.get_by_role("link", name=say["adopt"]).click()
    assert_accessible(page)
    shot(page, f"grids-adopt-{tongue}")
    with page.expect_navigation(wait_until="commit"):
        page.get_by_role("button", name=say["confirm"], exact=True).click()
    expect(page.get_by_role("heading", name=say["today"])).to_be_visible()
    assert_accessible(page)
    held = Grid.objects.filter(code__startswith=area.code, valid_to=None)
    assert held.count() == 3
    assert {house.place_code for house in Building.objects.filter(community_code=area.code)} == {
        one.code for one in held
    }
    with page.expect_navigation(wait_until="commit"):
        page.get_by_role("button", name=say["back"]).click()
    expect(page.get_by_text(say["undone"]).first).to_be_visible()
    assert Grid.objects.filter(code__startswith=area.code, valid_to=None).count() == 2
    page.goto(f"/grids/proposals/?within={TOWNSHIP}")
    expect(page.get_by_role("link", name=area.name)).to_be_visible()
    assert_accessible(page)
    shot(page, f"grids-communities-{tongue}")
