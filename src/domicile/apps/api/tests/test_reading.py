"""Reading: inside the areas and permissions of the token, page by page, with masked numbers, and no cookie."""

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.people.actions import CorrectName, correct_name
from domicile.site.sealing import seal_all
from tests import factories
from tests.cast import COMMUNITY, GRID, LI, OTHER_GRID, QIAN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
NUMBER, PHONE = "770101195503011234", "15412345678"


def everything(home):
    return [
        ("GET", "/areas"),
        ("GET", "/grids"),
        ("GET", "/buildings"),
        ("GET", "/dwellings"),
        ("GET", f"/dwellings/{home.dwelling.pk}"),
        ("GET", f"/dwellings/{home.dwelling.pk}/uses"),
        ("GET", "/households"),
        ("GET", f"/households/{home.household.pk}"),
        ("GET", f"/persons/{home.head.pk}"),
        ("GET", f"/persons/{home.head.pk}/known-on/2026-01-01"),
        ("GET", "/changes"),
        ("POST", "/persons/search"),
        ("POST", "/dwellings/search"),
    ]


def body_of(method, path):
    return None if method == "GET" else {"address": "人民路12号"} if "dwellings" in path else {"text": NUMBER}


def test_the_stranger_sees_nothing(call, token, home):
    stranger = token(LI)
    for method, path in everything(home):
        answer = call(stranger, method, path, body_of(method, path))
        if str(home.dwelling.pk) in path or str(home.household.pk) in path or str(home.head.pk) in path:
            assert answer.status_code == 404, path
        else:
            assert answer.status_code == 200, path
            assert answer.json()["items"] == [], path
        text = answer.content.decode()
        assert "周" not in text, path
        assert "人民路" not in text, path
    absent = call(stranger, "GET", f"/persons/{factories.unknown_id()}")
    foreign = call(stranger, "GET", f"/persons/{home.head.pk}")
    assert absent.json() == foreign.json()
    assert Look.objects.using("log").filter(question="refused", user_id=LI.id).exists()


def test_without_a_token_nothing_opens_and_a_session_is_no_token(call, home):
    client = Client()
    sign_in(client, QIAN)
    for method, path in [*everything(home), ("GET", "/me")]:
        assert call("", method, path, body_of(method, path)).status_code == 401, path
        signed_in = client.generic(method, f"/api/v1{path}", "{}", content_type="application/json")
        assert signed_in.status_code == 401, path


def test_each_permission_is_asked_for(call, token, home):
    poor = token(QIAN, ("view_areas",))
    for method, path in everything(home):
        expected = 200 if path in {"/areas", "/grids"} else 403
        assert call(poor, method, path, body_of(method, path)).status_code == expected, path


def test_numbers_are_masked_unless_the_token_may_see_them(call, token, home):
    permissions = ("search", "view_person", "view_household", "view_dwelling")
    masked = token(QIAN, permissions)
    for method, path in [*everything(home)[4:9], ("POST", "/persons/search")]:
        answer = call(masked, method, path, body_of(method, path))
        text = answer.content.decode()
        if answer.status_code == 200:
            assert NUMBER not in text
            assert PHONE not in text
    card = call(masked, "GET", f"/persons/{home.head.pk}").json()
    assert "*" in card["documents"][0]["number"]
    full = token(QIAN, (*permissions, "view_number_full"))
    card = call(full, "GET", f"/persons/{home.head.pk}").json()
    assert card["documents"][0]["number"] == NUMBER
    assert card["phones"][0]["number"] == PHONE
    assert Look.objects.using("log").filter(question="number").count() == 1


def test_a_dwelling_is_found_and_its_household_read(call, token, home):
    qian = token(QIAN)
    found = call(qian, "POST", "/dwellings/search", {"address": "人民路12号3栋2单元101室"}).json()["items"]
    assert [one["id"] for one in found] == [str(home.dwelling.pk)]
    assert found[0]["people"] == 3
    card = call(qian, "GET", f"/dwellings/{home.dwelling.pk}").json()
    assert card["living"][0]["id"] == str(home.household.pk)
    household = call(qian, "GET", f"/households/{home.household.pk}").json()
    assert [member["person"]["name"] for member in household["members"]] == ["周建国", "周秀英", "周小明"]
    assert household["members"][0]["is_head"]
    listed = call(qian, "GET", "/households").json()["items"]
    assert {row["members"] for row in listed} == {3}
    searched = call(qian, "POST", "/persons/search", {"text": "周建国"}).json()["items"]
    assert searched[0]["person"]["id"] == str(home.head.pk)
    assert searched[0]["way"] == "name"


def test_pages_shift_nothing_when_rows_come_in(call, token):
    factories.area_tree()
    house = factories.building()
    made = [str(factories.dwelling(within=house).pk) for _number in range(7)]
    qian = token(QIAN)
    first = call(qian, "GET", "/dwellings?limit=3").json()
    assert [row["id"] for row in first["items"]] == sorted(made)[:3]
    factories.dwelling(within=house, id="00000000-0000-7000-8000-000000000001")  # before all that were seen
    rest, cursor = [], first["next"]
    while cursor:
        page = call(qian, "GET", f"/dwellings?limit=3&cursor={cursor}").json()
        rest += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert [row["id"] for row in first["items"]] + rest == sorted(made)


