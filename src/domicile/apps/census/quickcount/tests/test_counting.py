"""The quick count: asked for, counted in the background, read and compared; no name is opened for it."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import comparing, counting
from domicile.apps.census.quickcount.models import OutsideTotal, QuickAges, QuickCount, QuickFigure
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)  # fmt: skip
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.vault import sealing
from tests.cast import COMMUNITY, COUNTY, GRID, OTHER_GRID, TOWNSHIP, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
STATISTICIAN = Actor("tong", "童统计", "statistician", COUNTY, "statistics")


@pytest.fixture
def census() -> Census:
    made = make_census()
    for place, number in ((GRID, "B1"), (OTHER_GRID, "B2")):
        building = make_building(made, number=number, place_code=place)
        for door in range(3):
            home = make_household(make_dwelling(building, str(door)))
            if door < 2:
                told = form(person(name="林不可见"), person(sex=2, registered=4, away=door + 2))
                receive(
                    census=made,
                    household=home,
                    road="web",
                    form="short",
                    content=told,
                    instance=f"{number}{door}",
                    at=IN,
                )
    return made


def counted(census: Census) -> QuickCount:
    return counting.count(QuickCount.objects.create(census=census, asked_at=timezone.now()))


def test_the_figures_are_those_of_the_forms_that_count(census: Census) -> None:
    run = counted(census)
    assert (run.state, run.forms, run.open) == ("done", 4, 2)
    (figure,) = run.figures.all()
    assert figure.area_code == COMMUNITY
    assert (figure.counts["residents"], figure.counts["on_forms"], figure.counts["families"]) == (6, 8, 4)
    assert comparing.by_age(viewer(OFFICE), run, COUNTY).sum() == 6


@pytest.mark.parametrize("scope", [COUNTY, TOWNSHIP, COMMUNITY])
def test_sex_and_age_are_kept_by_township_and_of_no_census_area(census: Census, scope: str) -> None:
    home = make_household(make_dwelling(make_building(census, number="B3", place_code=f"{TOWNSHIP}999001")))
    if scope != COMMUNITY:
        receive(census=census, household=home, road="web", form="short", content=form(person()), instance="x", at=IN)
    Census.objects.filter(pk=census.pk).update(scope=scope)
    census.refresh_from_db()
    run = counted(census)
    (kept,) = QuickAges.objects.all()
    assert kept.area_code == (COMMUNITY if scope == COMMUNITY else TOWNSHIP)
    assert len(kept.by_age) == 66
    assert sum(kept.by_age) == comparing.by_age(viewer(OFFICE), run, scope).sum() == (6 if scope == COMMUNITY else 7)
    columns = {field.name for field in QuickFigure._meta.get_fields()}
    assert columns == {"id", "count", "area_code", "counts"}
    assert counted(census).ages.count() == 1
    assert not {name for row in run.figures.all() for name in row.counts} & {"by_age", "sex"}


def test_a_form_kept_beside_is_not_counted(census: Census) -> None:
    home = Answer.objects.earliest("pk").household
    receive(
        census=census, household=home, road="paper", form="short", content=form(*[person()] * 9), instance="x", at=IN
    )
    (figure,) = counted(census).figures.all()
    assert figure.counts["on_forms"] == 8


def test_no_form_is_opened_and_no_person_seen(census: Census, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    genuine = sealing.open_value
    monkeypatch.setattr(sealing, "open_value", lambda *told: opened.append(told) or genuine(*told))
    Answer.objects.update(content=b"\0" * 64)
    counted(census)
    assert opened == []
    assert Look.objects.filter(question="quick_count").count() == 1
    assert not Seen.objects.exists()


def test_forms_whose_key_was_destroyed_are_not_counted_as_none(census: Census) -> None:
    sealing.erase(Answer.objects.earliest("pk").envelope_id)
    with pytest.raises(sealing.Erased):
        counted(census)


def test_a_changed_form_stops_the_count(census: Census) -> None:
    answer = Answer.objects.earliest("pk")
    Answer.objects.filter(pk=answer.pk).update(quick=bytes(answer.quick)[:-1] + b"\0")
    with pytest.raises(sealing.Tampered):
        counted(census)


def test_counting_anew_adds_nothing_twice(census: Census) -> None:
    run = counted(census)
    again = counting.count(QuickCount.objects.select_related("census").get(pk=run.pk))
    assert again.figures.count() == 1
    assert again.figures.get().counts["on_forms"] == 8


def test_a_census_without_forms_has_figures_of_none() -> None:
    run = counted(make_census())
    assert (run.state, run.figures.count()) == ("done", 0)


def test_it_is_asked_for_once_at_a_time_and_worked_off_in_the_background(client: Client, census: Census) -> None:
    sign_in(client, OFFICE)
    page = reverse("census:quick_count", args=["c2030"])
    assert client.post(reverse("census:ask_quick_count", args=["c2030"]))["Location"] == page
    run = QuickCount.objects.get()
    if run.state == QuickCount.State.WAITING:
        with pytest.raises(Refused):
            counting.ask(actor=viewer(OFFICE), census=census)
        assert client.get(page, headers={"hx-request": "true"}).status_code == 200
        counting.in_background.func(run.pk.hex)
    shown = client.get(page)
    assert shown.context["run"].forms == 4
    assert "林不可见" not in shown.text


def test_an_enumerator_asks_for_no_count(census: Census) -> None:
    with pytest.raises(NotAllowed):
        counting.ask(actor=viewer(ENUMERATOR), census=census)


def test_a_statistician_reads_figures_and_takes_them_along(client: Client, census: Census) -> None:
    counted(census)
    sign_in(client, STATISTICIAN)
    for level in ("county", "township", "community"):
        shown = client.get(reverse("census:quick_count", args=["c2030"]), {"level": level})
        assert shown.context["rows"][0][1][0][1] == 6
    assert COMMUNITY in client.get(reverse("census:quick_figures", args=["c2030"])).text
    assert client.post(reverse("census:ask_quick_count", args=["c2030"])).status_code == 403


def test_totals_of_another_source_stand_beside_the_figures(client: Client, census: Census) -> None:
    run = counted(census)
    sign_in(client, OFFICE)
    address = reverse("census:bring_totals", args=["c2030"])
    sheet = f"区划代码,人口,户数\n{COUNTY}000000,8,5\n{TOWNSHIP}000,5,4\n"
    file = SimpleUploadedFile("totals.csv", sheet.encode())
    assert client.post(address, {"source": "户籍登记", "file": file}).status_code == 302
    (row,) = comparing.compared(viewer(OFFICE), run, 9)
    assert row.sources == (("户籍登记", 5, 20.0),)
    bad = SimpleUploadedFile("totals.csv", "区划代码,人口\n990101,8\n".encode())
    answer = client.post(address, {"source": "户籍登记", "file": bad})
    assert answer.status_code == 422
    assert OutsideTotal.objects.count() == 2


def test_what_a_source_said_before_is_replaced(census: Census) -> None:
    for people in ("5", "6"):
        comparing.bring(
            actor=viewer(OFFICE),
            census=census,
            source="学校",
            content=f"area code,people\n{TOWNSHIP},{people}\n".encode(),
        )
    assert [row.people for row in OutsideTotal.objects.all()] == [6]


def test_progress_is_told_while_it_counts(census: Census) -> None:
    told: list[tuple[int, int]] = []
    run = QuickCount.objects.create(census=census, asked_at=timezone.now() - dt.timedelta(minutes=1))
    counting.count(run, lambda done, total: told.append((done, total)))
    assert told == [(4, 4)]
