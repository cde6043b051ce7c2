"""A back-check: asked at the door on a phone without a look at what is on file, judged and reckoned at a desk."""

import pytest
from playwright.sync_api import expect

from domicile.apps.fieldwork.backcheck.models import BackCheck, Draw
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.tasks.models import Task
from tests.cast import QIAN


@pytest.fixture
def checks(server, django_db_blocker):
    """Two records of Zhao's that Feng has to check: an education, and a visit at which two were confirmed."""
    with django_db_blocker.unblock():
        making.staff()
        BackCheck.objects.all().delete()
        Draw.objects.all().delete()
        Visit.objects.all().delete()
        Task.objects.filter(state="open").delete()
        person, home = making.at_home(name="郭建国")
        making.schooled(person)
        making.visited(home, person)
        making.drawn(seed=20260305)
        Task.objects.filter(kind="back_check").update(worker=making.FENG.id)  # accounts of other journeys work here too
        return {check.kind: check for check in BackCheck.objects.filter(dwelling=home)}


def test_a_checker_asks_at_the_door(page_zh_phone, signed_in, checks, assert_accessible, shot):
    page = signed_in(page_zh_phone, making.FENG)
    page.goto("/tasks/")
    link = page.locator(f"a[href='/back-checks/{checks['visit'].pk}/']").first
    expect(link).to_be_visible()
    with page.expect_navigation():
        link.click()
    assert_accessible(page)
    shot(page, "back-check-fill")
    page.get_by_text("是", exact=True).first.click()
    page.get_by_text("否", exact=True).last.click()
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    assert_accessible(page)
    shot(page, "back-check-mine")
    assert sorted(checks["visit"].items.values_list("agrees", flat=True)) == [False, True]

    page.goto(f"/back-checks/{checks['people.correct_education'].pk}/")
    assert_accessible(page)
    shot(page, "back-check-education")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    expect(page.locator("main [role=alert]")).to_be_visible()  # nothing was answered
    assert_accessible(page)


def test_an_officer_judges_and_reads_the_rates(page_en_desktop, signed_in, checks, assert_accessible, shot):
    making.checked(checks["people.correct_education"], education=making.COLLEGE)
    making.checked(checks["visit"], visited="yes", lives_here="yes")
    page = signed_in(page_en_desktop, QIAN)
    page.goto("/back-checks/draw/")
    assert_accessible(page)
    shot(page, "back-check-new")
    page.goto("/back-checks/")
    assert_accessible(page)
    shot(page, "back-check-draws")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()
    assert_accessible(page)
    shot(page, "back-check-draw")
    page.goto("/back-checks/differences/")
    assert_accessible(page)
    shot(page, "back-check-differences")
    with page.expect_navigation():
        page.locator(f"a[href$='/{checks['people.correct_education'].items.get().pk}/']").click()
    assert_accessible(page)
    shot(page, "back-check-difference")
    page.locator("input[value=first_wrong]").check()
    with page.expect_navigation():
        page.locator("form:has(input[value=first_wrong]) button[type=submit]").click()
    assert_accessible(page)
    shot(page, "back-check-correct")
    with page.expect_navigation():
        page.locator("form[action$='/correct/'] button[type=submit]").click()
    assert checks["people.correct_education"].items.get().proposal_id is not None
    page.goto("/back-checks/rates/?place=770101001001&begin=2026-03-01&last=2026-03-31")
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text("Cannot be told yet")
    shot(page, "back-check-rates")
