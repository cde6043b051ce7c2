"""Searches from the page and by the clock: each made once, told how far it is, and begun anew where it was stopped."""

import datetime as dt
import multiprocessing
import uuid
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.duplicates import jobs, searching
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.duplicates.tests.test_searching import planted
from domicile.apps.tasks.models import Progress
from tests.cast import LI, QIAN, SUN, ZHAO, qian_viewer, sign_in, sun_viewer, zhao_viewer

TODAY = timezone.localdate()
ENGLISH: dict[str, Any] = {"headers": {"accept-language": "en"}}
pytestmark = pytest.mark.django_db(databases=["default", "log"])


def queued() -> int:
    return int(DBTaskResult.objects.ready().filter(task_path=jobs.search_in_background.module_path).count())


def work(run: Run) -> Run:
    """What the background worker does with a search in the queue."""
    DBTaskResult.objects.all().delete()
    jobs.search_in_background.call(run.pk.hex)
    run.refresh_from_db()
    return run


def killed(run: Run) -> None:
    """As a worker leaves a search that was killed an hour ago."""
    DBTaskResult.objects.all().delete()
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    Progress.objects.filter(pk=run.pk).update(stage="comparing", updated_at=timezone.now() - dt.timedelta(hours=1))


def test_a_search_is_asked_for_on_the_page_with_a_reason_and_shows_how_far_it_is(client: Any) -> None:
    one, other = planted()
    sign_in(client, SUN)
    page = client.get(reverse("duplicates:list"), **ENGLISH).content.decode()
    assert reverse("duplicates:search") in page
    assert client.post(reverse("duplicates:search"), {"reason": " "}).status_code == 422
    answer = client.post(reverse("duplicates:search"), {"reason": "after the import"}, follow=True, **ENGLISH)
    assert "A search is under way: waits for its turn" in answer.content.decode()
    assert reverse("duplicates:search") not in answer.content.decode()  # not twice at once
    again = client.post(reverse("duplicates:search"), {"reason": "again"}, **ENGLISH)
    assert (again.status_code, Run.objects.count(), queued()) == (422, 1, 1)
    change = Change.objects.filter(action=jobs.ASK).first()
    assert change is not None
    assert change.reason == "after the import"
    run = work(Run.objects.get())
    assert (run.state, run.scopes, run.started_by) == ("done", "770101", SUN.id)
    assert Pair.objects.filter(left=min(one.pk, other.pk), right=max(one.pk, other.pk)).exists()
    assert not Progress.objects.filter(pk=run.pk).exists()
    page = client.get(reverse("duplicates:list"), **ENGLISH).content.decode()
    assert "under way" not in page
    assert "上官玉屏" in page


def test_a_community_searches_its_own_areas_and_who_may_not_read_numbers_none(client: Any) -> None:
    planted()
    sign_in(client, QIAN)
    client.post(reverse("duplicates:search"), {"reason": "old records"})
    assert work(Run.objects.get()).scopes == QIAN.scope
    sign_in(client, ZHAO)
    assert client.post(reverse("duplicates:search"), {"reason": "curious"}).status_code == 403
    sign_in(client, LI)
    assert "上官" not in client.get(reverse("duplicates:list")).content.decode()
    with pytest.raises(NotAllowed):
        jobs.ask(actor=zhao_viewer(), reason="curious", today=TODAY)


def test_an_account_that_was_closed_meanwhile_has_nothing_searched(client: Any) -> None:
    from domicile.apps.accounts.models import User

    planted()
    sign_in(client, SUN)
    client.post(reverse("duplicates:search"), {"reason": "x"})
    User.objects.filter(pk=SUN.id).update(is_active=False)
    with pytest.raises(NotAllowed):
        work(Run.objects.get())
    assert (Run.objects.get().state, Pair.objects.count()) == ("failed", 0)


def test_the_clock_searches_everything_once_in_so_many_days(monkeypatch: pytest.MonkeyPatch) -> None:
    planted()
    run = jobs.daily(TODAY)
    assert run is not None
    assert jobs.daily(TODAY) is None
    assert (Run.objects.count(), queued()) == (1, 1)
    run = work(run)
    assert (run.state, run.found >= 1, run.started_by) == ("done", True, None)
    held = set(Pair.objects.values_list("pk", flat=True))
    assert jobs.daily(TODAY) is None
    again = jobs.daily(TODAY + dt.timedelta(days=1))
    assert again is not None
    work(again)
    assert set(Pair.objects.values_list("pk", flat=True)) == held  # the same search finds the same
    every = {"duplicates.search_days": 7, "duplicates.tries": 3}
    monkeypatch.setattr(jobs, "parameter", lambda name, day: every[name])
    assert jobs.daily(TODAY + dt.timedelta(days=7)) is None
    assert jobs.daily(TODAY + dt.timedelta(days=8)) is not None


def test_without_a_number_of_days_only_people_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, day: dt.date) -> int:
        raise jobs.PolicyError(name)

    monkeypatch.setattr(jobs, "parameter", none)
    assert jobs.daily(TODAY) is None
    assert not Run.objects.exists()


