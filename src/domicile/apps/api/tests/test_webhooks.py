"""Webhooks: told of areas and counts, never of a person; signed, sent once, again after a failure; nowhere inside."""

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import threading
import uuid

import orjson
import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.api import actions, feed, jobs, outbox, policies, sending, targets
from domicile.apps.api.models import Delivery, Kind, Subscription, Webhook
from domicile.apps.api.tests.conftest import account
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.actions import CorrectName, correct_name
from domicile.apps.vault.sealing import open_value
from domicile.site.sealing import seal_all
from tests.cast import COMMUNITY, COUNTY, LI, OTHER_COMMUNITY, SUN, ZHAO, li_viewer, sun_viewer, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
URL = "https://hook.example.org/domicile"


def hook(actor=SUN, **changes):
    account(actor)
    values = {"actor": viewer(actor), "client": "县平台", "url": URL, "area": COUNTY, "kinds": Kind.values}
    made = actions.make_webhook(**(values | changes))
    seal_all()
    Webhook.objects.filter(pk=made.webhook.pk).update(after=feed.settled())
    made.webhook.refresh_from_db()
    return made


def logged(action, kind="person", place=COMMUNITY + "001", batch=None, count=1):
    for _number in range(count):
        Change.objects.create(
            at=timezone.now(), actor_role="x", action=action, subject_kind=kind, subject_id=uuid.uuid4(),
            place_code=place, batch_id=batch, values="[]",
        )  # fmt: skip
    seal_all()


def bodies(webhook):
    return [
        orjson.loads(text)
        for text in Delivery.objects.filter(webhook=webhook).order_by("kind").values_list("body", flat=True)
    ]


def test_an_import_is_told_once_with_its_batch_and_counts():
    made, batch = hook(), uuid.uuid4()
    logged("import", batch=batch, count=3)
    logged("import", place=OTHER_COMMUNITY + "001", batch=batch)  # another county
    assert outbox.derive(made.webhook) == 2
    assert outbox.derive(made.webhook) == 0
    told = {body["type"]: body["data"] for body in bodies(made.webhook)}
    assert told["import.committed"] == {
        "area": COUNTY, "batch": str(batch), "changes": 3, "by_area": {COMMUNITY: 3},
    }  # fmt: skip
    assert told["register.changed"]["changes"] == 3


def test_an_import_is_not_cut_in_two(monkeypatch):
    made, batch = hook(kinds=["import.committed"]), uuid.uuid4()
    monkeypatch.setattr(feed, "WINDOW", 2)
    logged("import", batch=batch, count=5)
    logged("import", batch=uuid.uuid4())
    outbox.derive(made.webhook)
    assert sorted(body["data"]["changes"] for body in bodies(made.webhook)) == [1, 5]


def test_areas_grids_and_proposals_are_told_as_counts():
    made = hook()
    logged("areas.rename_area", "area", COMMUNITY)
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    logged("collect.propose")
    logged("collect.returned")
    outbox.derive(made.webhook)
    told = {body["type"]: body["data"] for body in bodies(made.webhook)}
    assert set(told) == {"areas.changed", "grids.changed", "proposals.changed"}
    assert told["proposals.changed"]["since"] == {"propose": 1, "returned": 1}
    assert told["proposals.changed"]["waiting"] == 0


def test_nothing_in_a_message_is_about_a_person(home):
    made = hook()
    correct_name(actor=sun_viewer(), reason="户口簿", arguments=CorrectName(home.head.pk, "周建军"))
    seal_all()
    outbox.derive(made.webhook)
    text = "".join(Delivery.objects.values_list("body", flat=True))
    for secret in ("周", str(home.head.pk), home.head.pk.hex, str(home.dwelling.pk), "人民路", "户口簿", SUN.real_name):
        assert secret not in text
    assert {body["type"] for body in bodies(made.webhook)} == {"register.changed"}


def test_no_webhook_can_be_narrowed_to_people():
    """The tables have no place for a person, an origin, a sex or an age, and the kinds are closed."""
    fields = {field.name for model in (Webhook, Subscription) for field in model._meta.get_fields()}
    assert fields == {
        "id", "owner", "client", "url", "area", "secret", "after", "made_at", "stopped_at", "subscriptions",
        "deliveries", "webhook", "kind",
    }  # fmt: skip
    assert not [
        kind for kind in Kind.values if any(word in kind for word in ("person", "sex", "age.", "origin", "name"))
    ]
    made = hook(kinds=["areas.changed"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(webhook=made.webhook, kind="person.moved")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": ["person.moved"]}, "kinds"),
        ({"kinds": ["register.changed", f"person:{uuid.uuid4()}"]}, "kinds"),
        ({"kinds": []}, "kinds"),
        ({"area": "770102"}, "area"),
        ({"area": COMMUNITY + "001"}, "area"),
        ({"area": ""}, "area"),
        ({"client": ""}, "client"),
        ({"url": "http://hook.example.org/"}, "url"),
        ({"url": "https://user:word@hook.example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://[::1]/"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://10.0.0.5/"}, "url"),
        ({"url": "https://hook.example.org:22/"}, "url"),
        ({"url": "ftp://hook.example.org/"}, "url"),
        ({"url": "https://hook.example.org/\r\nHost: other"}, "url"),
        ({"url": "not an address"}, "url"),
        ({"url": "https://hook..example.org/"}, "url"),
        ({"url": f"https://{'x' * 64}.example.org/"}, "url"),
    ],
)
def test_what_cannot_be_asked_for(changes, field):
    with pytest.raises(Refused) as refusal:
        hook(**changes)
    assert refusal.value.field == field
    assert not Webhook.objects.exists()


def test_some_roles_have_no_webhooks():
    with pytest.raises(NotAllowed):
        hook(ZHAO, area=COUNTY)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.1.1", "::1", "fe80::1", "fd00::1",
                                     "100.64.0.1", "0.0.0.0", "224.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::"])  # fmt: skip
