"""Figures of a small register: what they count, of what, how they are held against what was published, who may see them."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas import actions as area_actions
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.indicators import actions, selectors
from domicile.apps.indicators.lines import Line
from domicile.apps.indicators.measuring import measure
from domicile.apps.indicators.models import Published
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vitals.models import VitalEvent
from domicile.core.indicators import Definition, definitions
from domicile.core.policy.parameters import parameter
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
LAST_YEAR = (dt.date(TODAY.year - 1, 1, 1), dt.date(TODAY.year, 1, 1))
COUNTY, HERE, THERE = factories.COUNTY, factories.COMMUNITY, factories.OTHER_COMMUNITY


@pytest.fixture(autouse=True)
def areas() -> None:
    factories.area_tree()


def resident(*, finding: str | None = "", far: bool = False, **fields: object) -> Person:
    """Somebody who lives in the first community, or far away in the other; `finding` None: without a document."""
    person = factories.person(number=None, **fields)  # type: ignore[arg-type]
    house = factories.building(place_code=factories.FAR_GRID, plate="99号") if far else factories.building()
    at = factories.dwelling(within=house)
    factories.spell(of=person, at=at)
    if finding is not None:
        number = factories.number_of(birth_date=dt.date(1980, 5, 17), serial=Person.objects.count())
        factories.document(of=person, number=number, finding=finding)
    return person


def birth(
    day: dt.date,
    *,
    code: str = factories.GRID,
    late: bool = False,
    told_by: str = "hospital",
    registered: dt.date = TODAY,
) -> None:
    VitalEvent.objects.create(
        kind="birth", person=factories.person(), code=code, day=day, registered_on=registered, late=late, told_by=told_by,
        registered_at=timezone.now(),
    )  # fmt: skip


def publish(
    subject: str, value: int, days: tuple[dt.date, dt.date], code: str = COUNTY, error: float | None = None
) -> Published:
    told = actions.Note(code, subject, *days, value, "统计公报", error)
    return actions.note(actor=sun_viewer(), arguments=told)


def line(key: str, code: str = COUNTY) -> Line:
    found = selectors.lines(sun_viewer(), code, MONTH)
    return next(one for one in found if one.definition.key == key)


def told(key: str, code: str = COUNTY) -> tuple[int, int] | None:
    figure = line(key, code).figure
    return (round(figure.numerator), round(figure.denominator)) if figure else None


def test_numbers_that_prove_right_are_counted_of_all_residents() -> None:
    for _time in range(3):
        resident()
    resident(finding="checksum")
    resident(finding=None)
    resident(far=True)
    dead = resident()
    Person.objects.filter(pk=dead.pk).update(died_on=TODAY)
    measure(actor=MACHINE, today=TODAY)
    assert told("identity_accuracy") == (4, 6)
    assert told("identity_accuracy", HERE) == (3, 5)
    assert told("identity_accuracy", THERE) == (1, 1)


def test_items_that_are_missing_are_counted_of_five_each() -> None:
    resident(registered_code="440305001001")
    resident(finding=None, name="", birth_date=None, sex="9", registration="unknown")
    measure(actor=MACHINE, today=TODAY)
    assert told("completeness") == (5, 10)


def test_residents_are_held_against_the_latest_published_figure() -> None:
    for _time in range(45):
        resident()
    measure(actor=MACHINE, today=TODAY)
    assert line("resident_coverage").figure is None
    publish("residents", 60, (dt.date(2010, 11, 1), dt.date(2010, 11, 2)))
    publish("residents", 50, (dt.date(2020, 11, 1), dt.date(2020, 11, 2)), error=0.02)
    found = line("resident_coverage")
    assert told("resident_coverage") == (45, 50)
    assert found.figure is not None
    assert found.figure.low is not None
    assert found.figure.low < 0.9 < (found.figure.high or 0)
    assert found.standing == "open"
    assert line("resident_coverage", HERE).figure is None, "nothing was published of the community"


def test_births_of_a_period_are_held_against_those_published_of_it() -> None:
    for day in range(1, 10):
        birth(dt.date(TODAY.year - 1, 3, day))
    birth(dt.date(TODAY.year - 2, 12, 31))
    birth(dt.date(TODAY.year, 1, 1))
    publish("births", 10, LAST_YEAR)
    assert told("birth_coverage") == (9, 10)


def test_late_registrations_count_in_the_month_in_which_they_were_told_and_by_who_told_them() -> None:
    birth(TODAY)
    birth(TODAY, late=True, told_by="family")
    birth(TODAY, code=factories.FAR_GRID)
    measure(actor=MACHINE, today=TODAY)
    assert told("birth_timeliness") == (2, 3)
    by = selectors.by_source(sun_viewer(), "birth_timeliness", COUNTY, MONTH)
    assert [(one.of, one.figure and one.figure.ratio) for one in by] == [("family", 0.0), ("hospital", 1.0)]
    months = selectors.by_month(sun_viewer(), "birth_timeliness", COUNTY, MONTH)
    assert [one.of for one in months][-1] == MONTH
    assert len(months) == selectors.MONTHS
    assert [one.figure is not None for one in months] == [False] * 11 + [True]


def test_measured_again_nothing_doubles_and_each_run_is_on_record() -> None:
    resident()
    assert measure(actor=MACHINE, today=TODAY) == measure(actor=MACHINE, today=TODAY)
    assert told("identity_accuracy") == (1, 1)
    assert Change.objects.filter(action="indicators.measure").count() == 2


def test_the_statements_are_as_many_for_many_people_as_for_one() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as held:
            measure(actor=MACHINE, today=TODAY)
        return len(held)

    resident()
    birth(TODAY)
    few = statements()
    for _time in range(5):
        resident()
        birth(TODAY, code=factories.FAR_GRID)
    assert statements() == few


def test_areas_below_stand_in_the_order_of_their_codes() -> None:
    resident(far=True)
    resident(finding="checksum")
    measure(actor=MACHINE, today=TODAY)
    below = selectors.by_area(sun_viewer(), "identity_accuracy", factories.TOWNSHIP, MONTH)
    assert [one.of for one in below] == ["河沿社区", "北塔社区"]


def test_a_figure_is_noted_once_and_taken_back() -> None:
    row = publish("births", 10, LAST_YEAR)
    with pytest.raises(Refused):
        publish("births", 11, LAST_YEAR)
    actions.remove(actor=sun_viewer(), figure_id=row.pk)
    publish("births", 11, LAST_YEAR)
    assert [one.value for one in selectors.published_in(qian_viewer())] == [11]
    with pytest.raises(Refused):
        publish("births", 5, (TODAY, TODAY + dt.timedelta(days=40)))


def test_nobody_notes_figures_of_other_areas_or_sees_theirs() -> None:
    with pytest.raises(NotAllowed):
        actions.note(actor=sun_viewer(), arguments=actions.Note("780101", "births", *LAST_YEAR, 10, "x"))
    with pytest.raises(NotAllowed):
        selectors.lines(qian_viewer(), THERE, MONTH)


def test_figures_of_communities_that_are_put_together_add_up() -> None:
    resident()
    resident(far=True)
    measure(actor=MACHINE, today=TODAY)
    kept, gone = (Area.objects.get(code=code, valid_to=None).pk for code in (HERE, THERE))
    area_actions.merge_area(actor=sun_viewer(), area_id=gone, into_id=kept, on=TODAY, today=TODAY)
    assert told("identity_accuracy", HERE) == (2, 2)
    assert told("identity_accuracy") == (2, 2)


@pytest.mark.parametrize("definition", definitions().values(), ids=definitions())
def test_each_leads_to_the_work_that_improves_it_and_has_a_goal(definition: Definition) -> None:
    assert reverse(definition.work)
    assert 0 < float(parameter(definition.goal, TODAY)) < 1


class TestPages:
    def test_the_overview_says_what_it_is_and_how_it_stands(self, client: Client) -> None:
        for _time in range(40):
            resident()
        measure(actor=MACHINE, today=TODAY)
        sign_in(client, SUN)
        text = client.get(reverse("indicators:overview")).content.decode()
        assert "身份信息准确率" in text
        assert "100.0%" in text
        assert "已达标" in text
        assert "没有该区划的公布数" in text
        page = client.get(reverse("indicators:indicator", args=["identity_accuracy"])).content.decode()
        assert "证件号码校验无误" in page
        assert "按来源" in page

    def test_each_sees_the_own_areas_alone(self, client: Client) -> None:
        resident(far=True)
        measure(actor=MACHINE, today=TODAY)
        sign_in(client, QIAN)
        assert client.get(reverse("indicators:overview"), {"area": THERE, "month": f"{MONTH:%Y-%m}"}).status_code == 422
        assert "北塔社区" not in client.get(reverse("indicators:overview")).content.decode()
        sign_in(client, LI)
        assert "安禾县" not in client.get(reverse("indicators:overview")).content.decode()

    def test_without_figures_it_says_when_there_will_be_some(self, client: Client) -> None:
        sign_in(client, SUN)
        text = client.get(reverse("indicators:overview"), headers={"accept-language": "en"}).content.decode()
        assert "No figures yet" in text

    def test_a_published_figure_is_filled_in_and_errors_name_the_field(self, client: Client) -> None:
        sign_in(client, SUN)
        form = {"subject": "births", "code": COUNTY, "start": "2025-01-01", "last": "", "value": "10", "source": "公报"}
        answer = client.post(reverse("indicators:add"), form)
        assert answer.status_code == 422
        assert "2025-01-31" in answer.content.decode()
        assert client.post(reverse("indicators:add"), form | {"last": "2025-12-31"}).status_code == 302
        row = Published.objects.get()
        assert (row.start, row.end, row.value) == (dt.date(2025, 1, 1), dt.date(2026, 1, 1), 10)
        assert "2025-12-31" in client.get(reverse("indicators:published")).content.decode()
        assert client.post(reverse("indicators:remove", args=[row.pk])).status_code == 302
        assert not Published.objects.exists()

    @pytest.mark.parametrize("kind", ["xlsx", "csv", "pdf"])
    def test_it_is_taken_as_a_file_by_whoever_may(self, client: Client, kind: str) -> None:
        resident()
        measure(actor=MACHINE, today=TODAY)
        asked = {"area": COUNTY, "month": f"{MONTH:%Y-%m}"}
        sign_in(client, SUN)
        answer = client.get(reverse("indicators:file", args=[kind]), asked)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content if answer.streaming else [answer.content])  # type: ignore[attr-defined]
        sign_in(client, CHEN)
        assert client.get(reverse("indicators:file", args=[kind]), asked).status_code in {302, 403}


def test_before_anything_is_reckoned_the_page_says_so_and_blames_nobody(client: Client) -> None:
    factories.area_tree()
    sign_in(client, SUN)
    for address in (reverse("indicators:overview"), reverse("indicators:indicator", args=["resident_coverage"])):
        answer = client.get(address, headers={"accept-language": "en"})
        page = answer.content.decode()
        assert (answer.status_code, "No figures yet" in page) == (200, True)
        assert "aria-invalid" not in page
        assert 'name="month"' not in page
