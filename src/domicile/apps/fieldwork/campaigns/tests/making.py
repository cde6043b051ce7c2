"""A community with a chain, a campaign over it, and its steps."""

import datetime as dt
import uuid

from django.utils import timezone

from domicile.apps.fieldwork.campaigns import reckoning, selectors
from domicile.apps.fieldwork.campaigns.actions import doors, leading
from domicile.apps.fieldwork.campaigns.models import Campaign, Door
from domicile.apps.people.models import Member
from domicile.apps.places.models import Dwelling
from domicile.apps.staffing.tests import making as staff
from tests import factories
from tests.cast import COMMUNITY, GRID, ZHAO, make_user, qian_viewer

DAY = dt.timedelta(days=1)
SEED = "20270201"


def today() -> dt.date:
    return timezone.localdate()


def noon(day: dt.date | None = None) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day or today(), dt.time(10)))


def plan(**fields) -> leading.Plan:
    begin = today() - 2 * DAY
    values = {
        "name": "春节后清理摸底",
        "scope": COMMUNITY,
        "reference_on": begin,
        "starts_on": begin,
        "ends_on": today() + 10 * DAY,
    }
    return leading.Plan(**{**values, **fields})


def chain() -> None:
    """An informant of the first grid, whose account is Zhao's; nobody in the second."""
    _lead, _group, informant = staff.chain_of_three()
    user = make_user(ZHAO)
    worker = informant.holdings.get().worker
    type(worker).objects.filter(pk=worker.pk).update(user_id=user.pk)


def home(size: int = 3, *, place_code: str = GRID, plate: str = "12号", **fields) -> Dwelling:
    """A dwelling with a family."""
    made = factories.dwelling(within=factories.building(place_code=place_code, plate=plate), **fields)
    if size:
        factories.family(size=size, at=made, registered=False)
    return made


def people(of: Dwelling) -> list[uuid.UUID]:
    """Who lives there, the head first."""
    rows = Member.objects.filter(household__dwelling=of, left_on=None).order_by("relation", "pk")
    return list(rows.values_list("person_id", flat=True))


def made(**fields) -> Campaign:
    return leading.make(actor=qian_viewer(), plan=plan(**fields))


def running(**fields) -> Campaign:
    campaign = made(**fields)
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed=SEED)
    leading.give_out(actor=qian_viewer(), campaign_id=campaign.pk, today=today())
    return Campaign.objects.get(pk=campaign.pk)


def check(campaign: Campaign, at: Dwelling, outcome: str = "met", *, actor=None, moment=None, **fields) -> doors.Noted:
    return doors.check(
        actor=actor or qian_viewer(), campaign_id=campaign.pk, dwelling_id=at.pk,
        checked=doors.Checked(outcome, **fields), moment=moment or noon(),
    )  # fmt: skip


def status(campaign: Campaign, at: Dwelling) -> str:
    door: Door = selectors.door(qian_viewer(), campaign, at.pk)
    return door.status


def counts(campaign: Campaign) -> dict[str, int]:
    """People of the comparison by match, all grids together."""
    return dict(reckoning.together(reckoning.comparison(qian_viewer(), campaign).values()).counts)
