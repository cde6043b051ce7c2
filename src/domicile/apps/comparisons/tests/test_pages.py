"""The pages: who sees which comparison and whom it found, and each decision about somebody found."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Seen
from domicile.apps.comparisons import selectors
from domicile.apps.comparisons.models import Comparison, Likeness
from domicile.apps.comparisons.tests.pieces import THERE, comparison, likeness, linked, resident
from domicile.apps.moves.requests.models import OutsideRequest
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, li_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
EN = {"accept-language": "en"}


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"comparisons:{name}", args=args), headers=EN).content.decode()


@pytest.fixture
def found() -> Likeness:
    """Somebody of the first community, found by a comparison; and somebody of the second."""
    row = comparison(linked())
    likeness(row, resident(name="李桂兰", place=factories.FAR_GRID))
    return likeness(row, resident())


def test_owner_colleague_and_stranger(client: Client, found: Likeness) -> None:
    names = {SUN: {"王秀英", "李桂兰"}, QIAN: {"王秀英"}}
    for actor, seen in names.items():
        sign_in(client, actor)
        assert "临溪县" in page(client, "list")
        text = page(client, "one", found.comparison_id)
        assert {name for name in ("王秀英", "李桂兰") if name in text} == seen
        assert client.get(reverse("comparisons:found", args=[found.pk])).status_code == 200
    for actor in (LI, ZHAO, CHEN):
        sign_in(client, actor)
        for address in (
            reverse("comparisons:one", args=[found.comparison_id]), reverse("comparisons:found", args=[found.pk])
        ):  # fmt: skip
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404)
        for name in ("apart", "settle", "ask", "reopen"):
            client.post(reverse(f"comparisons:{name}", args=[found.pk]), {"reason": "x", "to_code": THERE})
    found.refresh_from_db()
    assert found.state == Likeness.State.OPEN
    assert selectors.listed(li_viewer()) == []


def test_who_answers_for_a_part_may_agree_to_nothing(client: Client) -> None:
    row = comparison(linked(), state="proposed", here=False)
    sign_in(client, QIAN)
    assert "临溪县" not in page(client, "list")
    assert "Nobody of your areas was found" in page(client, "list")
    assert client.get(reverse("comparisons:propose")).status_code == 403
    for name in ("accept", "refuse", "stop"):
        assert client.post(reverse(f"comparisons:{name}", args=[row.pk]), {"reason": "x"}).status_code == 403
    row.refresh_from_db()
    assert row.state == Comparison.State.PROPOSED


def test_a_comparison_is_proposed_and_withdrawn(client: Client) -> None:
    there = linked()
    sign_in(client, SUN)
    assert "No comparison yet" in page(client, "list")
    address = reverse("comparisons:propose")
    assert "临溪县" in client.get(address).content.decode()
    assert (
        client.post(address, {"peer": str(there.pk), "places": "790303", "most": "1000", "reason": "核对"}).status_code
        == 422
    )
    answer = client.post(
        address, {"peer": str(there.pk), "places": f"{THERE}，770101", "most": "1000", "reason": "核对"}
    )
    row = Comparison.objects.get()
    assert answer["Location"] == reverse("comparisons:one", args=[row.pk])
    assert "waits for an answer" in page(client, "one", row.pk)
    stop = reverse("comparisons:stop", args=[row.pk])
    assert client.post(stop, {"reason": ""}).status_code == 422
    client.post(stop, {"reason": "填错了"})
    row.refresh_from_db()
    assert (row.state, row.words) == (Comparison.State.STOPPED, "填错了")


def test_a_proposal_says_what_it_means_before_it_is_accepted(client: Client) -> None:
    row = comparison(linked(), state="proposed", here=False)
    resident()
    sign_in(client, SUN)
    text = page(client, "one", row.pk)
    assert "at most 50 residents of this register" in text
    assert "no name, number, date or telephone leaves" in text
    client.post(reverse("comparisons:accept", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == Comparison.State.RUNNING
    assert "Under way" in page(client, "one", row.pk)
    client.post(reverse("comparisons:accept", args=[row.pk]), headers=EN)  # once more: refused in words
    assert "stands now" in page(client, "one", row.pk)


def test_the_page_of_quality_says_that_an_answer_is_asked_for(client: Client) -> None:
    comparison(linked(), state="proposed", here=False)
    for actor, told in ((SUN, True), (QIAN, False)):
        sign_in(client, actor)
        text = client.get(reverse("web:quality"), headers=EN).content.decode()
        assert ("to answer: 1" in text) == told


def test_without_a_link_the_page_says_what_to_do(client: Client) -> None:
    factories.area_tree()
    from tests.peers.incoming import own_register

    own_register()
    sign_in(client, SUN)
    assert "No other register is linked" in page(client, "list")
    assert client.get(reverse("comparisons:propose"))["Location"] == reverse("comparisons:list")


def test_not_the_same_is_remembered_and_taken_back(client: Client, found: Likeness) -> None:
    sign_in(client, QIAN)
    apart = reverse("comparisons:apart", args=[found.pk])
    assert client.post(apart, {"reason": ""}).status_code == 422
    client.post(apart, {"reason": "同名不同人"})
    assert "王秀英" not in page(client, "one", found.comparison_id)
    decided = client.get(reverse("comparisons:one", args=[found.comparison_id]) + "?state=decided").content.decode()
    assert "同名不同人" in decided
    again = likeness(comparison(found.comparison.peer), type_of(found))
    assert "同名不同人" in page(client, "one", again.comparison_id)  # a later comparison shows what was said
    client.post(reverse("comparisons:reopen", args=[found.pk]))
    found.refresh_from_db()
    assert (found.state, found.note, found.decided_by) == (Likeness.State.OPEN, "", None)


def test_whoever_decides_second_is_told_that_it_is_decided(client: Client, found: Likeness) -> None:
    sign_in(client, QIAN)
    client.post(reverse("comparisons:apart", args=[found.pk]), {"reason": "同名不同人"})
    for name in ("settle", "apart", "ask"):
        told = {"reason": "已补办迁入", "to_code": THERE}
        answer = client.post(reverse(f"comparisons:{name}", args=[found.pk]), told, headers=EN)
        assert answer.status_code == 422
        assert "Somebody decided about this meanwhile" in answer.content.decode()


def type_of(found: Likeness) -> Any:
    from domicile.apps.people.models import Person

    return Person.objects.get(pk=found.person)


def test_the_other_register_is_asked_by_the_road_of_any_question(client: Client, found: Likeness) -> None:
    number = factories.number_of(birth_date=type_of(found).birth_date, sex="2")
    factories.document(of=type_of(found), number=number)
    sign_in(client, SUN)
    client.post(reverse("comparisons:ask", args=[found.pk]), {"to_code": THERE, "reason": "两地都登记为居住"})
    found.refresh_from_db()
    asked = OutsideRequest.objects.get()
    assert (found.state, found.request, asked.purpose) == (Likeness.State.ASKED, asked.pk, "duplicate")
    assert reverse("moves:outside_request", args=[asked.pk]) in page(client, "found", found.pk)
    client.post(reverse("comparisons:settle", args=[found.pk]), {"reason": "已在对方办理迁出"})
    found.refresh_from_db()
    assert found.state == Likeness.State.SETTLED


def test_every_look_at_who_was_found_is_on_record(found: Likeness) -> None:
    selectors.shown(qian_viewer(), found.comparison_id)
    assert list(Seen.objects.using("log").values_list("person_id", flat=True)) == [found.person]


def test_lists_ask_the_same_questions_for_one_and_for_many(found: Likeness) -> None:
    with CaptureQueriesContext(connection) as one:
        selectors.shown(sun_viewer(), found.comparison_id)
        selectors.listed(sun_viewer())
    for _count in range(12):
        likeness(found.comparison, resident())
    comparison(found.comparison.peer, state="stopped")
    with CaptureQueriesContext(connection) as many:
        selectors.shown(sun_viewer(), found.comparison_id)
        selectors.listed(sun_viewer())
    assert len(many) == len(one)


def test_two_records_that_became_one_are_found_as_who_stands(found: Likeness) -> None:
    from domicile.apps.duplicates import actions

    other = resident(name="王秀瑛")
    actions.merge(actor=sun_viewer(), reason="same", arguments=actions.Merge(other.pk, found.person))
    shown = selectors.shown(sun_viewer(), found.comparison_id)
    assert other.pk in {one.person for one in shown.found}
