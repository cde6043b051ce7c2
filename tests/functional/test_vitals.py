"""Vital events in the browser: a birth without papers and its like shown before it is saved; a death that ends a move."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.moves.tests.making import declared, home, members
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import DAY, NUMBER, TODAY, asked_here, born, family, one
from tests import factories
from tests.cast import QIAN, SUN, qian_viewer
from tests.peers.incoming import own_register, peer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


@pytest.mark.usefixtures("unlinked")
def test_a_birth_without_papers_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    household = family()
    mother = one(household, "10")
    first = born(household, name="王小满", parents={str(mother.pk): "birth"}, ask_text="外省某县某镇")
    page = signed_in(page_zh_phone, QIAN)
    page.goto(reverse("people:household", args=[household.pk]))
    page.locator(".change-menu > summary").click()
    with page.expect_navigation():
        page.locator(f'.change-menu a[href="{reverse("vitals:birth", args=[household.pk])}"]').click()
    assert_accessible(page)
    shot(page, "vitals-birth")
    page.select_option("#id_sex", "1")
    page.fill("#id_birth_date", DAY.isoformat())
    page.select_option("#id_mother", str(mother.pk))
    page.fill("#id_reason", "家属申报")
    send(page)
    expect(page.locator(".asked")).to_contain_text("王小满")
    assert_accessible(page)
    shot(page, "vitals-birth-likely")
    page.check("#id_another_child")
    send(page)
    expect(page.locator("main")).to_contain_text("2份材料待补")
    assert_accessible(page)
    shot(page, "vitals-event-birth")
    page.goto(reverse("vitals:event", args=[first.pk]))
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("vitals:answer", args=[first.questions.get().pk])}"]').click()
    assert_accessible(page)
    shot(page, "vitals-answer")
    own_register()
    factories.document(of=mother, number=NUMBER)
    asked = asked_here(peer(prefixes=("880101",)))
    page.goto(reverse("vitals:outside"))
    assert_accessible(page)
    shot(page, "vitals-outside-list")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("vitals:answer_outside", args=[asked])}"]').first.click()
    expect(page.locator("main")).to_contain_text("欧阳兰")
    assert_accessible(page)
    shot(page, "vitals-outside")
    page.goto(reverse("vitals:ledger"))
    expect(page.locator("main")).to_contain_text("王小满")
    assert_accessible(page)
    shot(page, "vitals-ledger")


def test_a_death_ends_what_it_ends_and_is_corrected_and_annulled(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    head, spouse = members(home(2))
    move = declared(qian_viewer(), spouse)
    page = signed_in(page_en_desktop, SUN)
    page.goto(reverse("vitals:marriage", args=[head.pk]))
    page.fill("#id_day", DAY.isoformat())
    page.select_option("#id_spouse_id", str(spouse.pk))
    page.fill("#id_reason", "told")
    assert_accessible(page)
    shot(page, "vitals-marriage")
    send(page)
    page.goto(reverse("vitals:death", args=[spouse.pk]))
    assert page.locator("#id_spouse_id").input_value() == str(head.pk)
    page.fill("#id_died_on", TODAY.isoformat())
    page.fill("#id_reason", "told by the family")
    assert_accessible(page)
    shot(page, "vitals-death")
    send(page)
    move.refresh_from_db()
    assert move.state == "cancelled"
    event = VitalEvent.objects.get(kind="death")
    page.goto(reverse("vitals:correct", args=[event.pk]))
    page.fill("#id_place", "county hospital")
    page.fill("#id_reason", "compared with the certificate")
    assert_accessible(page)
    shot(page, "vitals-correct")
    send(page)
    assert_accessible(page)
    shot(page, "vitals-event-death")
    page.goto(reverse("vitals:annul", args=[event.pk]))
    page.fill("#id_reason", "somebody of the same name")
    shot(page, "vitals-annul")
    send(page)
    expect(page.locator("main")).to_contain_text("registered in error")
    move.refresh_from_db()
    assert move.state == "told"
    page.goto(reverse("people:person", args=[spouse.pk]))
    assert_accessible(page)
    shot(page, "vitals-on-card")
