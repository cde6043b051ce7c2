"""Carry the synthetic county through the whole census."""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections

from domicile.core.synth import County, make_county
from domicile.core.synth import enumeration as synthetic
from domicile.site import demo
from domicile.site.demo_census import answering, closing, office
from domicile.site.demo_census.answering import Sending
from domicile.site.demo_census.office import MOMENT, Tell
from domicile.site.migration import migrate


@dataclass(frozen=True)
class Made:
    """What came of it: people in truth and by the main figures, forms by road, the estimate, the first page published."""

    people: int
    residents: int
    forms: int
    found: closing.Found
    page: Path


def make(people: int, seed: int, tell: Tell) -> Made:
    """Make the demonstration. Raises NotADemonstration where another census stands here."""
    home = Path(settings.HOME)
    if demo.state(home):
        demo.take_away(home)
    elif _holds_data():
        raise demo.NotADemonstration(
            f"{home} holds a census that is not the demonstration: set DOMICILE_CENSUS_HOME to a new folder"
        )
    demo.mark(home, {"state": "making", "people": people, "seed": seed})
    tell("tables", 0.0)
    migrate()
    county = make_county(people, seed, demo.TODAY)
    homes = list(synthetic.homes(county, MOMENT))
    logins = _prepared(county, tell)
    listed = office.list_all(homes, demo.within(tell, 0.16, 0.14))
    office.draw_sample(seed)
    fates = synthetic.fates(len(homes), seed)
    forms = _answered(homes, fates, listed, seed, demo.within(tell, 0.3, 0.4))
    tell("main figures", 0.7)
    residents = closing.figures()
    tell("survey of coverage", 0.75)
    found = closing.coverage(homes, fates, _places(homes), residents_of(homes), seed)
    page = closing.publish_all(home, seed, demo.within(tell, 0.8, 0.2))
    shutil.rmtree(home / "work")  # true figures, and records of single households
    demo.write_logins(home, logins)
    demo.mark(home, {"state": "ready", "people": people, "seed": seed, "page": str(page)})
    return Made(people, residents, forms, found, page)


def _prepared(county: County, tell: Tell) -> list[demo.Login]:
    """Areas, plan, frame, areas of enumeration, and a login a role."""
    office.make_areas(county)
    scope = str(county.buildings["community"][0])[:6]
    logins = [office.login("census_office", scope)]
    tell("frame", 0.04)
    office.plan_and_frame(county, scope)
    communities = sorted({str(code) for code in county.buildings["community"]})
    office.divide(communities, demo.within(tell, 0.05, 0.1))
    tell("logins", 0.15)
    areas = _areas()
    return [
        *logins,
        office.login("enumerator", areas[0]),
        office.login("census_supervisor", areas[0][:12]),
        *(office.login(role, scope) for role in ("processor", "statistician", "administrator", "supervisor")),
        office.login("processor", scope, number=2),
    ]


def _answered(
    homes: Sequence[synthetic.Home],
    fates: Sequence[synthetic.Fate],
    listed: Mapping[int, uuid.UUID],
    seed: int,
    tell: Tell,
) -> int:
    """Every form by its road, in the order of the doors; how many."""
    from domicile.apps.census.listing.models import Household

    asked = {row.pk: row for row in Household.objects.filter(census__code=office.CODE).defer("head_name", "phone")}
    sendings: list[Sending] = []
    for home, fate in zip(homes, fates, strict=True):
        row = asked[listed[home.key]]
        content = synthetic.long(home, MOMENT, seed) if row.form == "long" else home.content
        sendings += [Sending(row.pk, row.form, content, road, row.place_code) for road in fate.roads]
    sendings += _of_nobody([listed[home.key] for home in homes], seed)
    phones = answering.phones(_areas())
    connections.close_all()
    with answering.served() as address:
        answering.send_all(address, sendings, phones, tell)
    return len(sendings)


def _of_nobody(households: Sequence[uuid.UUID], seed: int) -> list[Sending]:
    """Forms of people who are not there, on paper, at doors where others live."""
    from domicile.apps.census.listing import actions as listing
    from domicile.apps.census.listing.models import Household

    actor, made = office.viewer("census_office", "supervision"), []
    for at, content in synthetic.strangers(len(households), seed, MOMENT):
        beside = Household.objects.select_related("dwelling").get(pk=households[at])
        ghost = listing.list_household(actor=actor, dwelling=beside.dwelling, today=demo.TODAY, expected=1)
        made.append(Sending(ghost.pk, "short", content, "paper", ghost.place_code))
    return made


def _areas() -> list[str]:
    from domicile.apps.census.frame.models import Building

    return sorted(set(Building.objects.filter(census__code=office.CODE).values_list("place_code", flat=True)))


def _places(homes: Sequence[synthetic.Home]) -> dict[int, str]:
    """The enumeration area of each home."""
    from domicile.apps.census.frame.models import Building

    held = dict(Building.objects.filter(census__code=office.CODE).values_list("number", "place_code"))
    return {home.key: held[home.building] for home in homes}


def residents_of(homes: Sequence[synthetic.Home]) -> int:
    """How many residents the homes have in truth, by the definition of the main figures."""
    import numpy as np

    from domicile.apps.census.answers import quick
    from domicile.apps.census.quickcount import reckoning

    packed = b"".join(quick.pack(home.content)[quick.WIDTH :] for home in homes)
    rows = np.frombuffer(packed, dtype=quick.PERSON)
    ages = reckoning.ages(rows["birth_year"], rows["birth_month"], MOMENT.date())
    return int((reckoning.is_resident(rows) & (ages != -2)).sum())


def _holds_data() -> bool:
    """Whether accounts or a census stand in the databases of this site."""
    from domicile.apps.accounts.models import User
    from domicile.apps.census.plan.models import Census

    connection = connections["default"]
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._default_manager.exists() for model in (User, Census))
