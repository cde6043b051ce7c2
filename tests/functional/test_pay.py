"""A month from the worker's phone to the paying office: figures and an objection in Chinese, the run on an English desk."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.accounts.models import User
from domicile.apps.staffing import months
from domicile.apps.staffing.assessment import computing as assessing
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Objection
from domicile.apps.staffing.models import Holding, Post, Worker
from domicile.apps.staffing.pay import computing
from domicile.apps.staffing.pay.models import PayRun, Statement
from domicile.apps.staffing.tests.working import doors, due, tried, visited
from domicile.core.policy.months import bounds, months_before
from tests import factories
from tests.cast import COMMUNITY, GRID, QIAN, SUN, ZHAO, Actor, make_user, qian_viewer, sun_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
NUMBER = COMMUNITY + "0990"


@pytest.fixture
def worked() -> Iterator[str]:
    """Zhao did two doors of four in time, in a month that is over; the month."""
    factories.area_tree()
    factories.grid()
    for actor in (ZHAO, QIAN, SUN):
        if not User.objects.filter(username=actor.username).exists():
            make_user(actor)
    Worker.objects.filter(user_id=ZHAO.id).update(user_id=None)
    month = months_before(months.last_month(timezone.localdate()), 1)
    middle = bounds(month)[0] + dt.timedelta(days=14)
    since = middle - dt.timedelta(days=60)
    row = Worker.objects.create(
        number=NUMBER, place_code=COMMUNITY + "000", name="赵网格", user_id=ZHAO.id, since=since
    )
    post = Post.objects.create(role="informant", place_code=GRID, name="考核路网格", opened_on=since)
    holding = Holding.objects.create(post=post, worker=row, start=since)
    homes = doors(4)
    tasks = [due(home, middle) for home in homes]
    for number in range(3):
        visited(tasks[number], homes[number], middle + dt.timedelta(days=number // 2))
    tried(tasks[3], middle)
    yield month
    Statement.objects.all().delete(), PayRun.objects.all().delete()
    Correction.objects.all().delete(), Objection.objects.all().delete()
    Figure.objects.all().delete(), AssessedMonth.objects.all().delete()
    holding.delete(), post.delete(), row.delete()
    for task in tasks:
        task.delete()


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def test_a_worker_sees_the_own_month_first_and_objects(
    page_zh_phone: Page, signed_in: Callable[..., Page], worked: str, assert_accessible: Check, shot: Shot
) -> None:
    assessing.compute(actor=qian_viewer(), month=worked, today=timezone.localdate(), community=COMMUNITY)
    run = computing.compute(actor=qian_viewer(), month=worked, today=timezone.localdate(), community=COMMUNITY)
    from domicile.apps.staffing.pay import actions

    actions.approve(actor=sun_viewer(), run_id=run.pk)
    page = signed_in(page_zh_phone, ZHAO)
    page.goto(reverse("staffing:my_month"))
    expect(page.get_by_text("4项任务中2项按期完成")).to_be_visible()
    assert_accessible(page)
    shot(page, "my-month")
    with page.expect_navigation():
        page.get_by_role("link", name="对考核结果提出异议").click()
    assert_accessible(page)
    page.fill("#id_words", "那天停电，系统登不上。")
    shot(page, "my-month-object")
    send(page)
    expect(page.get_by_text("社区还没有答复")).to_be_visible()
    assert_accessible(page)
    shot(page, "my-figure")
    page.goto(reverse("staffing:my_month"))
    with page.expect_navigation():
        page.get_by_role("link", name=f"{worked}：").or_(page.get_by_role("link", name=f"{worked}: ")).first.click()
    expect(page.get_by_text("人民币玖元整")).to_be_visible()
    assert_accessible(page)
    shot(page, "my-statement")


def test_an_office_answers_closes_computes_pay_and_a_second_person_approves(
    page_en_desktop: Page, signed_in: Callable[..., Page], worked: str, assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_en_desktop, QIAN)
    listed = reverse("staffing:assessment", args=[COMMUNITY]) + f"?month={worked}"
    page.goto(listed)
    assert_accessible(page)
    shot(page, "assessment-empty")
    with page.expect_navigation():
        page.get_by_role("button", name="Compute the month").click()
    expect(page.get_by_text("The workers look first")).to_be_visible()
    assert_accessible(page)
    shot(page, "assessment-workers-first")
    AssessedMonth.objects.update(told_on=timezone.localdate() - dt.timedelta(days=5))
    figure = Figure.objects.get(worker__number=NUMBER)
    Objection.objects.create(figure=figure, words="停电，系统登不上。", raised_at=timezone.now())
    page.goto(listed)
    assert_accessible(page)
    shot(page, "assessment")
    with page.expect_navigation():
        page.locator("main table").get_by_role("link", name="赵网格").click()
    assert_accessible(page)
    shot(page, "assessment-figure")
    with page.expect_navigation():
        page.get_by_role("link", name="Answer the objection").click()
    assert_accessible(page)
    page.fill("#id_words", "属实，已更正。")
    send(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Correct.*In time")).click()
    page.fill("#id_part", "3")
    page.fill("#id_reason", "停电")
    assert_accessible(page)
    shot(page, "assessment-correct")
    send(page)
    assert_accessible(page)
    shot(page, "assessment-corrected")
    page.goto(listed)
    with page.expect_navigation():
        page.get_by_role("button", name="Close the month").click()
    expect(page.get_by_text("these figures stand still")).to_be_visible()

    page.goto(reverse("staffing:pay", args=[COMMUNITY]))
    assert_accessible(page)
    shot(page, "pay-empty")
    page.select_option("#month", worked)
    with page.expect_navigation():
        page.get_by_role("button", name="Compute the honoraria").click()
    expect(page.get_by_text("somebody else approves it").last).to_be_visible()
    assert_accessible(page)
    shot(page, "pay-run")
    with page.expect_navigation():
        page.get_by_role("link", name="Adjust a statement").click()
    page.fill("#id_amount", "-0.50")
    page.fill("#id_reason", "上月多发")
    assert_accessible(page)
    send(page)
    page.context.clear_cookies()
    page = second(page, signed_in, SUN)
    with page.expect_navigation():
        page.get_by_role("button", name="Approve the run").click()
    assert_accessible(page)
    shot(page, "pay-approved")
    with page.expect_navigation():
        page.locator("main table").get_by_role("link", name="赵网格").click()
    expect(page.get_by_text("人民币捌元伍角整")).to_be_visible()
    assert_accessible(page)
    shot(page, "pay-statement")
    page.goto(reverse("staffing:set_rate", args=[COMMUNITY]))
    assert_accessible(page)


def second(page: Page, signed_in: Callable[..., Page], actor: Actor) -> Page:
    signed_in(page, actor)
    page.goto(reverse("staffing:pay_run", args=[PayRun.objects.get().pk]))
    return page
