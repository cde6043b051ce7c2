"""The sample for the long form: drawn once, with weights, and drawn again by anybody from the file and the seed."""

import csv
import hashlib
import io

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.listing import actions
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.sample import drawing
from domicile.apps.census.sample.models import SampleDraw
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    LISTED,
    OFFICE,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)  # fmt: skip
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import GRID, OTHER_GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
SEED = 20301012


@pytest.fixture
def census() -> Census:
    made = make_census()
    for place, number in ((OTHER_GRID, "B2"), (GRID, "B10"), (GRID, "B1")):
        building = make_building(made, number=number, place_code=place)
        for door in ("102", "101", "103"):
            dwelling = make_dwelling(building, door)
            for _home in range(2):
                make_household(dwelling)
    return made


def drawn(census: Census, **told: object) -> SampleDraw:
    values = {"seed": SEED, "interval": 3, "strata": "township"} | told
    return drawing.draw(actor=viewer(OFFICE), census=census, **values)  # type: ignore[arg-type]


def test_one_of_so_many_gets_the_long_form_with_its_weight(census: Census) -> None:
    made = drawn(census)
    long = Household.objects.filter(form="long")
    assert (made.households, made.drawn, long.count()) == (18, 6, 6)
    assert {home.weight for home in long} == {3}
    assert not Household.objects.filter(form="short").exclude(weight=None).exists()


def test_the_frame_is_ordered_by_place(census: Census) -> None:
    places = [unit.line() for unit in drawing.frame(census)]
    assert places[:3] == [f"{GRID},B1,101,1", f"{GRID},B1,101,2", f"{GRID},B1,102,1"]
    assert places[6].startswith(f"{GRID},B10,")
    assert places[-1] == f"{OTHER_GRID},B2,103,2"


def test_anybody_draws_it_again_from_the_file_and_the_seed(client: Client, census: Census) -> None:
    made = drawn(census)
    sign_in(client, OFFICE)
    answer = client.get(reverse("census:sample_frame", args=["c2030"]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    lines = "".join(f"{row['area']},{row['building']},{row['door']},{row['household']}\n" for row in rows)
    assert hashlib.sha256(lines.encode()).hexdigest() == made.frame
    begin = int(hashlib.sha256(f"{made.seed}:{GRID[:9]}".encode()).hexdigest(), 16) % made.interval
    by_hand = [index for index in range(len(rows)) if index % made.interval == begin]
    assert [index for index, row in enumerate(rows) if row["drawn"] == "1"] == by_hand
    assert {row["weight"] for row in rows if row["drawn"] == "1"} == {"3"}


def test_it_is_drawn_anew_only_with_a_reason_and_the_old_draw_is_kept(census: Census) -> None:
    first = drawn(census)
    with pytest.raises(Refused):
        drawn(census, seed=7)
    second = drawn(census, seed=7, reason="漏列了一栋楼")
    first.refresh_from_db()
    assert first.why_ended == "漏列了一栋楼"
    assert drawing.holding(census) == second
    assert Household.objects.filter(form="long").count() == second.drawn
    assert first.units.count() == 18


def test_it_stays_once_a_long_form_has_come_in(census: Census) -> None:
    drawn(census)
    home = Household.objects.filter(form="long").first()
    assert home is not None
    receive(census=census, household=home, road="web", form="long", content=form(), instance="a", at=IN)
    with pytest.raises(Refused):
        drawn(census, reason="再抽一次")


def test_a_household_that_splits_after_the_draw_is_drawn_with_all_its_parts(census: Census) -> None:
    drawn(census)
    home = Household.objects.filter(form="long").select_related("dwelling__building").first()
    assert home is not None
    part = actions.split_household(actor=viewer(OFFICE), household=home, today=LISTED, head_name="", expected=1)
    part.refresh_from_db()
    assert (part.form, part.weight) == ("long", 3)


@pytest.mark.parametrize("wrong", [{"interval": 1}, {"interval": 101}, {"strata": "street"}, {"seed": -1}])
def test_what_cannot_be_drawn_is_refused(census: Census, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        drawn(census, **wrong)
    assert not SampleDraw.objects.exists()


def test_without_a_household_nothing_is_drawn() -> None:
    with pytest.raises(Refused):
        drawn(make_census())


def test_an_enumerator_draws_no_sample(census: Census) -> None:
    with pytest.raises(NotAllowed):
        drawing.draw(actor=viewer(ENUMERATOR), census=census, seed=1, interval=10, strata="whole")


def test_the_sample_is_drawn_by_screen_and_its_report_printed(client: Client, census: Census) -> None:
    sign_in(client, OFFICE)
    page = reverse("census:sample", args=["c2030"])
    assert client.get(page).status_code == 200
    told = {"interval": "10", "strata": "whole", "seed": "5"}
    assert client.post(reverse("census:draw_sample", args=["c2030"]), told)["Location"] == page
    assert client.post(reverse("census:draw_sample", args=["c2030"]), told).status_code == 422
    shown = client.get(page)
    assert shown.context["draw"].seed == 5
    assert "林家主" not in shown.text
    assert client.get(reverse("census:sample_report", args=["c2030"])).content.startswith(b"%PDF")
