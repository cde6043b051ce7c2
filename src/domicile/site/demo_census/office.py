"""What the census office does before the first household is asked: areas, plan, frame, division, listing, sample."""

import csv
import dataclasses
import datetime as dt
import io
import uuid
from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from django.utils import timezone

from domicile.apps.common.viewer import Viewer
from domicile.core.synth import County
from domicile.core.synth import enumeration as synthetic
from domicile.site.demo import GRANTED_FROM, TODAY, Login

MOMENT = dt.datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=ZoneInfo("Asia/Shanghai"))
CODE = "demo"
INTERVAL = 10
#: Roles that only somebody recruited for a duty has.
DUTIES = {"enumerator": "enumerator", "census_supervisor": "supervisor"}
#: Columns of the file of the frame: core/codes/frame_layout.py.
COLUMNS = ("number", "address", "community", "dwellings", "expected", "longitude", "latitude")
HEADS = ("建筑物编号", "地址", "社区代码", "住房数", "预计人数", "经度", "纬度")
Tell = Callable[[str, float], None]


def login(role: str, scope: str, *, number: int = 0) -> Login:
    """An account of a role over an area, with its password and second factor."""
    from django.db import transaction

    from domicile.apps.access.actions import grant_role
    from domicile.apps.access.roles import matrix
    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.accounts.actions import create_user, give_second_factor

    known = matrix(TODAY).roles[role]
    username = f"{role}{number:02d}" if number else role
    actor = machine_viewer("domicile demo", scope[:6])
    with transaction.atomic():
        new = create_user(
            actor=actor, username=username, real_name=f"演示{known.label.zh}{number or ''}", area_code=scope[:12]
        )
        if role in DUTIES:
            _recruited(new.user.pk, new.user.real_name, DUTIES[role], scope)
        grant_role(actor=actor, user_id=new.user.pk, role=role, scope=scope, valid_from=GRANTED_FROM)
        secret = give_second_factor(actor=actor, user_id=new.user.pk)
    return Login(role, known.label.zh, known.label.en, username, new.password, secret, scope)


def _recruited(account: uuid.UUID, name: str, duty: str, scope: str) -> None:
    """Recruit the holder of an account, and note the undertaking of confidentiality: nobody has an area before."""
    from domicile.apps.census.plan.models import Census
    from domicile.apps.census.staff.actions import recruits

    actor, census = viewer("census_office", "supervision"), Census.objects.get(code=CODE)
    row = recruits.recruit(
        actor=actor, census_id=census.pk, community=scope[:12], worker=recruits.NewWorker(name, account=account), duty=duty,
        reserve=False, near_code=scope, on=TODAY,
    )  # fmt: skip
    recruits.sign_undertaking(actor=actor, recruit_id=row.pk, on=TODAY, today=TODAY)


def viewer(username: str, purpose: str) -> Viewer:
    """Somebody at work."""
    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User

    return viewer_for(User.objects.get(username=username), purpose, timezone.localdate())


def make_areas(county: County) -> None:
    """The areas of the county, of every level, as an operator enters them."""
    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.areas.actions import create_area

    actor = dataclasses.replace(machine_viewer("domicile demo", "77"), permissions=frozenset({"manage_areas"}))
    rows = county.areas.filter(county.areas["valid_to"].is_null()).sort("level", "code")
    for row in rows.to_dicts():
        create_area(
            actor=actor, code=row["code"], name=row["name"], valid_from=row["valid_from"], today=TODAY,
            urban_rural=row["urban_rural"] or "",
        )  # fmt: skip


def frame_file(rows: Iterable[dict[str, str]]) -> bytes:
    """The file that is carried to the census: buildings and what is expected there."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def plan_and_frame(county: County, scope: str) -> str:
    """Plan the census and load its frame; the code of the census."""
    from domicile.apps.census.frame import actions as frame
    from domicile.apps.census.plan.actions.plans import create_census

    office = viewer("census_office", "supervision")
    census = create_census(actor=office, code=CODE, name="演示县人口普查", scope=scope, reference_at=MOMENT)
    read = frame.read_file(
        actor=office, census=census, file_name="frame.csv", content=frame_file(synthetic.frame(county))
    )
    if read.report["errors"]:
        raise RuntimeError(f"the frame cannot be loaded: {read.report['findings']}")
    frame.load_file(actor=office, file_id=read.pk, today=TODAY)
    return census.code


def divide(communities: Sequence[str], tell: Tell) -> None:
    """Divide each community into enumeration areas, and adopt the plans."""
    from domicile.apps.census.frame import plans
    from domicile.apps.census.plan.models import Census

    office, census = viewer("census_office", "supervision"), Census.objects.get(code=CODE)
    for number, community in enumerate(communities):
        tell(f"dividing {community}", number / len(communities))
        plan = plans.ask(actor=office, census=census, community=community, wanted=plans.usual(TODAY))
        drawn = plans.draw(actor=office, division_id=plan.pk, today=TODAY)
        if drawn.problem:
            raise RuntimeError(f"{community} cannot be divided: {drawn.problem}")
        plans.adopt(actor=office, division_id=plan.pk, today=TODAY)


def list_all(homes: Sequence[synthetic.Home], tell: Tell) -> dict[int, uuid.UUID]:
    """List every household behind its door; household of the county → its id on the list."""
    from domicile.apps.census.frame.models import Building
    from domicile.apps.census.listing import actions as listing
    from domicile.apps.census.listing.models import Dwelling

    office = viewer("census_office", "supervision")
    buildings = {row.number: row for row in Building.objects.filter(census__code=CODE).select_related("census")}
    doors: dict[tuple[str, str], Dwelling] = {}
    found: dict[int, uuid.UUID] = {}
    for number, home in enumerate(homes):
        if number % 50 == 0:
            tell("listing", number / len(homes))
        place = (home.building, home.door)
        if place not in doors:
            doors[place] = listing.list_dwelling(
                actor=office,
                building=buildings[home.building],
                number=home.door,
                use=Dwelling.Use.LIVED_IN,
                today=TODAY,
            )
        made = listing.list_household(
            actor=office, dwelling=doors[place], today=TODAY, head_name=home.head, expected=len(home.content["persons"])
        )
        found[home.key] = made.pk
    return found


def draw_sample(seed: int) -> None:
    """Draw the households of the long form."""
    from domicile.apps.census.plan.models import Census
    from domicile.apps.census.sample import drawing

    census = Census.objects.get(code=CODE)
    office = viewer("census_office", "supervision")
    drawing.draw(actor=office, census=census, seed=seed, interval=INTERVAL, strata="township")
