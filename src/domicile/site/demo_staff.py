"""The responsibility chain of the demonstration: one community in full, with a few gaps, a meeting, a course, a badge."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from domicile.apps.common.viewer import Viewer

SINCE = dt.timedelta(days=300)


def make_chain(*, officer: Viewer, worker: Viewer, community: str, own_grid: str, seed: int, today: dt.date) -> None:
    """Make the chain of a community: `officer` keeps it, `worker` is the informant of `own_grid`."""
    from domicile.apps.staffing import registry
    from domicile.apps.staffing.actions.sites import open_site
    from domicile.core.synth.staffing import Door, chain

    counts = registry.households(community)
    doors = [
        Door(house.place_code, str(house.id), entrance, counts[house.id, entrance])
        for house in registry.houses(community)
        for entrance in house.entrances
        if (house.id, entrance) in counts
    ]
    grids = registry.grids(community)
    made = chain([grid.code for grid in grids], doors, seed)
    since = today - SINCE
    area = registry.names([community])[community]
    for kind, name in (("office", f"{area}办公室"), ("station", f"{area}工作站"), ("point", "第1采集点")):
        open_site(actor=officer, kind=kind, place_code=community, name=name, address="", on=since)
    _Maker(officer, community, since).make(made, {grid.code: grid.name for grid in grids}, own_grid, worker)
    _meet_and_train(officer, worker, community, max(today, timezone.localdate()))  # the badge holds today


class _Maker:
    """Opens posts and gives them, as an officer does."""

    def __init__(self, actor: Viewer, community: str, since: dt.date) -> None:
        self.actor, self.community, self.since = actor, community, since

    def make(self, made: Any, names: dict[str, str], own_grid: str, worker: Viewer) -> None:
        lead = self.post("lead", self.community, "社区责任人", None, made.lead, self.actor.user_id)
        self.post("clerk", self.community, "录入员", lead, made.clerk)
        for number, group in enumerate(made.groups, start=1):
            above = self.post("coordinator", self.community, f"第{number}组", lead, group.coordinator)
            for patch in group.patches:
                own = patch.grid == own_grid
                informant = above
                if patch.informant or own:
                    holder = worker.name if own else patch.informant
                    account = worker.user_id if own else None
                    informant = self.post("informant", patch.grid, names[patch.grid], above, holder, account)
                for place, head in enumerate(patch.heads, start=1):
                    houses = tuple((uuid.UUID(door.building), door.entrance) for door in head.doors)
                    self.post("head", patch.grid, f"{names[patch.grid]}{place}片", informant, head.name, houses=houses)

    def post(
        self,
        role: str,
        place: str,
        name: str,
        above: Any,
        holder: str,
        account: uuid.UUID | None = None,
        houses: tuple[tuple[uuid.UUID, str], ...] = (),
    ) -> Any:
        """A post with its holder; '' leaves it vacant."""
        from domicile.apps.staffing.actions.holdings import give_post
        from domicile.apps.staffing.actions.posts import NewPost, open_post
        from domicile.apps.staffing.actions.workers import add_worker

        new = NewPost(role=role, place=place, name=name, above_id=above.pk if above else None, houses=houses)
        row = open_post(actor=self.actor, arguments=new, on=self.since)
        if holder:
            who = add_worker(
                actor=self.actor, place_code=self.community, name=holder, phone="", since=self.since, account=account
            )
            give_post(actor=self.actor, post_id=row.pk, worker_id=who.pk, start=self.since)
        return row


def _meet_and_train(officer: Viewer, worker: Viewer, community: str, today: dt.date) -> None:
    from domicile.apps.staffing import bank
    from domicile.apps.staffing.actions.meetings import decide, hold_meeting
    from domicile.apps.staffing.actions.training import hold_course, sit_test
    from domicile.apps.staffing.models import Worker
    from domicile.core.policy.parameters import parameter

    there = list(Worker.objects.filter(user_id__in=[officer.user_id, worker.user_id]).order_by("number"))
    ids = [row.pk for row in there]
    meeting = hold_meeting(
        actor=officer, kind="station", place_code=community, held_on=today, title="每周例会",
        minutes="通报本周走访情况，研究没有信息员的网格和空缺的楼栋长岗位。", present=ids, today=today,
    )  # fmt: skip
    due = today + dt.timedelta(days=parameter("staffing.decision_days", today))
    decide(
        actor=officer,
        meeting_id=meeting.pk,
        decided="为空缺的楼栋长岗位物色人选",
        worker_id=ids[-1],
        due=due,
        today=today,
    )
    hold_course(
        actor=officer, place_code=community, subject="collection", title="入户采集培训", held_on=today, present=ids,
        today=today,
    )  # fmt: skip
    questions = bank.draw("collection", seed=1, count=parameter("staffing.test_questions", today), language="zh")
    sit_test(
        actor=worker, subject="collection", seed=1, given=[one.right for one in questions], language="zh", today=today
    )
