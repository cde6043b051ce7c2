"""The list and the comparison as pages: who sees what of either record, how many questions they ask, and each decision."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from domicile.apps.access.models import Seen
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.selectors import compared, listed
from domicile.apps.duplicates.tests.pieces import pair, refreshed, twice
from domicile.apps.people.models import Member, SamePerson, Spell
from tests import factories
from tests.cast import LI, QIAN, SUN, li_viewer, qian_viewer, sign_in, sun_viewer

TODAY = dt.date(2026, 6, 1)
pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_the_surest_pair_stands_first_and_a_stranger_sees_none() -> None:
    sure, open_ = pair(*twice(), bits=12.0), pair(*twice(name="李桂兰"), bits=1.0)
    assert [line.pair.pk for line in listed(qian_viewer()).lines] == [sure.pk, open_.pk]
    assert listed(li_viewer()).lines == []


def test_the_list_asks_the_same_questions_for_one_pair_and_for_twenty() -> None:
    pair(*twice())
    with CaptureQueriesContext(connection) as one:
        listed(qian_viewer())
    for number in range(6):
        pair(*twice(name=f"王{'秀玉丽芳敏静'[number]}英"))
    with CaptureQueriesContext(connection) as many:
        listed(qian_viewer())
    assert len(many) == len(one)


def test_fields_say_whether_they_agree() -> None:
    one, other = twice()
    with translation.override("en"):
        found = compared(qian_viewer(), pair(one, other).pk, today=TODAY)
    verdicts = {str(field.label): field.verdict for field in found.fields}
    assert (verdicts["Name"], verdicts["Birth date"], verdicts["Documents"]) == ("same", "same", "one")
    assert verdicts["Lives at"] == "differs"
    assert Seen.objects.using("log").filter(person_id__in=[one.pk, other.pk]).count() >= 2


def test_the_bars_add_up_to_the_score() -> None:
    found = compared(qian_viewer(), pair(*twice()).pk, today=TODAY)
    assert found.bars[0].css == found.bars[-1].css == "is-sum"
    assert found.bars[-1].bits == pytest.approx(sum(bar.bits for bar in found.bars[:-1]), abs=0.2)


def test_of_a_record_elsewhere_only_the_area_is_told(client: Any) -> None:
    one, other = twice(name="王秀英", code=factories.FAR_GRID)
    other.registered_code = factories.OTHER_COMMUNITY
    other.name = "王秀瑛"
    other.save()
    refreshed(one, other)
    held = pair(one, other)
    sign_in(client, QIAN)
    for address in (reverse("duplicates:list"), reverse("duplicates:pair", args=[held.pk])):
        page = client.get(address).content.decode()
        assert "王秀英" in page
        assert "王秀瑛" not in page
        assert str(other.pk) not in page
    client.post(reverse("duplicates:merge", args=[held.pk]), {"stands": str(one.pk), "reason": "same"})
    client.post(reverse("duplicates:apart", args=[held.pk]), {"reason": "not the same"})
    held.refresh_from_db()
    assert (held.state, SamePerson.objects.count()) == (Pair.State.OPEN, 0)
    assert [line.mine for line in listed(sun_viewer()).lines] == [True]


def test_a_merge_says_before_what_it_sets_aside_and_needs_a_choice_and_a_reason(client: Any) -> None:
    one, other = twice()
    held = pair(one, other)
    sign_in(client, QIAN)
    page = client.get(reverse("duplicates:pair", args=[held.pk]), headers={"accept-language": "en"}).content.decode()
    assert "counts from 2010-01-01 until 2020-01-01" in page
    answer = client.post(reverse("duplicates:merge", args=[held.pk]), {"reason": ""})
    assert answer.status_code == 422
    assert not SamePerson.objects.exists()
    answer = client.post(reverse("duplicates:merge", args=[held.pk]), {"stands": str(one.pk), "reason": "same person"})
    assert answer["Location"] == reverse("people:person", args=[one.pk])
    page = client.get(answer["Location"], headers={"accept-language": "en"}).content.decode()
    assert "Records of this person" in page
    answer = client.post(reverse("duplicates:unmerge", args=[other.pk]), {"reason": "two after all", "apart": "on"})
    assert answer["Location"] == reverse("people:person", args=[other.pk])
    assert not SamePerson.objects.exists()


def test_a_pair_told_apart_leaves_the_list_and_can_be_taken_back(client: Any) -> None:
    first, second = pair(*twice(), bits=12.0), pair(*twice(name="李桂兰"), bits=1.0)
    sign_in(client, SUN)
    answer = client.post(reverse("duplicates:apart", args=[first.pk]), {"reason": "sisters"})
    assert answer["Location"] == reverse("duplicates:pair", args=[second.pk])  # on to the next
    assert [line.pair.pk for line in listed(sun_viewer()).lines] == [second.pk]
    assert [line.pair.pk for line in listed(sun_viewer(), state="apart").lines] == [first.pk]
    client.post(reverse("duplicates:take_back", args=[first.pk]))
    assert len(listed(sun_viewer()).lines) == 2


def test_a_record_is_laid_beside_a_card_by_its_number(client: Any) -> None:
    one, other = twice()
    number = factories.number_of(birth_date=dt.date(1971, 3, 9), sex="2")
    factories.document(of=other, number=number)
    sign_in(client, QIAN)
    address = reverse("duplicates:compare", args=[one.pk])
    assert client.post(address, {"number": "110101199003070011"}).status_code == 422
    answer = client.post(address, {"number": number})
    held = Pair.objects.get()
    assert (answer["Location"], held.step) == (reverse("duplicates:pair", args=[held.pk]), "by_hand")
    assert client.get(answer["Location"]).status_code == 200
    sign_in(client, LI)
    assert client.get(answer["Location"]).status_code == 403


def test_a_pair_of_three_records_follows_who_stands() -> None:
    from domicile.apps.duplicates import actions

    one, other = twice()
    third = factories.person(name="王秀英", sex="2", birth_date=dt.date(1971, 3, 9), number=None)
    refreshed(third)
    held = pair(other, third)
    actions.merge(actor=qian_viewer(), reason="same", arguments=actions.Merge(one.pk, other.pk))
    (line,) = listed(qian_viewer()).lines
    assert {side.id for side in line.sides} == {one.pk, third.pk}
    actions.merge(actor=qian_viewer(), reason="same", arguments=actions.Merge(one.pk, third.pk))
    assert listed(qian_viewer()).lines == []
    held.refresh_from_db()
    assert held.state == Pair.State.MERGED


def test_the_address_of_a_merged_pair_leads_to_the_person_whom_it_is(client: Any) -> None:
    one, other = twice()
    held = pair(one, other)
    address = reverse("duplicates:pair", args=[held.pk])
    sign_in(client, QIAN)
    client.post(reverse("duplicates:merge", args=[held.pk]), {"stands": str(one.pk), "reason": "same person"})
    card = reverse("people:person", args=[one.pk])
    assert client.get(address, headers={"accept-language": "en"})["Location"] == card
    for decision in ("duplicates:merge", "duplicates:apart"):  # from a window that was open still
        assert client.post(reverse(decision, args=[held.pk]), {"reason": "again"})["Location"] == card
    page = client.get(card, headers={"accept-language": "en"}).content.decode()
    assert "are merged already" in page
    assert f'href="{reverse("duplicates:list")}">To the pairs that wait' in page
    sign_in(client, LI)
    assert client.get(address).status_code == 403


def test_the_next_pair_of_equals_is_never_one_that_was_passed() -> None:
    held = [pair(*twice(name=name), bits=12.0) for name in ("王秀英", "李桂兰", "赵玉梅")]
    first = listed(sun_viewer()).lines[0].pair.pk
    met = [first]
    while (following := compared(sun_viewer(), met[-1], today=TODAY).next_id) and following not in met:
        met.append(following)
    assert sorted(met) == sorted(one.pk for one in held)
    assert following is None


def test_the_two_households_of_a_record_are_told_apart() -> None:
    one, other = twice()
    for member in Member.objects.filter(person__in=[one, other]).select_related("household"):
        factories.household(
            at=member.household.dwelling,
            side="registered",
            members=[(member.person, "02")],
            formed_on=dt.date(2020, 1, 1),
        )
    Spell.objects.filter(person=other).update(start=None)
    refreshed(one, other)
    with translation.override("en"):
        found = compared(qian_viewer(), pair(one, other).pk, today=TODAY)
    said = [sentence for choice in found.choices for sentence in choice.said]
    assert all(len(set(choice.said)) == len(choice.said) for choice in found.choices)
    for told in ("in the registered household at", "in the household that lives at", "from a day not known"):
        assert any(told in sentence for sentence in said), (told, said)
    assert not any("?" in sentence for sentence in said), said
