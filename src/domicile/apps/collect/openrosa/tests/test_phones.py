"""Phones are set up by the community for its workers, shown once, stopped, and recorded without their secret."""

import base64
import json
import re
import uuid
import zlib

import pytest
from django.test import Client

from domicile.apps.audit.models import Change
from domicile.apps.collect.openrosa import actions, policies, registry, tokens
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.core.messages.openrosa import settings_code
from tests.cast import GRID, LI, QIAN, SUN, ZHAO, li_viewer, make_user, qian_viewer, sign_in, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def nothing_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What upper apps ask of a worker is theirs to try."""
    monkeypatch.setattr(registry, "_locks", [])


@pytest.fixture
def worker() -> uuid.UUID:
    return make_user(ZHAO).pk


def test_the_token_is_told_once_and_kept_as_a_hash(worker: uuid.UUID) -> None:
    made = actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=(), label="工作手机 3 号")
    assert re.fullmatch(r"[A-Za-z0-9!$]{64}", made.token)
    kept = AppUser.objects.get()
    assert (kept.scopes, kept.role, kept.place_code) == (GRID, "grid_worker", GRID)
    assert bytes(kept.digest) == tokens.digest_of(made.token)
    change = Change.objects.get(action="collect.make_phone")
    assert made.token not in change.values
    assert base64.b64encode(bytes(kept.digest)).decode() not in change.values
    assert policies.state(tokens.enter(made.token, "::1")) == policies.LIVE


def test_a_phone_number_in_the_label_is_taken_out(worker: uuid.UUID) -> None:
    made = actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=(), label="手机 13812345678")
    assert made.app_user.label == "手机 [number]"


def test_only_for_workers_and_areas_of_ones_own(worker: uuid.UUID) -> None:
    with pytest.raises(NotAllowed):
        actions.make_phone(actor=zhao_viewer(), worker_id=worker, scopes=())
    with pytest.raises(Refused):
        actions.make_phone(actor=li_viewer(), worker_id=worker, scopes=())
    with pytest.raises(Refused):
        actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=["770101001001002"])
    assert not AppUser.objects.exists()


def test_whoever_may_not_collect_gets_no_phone(worker: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_locks", [lambda user: "先通过培训"])
    with pytest.raises(Refused, match="先通过培训"):
        actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=())


def test_stopping_drains_and_ending_ends(worker: uuid.UUID) -> None:
    made = actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=())
    actions.stop_phone(actor=qian_viewer(), phone_id=made.app_user.pk)
    assert policies.state(tokens.enter(made.token, "::1")) == policies.DRAINING
    with pytest.raises(Refused):
        actions.stop_phone(actor=qian_viewer(), phone_id=made.app_user.pk)
    with pytest.raises(NotAllowed):
        actions.stop_phone(actor=li_viewer(), phone_id=made.app_user.pk, at_once=True)
    actions.stop_phone(actor=viewer(SUN), phone_id=made.app_user.pk, at_once=True)
    with pytest.raises(tokens.TurnedAway):
        tokens.enter(made.token, "::1")


def test_the_code_holds_the_settings_of_the_app() -> None:
    text = settings_code("https://example.test/v1/key/abc/projects/1", "赵网格")
    told = json.loads(zlib.decompress(base64.b64decode(text)))
    assert told["general"] == {
        "server_url": "https://example.test/v1/key/abc/projects/1",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }
    assert told["project"] == {"name": "赵网格"}
    assert told["admin"] == {}


def test_the_pages_set_up_show_once_print_and_stop(client: Client, worker: uuid.UUID) -> None:
    sign_in(client, QIAN)
    assert "还没有设置采集手机" in client.get("/collection/phones/").content.decode()
    shown = client.post("/collection/phones/add/", {"worker": str(worker), "scopes": "", "label": "1 号"})
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    token = re.search(r'name="token" value="([^"]{64})"', page)
    assert token is not None
    assert 'src="data:image/svg+xml;base64,' in page
    card = client.post("/collection/phones/card/", {"token": token[1]})
    assert card.content.startswith(b"%PDF")
    kept = AppUser.objects.get()
    assert token[1] not in client.get(f"/collection/phones/{kept.pk}/").content.decode()
    assert client.post("/collection/phones/card/", {"token": "x" * 64}).status_code == 302
    client.post(f"/collection/phones/{kept.pk}/stop/")
    assert "只能提交手机里剩下的表单" in client.get(f"/collection/phones/{kept.pk}/").content.decode()
    client.post(f"/collection/phones/{kept.pk}/end/")
    kept.refresh_from_db()
    assert kept.ended_at is not None


def test_a_stranger_sees_no_phone_and_stops_none(client: Client, worker: uuid.UUID) -> None:
    made = actions.make_phone(actor=qian_viewer(), worker_id=worker, scopes=())
    sign_in(client, LI)
    assert ZHAO.real_name not in client.get("/collection/phones/").content.decode()
    assert client.get(f"/collection/phones/{made.app_user.pk}/").status_code == 403
    assert client.post(f"/collection/phones/{made.app_user.pk}/end/").status_code == 403
    worker_client = Client()
    sign_in(worker_client, ZHAO)
    assert worker_client.get("/collection/phones/").status_code == 403
