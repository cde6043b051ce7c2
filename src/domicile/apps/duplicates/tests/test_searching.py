"""A search over a snapshot: what it finds is proposed, found again it is the same, and what was decided stays decided."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.duplicates import actions, searching
from domicile.apps.duplicates.finders import FINDERS
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.duplicates.tests.pieces import twice
from domicile.apps.people.models import SamePerson
from tests import factories
from tests.cast import SUN, qian_viewer, sign_in, sun_viewer, zhao_viewer

TODAY = dt.date(2026, 6, 1)
pytestmark = pytest.mark.django_db(databases=["default", "log"])


def search(actor: Any = None, **options: Any) -> Run:
    return searching.search(
        actor=actor or sun_viewer(),
        today=TODAY,
        find=options.pop("find", FINDERS["duckdb"]),
        engine="duckdb",
        **options,
    )


def planted() -> tuple[Any, Any]:
    """Somebody who stands there twice with one number, among others."""
    for surname in "李赵钱孙周吴":
        factories.family(surname=surname)
    number = factories.number_of(birth_date=dt.date(1971, 3, 9), sex="2")
    one, other = twice(name="上官玉屏")
    factories.document(of=other, number=number)
    one.documents.all().delete()
    factories.document(of=one, number=number)
    return one, other


def test_who_stands_there_twice_is_proposed_and_nothing_is_changed() -> None:
    one, other = planted()
    before = Change.objects.filter(subject_kind="person").count()
    run = search()
    assert (run.state, run.found >= 1, run.records) == ("done", True, 20)
    pair = Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk))
    assert pair.state == Pair.State.OPEN
    assert not SamePerson.objects.exists()
    assert Change.objects.filter(subject_kind="person").count() == before
    assert "上官" not in pair.evidence  # codes, and no value of anybody


def test_the_same_search_again_finds_the_same_and_keeps_what_was_decided() -> None:
    one, other = planted()
    search()
    held = set(Pair.objects.values_list("left", "right"))
    pair = Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk))
    actions.tell_apart(actor=sun_viewer(), reason="twins", pair_id=pair.pk)
    search()
    assert set(Pair.objects.values_list("left", "right")) == held
    pair.refresh_from_db()
    assert pair.state == Pair.State.APART


def test_a_pair_that_is_alike_no_more_goes_and_comes_back_when_it_is_again() -> None:
    one, other = planted()
    search()
    pair = Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk))
    nothing = searching.Result([], -10.0, "none", 20, 0, 0)
    search(find=lambda people, today, progress: nothing)
    pair.refresh_from_db()
    assert pair.state == Pair.State.GONE
    search()
    pair.refresh_from_db()
    assert pair.state == Pair.State.OPEN


def test_who_was_merged_is_read_once_and_found_no_more() -> None:
    one, other = planted()
    search()
    actions.merge(actor=sun_viewer(), reason="same number", arguments=actions.Merge(one.pk, other.pk))
    run = search()
    assert run.records == 19
    assert Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk)).state == Pair.State.MERGED


def test_a_search_that_breaks_keeps_nothing_and_the_next_begins_anew() -> None:
    planted()

    def breaks(people: Any, today: dt.date, progress: Any) -> searching.Result:
        raise MemoryError

    with pytest.raises(MemoryError):
        search(find=breaks)
    assert (Pair.objects.count(), Run.objects.get().state) == (0, Run.State.FAILED)
    Run.objects.update(state=Run.State.RUNNING)  # as one that was killed leaves it
    assert search().state == Run.State.DONE
    assert Run.objects.filter(state=Run.State.FAILED).count() == 1


def test_two_searches_do_not_run_at_once() -> None:
    planted()

    def again(people: Any, today: dt.date, progress: Any) -> searching.Result:
        search()
        raise AssertionError

    with pytest.raises(Refused):
        search(find=again)


def test_a_search_stays_inside_the_areas_of_who_starts_it() -> None:
    planted()
    with pytest.raises(NotAllowed):
        search(qian_viewer(), scopes=("770101",))
    with pytest.raises(NotAllowed):
        search(zhao_viewer())
    assert not Pair.objects.exists()


def test_an_empty_register_is_searched_without_fault() -> None:
    run = search()
    assert (run.state, run.records, run.found) == ("done", 0, 0)


def test_pairs_that_were_too_many_are_told_on_the_page(client: Any) -> None:
    planted()
    search(find=lambda people, today, progress: searching.Result([], -10.0, "people-1", 20, 100, 10_000_000))
    sign_in(client, SUN)
    page = client.get(reverse("duplicates:list"), headers={"accept-language": "en"}).content.decode()
    assert "10000000 pairs were too many to compare" in page.replace(",", "")
