"""Areas asked a second time: drawn so that anybody can draw them again, compared, decided on by people, and reckoned up."""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coverage import bringing, deciding, drawing, estimating, matching, opening
from domicile.apps.census.coverage.models import CoverageCase, CoverageHousehold, CoverageSurvey
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import counting
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    STRANGER,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.core.sampling import draw as draw_again
from tests.cast import COMMUNITY, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
AREAS, HOMES = 8, 6
SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
    ("安平", "海川", "明华", "小林", "志远", "春梅", "秋菊", "建国", "文静"),
)
HEADS = "普查小区代码,户编号,姓名,性别,出生年,出生月"


def area(number: int) -> str:
    return f"{COMMUNITY}{number:03d}"


def everybody() -> Iterator[tuple[str, int, list[dict[str, Any]]]]:
    """Who lives in each home of each area: three people, whom no two have name and month of birth in common."""
    names = itertools.cycle(f"{one}{two}" for two in GIVEN for one in SURNAMES)
    months = itertools.cycle((year, month) for year in range(1935, 2030) for month in (2, 5, 9))
    for place in range(AREAS):
        for home in range(HOMES):
            lived = []
            for sex in (1, 2, 1):
                year, month = next(months)
                lived.append(person(name=next(names), sex=sex, birth_year=year, birth_month=month))
            yield area(place), home, lived


def enumerate_all(census: Census, missed: set[tuple[str, int]] = frozenset()) -> None:
    """The census counts every home but those `missed`."""
    for place, home, lived in everybody():
        dwelling = make_dwelling(make_building(census, f"{place[-3:]}-{home}", place), "101")
        household = make_household(dwelling)
        if (place, home) not in missed:
            receive(
                census=census, household=household, road="collect", form="short", content=form(*lived),
                instance=f"{place}-{home}", at=IN,
            )  # fmt: skip


def told(*, skip: set[tuple[str, int]] = frozenset(), changed: dict[str, str] | None = None) -> bytes:
    """The file of the survey, of every area: it finds every home but those of `skip`."""
    rows = [HEADS]
    for place, home, lived in everybody():
        if (place, home) not in skip:
            for one in lived:
                name, sex = (changed or {}).get(one["name"], one["name"]), "男女"[one["sex"] - 1]
                rows.append(f"{place},{home},{name},{sex},{one['birth_year']},{one['birth_month']}")
    return "\n".join(rows).encode()


@pytest.fixture
def census() -> Census:
    return make_census()


def drawn(census: Census, areas: int = AREAS, seed: int = 7) -> CoverageSurvey:
    return drawing.draw(actor=viewer(OFFICE), census=census, seed=seed, areas=areas)


def test_anybody_draws_the_same_areas_again_and_no_others_are_asked(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census, areas=3, seed=42)
    frame = [area(number) for number in range(AREAS)]
    chosen = list(survey.areas.order_by("position").values_list("place_code", flat=True))
    assert chosen == draw_again(42, frame, 3)
    assert survey.frame == drawing.digest(frame)
    other = next(code for code in frame if code not in chosen)
    with pytest.raises(Refused, match=f"2.*{other}"):
        bringing.bring(actor=viewer(OFFICE), survey=survey, content=f"{HEADS}\n{other},1,赵安,男,1980,5".encode())


def test_drawing_anew_needs_a_reason_and_is_refused_once_people_were_asked(census: Census) -> None:
    enumerate_all(census)
    first = drawn(census)
    with pytest.raises(Refused) as refused:
        drawn(census, seed=8)
    assert refused.value.field == "reason"
    second = drawing.draw(actor=viewer(OFFICE), census=census, seed=8, areas=AREAS, reason="seed was read wrongly")
    first.refresh_from_db()
    assert (first.why_ended, drawing.holding(census)) == ("seed was read wrongly", second)
    bringing.bring(actor=viewer(OFFICE), survey=second, content=told())
    with pytest.raises(Refused):
        drawing.draw(actor=viewer(OFFICE), census=census, seed=9, areas=AREAS, reason="again")


