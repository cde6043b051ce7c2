"""Workers, posts and who holds them: numbers, intervals, what the database itself refuses, who may, undo."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing.actions import holdings, posts, sites, undo, workers
from domicile.apps.staffing.chain import chain_of
from domicile.apps.staffing.models import Holding, Post, Site, Worker
from domicile.apps.staffing.tests.making import BEFORE, DAY, TODAY, chain_of_three, given, post, worker
from domicile.apps.vault.sealing import open_value
from tests.cast import COMMUNITY, GRID, QIAN, TOWNSHIP, li_viewer, make_user, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def last_change() -> int:
    return Change.objects.latest("pk").pk


def test_a_worker_number_is_the_area_code_and_a_serial_and_never_given_twice() -> None:
    first, second = worker(), worker("王信息")
    assert (first.number, second.number) == (COMMUNITY + "0001", COMMUNITY + "0002")
    Worker.objects.filter(pk=second.pk).update(until=TODAY)
    assert worker("孙三").number == COMMUNITY + "0003"
    office = worker("办公室", actor=sun_viewer(), place=TOWNSHIP + "000")
    assert (office.number, office.place_code) == (TOWNSHIP + "0000001", TOWNSHIP + "000000")
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.create(number=first.number, place_code=first.place_code, name="别人", since=BEFORE)


def test_a_phone_is_sealed_and_kept_where_the_form_leaves_it_empty() -> None:
    row = worker(phone="13800000000")
    assert b"13800000000" not in bytes(row.phone)
    assert open_value(row, "phone") == "13800000000"
    workers.correct_worker(actor=qian_viewer(), worker_id=row.pk, name="陈新名", phone="", since=BEFORE, account=None)
    row.refresh_from_db()
    assert (row.name, open_value(row, "phone")) == ("陈新名", "13800000000")
    with pytest.raises(Refused) as refusal:
        worker(phone="12")
    assert refusal.value.field == "phone"


def test_an_account_belongs_to_one_worker() -> None:
    make_user(QIAN)
    worker(account=QIAN.id)
    with pytest.raises(Refused) as refusal:
        worker("别人", account=QIAN.id)
    assert refusal.value.field == "account"
    with pytest.raises(Refused):
        worker("别人", account=uuid.uuid4())


def test_a_post_has_one_holder_at_a_time_unless_it_is_shared() -> None:
    one, two = worker(), worker("王信息")
    row = post()
    given(row, one)
    with pytest.raises(Refused):
        given(row, two)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(post=row, worker=two, start=TODAY)
    Holding.objects.filter(worker=one).update(end=TODAY)
    given(row, two, start=TODAY)
    shared = post("clerk", shared=True)
    given(shared, one), given(shared, two)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(post=shared, worker=two, start=TODAY, alone=False)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Holding.objects.update(end=BEFORE),
        lambda: Post.objects.update(role="watcher"),
        lambda: Post.objects.update(closed_on=BEFORE),
        lambda: Post.objects.update(name=""),
        lambda: Worker.objects.update(until=BEFORE),
        lambda: Worker.objects.update(name=""),
        lambda: Site.objects.update(kind="gate"),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong) -> None:  # type: ignore[no-untyped-def]
    given(post(), worker())
    sites.open_site(actor=qian_viewer(), kind="station", place_code=COMMUNITY, name="工作站", address="", on=BEFORE)
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong()


def test_a_post_answers_to_one_above_it_in_the_same_community() -> None:
    lead, group, informant = chain_of_three()
    assert informant.above == group
    for above in (informant, post("head", name="1栋")):
        with pytest.raises(Refused) as refusal:
            post("informant", name="第9网格", above=above)
        assert refusal.value.field == "above"
    assert post("informant", name="第2网格", above=lead).above == lead  # no coordinator yet
    with pytest.raises(Refused) as refusal:
        post("informant", name="无网格", place=COMMUNITY)
    assert refusal.value.field == "place"


def test_a_closed_post_leaves_those_below_to_the_one_above() -> None:
    lead, group, informant = chain_of_three()
    with pytest.raises(Refused):
        posts.close_post(actor=qian_viewer(), post_id=group.pk, on=TODAY)
    holding = Holding.objects.get(post=group)
    holdings.end_holding(actor=sun_viewer(), holding_id=holding.pk, end=TODAY, successor_id=None)
    posts.close_post(actor=qian_viewer(), post_id=group.pk, on=TODAY)
    informant.refresh_from_db()
    assert informant.above == lead
    chain = chain_of(qian_viewer(), COMMUNITY, TODAY)
    assert group.pk not in chain.seats
    assert group.pk in chain_of(qian_viewer(), COMMUNITY, TODAY - DAY).seats


def test_the_tree_stands_as_the_posts_answer_to_each_other() -> None:
    lead, group, informant = chain_of_three()
    chain = chain_of(qian_viewer(), COMMUNITY, TODAY)
    assert [seat.post for seat in chain.roots] == [lead]
    assert [seat.post for seat in chain.roots[0].walk()] == [lead, group, informant]
    assert chain.seats[group.pk].holders == "陈协管"
    assert (chain.name, chain.seats[informant.pk].grid) == ("河沿社区", "第1网格")


def test_whoever_has_another_area_or_role_neither_sees_nor_changes_it() -> None:
    lead, group, _informant = chain_of_three()
    for viewer in (li_viewer(), zhao_viewer()):
        with pytest.raises(NotAllowed):
            chain_of(viewer, COMMUNITY, TODAY)
        with pytest.raises(NotAllowed):
            worker("外人", actor=viewer)
        with pytest.raises(NotAllowed):
            posts.close_post(actor=viewer, post_id=group.pk, on=TODAY)
    new = posts.NewPost(role="lead", place=COMMUNITY, name="第二", above_id=None)
    with pytest.raises(NotAllowed):
        posts.open_post(actor=li_viewer(), arguments=new, on=TODAY)
    assert lead.closed_on is None


def test_a_change_is_undone_as_long_as_nothing_touched_it_since() -> None:
    row = post()
    given(row, worker())
    undo.undo(actor=qian_viewer(), change_id=last_change())
    assert not Holding.objects.exists()
    opened = Change.objects.get(action="staffing.open_post").pk
    posts.edit_post(actor=qian_viewer(), post_id=row.pk, name="新名", above_id=None, houses=(), today=TODAY)
    with pytest.raises(Refused):
        undo.undo(actor=qian_viewer(), change_id=opened)
    with pytest.raises(NotAllowed):
        undo.undo(actor=li_viewer(), change_id=last_change())
    undo.undo(actor=qian_viewer(), change_id=last_change())
    undo.undo(actor=qian_viewer(), change_id=opened)
    assert not Post.objects.exists()


def test_a_failing_record_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("log")

    monkeypatch.setattr(Change.objects, "create", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        worker()
    assert not Worker.objects.exists()


def test_who_was_there_is_read_by_half_open_days() -> None:
    row = Worker(number="1", place_code=GRID, name="某", since=TODAY, until=TODAY + 2 * DAY)
    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY]
    assert [row.at_work(day) for day in days] == [False, True, True, False]
