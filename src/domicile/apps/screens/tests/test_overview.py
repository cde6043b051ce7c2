"""The page of all ledgers, and every registered ledger tried as owner, colleague and stranger."""

import pytest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from domicile.apps.access.models import Look
from domicile.apps.screens import registry
from domicile.apps.screens.registry import BulkAction
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
EVERY = pytest.mark.parametrize("entry", registry.entries(), ids=lambda entry: entry.ledger.name)


def test_it_lists_what_the_viewer_may_open_with_counts_where_they_cost_little(client):
    factories.area_tree()
    factories.family(size=3)
    sign_in(client, QIAN)
    page = client.get(reverse("screens:ledgers"))
    counts = {str(line["title"]): line["count"] for lines in page.context["groups"].values() for line in lines}
    assert (counts["人口台账"], counts["住户台账"], counts["空挂户台账"]) == (3, 1, 0)
    assert not Look.objects.using("log").exists()


def test_it_counts_nothing_for_large_areas_or_without_a_purpose(client):
    factories.area_tree()
    for actor, purpose in ((SUN, None), (ZHAO, "")):
        sign_in(client, actor, purpose)
        groups = client.get(reverse("screens:ledgers")).context["groups"]
        people = [line for lines in groups.values() for line in lines if str(line["title"]) == "人口台账"]
        assert [line["count"] for line in people] == [None]


def test_it_refuses_who_has_no_ledgers(client):
    sign_in(client, CHEN)
    assert client.get(reverse("screens:ledgers")).status_code == 403


@EVERY
@pytest.mark.parametrize("actor", [QIAN, SUN], ids=["owner", "colleague"])
def test_every_ledger_opens_in_both_languages_and_says_what_it_is_for(client, entry, actor):
    factories.area_tree()
    sign_in(client, actor)
    assert entry.ledger.about
    for language in ("zh-hans", "en"):
        answer = client.get(reverse(entry.url_name), HTTP_ACCEPT_LANGUAGE=language)
        assert answer.status_code == 200
        with override(language):
            for text in (entry.ledger.heading, entry.ledger.about):
                assert escape(str(text)) in answer.content.decode()


@EVERY
def test_no_ledger_shows_a_stranger_anything(client, entry):
    factories.area_tree()
    factories.family()
    sign_in(client, LI)
    assert client.get(reverse(entry.url_name)).context["rows"] == []


@EVERY
def test_every_ledger_of_people_takes_what_is_asked_by_post_and_asks_for_a_purpose(client, entry):
    if not entry.ledger.shows_people:
        pytest.skip("it names nobody")
    sign_in(client, QIAN, "")
    assert client.get(reverse(entry.url_name)).status_code == 302
    sign_in(client, QIAN)
    assert client.get(reverse(entry.url_name)).context["method"] == "post"


@EVERY
def test_every_column_and_the_official_layout_go_into_a_file(client, entry):
    factories.area_tree()
    factories.family()
    sign_in(client, SUN)
    keys = list(entry.ledger.table.by_key())
    assert set(entry.ledger.table.official) <= set(keys)
    if not any(permission in ("export",) for permission in entry.ledger.export_permissions):
        pytest.skip("taken by other rights")
    send = client.post if entry.ledger.shows_people else client.get
    for asked in ({"columns": keys}, {"layout": "official"}):
        answer = send(reverse(entry.url_name), {**asked, "format": "csv"})
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


def test_what_an_app_registers_is_offered_and_gets_the_chosen_rows_only(client, monkeypatch):
    from django.http import HttpResponse

    monkeypatch.setattr(registry, "_bulk", {})
    answer = lambda request, rows: HttpResponse(str(len(rows)))  # noqa: E731
    registry.register_bulk("households", BulkAction("print", "Print", ("export",), answer))
    with pytest.raises(ValueError, match="registered already"):
        registry.register_bulk("households", BulkAction("print", "Print", (), answer))
    factories.area_tree()
    factories.family(), factories.family()
    sign_in(client, SUN)
    page = client.post(reverse("people:ledger_households"))
    keys = [row.key for row in page.context["rows"]]
    assert 'value="print"' in page.content.decode()
    asked = {"bulk": "print", "row": [keys[0], str(factories.unknown_id())]}
    assert client.post(reverse("people:ledger_households"), asked).content == b"1"
    sign_in(client, ZHAO)
    assert client.post(reverse("people:ledger_households"), asked).status_code == 403


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="registered already"):
        registry.register("x", registry.entries()[0].ledger, "")
