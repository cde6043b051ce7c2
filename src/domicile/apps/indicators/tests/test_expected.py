"""Births and deaths held against what rates by age lead one to expect: of whom, of which months, with which interval, for whom."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.db.models import Min
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import fields_of
from domicile.apps.indicators import expecting, selectors
from domicile.apps.indicators.lines import Line
from domicile.apps.indicators.measuring import measure
from domicile.apps.indicators.models import Measure
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vitals.models import VitalEvent
from domicile.core.indicators import definitions
from domicile.core.indicators.figures import byar
from domicile.core.policy.parameters import parameter
from tests import factories
from tests.cast import LI, SUN, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
START, END, MIDDLE = expecting.period(MONTH)
COUNTY, HERE, THERE = factories.COUNTY, factories.COMMUNITY, factories.OTHER_COMMUNITY
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def areas() -> None:
    factories.area_tree()


def aged(age: int, sex: str = "2", *, far: bool = False) -> Person:
    """Somebody who lived here in the middle of the period and was of this age then."""
    born = dt.date(MIDDLE.year - age, 1, 1)
    person = factories.person(number=None, birth_date=born, sex=sex)
    house = factories.building(place_code=factories.FAR_GRID, plate="99号") if far else factories.building()
    factories.spell(of=person, at=factories.dwelling(within=house), start=born)
    return person


def happened(kind: str, day: dt.date, person: Person | None = None, *, code: str = factories.GRID) -> None:
    VitalEvent.objects.create(
        kind=kind, person=person or factories.person(), code=code, day=day, registered_on=TODAY, told_by="hospital",
        registered_at=timezone.now(),
    )  # fmt: skip


def line(key: str, code: str = COUNTY) -> Line:
    found = selectors.lines(sun_viewer(), code, MONTH)
    return next(one for one in found if one.definition.key == key)


def test_births_are_expected_by_the_ages_of_the_women_and_no_others() -> None:
    for age in (14, 22, 27, 27, 50):
        aged(age)
    aged(27, "1")
    measure(actor=MACHINE, today=TODAY)
    rates = parameter("vital_rates.fertility", MIDDLE)
    figure = line("births_expected").figure
    assert figure is not None
    assert figure.denominator == pytest.approx((rates[20] + 2 * rates[25]) / 1000, abs=1e-5)
    assert figure.numerator == 0


def test_deaths_are_expected_by_sex_and_age_and_told_by_them() -> None:
    people = [aged(85), aged(85, "1"), aged(40, "1")]
    happened("death", START, people[0])
    happened("death", END - dt.timedelta(days=1), people[2])
    happened("death", START - dt.timedelta(days=1))  # before the period
    happened("death", END)  # after it
    measure(actor=MACHINE, today=TODAY)
    women, men = (parameter(f"vital_rates.mortality_{sex}", MIDDLE) for sex in ("women", "men"))
    found = line("deaths_expected").figure
    assert found is not None
    assert (found.numerator, found.denominator) == (2, pytest.approx((women[85] + men[85] + men[40]) / 1000, abs=1e-5))
    by = {one.of: one.figure for one in selectors.by_source(sun_viewer(), "deaths_expected", COUNTY, MONTH)}
    assert {group for group, figure in by.items() if figure and figure.numerator} == {"2:80", "1:15"}
    old = by["2:80"]
    assert old is not None
    assert old.denominator == pytest.approx(women[85] / 1000, abs=1e-5)


def test_the_interval_takes_in_chance_and_the_error_of_the_rates() -> None:
    for _time in range(40):
        aged(85)
    for _time in range(4):
        happened("death", MIDDLE, aged(85))
    measure(actor=MACHINE, today=TODAY)
    figure = line("deaths_expected").figure
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    low, high = (limit / figure.denominator for limit in byar(4, 0.95))
    assert figure.low < low < figure.ratio < high < figure.high


def begun(at: dt.datetime) -> None:
    """Have the register begin on that day: its first record."""
    fields = fields_of([], actor=MACHINE, action="areas.load", subject_kind="area", subject_id=uuid.uuid4(), at=at)
    Change.objects.create(pk=(Change.objects.aggregate(first=Min("pk"))["first"] or 1) - 1, **fields)


def test_few_expected_say_little_and_many_stand_against_the_goal() -> None:
    begun(timezone.now() - dt.timedelta(days=3000))
    aged(27)
    measure(actor=MACHINE, today=TODAY)
    assert line("births_expected").few
    assert line("births_expected").standing == ""
    Measure.objects.filter(key="births_model").update(
        numerator=9000 * expecting.PARTS, denominator=9000 * expecting.PARTS
    )
    assert line("births_expected").standing == "missed"


def test_a_register_that_began_with_an_import_is_not_held_against_events_of_the_time_before(client: Client) -> None:
    began = timezone.now() - dt.timedelta(days=40)
    begun(began)
    aged(27)
    measure(actor=MACHINE, today=TODAY)
    many = 9000 * expecting.PARTS
    Measure.objects.filter(key="births_model").update(numerator=many, denominator=many)
    found = line("births_expected")
    assert (found.few, found.standing, found.begun) == (False, "", timezone.localdate(began))
    sign_in(client, SUN)
    shown = client.get(reverse("indicators:overview"), headers=ENGLISH).text
    assert f"the register began on {timezone.localdate(began)}" in shown


def test_who_died_or_left_before_is_not_expected_to_die_and_who_has_no_sex_or_birth_date_counts_nowhere() -> None:
    dead = aged(70)
    Person.objects.filter(pk=dead.pk).update(died_on=START)
    unknown = aged(70)
    Person.objects.filter(pk=unknown.pk).update(sex="9")
    undated = aged(70)
    Person.objects.filter(pk=undated.pk).update(birth_date=None)
    measure(actor=MACHINE, today=TODAY)
    assert line("deaths_expected").figure is None
    happened("death", MIDDLE, undated)
    aged(70)
    measure(actor=MACHINE, today=TODAY)
    groups = [one.of for one in selectors.by_source(sun_viewer(), "deaths_expected", COUNTY, MONTH)]
    assert groups == ["", "2:60"]


def test_areas_below_and_months_have_figures_of_their_own() -> None:
    aged(85)
    aged(85, far=True)
    happened("death", MIDDLE, code=factories.FAR_GRID)
    measure(actor=MACHINE, today=TODAY)
    below = selectors.by_area(sun_viewer(), "deaths_expected", factories.TOWNSHIP, MONTH)
    assert [(one.of, one.figure and one.figure.numerator) for one in below] == [("河沿社区", 0), ("北塔社区", 1)]
    months = selectors.by_month(sun_viewer(), "deaths_expected", COUNTY, MONTH)
    assert [one.figure is not None for one in months] == [False] * 11 + [True]


def test_measured_again_nothing_doubles_and_it_costs_the_same_statements() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as held:
            measure(actor=MACHINE, today=TODAY)
        return len(held)

    aged(85)
    happened("death", MIDDLE)
    few = statements()
    before = sorted(Measure.objects.values_list("key", "source", "numerator"))
    assert statements() == few
    assert sorted(Measure.objects.values_list("key", "source", "numerator")) == before
    for age in range(20, 60, 5):
        aged(age, far=age % 2 == 0)
        happened("birth", MIDDLE)
    assert statements() == few


def test_the_day_of_the_birthday_counts_as_the_higher_age() -> None:
    person = aged(15)
    for born, rate in ((MIDDLE, 15), (MIDDLE + dt.timedelta(days=1), None)):
        Person.objects.filter(pk=person.pk).update(birth_date=born.replace(year=born.year - 15))
        measure(actor=MACHINE, today=TODAY)
        figure = line("births_expected").figure
        rates = parameter("vital_rates.fertility", MIDDLE)
        assert (figure.denominator if figure else None) == (
            pytest.approx(rates[rate] / 1000, abs=1e-5) if rate else None
        )


def test_the_page_says_whose_rates_and_of_whom_deaths_are_missing(client: Client) -> None:
    for age in (3, 40, 70, 85):
        aged(age)
        aged(age, "1")
    happened("death", MIDDLE, aged(90))
    measure(actor=MACHINE, today=TODAY)
    sign_in(client, SUN)
    page = client.get(reverse("indicators:indicator", args=["deaths_expected"]), headers=ENGLISH).content.decode()
    assert "World Population Prospects 2022" in page
    assert "women of 80 and over" in page
    assert "men of 0 to 14" in page
    page = client.get(reverse("indicators:indicator", args=["births_expected"])).content.decode()
    assert "中国人口普查年鉴2020" in page
    assert "置信区间为 95%：" in page
    text = client.get(reverse("indicators:overview")).content.decode()
    assert definitions()["deaths_expected"].name.zh in text
    sign_in(client, LI)
    assert "安禾县" not in client.get(reverse("indicators:overview")).content.decode()
