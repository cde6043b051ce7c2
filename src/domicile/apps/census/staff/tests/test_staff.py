"""Recruits, their papers, areas given as proposed and by hand, drop-outs, what accounts may see, the badge."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access import actions as access
from domicile.apps.access.models import Grant
from domicile.apps.audit.models import Change
from domicile.apps.census.staff import badge, granting, picture, proposals
from domicile.apps.census.staff.actions import assigning, recruits, undo
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.tests.working import DAY, ENUMERATOR, OFFICE, TODAY, frame, ground, plan, won
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing.actions import holdings, posts
from domicile.apps.staffing.models import Holding, Post
from domicile.apps.tasks.models import Task, Try
from tests.cast import COMMUNITY, COUNTY, OTHER_COMMUNITY, Actor, make_user, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ADMIN = Actor("wu", "吴管理", "administrator", COUNTY, "oversight")
SECOND = Actor("xu", "许管理", "administrator", COUNTY, "oversight")
STRANGER = Actor("shi", "施外区", "census_office", OTHER_COMMUNITY[:6], "supervision")


def assign(census, areas, teams=(), on=TODAY):  # type: ignore[no-untyped-def]
    return assigning.assign(
        actor=viewer(OFFICE), census_id=census.pk, community=COMMUNITY, plan=assigning.Plan(areas, teams), on=on
    )


def last(action: str) -> int:
    return Change.objects.filter(action=action).latest("pk").pk


def test_nobody_is_given_an_area_before_undertaking_and_test_by_any_road() -> None:
    codes, census = ground(), plan()
    bare = won(census, "何普查", fit=False)
    with pytest.raises(Refused, match="承诺书"):
        assign(census, {codes[0]: bare.pk})
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=bare.pk, on=TODAY, today=TODAY)
    with pytest.raises(Refused, match="测试"):
        assign(census, {codes[0]: bare.pk})
    new = posts.NewPost(role="informant", place=codes[0], name="第1小区", above_id=None)
    post = posts.open_post(actor=viewer(OFFICE), arguments=new, on=TODAY)
    with pytest.raises(Refused):  # the page of the engine knows it, too
        holdings.give_post(actor=viewer(OFFICE), post_id=post.pk, worker_id=bare.worker_id, start=TODAY)
    assert not Holding.objects.exists()


def test_a_proposal_gives_each_area_to_who_is_near_and_is_undone_as_one() -> None:
    codes, census = ground(4), plan()
    frame(census, codes)
    near = {code: won(census, f"普查员{code[-1]}", near=code) for code in reversed(codes)}
    won(census, "后备", reserve=True, near=codes[0])
    lead = won(census, "陆指导", duty="supervisor")
    seen = picture.read(viewer(OFFICE), census, TODAY, within=COMMUNITY)
    found = proposals.propose(seen, COMMUNITY, TODAY)
    assert {row.area.code: row.who.recruit.pk for row in found.areas if row.who} == {c: r.pk for c, r in near.items()}
    assert {row.team for row in found.areas} == {1}
    assert [one.recruit.pk for one in found.supervisors if one] == [lead.pk]
    assign(census, {code: row.pk for code, row in near.items()}, [(codes, lead.pk)])
    assert Holding.objects.count() == 5
    assert set(Post.objects.filter(role="informant").values_list("above__name", flat=True)) == {"第1组"}
    again = proposals.propose(picture.read(viewer(OFFICE), census, TODAY, within=COMMUNITY), COMMUNITY, TODAY)
    assert all(row.fixed for row in again.areas)
    undo.undo(actor=viewer(OFFICE), change_id=last("census.assign"))
    assert not Holding.objects.exists()
    assert not Post.objects.exists()


def test_who_has_an_area_cannot_be_left_unsigned_by_an_undo() -> None:
    codes, census = ground(), plan()
    row = won(census, "何普查")
    signing = last("census.sign_undertaking")
    assign(census, {codes[0]: row.pk})
    with pytest.raises(Refused):
        undo.undo(actor=viewer(OFFICE), change_id=signing)
    row.refresh_from_db()
    assert row.undertaking_signed_on == TODAY - 10 * DAY


def test_nobody_notes_their_own_signature() -> None:
    ground()
    census, own = plan(), make_user(OFFICE)
    row = won(census, "方普查", fit=False, account=own.pk)
    with pytest.raises(Refused):
        recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, today=TODAY)


def test_a_drop_out_hands_over_what_is_open_and_keeps_what_is_done() -> None:
    codes, census = ground(), plan()
    account = make_user(ENUMERATOR)
    row = won(census, "何普查", account=account.pk)
    heir = won(census, "后备", reserve=True)
    assign(census, {codes[0]: row.pk, codes[1]: row.pk}, on=TODAY - 3 * DAY)
    told = {"kind": "visit", "place_code": codes[0], "subject_kind": "dwelling", "opened_on": TODAY, "due_on": TODAY}
    over = {"state": Task.State.DONE, "outcome": Task.Outcome.DONE, "closed_on": TODAY}
    done = Task.objects.create(**told, **over, subject_id=row.pk, worker=account.pk)
    left = Task.objects.create(**told, subject_id=heir.pk, worker=account.pk)
    Try.objects.create(task=done, by=account.pk, on=TODAY, outcome=Task.Outcome.DONE)
    recruits.drop_out(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, successor_id=heir.pk)
    assert set(Holding.objects.filter(end=None).values_list("worker", flat=True)) == {heir.worker_id}
    done.refresh_from_db(), left.refresh_from_db()
    assert (done.worker, Try.objects.get().by) == (account.pk, account.pk)
    assert left.worker is None  # the heir has no account yet: it is for whoever works the area
    undo.undo(actor=viewer(OFFICE), change_id=last("census.drop_out"))
    left.refresh_from_db()
    assert left.worker == account.pk
    assert set(Holding.objects.values_list("worker", flat=True)) == {row.worker_id}


def test_access_follows_from_posts_through_administrators_and_ends_at_once() -> None:
    codes, census = ground(), plan()
    make_user(ADMIN), make_user(SECOND)
    account = make_user(Actor("gu", "顾普查", "statistician", COUNTY, "statistics"))
    account.grants.all().delete()
    row = won(census, "顾普查", account=account.pk)
    assert granting.standing(viewer(ADMIN), census, TODAY).to_give == []
    assign(census, {codes[0]: row.pk, codes[2]: row.pk}, on=TODAY - DAY)
    with pytest.raises(NotAllowed):
        granting.give(actor=viewer(OFFICE), census=census, today=TODAY)
    assert granting.give(actor=viewer(ADMIN), census=census, today=TODAY) == (2, [])
    held = account.grants.order_by("scope")
    assert [(one.role, one.scope) for one in held] == [("enumerator", codes[0]), ("enumerator", codes[2])]
    assert {one.state for one in held} == {Grant.State.WAITING}  # it shows forms: a second administrator decides
    assert {one.valid_to for one in held} == {granting.last_day(census)}
    standing = granting.standing(viewer(ADMIN), census, TODAY)
    assert (len(standing.to_give), len(standing.waiting), len(standing.to_take)) == (0, 2, 0)
    held.update(state=Grant.State.HOLDS, valid_from=TODAY - DAY)
    recruits.drop_out(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, successor_id=None)
    assert not [one for one in account.grants.all() if one.holds_on(TODAY)]


def test_rights_beyond_the_posts_are_told_and_taken_away() -> None:
    codes, census = ground(), plan()
    make_user(ADMIN)
    account = make_user(ENUMERATOR)
    won(census, "何普查", account=account.pk)
    standing = granting.standing(viewer(ADMIN), census, TODAY)
    assert [(line.right.scope, line.name) for line in standing.to_take] == [(codes[0], "何普查")]
    assert granting.take(actor=viewer(ADMIN), census=census, today=TODAY) == 1
    assert granting.standing(viewer(ADMIN), census, TODAY).to_take == []


def test_no_administrator_gives_access_to_who_has_not_signed() -> None:
    codes, census = ground(), plan()
    make_user(ADMIN)
    account = make_user(Actor("gu", "顾普查", "statistician", COUNTY, "statistics"))
    row = won(census, "顾普查", account=account.pk, fit=False)
    told = {"user_id": account.pk, "role": "enumerator", "scope": codes[0], "valid_from": TODAY}
    with pytest.raises(Refused, match="承诺书"):
        access.grant_role(actor=viewer(ADMIN), **told)
    recruits.sign_undertaking(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, today=TODAY)
    assert access.grant_role(actor=viewer(ADMIN), **told).scope == codes[0]


def test_a_supervisor_sees_the_areas_of_the_team_and_no_other() -> None:
    codes, census = ground(), plan()
    account = make_user(Actor("lu", "陆指导", "statistician", COUNTY, "statistics"))
    lead = won(census, "陆指导", duty="supervisor", account=account.pk)
    assign(census, {}, [(codes[:3], lead.pk), (codes[3:], None)])
    found = granting.rights(census, TODAY, viewer(ADMIN))
    assert {(one.role, one.scope) for one in found} == {("census_supervisor", code) for code in codes[:3]}


def test_the_badge_holds_while_its_bearer_works_and_tells_nothing_without_its_code(client: Client) -> None:
    ground()
    row = won(plan(), "何普查")
    number, code = row.worker.number, badge.code_of(row)
    found = badge.check(number, code, TODAY)
    assert found is not None
    assert not found.holds
    recruits.give_badge(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, today=TODAY)
    assert badge.check(number, code.lower().replace("-", " "), TODAY) == badge.Checked(
        "何普查", number, badge.DUTIES["enumerator"], "河沿社区", True
    )
    assert badge.check(number, "AAAA-AAAA", TODAY) is None
    page = client.get(reverse("census:check_badge"), {"number": number, "code": code})
    assert page.status_code == 200
    assert "何普查" in page.text
    assert "何普查" not in client.get(reverse("census:check_badge"), {"number": number, "code": "AAAA-AAAA"}).text
    recruits.drop_out(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, successor_id=None)
    assert "何普查" not in client.get(reverse("census:check_badge"), {"number": number, "code": code}).text


def test_staff_of_others_is_not_seen(client: Client) -> None:
    ground()
    census = plan()
    row = won(census, "何普查")
    with pytest.raises(NotAllowed):
        recruits.drop_out(actor=viewer(STRANGER), recruit_id=row.pk, on=TODAY, successor_id=None)
    sign_in(client, STRANGER)
    for address in (
        reverse("census:recruit", args=[row.pk]), reverse("census:staff_area", args=[census.code, COMMUNITY]),
        reverse("census:print_badge", args=[row.pk]), reverse("census:overview", args=[census.code]),
    ):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_every_page_of_the_staff_shows_and_its_forms_work(client: Client) -> None:
    codes, census = ground(), plan()
    frame(census, codes)
    sign_in(client, OFFICE)
    where = reverse("census:add_recruit", args=[census.code, COMMUNITY])
    assert client.get(where).status_code == 200
    sent = client.post(where, {"name": "何普查", "duty": "enumerator", "on": TODAY.isoformat()})
    row = Recruit.objects.get()
    assert sent.headers["Location"] == reverse("census:recruit", args=[row.pk])
    for name, values in (
        ("sign_undertaking", {"on": TODAY.isoformat()}), ("give_badge", {"on": TODAY.isoformat()}),
        ("cover_recruit", {"insurer": "平安", "since": TODAY.isoformat(), "until": (TODAY + 60 * DAY).isoformat()}),
        ("correct_recruit", {"duty": "enumerator", "near_code": codes[1]}),
    ):  # fmt: skip
        assert client.get(reverse(f"census:{name}", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"census:{name}", args=[row.pk]), values).status_code == 302, name
    won(census, "陆普查")
    proposal = reverse("census:propose_staff", args=[census.code, COMMUNITY])
    page = client.get(proposal)
    form = page.context["form"]
    values = {field.html_name: field.value() or "" for field in form}
    assert client.post(proposal, values).status_code == 302
    assert Holding.objects.count() == len(codes)
    for address in (
        reverse("census:recruit", args=[row.pk]), reverse("census:staff", args=[census.code]), proposal,
        reverse("census:staff_area", args=[census.code, COMMUNITY]), reverse("census:drop_out", args=[row.pk]),
        reverse("census:assign_area", args=[census.code, codes[0]]), reverse("census:print_undertaking", args=[row.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address


def test_a_supervisor_sees_who_asks_in_the_own_areas_and_nobody_of_other_teams(client: Client) -> None:
    codes, census = ground(), plan()
    first, second = won(census, "何普查"), won(census, "陆普查")
    leads = won(census, "安指导", duty="supervisor"), won(census, "白指导", duty="supervisor")
    assign(census, {codes[0]: first.pk, codes[3]: second.pk}, [(codes[:2], leads[0].pk), (codes[2:], leads[1].pk)])
    sign_in(client, Actor("an", "安指导", "census_supervisor", codes[0], "supervision"))
    page = client.get(reverse("census:staff", args=[census.code]), follow=True)
    assert page.status_code == 200
    assert "何普查" in page.text
    assert "第1小区" in page.text
    for other in ("陆普查", "白指导", "第4小区", reverse("census:recruit", args=[first.pk])):
        assert other not in page.text
