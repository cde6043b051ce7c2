"""Plants numbers where programs, rentals and local fields take them; tells the secrets of programs, to be looked for too."""

import dataclasses
import datetime as dt
import json

from django.test import Client
from django.utils import timezone

from domicile.apps.api import actions
from domicile.apps.api.models import Kind
from domicile.apps.api.policies import GRANTABLE
from domicile.apps.localfields.tests.making import approved
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Rental, Tenant
from tests.cast import SUN, sun_viewer

API = "/api/v1"
DAY = dt.timedelta(days=1)


def let_and_own(client: Client, numbers: list[str], phone: str) -> int:
    """A rental with landlord and tenants, and an owner; numbers also where none belongs. How many tenants there are."""
    home = Dwelling.objects.order_by("pk")[0]
    sent = {
        "landlord_name": "马守仁", "landlord_number": numbers[0], "landlord_phone": phone,
        "tenants": f"牛大力 {phone}\n羊秀英", "contract_start": "2026-01-01", "last_day": "2026-12-31",
        "safety": "signed", "last_visit": "2026-01-02", "reason": f"看到合同 {numbers[1]}",
    }  # fmt: skip
    client.post(f"/dwellings/{home.pk}/add-rental/", sent)
    client.post(f"/dwellings/{home.pk}/add-rental/", {**sent, "reason": "看到合同"})
    client.post(f"/dwellings/{home.pk}/add-rental/", {**sent, "landlord_name": numbers[0], "part": numbers[1]})
    client.post(f"/dwellings/{home.pk}/add-rental/", {**sent, "last_day": numbers[0], "tenants": numbers[1]})
    for rental in Rental.objects.all():
        for page in ("", "numbers/"):
            client.post(f"/rentals/{rental.pk}/{page}")
            client.get(f"/rentals/{rental.pk}/{page}")
        client.post(f"/rentals/{rental.pk}/visit/", {"on": "2026-02-01", "remark": numbers[0], "reason": phone})
        client.post(f"/rentals/{rental.pk}/end/", {"on": "2026-06-01", "reason": f"搬走，电话{phone}"})
    owner = {"role": "owner", "name": "马守仁", "phone": phone, "number": numbers[0], "start": "2020-01-01"}
    client.post(
        f"/dwellings/{home.pk}/owners/change/", {**owner, "share": numbers[1], "reason": f"房产证 {numbers[1]}"}
    )
    client.post(f"/dwellings/{home.pk}/owners/change/", {**owner, "reason": f"房产证 {numbers[1]}"})
    client.get("/ledgers/rentals/", {"text": numbers[0]})
    return Tenant.objects.count()


def ask_locally(client: Client, numbers: list[str], phone: str) -> None:
    """Numbers as answers of a local field, and in what is written about one."""
    person = Person.objects.filter(spells__isnull=False).order_by("pk")[0]
    scope = person.spells.all()[0].dwelling.place_code[:12]
    qian = dataclasses.replace(sun_viewer(), user_id=person.pk, role="community_officer", scopes=(scope,))
    for kind, zh, en in (("text", "送餐说明", "About the meals"), ("number", "送餐次数", "Meals a day")):
        approved(today=timezone.localdate(), actor=qian, scope=scope, kind=kind, label_zh=zh, label_en=en)
    page = f"/people/{person.pk}/local-fields/"
    fields = [part.partition('"')[0] for part in client.get(page).content.decode().split('name="local_')[1:]]
    if not fields:
        raise RuntimeError("no local field is asked")
    for text in (*numbers, phone, f"电话 {phone[:3]} {phone[3:7]} {phone[7:]}"):
        client.post(page, {f"local_{field}": text for field in fields} | {"reason": text})
    client.post(page, {f"local_{field}": "3" for field in fields} | {"reason": f"来电 {phone}"})
    new = {"label_zh": numbers[0], "label_en": phone, "service": numbers[1], "purpose": phone}
    client.post("/local-fields/propose/", {**new, "scope": SUN.scope, "subject_kind": "person", "kind": "text"})


def connect(numbers: list[str], phone: str) -> list[str]:
    """Tokens and webhooks, used with numbers in every place of a call. What tells the programs from others."""
    who, until = sun_viewer(), timezone.localdate() + 30 * DAY
    given = tuple(name for name in GRANTABLE if who.may(name))
    rights = {"purpose": SUN.purpose, "scopes": who.scopes, "permissions": given, "expires_on": until}
    token = actions.make_token(actor=who, client=f"窗口 {phone}", **rights).text  # type: ignore[arg-type]
    hook = actions.make_webhook(
        actor=who, client=f"{numbers[0]}", url="https://example.org/events", area=SUN.scope, kinds=list(Kind.values)
    )
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    person = Person.objects.order_by("pk")[0]
    for bearer in (token, f"dom_{numbers[0]}", f"{token[:-1]}x"):
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": f"k-{numbers[0]}-{phone}"}
        for text in (*numbers, phone):
            for path, body in (
                ("/persons/search", {"text": text}),
                ("/persons/search", {"txt": text}),
                ("/dwellings/search", {"address": text}),
                ("/changes/people.correct_name", {"arguments": {"person_id": text, "name": text}, "reason": text}),
                (
                    "/changes/people.correct_name",
                    {"arguments": {"person_id": str(person.pk), "name": f"李{text}"}, "reason": f"证号 {text}"},
                ),
            ):
                sent = {**headers, "Idempotency-Key": f"{headers['Idempotency-Key']}-{text}-{path}"}
                client.post(API + path, json.dumps(body), content_type="application/json", headers=sent)
            client.get(f"{API}/persons/{text}", headers=headers)
            client.get(f"{API}/{text}", {"cursor": text, "q": text}, headers=headers)
    return [token, hook.secret, hook.secret.partition("_")[2]]
