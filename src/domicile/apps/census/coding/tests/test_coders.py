"""The index behind the suggestions is built once, follows every decision and its undo, and few are kept."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.census import undoing
from domicile.apps.census.coding import actions, coders
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.making import make_census
from domicile.apps.vault import sealing
from domicile.core.coding import lists
from tests.cast import COUNTY, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
CODER = Actor("shao", "邵编码", "processor", COUNTY, "processing")
ODD = "磨剪子戗菜刀"
LISTED = "occupation"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    coders._held.clear()
    yield
    coders._held.clear()


def wording(census: Census, text: str) -> Wording:
    row = Wording(census=census, listed=LISTED, digest=actions.digest(census.pk, LISTED, text), count=1)
    binding = sealing.binding(Wording._meta.db_table, "text", row.pk)
    row.text = sealing.encrypt(sealing.ensure_subject(census.pk), text.encode(), binding)
    row.save(force_insert=True)
    return row


def told(census: Census) -> list[str]:
    return [one.code for one in coders.coder_of(census, LISTED).suggestions(ODD) if one.why == "decision"]


def test_while_nobody_decides_the_index_is_asked_for_with_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    census = make_census()
    for number in range(30):
        Wording.objects.filter(pk=wording(census, f"{ODD}{number}").pk).update(
            code=lists()[LISTED][number % 7].code, how="person", decided_at=timezone.now()
        )
    first = coders.coder_of(census, LISTED)
    with django_assert_num_queries(1):
        assert coders.coder_of(census, LISTED) is first


def test_the_page_of_a_text_builds_no_index_that_is_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    census = make_census()
    wording(census, ODD)
    sign_in(client, CODER)
    page = reverse("census:coding_text", args=[census.code, LISTED])
    assert client.get(page).status_code == 200
    monkeypatch.setattr(coders, "Coder", None)
    assert client.get(page).status_code == 200


def test_a_decision_and_its_undo_are_in_the_next_suggestions() -> None:
    census, entries = make_census(), lists()[LISTED]
    row, other = wording(census, ODD), wording(census, f"{ODD}的")
    assert told(census) == []
    actions.decide(actor=viewer(CODER), wording_id=row.pk, code=entries[0].code)
    assert told(census) == [entries[0].code]
    actions.decide(actor=viewer(CODER), wording_id=row.pk, code=entries[1].code)
    assert told(census) == [entries[1].code]
    again = Change.objects.latest("pk")
    actions.decide(actor=viewer(CODER), wording_id=other.pk, code="")
    undoing.undo(actor=viewer(CODER), change_id=again.pk, actions=[actions.DECIDE], may=lambda _viewer, _place: True)
    assert told(census) == [entries[0].code]


def test_each_census_has_its_own_and_few_are_kept() -> None:
    censuses = [make_census(code=f"c{number}") for number in range(coders.KEPT + 3)]
    row = wording(censuses[-1], ODD)
    actions.decide(actor=viewer(CODER), wording_id=row.pk, code=lists()[LISTED][0].code)
    assert [len(told(census)) for census in censuses] == [0] * (coders.KEPT + 2) + [1]
    assert len(coders._held) == coders.KEPT
    coders.forget(censuses[-1])
    assert len(coders._held) == coders.KEPT - 1
