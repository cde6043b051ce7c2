"""A purpose is stated before people are read, holds for its time, and is asked for again afterwards."""

import datetime as dt
import time
import uuid

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from domicile.apps.access import purposes
from domicile.apps.access.decorators import requires, safe_path
from domicile.apps.access.models import Grant, Look, Seen
from domicile.apps.access.refusals import OutOfReach, refuse
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import NotAllowed, Viewer
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
RULES = matrix(cast.RULES_ON)


@requires("view_person")
def card(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a card")


def ask(viewer: Viewer, method: str = "get", **headers: str) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/people/1/", headers=headers)
    request.viewer = viewer
    return card(request)


def test_with_a_purpose_that_allows_it_the_page_is_shown() -> None:
    assert ask(cast.qian_viewer()).content == b"a card"


def test_without_a_purpose_it_is_asked_for_and_the_work_goes_on_where_it_was() -> None:
    assert ask(cast.qian_viewer(""))["Location"] == "/access/purpose/?next=%2Fpeople%2F1%2F"


def test_a_partial_request_takes_the_whole_page_to_the_question() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/search/?page=2"}
    answer = ask(cast.qian_viewer(""), "post", **headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/access/purpose/?next=%2Fsearch%2F")


def test_a_form_returns_to_the_page_it_stood_on_and_never_to_another_site() -> None:
    own = ask(cast.qian_viewer(""), "post", Referer="http://testserver/search/")
    foreign = ask(cast.qian_viewer(""), "post", Referer="https://example.com/search/")
    assert own["Location"].endswith("next=%2Fsearch%2F")
    assert foreign["Location"].endswith("next=%2F")


def test_a_role_that_no_purpose_allows_it_is_refused() -> None:
    for viewer in (cast.wu_viewer(), cast.chen_viewer(), cast.zheng_viewer()):
        with pytest.raises(NotAllowed):
            ask(viewer)


@pytest.mark.parametrize("address", ["//example.com/", "https://example.com/", "/\\example.com", "javascript:x", ""])
def test_a_return_address_stays_on_this_site(address: str) -> None:
    assert safe_path(RequestFactory().get("/"), address) == "/"


def test_a_purpose_lapses_after_its_minutes() -> None:
    minutes = RULES.known_purposes["door_visit"].minutes
    session = SessionStore()
    purposes.keep(session, "door_visit", at=1000.0)
    assert purposes.held(session, RULES, now=1000.0 + minutes * 60 - 1) == "door_visit"
    assert purposes.held(session, RULES, now=1000.0 + minutes * 60) == ""
    assert purposes.held(SessionStore(), RULES, now=0) == ""


def test_the_page_offers_the_purposes_of_the_role_and_keeps_the_chosen_one(client: Client) -> None:
    cast.sign_in(client, cast.QIAN, "")
    page = client.get("/access/purpose/?next=/search/")
    offered = {value for value, _label in page.context["form"].fields["purpose"].choices}
    assert offered == set(RULES.purposes("community_officer"))
    answer = client.post("/access/purpose/?next=/search/", {"purpose": "door_visit"})
    assert answer["Location"] == "/search/"
    assert client.get("/").wsgi_request.viewer.purpose == "door_visit"  # type: ignore[attr-defined]


def test_a_purpose_of_another_role_is_not_accepted(client: Client) -> None:
    cast.sign_in(client, cast.QIAN, "")
    assert client.post("/access/purpose/", {"purpose": "oversight"}).context["form"].errors


def test_a_lapsed_purpose_gives_no_permission(client: Client) -> None:
    cast.sign_in(client, cast.ZHENG)
    assert client.get("/administration/looks/").status_code == 200
    session = client.session
    purposes.keep(session, "oversight", at=time.time() - RULES.known_purposes["oversight"].minutes * 60)
    session.save()
    assert client.get("/administration/looks/")["Location"].startswith("/access/purpose/")


def test_another_of_ones_roles_is_taken_and_the_purpose_forgotten(client: Client) -> None:
    user = cast.sign_in(client, cast.ZHAO)
    Grant.objects.create(user=user, role="inspector", scope=cast.COMMUNITY, valid_from=dt.date(2020, 1, 1))
    assert ("inspector", "安全检查员") in client.get("/access/purpose/").context["roles"]
    client.post("/access/role/", {"role": "inspector"})
    viewer = client.get("/").wsgi_request.viewer  # type: ignore[attr-defined]
    assert (viewer.role, viewer.scopes, viewer.purpose) == ("inspector", (cast.COMMUNITY,), "")
    assert client.post("/access/role/", {"role": "county_operator"}).status_code == 403


def test_an_aim_at_somebody_out_of_reach_is_noted_and_reads_like_an_aim_at_nobody(client: Client) -> None:
    cast.sign_in(client, cast.LI)
    request = client.get("/").wsgi_request
    there = refuse(request, cast.li_viewer(), OutOfReach([uuid.uuid4()]))
    absent = refuse(request, cast.li_viewer(), OutOfReach())
    assert there.status_code == absent.status_code == 403
    assert _without_tokens(there) == _without_tokens(absent)
    assert Look.objects.using("log").filter(question="refused", user_id=cast.LI.id).count() == 2
    assert Seen.objects.using("log").count() == 1


def _without_tokens(response: HttpResponse) -> str:
    import re

    return re.sub(r"[A-Za-z0-9]{64}", "token", response.content.decode())