def test_a_name_that_leads_inside_is_not_followed(monkeypatch, address):
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *args, **kwargs: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(targets.Forbidden):
        targets.resolve(URL)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    both = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(targets.Forbidden):
        targets.resolve(URL)
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *args, **kwargs: both[:1])
    assert targets.resolve(URL).addresses == ("93.184.216.34",)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it got and answers with the next status."""

    got: list = []
    answers: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((dict(self.headers.items()), body))
        status = self.answers.pop(0) if self.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.got, Receiver.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DOMICILE_WEBHOOK_HOSTS", f"127.0.0.1:{server.server_port}")
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_a_message_is_signed_and_delivered_once(receiver):
    made = hook(url=receiver)
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    jobs.deliver.call()
    jobs.deliver.call()
    assert len(Receiver.got) == 1
    headers, body = Receiver.got[0]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answered, delivery.attempts) == ("delivered", 204, 1)
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == expected
    assert orjson.loads(body)["type"] == "grids.changed"


def test_what_fails_is_tried_again_with_the_same_id_and_then_kept_as_dead(receiver):
    hook(url=receiver)
    Receiver.answers = [500] * 20
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    jobs.deliver.call()
    waits = []
    while (delivery := Delivery.objects.get()).state == "waiting":
        waits.append(delivery.next_at - timezone.now())
        Delivery.objects.update(next_at=timezone.now())
        jobs.deliver.call()
    assert delivery.state == "dead"
    assert waits == sorted(waits)
    assert len(waits) == 7
    assert waits[0] > dt.timedelta(seconds=50)
    assert len({headers["webhook-id"] for headers, _body in Receiver.got}) == 1
    assert policies.retry_after(8) is None
    Receiver.answers = []
    actions.send_again(actor=sun_viewer(), delivery_id=delivery.pk)
    jobs.deliver.call()
    assert Delivery.objects.get().state == "delivered"


def test_nobody_is_followed_elsewhere(receiver):
    hook(url=receiver)
    Receiver.answers = [302]
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    jobs.deliver.call()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answered, delivery.problem) == ("waiting", 302, "redirect")
    assert len(Receiver.got) == 1


def test_a_host_that_left_the_list_gets_nothing(receiver, monkeypatch):
    hook(url=receiver)
    monkeypatch.setenv("DOMICILE_WEBHOOK_HOSTS", "")
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    jobs.deliver.call()
    assert Receiver.got == []
    assert Delivery.objects.get().problem == "not_https"


def test_who_left_the_area_is_told_nothing(receiver):
    hook(url=receiver)
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    User.objects.update(is_active=False)
    jobs.deliver.call()
    assert not Delivery.objects.exists()
    assert Receiver.got == []


def test_a_stopped_webhook_is_told_nothing(receiver):
    made = hook(url=receiver)
    account(LI)
    with pytest.raises(NotAllowed):
        actions.stop_webhook(actor=li_viewer(), webhook_id=made.webhook.pk)
    actions.stop_webhook(actor=sun_viewer(), webhook_id=made.webhook.pk)
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    jobs.deliver.call()
    assert Receiver.got == []


def test_what_waits_at_a_stopped_webhook_is_no_work(receiver):
    made = hook(url=receiver)
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    outbox.derive(made.webhook)
    actions.stop_webhook(actor=sun_viewer(), webhook_id=made.webhook.pk)
    assert Delivery.objects.get().state == "waiting"
    assert not jobs.wake()
    jobs.deliver.call()
    assert Receiver.got == []


def test_the_secret_lies_sealed_and_stands_in_no_record():
    made = hook()
    assert open_value(Webhook.objects.get(), "secret") == made.secret
    secret = made.secret.removeprefix("whsec_")
    for alias in ("default", "log"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                for row in cursor.fetchall():
                    assert secret not in "".join(str(value) for value in row), table


def test_a_run_is_put_into_the_queue_only_when_there_is_work(receiver):
    hook(url=receiver)
    seal_all()
    Webhook.objects.update(after=feed.settled())
    assert not jobs.wake()
    logged("areas.edit_grid", "grid", COMMUNITY + "001")
    assert jobs.wake()
    assert not jobs.wake()  # one waits already


def test_the_signature_is_that_of_standard_webhooks():
    """The published test vector of Standard Webhooks (symmetric signatures)."""
    signed = sending.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
