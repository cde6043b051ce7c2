"""Other registers, on the pages of administrators."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.peers import actions, builtin, cards, delivery, inbox, keys, notes, outbox
from domicile.apps.peers.models import Line, Peer
from tests import cast
from tests.peers import incoming

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


pytestmark = pytest.mark.usefixtures("unlinked")


@pytest.fixture
def card() -> str:
    """The card of another register."""
    _key_id, public = keys.new_private()
    return cards.Card(incoming.THERE, "临溪县人口登记系统", "https://linxi.example.org", ("770102",), (public,)).text()


def test_an_administrator_links_a_register_by_its_card(
    page_zh_phone: Page, signed_in: Callable[..., Page], card: str, assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_zh_phone, cast.WU)
    page.goto("/administration/peers/")
    expect(page.locator("main .empty")).to_be_visible()
    page.goto("/administration/peers/own/")
    page.locator("#id_name").fill("安禾县人口登记系统")
    page.locator("#id_address").fill("https://anhe.example.org")
    page.locator("#id_areas").fill("770101")
    assert_accessible(page)
    send(page)
    page.goto("/administration/peers/card/")
    assert_accessible(page)
    shot(page, "peers-card")
    page.goto("/administration/peers/add/")
    page.locator("#id_card").fill(card.replace("770102", "770103"))
    send(page)
    expect(page.locator(".invalid-feedback, .errorlist, .field-error").first).to_be_visible()
    page.locator("#id_card").fill(card)
    shot(page, "peers-add")
    send(page)
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("main a[href$='/confirm/']").click()
    expect(page.locator("main")).to_contain_text(cards.read(card).fingerprint)
    assert_accessible(page)
    shot(page, "peers-confirm")
    page.locator("#id_compared").check()
    send(page)

    assert Peer.objects.get(pk=incoming.THERE).state == "active"
    page.goto("/administration/peers/")
    assert_accessible(page)
    shot(page, "peers-list")


def test_an_administrator_cures_a_line_and_its_messages(
    page_en_desktop: Page, signed_in: Callable[..., Page], card: str, assert_accessible: Check, shot: Shot
) -> None:
    machine = actions.MACHINE
    actions.set_up(actor=machine, name="Anhe", address="", areas=["770101"])
    incoming_own = Peer.objects.get(state="own")
    found = cards.read(card)
    actions.propose(actor=machine, card=found)
    peer = actions.confirm(actor=machine, peer_id=found.id, fingerprint=found.fingerprint)
    sent = outbox.post(peer=peer, kind=builtin.NOTE, subject=SUBJECT, data={"text": "Is your new address in use?"})
    delivery.note(peer, [sent], {sent.pk: inbox.Answer(str(sent.pk), "refused", "unknown_type")}, timezone.now())
    notes.send(actor=machine, peer_id=peer.pk, text="We are closed on Friday.")
    document = incoming.document(peer, builtin.NOTE, SUBJECT, 1, {"text": ""})
    inbox.receive(peer, [{**document, "recipient": f"urn:uuid:{incoming_own.pk}"}])
    inbox.apply_waiting()
    Line.objects.filter(peer=peer).update(problem="tls", failures=4, next_at=timezone.now())
    page = signed_in(page_en_desktop, cast.WU)
    page.goto("/administration/peers/")
    assert_accessible(page)
    shot(page, "peers-list-trouble")
    with page.expect_navigation():
        page.locator("main table a").click()
    assert_accessible(page)
    shot(page, "peers-page")
    with page.expect_navigation():
        page.get_by_role("button", name="Try again").first.click()
    with page.expect_navigation():
        page.get_by_role("link", name="Give up").click()
    page.locator("#id_reason").fill("It was empty.")
    assert_accessible(page)
    send(page)
    expect(page.locator("#aside")).to_have_count(0)
    page.goto(f"/administration/peers/{peer.pk}/write/")
    page.locator("#id_code").fill("a code of the office")
    assert_accessible(page)
    shot(page, "peers-file")
    with page.expect_download() as file:
        page.locator("main form button[type=submit]").click()
    assert file.value.suggested_filename.endswith(".domicile")