def test_a_file_with_one_wrong_row_brings_nobody_in(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    good = told().decode()
    for wrong, says in (("x", "“x”"), ("", "“”")):
        with pytest.raises(Refused, match=says):
            bringing.bring(
                actor=viewer(OFFICE), survey=survey, content=f"{good}\n{area(0)},9,赵安,{wrong},1980,5".encode()
            )
    with pytest.raises(Refused, match="出生月"):
        bringing.bring(actor=viewer(OFFICE), survey=survey, content=f"{good}\n{area(0)},9,赵安,男,1980,13".encode())
    assert not CoverageHousehold.objects.exists()


def test_who_was_missed_and_who_is_nowhere_else_are_told_apart(census: Census) -> None:
    missed, unseen = {(area(0), 1), (area(3), 2)}, {(area(5), 0)}
    enumerate_all(census, missed)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(skip=unseen))
    found = matching.match(actor=viewer(OFFICE), survey=survey)
    whole = AREAS * HOMES * 3
    assert (found.cases, found.open) == (2 * whole - 6 - 3, 6 + 3)
    open_cases = CoverageCase.objects.filter(outcome="open")
    assert set(open_cases.values_list("side", "area__place_code")) == {
        ("survey", area(0)), ("survey", area(3)), ("census", area(5)),
    }  # fmt: skip


def test_what_comes_again_replaces_what_a_household_said(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told())
    households = CoverageHousehold.objects.count()
    one = next(everybody())[2]
    content = f"{HEADS}\n{area(0)},0,{one[0]['name']},男,{one[0]['birth_year']},{one[0]['birth_month']}".encode()
    assert bringing.bring(actor=viewer(OFFICE), survey=survey, content=content) == 1
    assert CoverageHousehold.objects.count() == households
    matching.match(actor=viewer(OFFICE), survey=survey)
    assert CoverageCase.objects.filter(side="census", outcome="open").count() == 2  # the other two of that home


def test_whoever_was_born_in_the_month_before_the_moment_is_of_the_same_age_on_both_sides(census: Census) -> None:
    census = Census.objects.get(pk=census.pk)  # as the database gives it: in another time zone
    lived = [
        person(name="赵十月", birth_year=2000, birth_month=10),
        person(name="钱后生", birth_year=2030, birth_month=11),
    ]
    household = make_household(make_dwelling(make_building(census, "x", area(0)), "101"))
    receive(census=census, household=household, road="web", form="short", content=form(*lived), instance="x", at=IN)
    (found,) = opening.of_census(census, [COMMUNITY])
    assert (found.name, found.age) == ("赵十月", 30)
    run = counting.count(counting.ask(actor=viewer(OFFICE), census=census))
    assert run.figures.get().counts["residents"] == 1


def test_a_decision_goes_with_the_person_it_was_about(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(skip={(area(0), 0)}))
    matching.match(actor=viewer(OFFICE), survey=survey)
    case = CoverageCase.objects.filter(side="census", outcome="open").latest("person")
    deciding.decide(actor=viewer(OFFICE), case_id=case.pk, outcome="never")
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told())
    matching.match(actor=viewer(OFFICE), survey=survey)
    assert CoverageCase.objects.get(pk=case.pk).outcome == "never"
    CoverageCase.objects.filter(pk=case.pk).update(
        sex=2 if case.sex == 1 else 1
    )  # the form has somebody else there now
    matching.match(actor=viewer(OFFICE), survey=survey)
    assert not CoverageCase.objects.filter(pk=case.pk).exists()


def test_a_slip_of_the_pen_is_a_question_and_both_sides_follow_the_answer(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    one = next(everybody())[2][0]
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(changed={one["name"]: one["name"][0] + "按平"}))
    matching.match(actor=viewer(OFFICE), survey=survey)
    asked = CoverageCase.objects.get(side="survey", outcome="open")
    mirror = CoverageCase.objects.get(side="census", outcome="open")
    assert (asked.partner_household, asked.partner_person) == (mirror.household, mirror.person)
    deciding.decide(actor=viewer(OFFICE), case_id=asked.pk, outcome="matched")
    mirror.refresh_from_db()
    assert mirror.outcome == "matched"
    deciding.decide(actor=viewer(OFFICE), case_id=asked.pk, outcome="omitted", note="two people")
    mirror.refresh_from_db()
    assert (mirror.outcome, mirror.decided_at) == ("open", None)
    matching.match(actor=viewer(OFFICE), survey=survey)  # what people decided stays
    assert CoverageCase.objects.get(pk=asked.pk).outcome == "omitted"


