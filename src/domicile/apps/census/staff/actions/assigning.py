"""Areas are given to enumerators and teams to supervisors: as proposed and then changed by hand, in one step."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.areas.models import Grid
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.plan.models import Census
from domicile.apps.census.staff import policies
from domicile.apps.census.staff.models import Recruit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing.actions.holdings import check_free
from domicile.apps.staffing.chain import on_day
from domicile.apps.staffing.models import Holding, Post

ASSIGN = "census.assign"
KIND = "census_staff"
AREA = 12


@dataclass(frozen=True)
class Plan:
    """Who gets what: enumeration areas (15 digits) by recruit, and teams, each some areas and perhaps a supervisor."""

    areas: Mapping[str, uuid.UUID]
    teams: Sequence[tuple[Sequence[str], uuid.UUID | None]] = field(default_factory=tuple)


@transaction.atomic
def assign(*, actor: Viewer, census_id: uuid.UUID, community: str, plan: Plan, on: dt.date) -> list[Holding]:
    """Give areas of a census area (12 digits) to enumerators, and make teams, from a day on. Raises Refused, naming the area.

    Posts are opened where there are none yet. An area that somebody else holds is not taken away: that ends first, with its
    work handed over. An area that the enumerator holds already stays as it is. One change, undone as one.
    """
    census = Census.objects.select_for_update().filter(pk=census_id).first()
    if census is None:
        raise NotAllowed("census")
    policies.check_manage(actor, census, community)
    work = _Assigning(census, community, on)
    made: list[Holding] = []
    with recording(
        actor=actor, action=ASSIGN, subject_kind=KIND, subject_id=census.pk, place_code=community.ljust(15, "0")
    ) as change:
        for number, (codes, supervisor) in enumerate(plan.teams, start=1):
            team = work.team(change, number)
            if supervisor is not None:
                made += work.give(change, team, supervisor, Recruit.Duty.SUPERVISOR, f"team{number}")
            for code in codes:
                change.update(work.post(change, code), above=team)
        for code, recruit in plan.areas.items():
            made += work.give(change, work.post(change, code), recruit, Recruit.Duty.ENUMERATOR, code)
        if not change.values:
            raise Refused(_("Nothing is to be changed."))
    return made


class _Assigning:
    """The posts and recruits of a census area, read once."""

    def __init__(self, census: Census, community: str, on: dt.date) -> None:
        self.community, self.on = community, on
        grids = Grid.objects.filter(tier=Grid.Tier.SMALL, valid_to=None, code__startswith=community)
        self.grids = dict(grids.values_list("code", "name"))
        there = Post.objects.filter(on_day(on), place_code__startswith=community).order_by("opened_on", "pk")
        self.posts = {row.place_code: row for row in there if row.role == Post.Role.INFORMANT}
        self.teams = [row for row in there if row.role == Post.Role.COORDINATOR]
        rows = Recruit.objects.filter(census=census, left_on=None, worker__place_code__startswith=community)
        self.recruits = {row.pk: row for row in rows.select_related("worker")}

    def post(self, change: Recorder, code: str) -> Post:
        """The post of an enumeration area, opened where there is none."""
        if code not in self.grids:
            raise Refused(_("Choose one of the list."), code)
        if code not in self.posts:
            row = Post(role=Post.Role.INFORMANT, place_code=code, name=self.grids[code], opened_on=self.on)
            self.posts[code] = change.create(row)
        return self.posts[code]

    def team(self, change: Recorder, number: int) -> Post:
        """The team of a number, from 1; made where there is none."""
        while len(self.teams) < number:
            taken = {row.name for row in self.teams}
            count = len(self.teams) + 1
            while (name := _("Team {number}").format(number=count)) in taken:
                count += 1
            row = Post(role=Post.Role.COORDINATOR, place_code=self.community + "000", name=name, opened_on=self.on)
            self.teams.append(change.create(row))
        return self.teams[number - 1]

    def give(self, change: Recorder, post: Post, recruit: uuid.UUID, duty: str, where: str) -> list[Holding]:
        """Give a post to a recruit; nothing where the recruit holds it already."""
        row = self.recruits.get(recruit)
        if row is None or row.duty != duty:
            raise Refused(_("Choose one of the list."), where)
        if Holding.objects.filter(on_day(self.on, "start", "end"), post=post, worker=row.worker).exists():
            return []
        try:
            check_free(post, row.worker, self.on)
        except Refused as refusal:
            raise Refused(f"{post.name}: {refusal.message}", where) from refusal
        return [change.create(Holding(post=post, worker=row.worker, start=self.on))]
