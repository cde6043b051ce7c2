"""A campaign from its plan to its sign-off: what it holds, what stands frozen, what is found, what follows."""

import datetime as dt
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.fieldwork.campaigns import drawing, frames, reckoning, retention, selectors
from domicile.apps.fieldwork.campaigns.actions import doors, leading
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure, Intention, OnFile
from domicile.apps.fieldwork.campaigns.tests import making
from domicile.apps.fieldwork.campaigns.tests.making import DAY, counts, today
from domicile.apps.fieldwork.models import Confirmation
from domicile.apps.people.models import Member, Spell
from domicile.apps.staffing.tests import making as staff
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import GRID, OTHER_GRID, ZHAO, li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def ground():
    making.chain()
    factories.grid(code=OTHER_GRID)


def test_the_preview_counts_dwellings_by_grid_by_worker_and_those_nobody_answers_for():
    for _number in range(3):
        making.home()
    making.home(place_code=OTHER_GRID, plate="9号")

    found = frames.preview(making.made(), today())

    assert (found.dwellings, found.people, found.nobody) == (4, 12, 1)
    assert [(row.code, row.dwellings, row.nobody) for row in found.grids] == [(GRID, 3, 0), (OTHER_GRID, 1, 1)]
    assert [(row.worker.name, row.dwellings, row.phone) for row in found.workers] == [("王信息", 3, 3)]


def test_whoever_has_seed_and_frame_draws_the_same_order_and_parts_again():
    homes = [making.home(0) for _number in range(7)]
    campaign = making.made(parts=3)
    campaign = leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed=making.SEED)

    text = frames.text_of(campaign)
    assert campaign.digest == sha256(text.encode()).hexdigest()
    keys = text.split("\n")[1:-1]
    ordered = sorted(keys, key=lambda key: sha256(f"{making.SEED}|{key}".encode()).digest())
    held = Door.objects.filter(campaign=campaign).order_by("number")
    assert [str(door.dwelling_id) for door in held] == ordered
    assert [door.part for door in held] == [1, 2, 3, 1, 2, 3, 1]
    assert drawing.drawn("other", [home.pk for home in homes], 3) != drawing.drawn(
        making.SEED, [home.pk for home in homes], 3
    )
    assert frames.agrees(campaign)
    door = held[0]
    door.delete()
    assert not frames.agrees(campaign)


def test_dwellings_that_come_later_are_listed_apart_and_never_slipped_in():
    making.home()
    campaign = making.running()
    late = making.home(2)

    assert list(frames.later(qian_viewer(), campaign)) == [late]
    assert leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today()) == 0
    assert campaign.doors.count() == 1
    assert sum(counts(campaign).values()) == 3


def test_who_was_on_file_is_kept_as_it_was():
    home, gone = making.home(2), making.home(0)
    former = factories.person(name="早走")
    factories.spell(of=former, at=gone, end=today() - 30 * DAY)
    later = factories.person(name="后来")
    factories.spell(of=later, at=gone, start=today())
    campaign = making.running()

    assert set(OnFile.objects.values_list("person_id", flat=True)) == set(making.people(home))
    Member.objects.all().delete()
    Spell.objects.all().delete()
    assert campaign.doors.filter(on_file__isnull=False).count() == 2


def test_tasks_go_to_who_answers_once_each_and_two_campaigns_do_not_mix():
    mine, bare = making.home(), making.home(place_code=OTHER_GRID, plate="9号")
    campaign = making.running()

    tasks = {task.subject_id: task for task in Task.objects.filter(kind="campaign")}
    assert tasks[mine.pk].worker == ZHAO.id
    assert tasks[bare.pk].worker is None
    assert tasks[mine.pk].due_on == campaign.ends_on
    assert leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today()) == 0
    other = making.running(name="消防普查", scope=GRID)
    assert Task.objects.filter(kind="campaign").count() == 3
    assert OnFile.objects.filter(door__campaign=other).count() == 3
    making.check(campaign, mine, confirmed=making.people(mine))
    assert making.status(other, mine) == "done"  # one visit serves both


def test_a_building_head_answers_first_and_a_vacant_post_leaves_it_to_the_informant():
    home, other = making.home(), making.home(plate="8号")
    staff.post("head", name="3栋楼栋长", houses=((home.building_id, ""),))
    held = staff.post("head", name="8号楼栋长", houses=((other.building_id, ""),))
    staff.given(held, staff.worker("郑楼长"))
    campaign = making.made()

    found = frames.preview(campaign, today())

    assert {(row.worker.name, row.dwellings, row.phone) for row in found.workers} == {
        ("王信息", 1, 1),
        ("郑楼长", 1, 1),
    }
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed="1")
    leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today())
    assert set(Task.objects.values_list("worker", flat=True)) == {ZHAO.id}


def test_the_sign_off_keeps_the_figures_and_empties_the_lists_of_tasks():
    done, left = making.home(2), making.home(1)
    campaign = making.running()
    making.check(campaign, done, confirmed=making.people(done))

    leading.close(actor=qian_viewer(), campaign_id=campaign.pk, note="完成", today=today())

    campaign.refresh_from_db()
    assert (campaign.state, campaign.closed_by_name) == ("closed", "钱社区")
    assert not Task.objects.filter(state="open").exists()
    assert making.status(campaign, left) == "open"
    before = {row.measure: row.count for row in Figure.objects.all()}
    assert before == {"door_done": 1, "door_open": 1, "both": 2, "pending": 1}
    with pytest.raises(Refused):
        making.check(campaign, left, "vacant")
    Confirmation.objects.all().delete()
    lines, people = reckoning.signed(qian_viewer(), campaign)
    assert lines[GRID].total == 2
    assert people[GRID].on_file == 3
    assert people[GRID].found == 2


