"""A certificate in the browser: issued at the counter, checked on a phone that sends nothing."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Request, Route, expect

from domicile.apps.certificates import actions, keys
from domicile.apps.certificates.models import Certificate, SigningKey
from domicile.apps.certificates.selectors.public import revoked_list
from domicile.apps.certificates.tests.making import WHY, holder, issued
from domicile.apps.vault.sealing import open_value
from domicile.core import certificates as core
from domicile.core.certificates.text import KIND, seal
from tests.cast import QIAN, qian_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def text_of(row: Certificate) -> str:
    return open_value(Certificate.objects.get(pk=row.pk), "text")


def test_what_the_holder_chose_is_looked_at_and_issued(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    person = holder()
    page = signed_in(page_en_desktop, QIAN)
    page.goto(reverse("people:person", args=[person.pk]))
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("certificates:issue", args=[person.pk])}"]').click()
    page.check('input[name=residence][value="full"]')
    page.check("input[name=marital]")
    assert_accessible(page)
    shot(page, "certificate-choose")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Married")
    expect(page.locator("main")).not_to_contain_text("Identity document")
    assert_accessible(page)
    shot(page, "certificate-preview")
    with page.expect_navigation():
        page.locator('button[value="issue"]').click()
    row = Certificate.objects.get(person=person)
    assert page.url.endswith(reverse("certificates:certificate", args=[row.pk]))
    assert_accessible(page)
    shot(page, "certificate")
    for name, key in (("desk", None), ("end", row.pk), ("guide", None)):
        page.goto(reverse(f"certificates:{name}", args=[key] if key else []))
        assert_accessible(page)
        shot(page, f"certificate-{name}")


def cases(row: Certificate) -> dict[str, list[str]]:
    """Texts by the state in which both this register's code and the browser must find them."""
    today = timezone.localdate()
    signer = keys.current(today)
    SigningKey.objects.filter(in_use=True).update(used_from=dt.date(2020, 1, 1))
    text, other = text_of(row), Ed25519PrivateKey.generate()
    was = core.contents(text)

    def of(issued_on: dt.date, last_day: dt.date, key: Ed25519PrivateKey = signer.key, kid: str = signer.kid) -> str:
        said = core.Certificate(
            number=was.number[::-1], issued=issued_on, last_day=last_day, office=was.office, name=was.name
        )
        return core.sign(said, key, kid)

    revoked = issued(row.person)
    actions.end(actor=qian_viewer(), certificate_id=revoked.pk, day=today, why="lost", reason=WHY)
    head, body, signature = text.split(".")
    return {
        "expired": [of(dt.date(2020, 2, 1), dt.date(2023, 1, 31))],
        "revoked": [text_of(revoked)],
        "early": [of(today + dt.timedelta(days=3), today + dt.timedelta(days=900))],
        "unknown_key": [of(today, was.last_day, other, core.key_id(other.public_key().public_bytes_raw()))],
        "forged": [
            of(today, was.last_day, other), of(dt.date(2019, 1, 1), was.last_day),
            ".".join((head, body, "A" + signature[1:] if signature[0] != "A" else "B" + signature[1:])),
            ".".join((head, body[:-8] + ("A" if body[-8] != "A" else "B") + body[-7:], signature)),
        ],
        "unreadable": [
            text[:-3], text.replace(".", "", 1), "hello", seal(KIND, {"i": was.number, "z": "1"}, signer.key, signer.kid),
            seal("dc2", {}, signer.key, signer.kid), ".".join((head, body, signature[:-1] + "_")),
        ],
        "valid": [f"https://anhe.example.cn/certificates/check#{text}", text[:60] + "\n" + text[60:]],
    }  # fmt: skip


def test_the_page_goes_by_no_list_but_that_of_the_issuing_register(page_zh_phone: Page) -> None:
    """Of another register, or of a key that was not in use on its day: whether the certificate was revoked is not known."""
    row = issued(holder())
    signer, other = keys.current(timezone.localdate()), Ed25519PrivateKey.generate()
    theirs = core.PublicKey(other.public_key().public_bytes_raw(), dt.date(2020, 1, 1))
    known = [*keys.known_keys().as_jwks()["keys"], *core.KeySet([theirs]).as_jwks()["keys"]]
    now, number = timezone.now(), frozenset({row.number})
    lists = {
        "of another register": core.write_list(core.RevokedList(now, number), other, theirs.kid),
        "of a day before": core.write_list(
            core.RevokedList(now - dt.timedelta(days=9), number), signer.key, signer.kid
        ),
        "its own": core.write_list(core.RevokedList(now, number), signer.key, signer.kid),
    }
    page, text = page_zh_phone, text_of(row)
    for name, listed in lists.items():
        page.goto("about:blank")
        page.route("**/certificates/check", _with({"keys": known, "list": listed}))
        page.goto(f"{reverse('certificates:check')}#{text}")
        own = name == "its own"
        expect(page.locator("[data-state]:not([hidden])")).to_have_attribute(
            "data-state", "revoked" if own else "valid"
        )
        expect(page.locator("#check-no-list")).to_be_visible(visible=not own)
        expect(page.locator("#check-list")).to_be_visible(visible=own)
        page.unroute("**/certificates/check")


def _with(changed: dict[str, Any]) -> Callable[[Route], None]:
    """Answers with the page, and other keys and another list in it."""

    def answer(route: Route) -> None:
        response = route.fetch()
        before, start, rest = response.text().partition('<script id="check-given" type="application/json">')
        given, end, after = rest.partition("</script>")
        body = before + start + json.dumps(json.loads(given) | changed) + end + after
        route.fulfill(response=response, body=body)

    return answer


def test_a_phone_checks_without_sending_anything(page_zh_phone: Page, assert_accessible: Check, shot: Shot) -> None:
    row = issued(holder(), residence="short", marital=True, birth="short")
    known = cases(row)
    page, asked = page_zh_phone, list[Request]()
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{reverse('certificates:check')}#{text_of(row)}")
    expect(page.locator('[data-state="valid"]')).to_be_visible()
    expect(page.locator("#check-facts")).to_contain_text(row.person.name)
    expect(page.locator("#check-facts")).to_contain_text("已婚")
    expect(page.locator("#check-list")).to_be_visible()
    assert_accessible(page)
    shot(page, "certificate-check")
    assert not [one.url for one in asked if "eyJ" in one.url or "eyJ" in (one.post_data or "")]
    assert {one.method for one in asked} == {"GET"}
    asked.clear()
    page.context.set_offline(True)
    trusted = keys.known_keys()
    listed = core.read_list(revoked_list(timezone.now()), trusted)
    for state, texts in known.items():
        for text in texts:
            ours = core.check(core.find_text(text), trusted, today=timezone.localdate(), revoked=listed)
            assert ours.state == state, text
            page.fill("#check-text", text)
            page.click("#check-form button")
            expect(page.locator("[data-state]:not([hidden])")).to_have_attribute("data-state", state)
            shown = page.locator("#check-facts dt").count() > 0
            assert shown == (state in {"valid", "expired", "revoked", "early"})
        shot(page, f"certificate-check-{state}")
    assert asked == []
    page.context.set_offline(False)
