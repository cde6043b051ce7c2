"""The cards of dwelling, household and person, in Chinese on a phone and in English on a desktop."""

import datetime as dt

import pytest

from domicile.apps.audit.recording import recording
from domicile.apps.people.models import FormerName
from tests import factories as make
from tests.cast import QIAN, ZHAO, qian_viewer


@pytest.fixture(scope="module")
def home(server, django_db_blocker):
    """A household of four with a head who moved twice, was renamed, and has a remark; a lodger; somebody who left."""
    with django_db_blocker.unblock():
        make.area_tree()
        house = make.building(street="卡片路", plate="9号", name="1栋")
        here = make.dwelling(within=house, room="401室", floor_area="88.50", rooms=3)
        make.former_address(of=here, text="老街9号")
        household = make.family(size=4, at=here, surname="卡")
        head = household.members.get(relation=make.HEAD).person
        make.telephone(of=head, number="13800009999")
        make.remark(of=head, text="需要轮椅坡道")
        elsewhere = make.dwelling(place_code=make.FAR_GRID)
        make.spell(of=head, at=elsewhere, start=dt.date(1998, 5, 1), end=dt.date(2009, 12, 1))
        make.spell(of=make.person(name="卡寄宿"), at=here, start=dt.date(2025, 1, 1), reason="01")
        gone = make.person(name="卡已走")
        make.spell(of=gone, at=here, start=dt.date(2001, 1, 1), end=dt.date(2009, 1, 1))
        make.visible(of=gone, code=here.place_code)
        subject = {"subject_kind": "person", "subject_id": head.pk, "place_code": here.place_code}
        with recording(
            actor=qian_viewer(), action="people.correct_name", evidence="户口簿", reason="来信", **subject
        ) as change:
            change.create(FormerName(person=head, name=head.name, sound=head.sound))
            change.update(head, name="卡建军")
    return household


@pytest.fixture(params=["page_zh_phone", "page_en_desktop"])
def page(request, signed_in, home):
    return signed_in(request.getfixturevalue(request.param), QIAN, "register_maintenance")


def test_from_the_dwelling_to_the_person_and_back(page, home, assert_accessible, shot):
    page.goto(f"/dwellings/{home.dwelling_id}/")
    text = page.locator("main").inner_text()
    assert "老街9号" in text
    assert "卡寄宿" in text
    assert "卡已走" in text
    assert_accessible(page)
    shot(page, "card-dwelling")
    page.get_by_role("link", name="卡建军").first.click()
    page.wait_for_url("**/people/*/")
    assert_accessible(page)
    shot(page, "card-person")
    page.get_by_role("link", name="401室").first.click()
    page.wait_for_url(f"**/dwellings/{home.dwelling_id}/")


def test_the_household_names_its_head_first(page, home, assert_accessible, shot):
    page.goto(f"/households/{home.pk}/")
    assert "卡建军" in page.locator("tbody tr").first.inner_text()
    assert_accessible(page)
    shot(page, "card-household")


def test_full_numbers_are_asked_for_in_a_dialog(page, home, assert_accessible, shot):
    head = home.members.get(relation=make.HEAD).person
    page.goto(f"/people/{head.pk}/")
    assert "13800009999" not in page.content()
    page.locator("[data-dialog-open=show-numbers]").click()
    assert page.locator("#show-numbers").is_visible()
    assert_accessible(page)
    shot(page, "card-person-dialog")
    page.locator("#show-numbers [data-dialog-close]").click()
    assert not page.locator("#show-numbers").is_visible()
    page.locator("[data-dialog-open=show-numbers]").click()
    page.locator("#show-numbers [type=submit]").click()
    page.get_by_text("13800009999").wait_for()
    assert_accessible(page)


def test_history_and_as_known_on_a_day(page, home, assert_accessible, shot):
    head = home.members.get(relation=make.HEAD).person
    page.goto(f"/people/{head.pk}/history/?on=2020-01-01")
    assert "卡建国" in page.locator("main dl").inner_text()
    assert "户口簿" in page.locator("main").inner_text()
    assert_accessible(page)
    shot(page, "card-history")
    page.goto(f"/people/{head.pk}/history/?on=2020-13-01")
    assert page.locator(".field-error").is_visible()
    assert_accessible(page)


def test_from_the_household_to_its_history_and_what_was_known_on_a_day(page, home, assert_accessible, shot):
    head = home.members.get(relation=make.HEAD).person
    page.goto(f"/households/{home.pk}/")
    with page.expect_navigation():
        page.locator(f'a[href="/households/{home.pk}/history/"]').click()
    assert_accessible(page)
    for card in ("household", "dwelling"):
        page.goto(f"/households/{home.pk}/history/" if card == "household" else f"/dwellings/{home.dwelling_id}/")
        if card == "dwelling":
            with page.expect_navigation():
                page.locator(f'a[href="/places/dwellings/{home.dwelling_id}/history/"]').click()
        page.fill("#on", "2020-01-01")
        with page.expect_navigation():
            page.locator("#known-title ~ form [type=submit]").click()
        facts = page.locator("#known-title ~ dl").inner_text()
        assert "卡建国" in facts  # as the head was called before the correction
        assert head.name not in facts
        assert_accessible(page)
        shot(page, f"card-{card}-history")
        page.goto(f"{page.url.split('?')[0]}?on=2020-13-01")
        assert page.locator(".field-error").is_visible()
        assert_accessible(page)


def test_an_empty_dwelling_says_so(page, home, assert_accessible, shot):
    empty = make.dwelling(in_use_to=dt.date(2020, 1, 1))
    page.goto(f"/dwellings/{empty.pk}/")
    assert page.locator(".empty").count() == 2
    assert_accessible(page)
    shot(page, "card-dwelling-empty")


def test_outside_the_area_reads_like_not_there(page, home, assert_accessible, shot):
    far = make.family(size=1, at=make.dwelling(place_code=make.FAR_GRID))
    page.goto(f"/dwellings/{far.dwelling_id}/")
    outside = page.locator("main").inner_text()
    assert far.dwelling.address not in outside
    assert_accessible(page)
    shot(page, "card-outside")
    page.goto(f"/dwellings/{make.unknown_id()}/")
    assert page.locator("main").inner_text() == outside


def test_a_grid_worker_has_no_button_for_numbers(page_zh_phone, signed_in, home):
    page = signed_in(page_zh_phone, ZHAO)
    head = home.members.get(relation=make.HEAD).person
    page.goto(f"/people/{head.pk}/")
    assert page.locator("[data-dialog-open=show-numbers]").count() == 0