def test_a_list_is_narrowed_to_an_area_by_its_code_of_any_length(call, token, home):
    qian = token(QIAN)
    for area, found in (("770101", 1), ("770101000000", 1), (COMMUNITY, 1), (GRID, 1), ("770102", 0), (OTHER_GRID, 0)):
        for path in ("/dwellings", "/buildings"):
            assert len(call(qian, "GET", f"{path}?area={area}").json()["items"]) == found, (path, area)
        assert len(call(qian, "GET", f"/households?area={area}").json()["items"]) == 2 * found, area
        grids = [row["code"] for row in call(qian, "GET", f"/grids?area={area}").json()["items"]]
        assert (home.dwelling.place_code in grids) is bool(found), area


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4IiwxXQ:1abc:zzzz"])
def test_a_cursor_that_is_not_ours_is_refused(call, token, cursor):
    answer = call(token(QIAN), "GET", f"/dwellings?cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_belongs_to_its_question(call, token):
    factories.area_tree()
    house = factories.building()
    factories.dwelling(within=house), factories.dwelling(within=house)
    qian = token(QIAN)
    cursor = call(qian, "GET", "/dwellings?limit=1").json()["next"]
    assert call(qian, "GET", f"/dwellings?limit=1&area=770101&cursor={cursor}").status_code == 422


def test_what_is_about_no_person_may_be_kept_by_its_etag(call, token):
    factories.area_tree()
    qian = token(QIAN)
    answer = call(qian, "GET", "/areas")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = call(qian, "GET", "/areas", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert call(qian, "GET", "/areas", If_None_Match='"other"').status_code == 200
    assert "ETag" not in call(qian, "GET", "/households").headers


def test_the_ledger_of_changes_goes_on_where_it_ended(call, token, home):
    qian = token(QIAN)
    start = call(qian, "GET", "/changes").json()
    correct_name(actor=qian_viewer(), reason="户口簿", arguments=CorrectName(home.head.pk, "周建军"))
    seal_all()
    page = call(qian, "GET", f"/changes?cursor={start['next']}").json()
    assert [(row["action"], row["subject_id"]) for row in page["items"]] == [("people.correct_name", str(home.head.pk))]
    assert not page["more"]
    assert "周建军" not in str(page)
    assert call(qian, "GET", f"/changes?cursor={page['next']}").json()["items"] == []
    seal_all()
    assert call(token(LI), "GET", "/changes").json()["items"] == []


def test_a_person_as_known_before_a_correction(call, token, home):
    correct_name(actor=qian_viewer(), reason="户口簿", arguments=CorrectName(home.head.pk, "周建军"))
    qian = token(QIAN)
    today = call(qian, "GET", f"/persons/{home.head.pk}/known-on/{timezone.localdate().isoformat()}").json()
    before = call(qian, "GET", f"/persons/{home.head.pk}/known-on/2020-01-01").json()
    assert (before["name"], today["name"]) == ("周建国", "周建军")
    assert before["stays"][0]["address"] == home.dwelling.address


def test_problems_name_the_field_and_the_cure_in_both_languages(call, token):
    qian = token(QIAN)
    chinese = call(qian, "POST", "/persons/search", {"txt": "王"}, Accept_Language="zh-CN")
    english = call(qian, "POST", "/persons/search", {"txt": "王"}, Accept_Language="en")
    assert chinese.status_code == english.status_code == 422
    assert {error["field"] for error in english.json()["errors"]} == {"text", "txt"}
    assert english.json()["errors"][0]["message"] == "This is missing. Add it."
    assert chinese.json()["title"] != english.json()["title"]
    assert "王" not in english.content.decode()  # what was typed is not sent back
    assert call(qian, "GET", "/no-such-thing").json()["code"] == "not_found"
    wrong = call(qian, "POST", "/areas", {})
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET")
    assert wrong.json()["code"] == "method"


def test_lists_take_as_many_queries_for_one_row_as_for_many(call, token):
    factories.area_tree()
    house = factories.building()
    counts = {}
    qian = token(QIAN)
    for rows in (1, 9):
        for _number in range(rows):
            factories.family(at=factories.dwelling(within=house))
        for path in ("/households", "/dwellings", "/buildings", "/grids"):
            call(qian, "GET", path)
            with CaptureQueriesContext(connections["default"]) as asked:
                call(qian, "GET", path)
            counts.setdefault(path, []).append(len(asked))
    assert all(one == other for one, other in counts.values()), counts


def test_only_what_may_be_granted_is_there():
    from domicile.apps.api.policies import GRANTABLE

    assert not set(GRANTABLE) & {"export", "import", "review_change", "manage_accounts", "grant_access", "make_token"}