def test_a_search_that_was_killed_is_begun_anew_and_given_up_after_three_times(client: Any) -> None:
    planted()
    run = jobs.ask(actor=sun_viewer(), reason="x", today=TODAY)
    jobs.wake()
    assert queued() == 1  # it waits in the queue: nothing to do
    killed(run)
    jobs.wake()
    jobs.wake()
    run.refresh_from_db()
    assert (run.state, run.tries, queued()) == ("waiting", 2, 1)
    sign_in(client, SUN)  # the account that asked
    assert work(run).state == "done"
    run = jobs.ask(actor=sun_viewer(), reason="x", today=TODAY)
    for _ in range(3):
        killed(run)
        jobs.wake()
    run.refresh_from_db()
    assert (run.state, run.tries, queued()) == ("failed", 3, 0)
    assert "was stopped and kept nothing" in client.get(reverse("duplicates:list"), **ENGLISH).content.decode()
    assert jobs.ask(actor=sun_viewer(), reason="once more", today=TODAY).tries == 1


def test_a_search_at_work_is_left_alone() -> None:
    planted()
    run = jobs.ask(actor=qian_viewer(), reason="x", today=TODAY)
    killed(run)
    with searching._alone():  # another process holds the lock as long as it lives
        jobs.wake()
        assert jobs.under_way() == run
        jobs.search_in_background.call(run.pk.hex)  # goes back without a word
    run.refresh_from_db()
    assert (run.state, run.tries) == ("running", 1)
    with pytest.raises(Refused):
        jobs.ask(actor=sun_viewer(), reason="y", today=TODAY)


def _hold(ready: Any) -> None:
    with searching._alone():
        ready.set()
        multiprocessing.Event().wait()


def test_the_lock_of_a_process_that_was_killed_is_free_at_once() -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_hold, args=(ready,))
    process.start()
    try:
        assert ready.wait(20)
        assert searching.busy()
    finally:
        process.kill()
        process.join()
    assert not searching.busy()


def test_a_register_that_shrank_by_half_is_asked_about_and_no_pair_goes(client: Any) -> None:
    planted()
    whole = jobs.daily(TODAY)
    assert whole is not None
    work(whole)
    held = set(Pair.objects.values_list("pk", "state"))
    Run.objects.filter(pk=whole.pk).update(records=50)  # of whom 20 are left
    again = jobs.daily(TODAY + dt.timedelta(days=1))
    assert again is not None
    work(again)
    assert (again.state, again.problem, again.records) == ("failed", "shrank", 20)
    assert set(Pair.objects.values_list("pk", "state")) == held
    assert not Progress.objects.filter(pk=again.pk).exists()
    sign_in(client, SUN)
    for address in (reverse("duplicates:list"), reverse("duplicates:search")):
        page = client.get(address, **ENGLISH).content.decode()
        assert "20 people stand on file, 50 did at the search before" in page
    client.post(reverse("duplicates:search"), {"reason": "a township went to the next county"})
    assert work(Run.objects.get(answered=True)).state == "done"
    assert "did at the search before" not in client.get(reverse("duplicates:list"), **ENGLISH).content.decode()
    later = jobs.daily(TODAY + dt.timedelta(days=2))
    assert later is not None
    assert work(later).state == "done"  # by what was said


def test_who_searches_a_small_part_does_not_answer_for_the_whole_register(client: Any) -> None:
    planted()
    whole = jobs.daily(TODAY)
    assert whole is not None
    work(whole)
    Run.objects.filter(pk=whole.pk).update(records=50)
    small = jobs.daily(TODAY + dt.timedelta(days=1))
    assert small is not None
    work(small)
    sign_in(client, QIAN)  # the account that asks
    part = work(jobs.ask(actor=qian_viewer(), reason="old records", today=TODAY))
    Run.objects.filter(pk=part.pk).update(records=5)  # of the 20 in the register
    again = jobs.daily(TODAY + dt.timedelta(days=2))
    assert again is not None
    assert work(again).problem == "shrank"


def test_a_turn_of_a_search_that_is_done_does_nothing() -> None:
    planted()
    run = jobs.daily(TODAY)
    assert run is not None
    work(run)
    before = Change.objects.count()
    work(run)
    assert Change.objects.count() == before


def test_searches_and_pairs_that_are_alike_no_more_end() -> None:
    from domicile.apps.duplicates import retention

    planted()
    run = jobs.daily(TODAY)
    assert run is not None
    work(run)
    gone = Pair.objects.first()
    assert gone is not None
    Pair.objects.filter(pk=gone.pk).update(state=Pair.State.GONE)
    kept = Pair.objects.create(
        left=uuid.UUID(int=1), right=uuid.UUID(int=2), step="by_hand", bits=0, prior=0, evidence="{}",
        state=Pair.State.APART, run=run, found_at=timezone.now(),
    )  # fmt: skip
    assert retention.daily(TODAY) == 0
    retention.daily(TODAY + dt.timedelta(days=4000))
    with pytest.raises(ObjectDoesNotExist):
        gone.refresh_from_db()
    assert not Run.objects.exists()
    kept.refresh_from_db()
    assert (kept.state, kept.run) == (Pair.State.APART, None)  # what was decided stays
