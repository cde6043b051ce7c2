"""Today's tasks on a phone: walk, tap, take back, print a notice; arranging them at a desk."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from domicile.apps.tasks.models import Task
from domicile.apps.tasks.tests import making
from tests import factories as make
from tests.cast import QIAN, SUN, ZHAO


@pytest.fixture
def doors(server, django_db_blocker):
    """Three doors in two buildings, one of them overdue."""
    with django_db_blocker.unblock():
        make.area_tree()
        Task.objects.filter(state="open").delete()
        today = timezone.localdate()
        houses = [
            make.building(street="走访路", plate=plate, name="1栋", longitude=160 + at, latitude=25.0)
            for plate, at in (("9号", 0.0), ("12号", 0.001))
        ]
        rows = [make.dwelling(within=house, room="") for house in (houses[0], houses[0], houses[1])]
        return [
            making.task(at=row, opened=today - dt.timedelta(days=20), due=today + dt.timedelta(days=days))
            for row, days in zip(rows, (-1, 2, 9), strict=True)
        ]


@pytest.mark.parametrize("fixture", ["page_zh_phone", "page_en_desktop"])
def test_a_day_at_the_doors(request, fixture, signed_in, doors, assert_accessible, shot):
    page = signed_in(request.getfixturevalue(fixture), ZHAO)
    page.goto("/")
    assert_accessible(page)
    shot(page, "tasks-start")
    with page.expect_navigation():
        page.locator("main a[href='/tasks/']").click()
    assert_accessible(page)
    shot(page, "tasks-today")
    expect(page.locator(".task-stop .task")).to_have_count(3)

    first = page.locator(f"#task-{doors[0].pk}")
    first.locator("button[value=not_at_home]").click()
    expect(first.get_by_role("status")).to_be_visible()
    expect(first.locator("a[href$='/notice/']")).to_be_visible()
    second = page.locator(f"#task-{doors[1].pk}")
    second.locator("button[value=refused]").click()
    expect(second.get_by_role("status")).to_be_visible()
    expect(second.locator("button")).to_be_focused()
    assert_accessible(page)
    shot(page, "tasks-tapped")

    second.locator("button").press("Enter")  # takes it back
    expect(second.locator("button[value=done]")).to_be_visible()
    second.locator("button[value=done]").click()
    expect(second.locator("button[value=done]")).to_have_count(0)
    assert [Task.objects.get(pk=row.pk).outcome for row in doors] == ["", "done", ""]

    with page.expect_navigation():
        page.locator("a[href='/tasks/closed/']").click()
    expect(page.locator(f"#task-{doors[1].pk}")).to_be_visible()
    assert_accessible(page)
    shot(page, "tasks-closed")


def test_without_scripts_a_tap_works_too(browser, server, signed_in, doors):
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = signed_in(context.new_page(), ZHAO)
    page.goto("/tasks/")
    with page.expect_navigation():
        page.locator(f"#task-{doors[2].pk} button[value=done]").click()
    assert Task.objects.get(pk=doors[2].pk).outcome == "done"
    context.close()


@pytest.mark.parametrize("fixture", ["page_zh_phone", "page_en_desktop"])
def test_tasks_are_arranged(request, fixture, signed_in, doors, assert_accessible, shot):
    page = signed_in(request.getfixturevalue(fixture), QIAN)
    page.goto(f"/tasks/add/building/{doors[0].stop_id}/")
    assert_accessible(page)
    page.locator("[name=reason]").fill("楼道灯坏了，请看一下")
    shot(page, "tasks-add")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    page.goto("/tasks/all/")
    assert_accessible(page)
    page.locator("details.task-more summary").first.click()
    expect(page.locator("details[open] button[value=done]")).to_be_visible()
    shot(page, "tasks-all")
    with page.expect_navigation():
        page.locator("a[href$='/give/']").first.click()
    assert_accessible(page)
    shot(page, "tasks-give")
    page.goto(f"/tasks/{doors[2].pk}/cancel/")
    assert_accessible(page)
    page.locator("[name=reason]").fill("房屋已拆除")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    assert Task.objects.get(pk=doors[2].pk).state == "cancelled"


@pytest.mark.parametrize("fixture", ["page_zh_phone", "page_en_desktop"])
def test_rules_are_read_and_run(request, fixture, signed_in, doors, assert_accessible, shot):
    page = signed_in(request.getfixturevalue(fixture), SUN)
    page.goto("/tasks/rules/")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("form[action='/tasks/rules/run/'] button").click()
    shot(page, "tasks-rules")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("a[href='/tasks/rules/calendar/']").click()
    assert_accessible(page)
    shot(page, "tasks-calendar")
