"""The pages of certificates: on the card, chosen, looked at, issued, printed, revoked; and those that are open to everybody."""

import datetime as dt
import io
import json
import re
from typing import Any

import pytest
import segno
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.certificates import actions, printed
from domicile.apps.certificates.models import Certificate
from domicile.apps.certificates.selectors.cards import certificate_card
from domicile.apps.certificates.tests.making import WHY, holder, issued, mover
from domicile.apps.people.models import Document
from domicile.apps.printing import compiler, pages
from domicile.apps.vault import keyring
from domicile.apps.vault.sealing import open_value
from domicile.core.certificates import KeySet, State, check, find_text, read_list
from tests import pdf
from tests.cast import LI, QIAN, SUN, ZHAO, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def get(client: Client, name: str, key: Any = None, **more: Any) -> str:
    return client.get(reverse(name, args=[key] if key else []), **more).content.decode()


def test_chosen_looked_at_and_issued(client: Client) -> None:
    person = holder()
    sign_in(client, QIAN)
    assert reverse("certificates:issue", args=[person.pk]) in get(client, "people:person", person.pk)
    at = reverse("certificates:issue", args=[person.pk])
    number = open_value(Document.objects.get(person=person), "number")
    assert number not in client.get(at).content.decode()
    values = {"asked_by": "person", "residence": "short", "document": "full", "marital": "on", "reason": WHY}
    shown = client.post(at, values).content.decode()
    assert "证明将写明的内容" in shown
    assert number in shown
    assert "已婚" in shown
    assert Look.objects.filter(question="number").count() == 1
    assert not Certificate.objects.exists()
    again = client.post(at, {**values, "step": "change"}).content.decode()
    assert 'value="short"' in again
    assert number not in again
    answer = client.post(at, {**values, "step": "issue"})
    row = Certificate.objects.get()
    assert answer.headers["Location"] == reverse("certificates:certificate", args=[row.pk])
    page = client.get(answer.headers["Location"])
    assert number in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_a_number_in_full_needs_the_permission_and_is_a_look_of_its_own(client: Client) -> None:
    person = holder()
    row, without = issued(person, document="full"), issued(person, document="short")
    number = open_value(Document.objects.get(person=person), "number")
    page, paper = (reverse(f"certificates:{name}", args=[row.pk]) for name in ("certificate", "print"))

    def looks() -> int:
        return Look.objects.filter(question="number").count()

    sign_in(client, QIAN, "service_delivery")
    shown = client.get(page).content.decode()
    assert number not in shown
    assert f"尾号{number[-4:]}" in shown
    assert paper not in shown
    assert client.get(paper).status_code == 403
    assert not Look.objects.filter(question="print_certificate").exists()
    assert client.get(reverse("certificates:print", args=[without.pk])).status_code == 200
    assert looks() == 0
    sign_in(client, QIAN)
    assert number in client.get(page).content.decode()
    assert looks() == 1
    assert client.get(paper).status_code == 200
    assert looks() == 2
    client.get(reverse("certificates:certificate", args=[without.pk]))
    assert looks() == 2


def test_the_history_of_the_person_tells_of_it_without_what_it_says(client: Client) -> None:
    person = holder()
    row = issued(person, document="short")
    sign_in(client, QIAN)
    page = get(client, "people:history", person.pk)
    assert "签发居民证明" in page
    assert WHY in page
    assert "尾号" not in page
    assert row.number not in page


def test_who_does_not_issue_sees_nothing_of_it(client: Client) -> None:
    person = holder()
    row = issued(person)
    for actor in (ZHAO, SUN, LI):
        sign_in(client, actor)
        for name, key in (
            ("certificate", row.pk),
            ("print", row.pk),
            ("end", row.pk),
            ("renew", row.pk),
            ("issue", person.pk),
        ):
            assert client.get(reverse(f"certificates:{name}", args=[key])).status_code == 403
        if actor is not LI:
            card = get(client, "people:person", person.pk)
            assert "居民证明" not in card
            assert str(row.pk) not in card
        assert client.get(reverse("certificates:desk")).status_code == 403 or person.name not in get(
            client, "certificates:desk"
        )


def test_whoever_is_registered_elsewhere_is_told_where_to_ask(client: Client) -> None:
    person = mover()
    sign_in(client, QIAN)
    answer = client.get(reverse("certificates:issue", args=[person.pk]))
    assert answer.status_code == 422
    assert "户籍地" in answer.content.decode()


def test_renewed_with_the_same_choices(client: Client) -> None:
    person = holder()
    old = issued(person, residence="full", marital=True)
    sign_in(client, QIAN)
    form = client.get(reverse("certificates:renew", args=[old.pk])).context["form"]
    assert (form.initial["residence"], form.initial["marital"], form.initial["birth"]) == ("full", True, "")
    values = {"asked_by": "person", "residence": "full", "reason": WHY, "step": "issue"}
    client.post(reverse("certificates:renew", args=[old.pk]), values)
    new = Certificate.objects.get(renews=old)
    assert "已续期" in get(client, "certificates:certificate", old.pk)
    assert client.get(reverse("certificates:renew", args=[old.pk])).status_code == 403
    assert reverse("certificates:certificate", args=[new.pk]) in get(client, "certificates:certificate", old.pk)


def test_revoked_on_its_page(client: Client) -> None:
    row = issued(holder())
    sign_in(client, QIAN)
    values = {"why": "lost", "day": timezone.localdate().isoformat(), "reason": "本人说丢了"}
    client.post(reverse("certificates:end", args=[row.pk]), values)
    page = get(client, "certificates:certificate", row.pk)
    assert "已失效" in page
    assert "丢失" in page
    assert reverse("certificates:print", args=[row.pk]) not in page