def test_steps_are_taken_back_while_nothing_has_been_collected():
    home = making.home()
    campaign = making.running()
    assert leading.take_back(actor=qian_viewer(), campaign_id=campaign.pk).state == "frozen"
    assert not Task.objects.exists()
    assert campaign.doors.get().task is None
    back = leading.take_back(actor=qian_viewer(), campaign_id=campaign.pk)
    assert (back.state, back.seed, back.digest, campaign.doors.count(), OnFile.objects.count()) == (
        "draft",
        "",
        "",
        0,
        0,
    )
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed="7")
    leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today())
    making.check(campaign, home, "not_at_home")
    for step in (lambda: leading.take_back(actor=qian_viewer(), campaign_id=campaign.pk),
                 lambda: leading.cancel(actor=qian_viewer(), campaign_id=campaign.pk, reason="改期")):  # fmt: skip
        with pytest.raises(Refused, match=r"collected|采集"):
            step()


def test_a_campaign_is_called_off_with_its_tasks():
    making.home()
    campaign = making.running()
    called = leading.cancel(actor=qian_viewer(), campaign_id=campaign.pk, reason="改期")
    assert (called.state, Task.objects.count(), Door.objects.count()) == ("cancelled", 0, 0)


def test_intentions_are_asked_before_the_moment_and_told_after_it():
    home = making.home(2)
    head, spouse = making.people(home)
    campaign = making.made(reference_on=today() + DAY, starts_on=today() + DAY)
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed="1")
    said = [doors.Said(head, "back", "邻省滨海市"), doors.Said(spouse, "")]
    keys = {"campaign_id": campaign.pk, "dwelling_id": home.pk}

    assert doors.ask(actor=zhao_viewer(), **keys, said=said, today=today()) == 1
    with pytest.raises(Refused):
        doors.ask(actor=zhao_viewer(), **keys, said=said, today=today() + DAY)
    leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today())
    with pytest.raises(Refused):
        making.check(campaign, home, "refused")  # work has not begun
    assert doors.tell(actor=zhao_viewer(), **keys, told={head: "as_said", spouse: ""}, today=today() + DAY) == 1
    assert selectors.intention_counts(qian_viewer(), campaign) == [("back", "as_said", 1)]
    with pytest.raises(Refused, match=r"collected|采集"):
        leading.cancel(actor=qian_viewer(), campaign_id=campaign.pk, reason="x")
    leading.close(actor=qian_viewer(), campaign_id=campaign.pk, note="", today=today() + DAY)
    assert not Intention.objects.exists()


def test_each_sees_the_own_part_and_only_who_covers_the_area_leads():
    making.home()
    making.home(place_code=OTHER_GRID, plate="9号")
    campaign = making.running()

    assert selectors.doors(zhao_viewer(), campaign).count() == 1
    assert selectors.doors(sun_viewer(), campaign).count() == 2
    with pytest.raises(OutOfReach):
        selectors.campaign(li_viewer(), campaign.pk)
    with pytest.raises(NotAllowed):
        leading.close(actor=zhao_viewer(), campaign_id=campaign.pk, note="", today=today())
    with pytest.raises(NotAllowed):
        leading.make(actor=qian_viewer(), plan=making.plan(scope="770101001002"))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("scope", {"scope": "770101"}), ("starts_on", {"starts_on": dt.date(2020, 1, 1)}),
     ("ends_on", {"ends_on": dt.date(2020, 1, 2)}), ("parts", {"parts": 99}), ("name", {"name": " "})],
)  # fmt: skip
def test_a_plan_that_cannot_be_names_what_is_wrong(field, wrong):
    with pytest.raises(Refused) as refused:
        leading.make(actor=sun_viewer(), plan=making.plan(**wrong))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"ends_on": dt.date(2000, 1, 1)},
        {"state": "running"},
        {"state": "closed"},
        {"closed_on": dt.date(2026, 1, 1)},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    campaign = making.made()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**wrong)


def _queries(work) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_the_doors():
    seen = []
    for count in (1, 9):
        for number in range(count):
            making.home(2, plate=f"{number}号")
        campaign = making.made()
        key = {"actor": qian_viewer(), "campaign_id": campaign.pk}
        steps = [
            _queries(lambda campaign=campaign: frames.preview(campaign, today())),
            _queries(lambda key=key: leading.freeze(**key, seed="1")),
            _queries(lambda key=key: leading.give_out(**key, today=today())),
        ]
        campaign.refresh_from_db()
        steps += [
            _queries(lambda campaign=campaign: reckoning.progress(qian_viewer(), campaign)),
            _queries(lambda campaign=campaign: reckoning.comparison(qian_viewer(), campaign)),
        ]
        seen.append(steps)
    assert seen[0] == seen[1]


def test_who_was_on_file_is_erased_when_its_time_is_over():
    making.home(2)
    campaign = making.running()
    leading.close(actor=qian_viewer(), campaign_id=campaign.pk, note="", today=today())
    assert retention.erase_over(actor=MACHINE, today=today() + 800 * DAY) == 0
    assert retention.erase_over(actor=MACHINE, today=today() + 1200 * DAY) == 2
    assert Figure.objects.exists()
