"""The synthetic county with what its indicators count: late events, checks, items that are missing, stays that ended, a merge."""

import datetime as dt
import uuid
from collections import Counter
from typing import Any

from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw, Stratum
from domicile.apps.indicators import counting
from domicile.apps.indicators.models import Published
from domicile.apps.people.models import Document, Person, SamePerson, Spell
from domicile.apps.sources.tests.making import STANDS_ON, county, fill_register, outside
from domicile.apps.vitals.models import VitalEvent
from domicile.core.codes.identity import NUMBERED_KINDS
from domicile.core.indicators.counting import Counted
from tests import factories

PEOPLE, SEED = 300, 11
TODAY = STANDS_ON + dt.timedelta(days=20)
YEAR = (dt.date(TODAY.year - 1, 11, 1), dt.date(TODAY.year, 11, 1))
DAY = dt.timedelta(days=1)
#: What is missing or out of the way, of one in 23 each.
FAULTS: dict[int, dict[str, Any]] = {
    3: {"name": ""}, 5: {"sex": "9"}, 7: {"birth_precision": "year"}, 11: {"registration": "unknown"},
    13: {"registered_code": ""}, 17: {"birth_date": None}, 19: {"birth_date": dt.date(1890, 2, 28)},
}  # fmt: skip


def fill() -> None:
    """Lay the register down; the same one each time."""
    fill_register(county(PEOPLE, SEED), outside(PEOPLE, SEED).events)
    people = list(Person.objects.order_by("pk"))
    for place, person in enumerate(people):
        faults = FAULTS.get(place % 23)
        if faults:
            Person.objects.filter(pk=person.pk).update(**faults)
    for place, document in enumerate(Document.objects.order_by("pk")):
        if place % 9 == 0:
            Document.objects.filter(pk=document.pk).update(finding="checksum")
    for place, spell in enumerate(Spell.objects.order_by("person_id")):
        day = [None, TODAY, TODAY + DAY, TODAY - DAY][place % 4]
        if place % 8 < 4 and spell.end is None:
            Spell.objects.filter(pk=spell.pk).update(end=day, source=["sheet", "door"][place % 2])
    for place, person in enumerate(people[::15]):
        code, day = [factories.GRID, factories.FAR_GRID][place % 2], YEAR[0] + place * 20 * DAY
        VitalEvent.objects.create(
            kind="birth", person=person, code=code, day=day, registered_on=day, registered_at=f"{TODAY} 00:00Z"
        )
    for place, event in enumerate(VitalEvent.objects.order_by("day", "pk")):
        told = ["", "hospital", "family"][place % 3]
        registered = min(event.day + place % 70 * DAY, TODAY)
        VitalEvent.objects.filter(pk=event.pk).update(
            late=place % 4 == 0,
            told_by=told,
            registered_on=registered,
            state="annulled" if place % 11 == 10 else "counts",
        )
    _merge(people)
    _checks()
    for subject in ("births", "deaths"):
        Published.objects.create(
            code="770101",
            subject=subject,
            start=YEAR[0],
            end=YEAR[1],
            value=40,
            source="公报",
            noted_at=f"{TODAY} 00:00Z",
        )


def _merge(people: list[Person]) -> None:
    """Somebody on a second record, who has the only document and a stay that is over."""
    stands = next(one for one in people if Spell.objects.filter(person=one, end=None).exists())
    Document.objects.filter(person=stands).delete()
    Spell.objects.filter(person=stands).update(start=dt.date(2021, 1, 1))
    other = factories.person(name="另名", birth_date=dt.date(1980, 5, 6))
    factories.spell(
        of=other, at=Spell.objects.filter(person=stands)[0].dwelling, start=dt.date(2015, 1, 1), end=dt.date(2020, 1, 1)
    )
    SamePerson.objects.create(person=other, into=stands, stands=stands, merged_at=f"{TODAY} 00:00Z")


def _checks() -> None:
    draw = Draw.objects.create(
        place_code="770101", begin=YEAR[0], end=YEAR[1], seed=1, size=4, minimum=1, drawn_on=YEAR[0], due_on=YEAR[1],
        drawn_by=uuid.uuid4(),
    )  # fmt: skip
    stratum = Stratum.objects.create(draw=draw, place_code=factories.GRID, worker=uuid.uuid4(), size=9, drawn=9)
    said = [(True, ""), (False, "first_wrong"), (False, "changed"), (False, "unclear"), (False, ""), (None, "")]
    for number in range(5):
        check = BackCheck.objects.create(
            stratum=stratum, position=number, source_id=uuid.uuid4(), kind="visit", collected_by=uuid.uuid4(),
            place_code=[factories.GRID, factories.FAR_GRID][number % 2], accepted_on=YEAR[0], state="checked",
            checked_by=uuid.uuid4(), checked_on=TODAY - number * 30 * DAY,
        )  # fmt: skip
        for place, (agrees, verdict) in enumerate(said):
            judged = {"judged_by": uuid.uuid4(), "judged_on": TODAY} if verdict else {}
            CheckItem.objects.create(
                check_of=check, position=place, key="name", agrees=agrees, verdict=verdict, **judged
            )


def in_python() -> Counter[str]:
    """Some of the counts made by hand, one record after the other: what counts, by key and what is counted."""
    found: Counter[str] = Counter()
    same = dict(SamePerson.objects.values_list("person_id", "stands_id"))
    people = {one.pk: one for one in Person.objects.all()}
    documents: dict[uuid.UUID, list[Document]] = {}
    for document in Document.objects.all():
        documents.setdefault(same.get(document.person_id, document.person_id), []).append(document)
    for spell in Spell.objects.filter(kind="usual"):
        who = people[same.get(spell.person_id, spell.person_id)]
        if (spell.end and spell.end <= TODAY) or (spell.start and spell.start > TODAY):
            continue
        if who.died_on and who.died_on <= TODAY:
            continue
        held = documents.get(who.pk, [])
        found["resident_coverage"] += 1
        found["identity_accuracy"] += any(one.kind in NUMBERED_KINDS and not one.finding for one in held)
        placed = who.registration != "unknown" and not (who.registration == "area" and not who.registered_code)
        dated = who.birth_date is not None and who.birth_precision == "day"
        found["completeness"] += sum([bool(who.name), who.sex in ("1", "2"), dated, bool(held), placed])
    first = dt.date(TODAY.year - 1, TODAY.month, 1)
    for event in VitalEvent.objects.filter(state="counts", kind__in=["birth", "death"]):
        if event.registered_on >= first:
            found[f"{event.kind}_timeliness"] += not event.late
        if YEAR[0] <= event.day < YEAR[1]:
            found["events_by_day"] += 1
            found[f"{event.kind}s_file"] += 1
    found["back_check_error"] = 5
    return found


def here() -> list[Counted]:
    """The counts in the register's own database."""
    return counting.here(counting.wanted(YEAR), counting.given(TODAY, YEAR))


def sums(counted: list[Counted]) -> Counter[str]:
    """By key, what counts for the numerator."""
    found: Counter[str] = Counter()
    for one in counted:
        found[one.key] += one.part
    return found