def test_the_desk_lists_what_ends_soon_by_a_fixed_number_of_queries(client: Client) -> None:
    sign_in(client, QIAN)
    assert "没有即将到期的证明" in get(client, "certificates:desk")
    counts = []
    for count in (1, 4):
        for _ in range(count):
            row = issued(holder())
            Certificate.objects.filter(pk=row.pk).update(last_day=timezone.localdate() + dt.timedelta(days=30))
        with CaptureQueriesContext(connections["default"]) as queries:
            page = get(client, "certificates:desk")
        assert reverse("certificates:renew", args=[row.pk]) in page
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_paper_holds_the_text_the_code_and_both_languages(client: Client) -> None:
    person = holder()
    row = issued(person, residence="full", birth="full", sex=True, marital=True)
    sign_in(client, QIAN)
    answer = client.get(reverse("certificates:print", args=[row.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    held = find_text(answer.content.decode("latin-1"))
    keys = KeySet.read(client.get(reverse("certificates:keys")).content.decode())
    assert check(held, keys, today=timezone.localdate()).state == State.VALID
    text = pdf.text(answer.content)
    for said in (
        person.name,
        "1955-03-01",
        "免费办理",
        "Freeofcharge",
        "有效期至",
        "Validuntil",
        row.last_day.isoformat(),
    ):
        assert said in text, said
    assert pdf.pages(answer.content) == 1
    assert Look.objects.filter(question="print_certificate").count() == 1


def test_the_code_on_the_paper_is_that_of_the_text() -> None:
    """Each square of the printed code is compared with those that the address and the text make."""
    from PIL import Image

    row = issued(holder(), residence="full", registered="full", birth="full", document="full", sex=True, marital=True)
    card = certificate_card(qian_viewer(), row.pk, today=timezone.localdate())
    address = "https://anhe.example.cn/certificates/check"
    data = printed.certificate_data(qian_viewer(), card, address)
    (page,) = compiler.make(
        printed.CERTIFICATE,
        json.dumps(data, default=str),
        root=pages.APPS,
        fonts=pages.FONTS,
        at=0,
        form="png",
        ppi=300,
    )
    expected = [list(line) for line in segno.make(f"{address}#{card.text}", error="m", micro=False).matrix]
    image = Image.open(io.BytesIO(page)).convert("L").point(lambda grey: 255 * (grey < 128))
    size, side = len(expected), round(68 / 25.4 * 300)
    left = round(18 / 25.4 * 300)
    top = _top_of(image, left, side)
    squares = [
        [int(image.getpixel((left + round((x + 0.5) * side / size), top + round((y + 0.5) * side / size))) > 0)
         for x in range(size)] for y in range(size)
    ]  # fmt: skip
    assert squares == [[int(dark) for dark in line] for line in expected]
    assert 68 / size > 0.5  # millimetres a square


def _top_of(image: Any, left: int, side: int) -> int:
    """The first row of the finder pattern: a dark run of seven squares at the left edge, followed by light."""
    for y in range(image.height // 4, image.height - side):
        row = [image.getpixel((left + 3 + x, y)) > 0 for x in range(30)]
        below = [image.getpixel((left + 3, y + x)) > 0 for x in range(30)]
        if all(row) and all(below) and not image.getpixel((left + 40, y - 3)):
            return y
    raise AssertionError("no code on the page")


def test_keys_and_list_are_open_to_everybody_and_name_nobody(client: Client) -> None:
    assert client.get(reverse("certificates:keys")).json() == {"keys": []}
    assert client.get(reverse("certificates:revoked")).json() == {"list": ""}
    person = holder()
    row = issued(person, document="full", residence="full")
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=timezone.localdate(), why="lost", reason=WHY)
    keys = KeySet.read(client.get(reverse("certificates:keys")).content.decode())
    listed = client.get(reverse("certificates:revoked")).json()["list"]
    found = read_list(listed, keys)
    assert found.numbers == {row.number}
    assert abs(found.at - timezone.now()) < dt.timedelta(minutes=5)
    for name in ("keys", "revoked", "check"):
        answer = client.get(reverse(f"certificates:{name}"))
        assert person.name not in answer.content.decode()
        assert str(person.pk) not in answer.content.decode()


def test_without_the_key_the_pages_for_everybody_do_without_a_list(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(holder())
    other = keyring.Ed25519PrivateKey.generate()
    monkeypatch.setattr(keyring, "certificate_signer", lambda number: other)
    assert client.get(reverse("certificates:revoked")).json() == {"list": ""}
    assert client.get(reverse("certificates:check")).context["given"]["list"] == ""


def test_the_page_that_checks_carries_keys_and_list_and_no_inline_script(client: Client) -> None:
    issued(holder())
    answer = client.get(reverse("certificates:check"), **ENGLISH)
    page = answer.content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert [content.strip() == "" for attributes, content in scripts if "application/json" not in attributes] == [True]
    given = answer.context["given"]
    known = KeySet.read(json.dumps({"keys": given["keys"]}))
    assert read_list(given["list"], known).numbers == frozenset()
    assert "Check a certificate" in page


def test_whoever_checks_leaves_no_trace(client: Client) -> None:
    issued(holder())
    before = Look.objects.count()
    for name in ("check", "keys", "revoked"):
        assert client.get(reverse(f"certificates:{name}")).status_code == 200
    assert Look.objects.count() == before