def test_the_truth_lies_in_the_interval_and_wrong_inclusions_are_taken_off(census: Census) -> None:
    missed = {(area(n), n % HOMES) for n in range(0, AREAS, 2)}
    unseen = {(area(n), (n + 3) % HOMES) for n in range(1, AREAS, 3)}
    enumerate_all(census, missed)
    ghost = make_household(make_dwelling(make_building(census, "ghost", area(1)), "101"))
    receive(
        census=census, household=ghost, road="web", form="short", content=form(person(name="无此人", birth_year=1901)),
        instance="ghost", at=IN,
    )  # fmt: skip
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(skip=unseen))
    matching.match(actor=viewer(OFFICE), survey=survey)
    for case in CoverageCase.objects.filter(outcome="open"):
        outcome = "omitted" if case.side == "survey" else "never" if case.household == ghost.pk else "correct"
        deciding.decide(actor=viewer(OFFICE), case_id=case.pk, outcome=outcome)
    counting.count(counting.ask(actor=viewer(OFFICE), census=census))
    by_set = {one.key: one for one in estimating.estimates(survey)}
    found, truth = by_set["all"], AREAS * HOMES * 3
    assert (found.wrong, found.open, found.coverage is not None) == (1, 0, True)
    assert found.coverage.census == truth - 3 * len(missed) + 1  # type: ignore[union-attr]
    assert found.coverage.low <= truth <= found.coverage.high  # type: ignore[union-attr]
    assert found.coverage.erroneous == pytest.approx(1)  # type: ignore[union-attr]
    assert found.chapman.low <= truth <= found.chapman.high  # type: ignore[union-attr]
    assert by_set["1"].survey + by_set["2"].survey == found.survey
    assert sum(by_set[key].survey for key in by_set if key.startswith("a") and key != "all") == found.survey


def test_forms_are_opened_for_those_who_may_and_each_look_is_on_record(client: Client, census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(skip={(area(0), 0)}))
    for actor in (ENUMERATOR, STRANGER):
        with pytest.raises(NotAllowed):
            matching.match(actor=viewer(actor), survey=survey)
    matching.match(actor=viewer(OFFICE), survey=survey)
    case = CoverageCase.objects.filter(outcome="open").first()
    assert case is not None
    page = reverse("census:coverage_area", args=[census.code, area(0)])
    sign_in(client, STRANGER)
    assert client.get(page).status_code in {403, 404}
    assert client.get(reverse("census:decide_coverage", args=[case.pk])).status_code in {403, 404}
    sign_in(client, OFFICE)
    before = Look.objects.count()
    name = next(everybody())[2][0]["name"]
    assert name in client.get(page).text
    assert name in client.get(reverse("census:decide_coverage", args=[case.pk])).text
    assert Look.objects.count() > before
    sent = client.post(reverse("census:decide_coverage", args=[case.pk]), {"outcome": "correct", "note": ""})
    assert sent.status_code == 302
    case.refresh_from_db()
    assert case.outcome == "correct"


def test_pages_ask_the_same_number_of_questions_of_many_cases(client: Client, census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told(skip={(area(0), 0)}))
    matching.match(actor=viewer(OFFICE), survey=survey)
    sign_in(client, OFFICE)
    page = reverse("census:coverage_area", args=[census.code, area(0)])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    with CaptureQueriesContext(connection) as many:
        client.get(page, {"all": "1"})
    assert len(many) <= len(few) + 1


def test_the_report_has_a_row_for_each_set_and_nobodys_name(client: Client, census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=told())
    matching.match(actor=viewer(OFFICE), survey=survey)
    counting.count(counting.ask(actor=viewer(OFFICE), census=census))
    sign_in(client, OFFICE)
    lines = client.get(reverse("census:coverage_report", args=[census.code])).text.splitlines()
    assert len(lines) == 1 + len(estimating.keys())
    shown = client.get(reverse("census:coverage", args=[census.code])).text
    assert not [lived for _place, _home, lived in everybody() if lived[0]["name"] in shown]


def test_who_answers_nothing_of_anybody_is_refused(census: Census) -> None:
    enumerate_all(census)
    survey = drawn(census)
    with pytest.raises(Refused):
        matching.match(actor=viewer(OFFICE), survey=survey)
    with pytest.raises(NotAllowed):
        deciding.decide(actor=viewer(OFFICE), case_id=uuid.uuid4(), outcome="omitted")
