"""The engine of the ODK Collect app fetches, fills and sends the forms of the census, in Chinese and English."""

import json
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage import asking
from domicile.apps.census.coverage.tests import test_asking as again
from domicile.apps.census.phones.tests.test_phones import base_of, processing
from domicile.apps.census.tests.making import MOMENT, make_household
from domicile.apps.vault.sealing import open_value
from domicile.cli.simulating.engine import collect
from domicile.core.enumeration import Doubt, forms, judged
from tests.cast import viewer

pytestmark = [pytest.mark.django_db(databases=["default", "log"], transaction=True), pytest.mark.slow]
CHINESE, ENGLISH = "中文 (zh)", "English (en)"
HOME = """kind = 1
present_count = {people}
absent_count = 0
births_male ! 10
births_male = 0
births_female = 0
deaths_male = 0
deaths_female = 0
dwelling = 1
floor_area = 80
rooms ! 0
rooms = 3
"""
PERSON = """{at}/name = {name}
{at}/relation = {relation}
{at}/sex = 1
{at}/birth_year = {year}
{at}/birth_month = 4
{at}/ethnic = 1
{at}/present = 1
{at}/registered = 1
{at}/away = 1
"""
GROWN = "{at}/education = 5\n{at}/literate = 1\n"


def kept(form: str) -> dict[str, object]:
    """What became of the one form that was sent."""
    while processing.process():
        pass
    answer = Answer.objects.get()
    assert (answer.road, answer.form, answer.state) == ("collect", form, "counts")
    found: dict[str, object] = json.loads(open_value(answer, "content"))
    return found


@pytest.mark.parametrize(("language", "asked"), [(CHINESE, "与户主关系"), (ENGLISH, "Relation to the head")])
def test_a_short_form_asks_of_each_what_their_age_says(
    live_server: LiveServer, tmp_path: Path, language: str, asked: str
) -> None:
    make_household()
    first, second = "person", "person[2]"
    plan = (
        "household = @和平路B1号 101\n" + HOME.format(people=2)
        + PERSON.format(at=first, name="林小明", relation=0, year=1985)
        + "person/id_number ! 11010119850401001X\n" + GROWN.format(at=first)
        + PERSON.format(at=second, name="林小宝", relation=2, year=2029) + "read_back = yes\n"
    )  # fmt: skip
    lines = collect(f"{live_server.url}{base_of()}", "census_short", language, tmp_path, plan)
    assert lines[-1] == "SENT 201"
    text = "\n".join(lines)
    assert asked in text
    assert sum(line.startswith("REFUSED") for line in lines) == 3
    content = kept("short")
    # The engine notes when the form was begun and when it was finished; what is kept of it are minutes.
    assert content["minutes"] in range(1, 30)
    assert not {"start", "end"} & set(content)
    people = content["persons"]
    assert isinstance(people, list)
    assert [one["name"] for one in people] == ["林小明", "林小宝"]
    assert "education" not in people[1]
    found = judged(forms()["short"], content, MOMENT)
    assert found.sound, found.faults
    # Born within the year before the last, the child is no infant: nothing is asked back.
    assert found.doubts == ()


def test_what_may_be_true_is_asked_back_on_the_phone(live_server: LiveServer, tmp_path: Path) -> None:
    make_household()
    plan = (
        "household = @和平路B1号 101\n" + HOME.format(people=1) + PERSON.format(at="person", name="林寿星", relation=9, year=1903)
        + GROWN.format(at="person") + "person/so_old_age = yes\nso_one_head = yes\nread_back = yes\n"
    )  # fmt: skip
    lines = collect(f"{live_server.url}{base_of()}", "census_short", CHINESE, tmp_path, plan)
    assert lines[-1] == "SENT 201"
    content = kept("short")
    assert set(content["confirmed"]) == {"old_age", "one_head"}  # type: ignore[call-overload]
    found = judged(forms()["short"], content, MOMENT)
    assert set(found.doubts) == {Doubt("old_age", 0), Doubt("one_head")}


def test_the_forms_for_deaths_and_for_people_from_abroad(live_server: LiveServer, tmp_path: Path) -> None:
    make_household()
    plan = (
        "household = @和平路B1号 101\nhow_many = 1\nperson/name = 林老\nperson/sex = 1\nperson/birth_year = 1940\n"
        "person/birth_month = 1\nperson/death_year = 2030\nperson/death_month = 9\nperson/education = 3\nread_back = yes\n"
    )
    base = f"{live_server.url}{base_of()}"
    assert collect(base, "census_deaths", CHINESE, tmp_path, plan)[-1] == "SENT 201"
    dead = kept("deaths")
    assert "minutes" not in dead
    assert dead["persons"] == [
        {
            "name": "林老",
            "sex": 1,
            "birth_year": 1940,
            "birth_month": 1,
            "death_year": 2030,
            "death_month": 9,
            "education": 3,
        }
    ]
    Answer.objects.all().delete()
    plan = (
        "household = @和平路B1号 101\nhow_many = 1\nperson/name = Ann Lee\nperson/relation = 0\nperson/sex = 2\n"
        "person/birth_year = 1990\nperson/birth_month = 2\nperson/country = 4\nperson/citizenship = Canada\nperson/purpose = 2\n"
        "person/stay = 4\nperson/education = 7\nread_back = yes\n"
    )
    assert collect(base, "census_foreign", ENGLISH, tmp_path, plan)[-1] == "SENT 201"
    assert judged(forms()["foreign"], kept("foreign"), MOMENT).sound


def test_the_form_of_the_coverage_survey_is_filled_by_whom_an_area_is_given(
    live_server: LiveServer, tmp_path: Path
) -> None:
    census = again.drawn()
    again.give()
    plan = (
        "area = @{GRID}\nnumber = 3-101\nhow_many = 2\nperson/name = 诸葛再\nperson/sex = 1\nperson/birth_year = 1990\n"
        "person/birth_month = 3\nperson/id_number ! 110101199003070135\nperson/present = 1\nperson/registered = 1\n"
        "person/away = 1\nperson[2]/name = 诸葛小\nperson[2]/sex = 2\nperson[2]/birth_year = 2015\n"
        "person[2]/birth_month = 1\nperson[2]/present = 1\n"
        "person[2]/registered = 5\nread_back = yes\n"
    )  # fmt: skip
    label = asking.rows(viewer(again.AGAIN))[0][1]
    lines = collect(
        f"{live_server.url}{base_of(again.AGAIN)}", "census_again", CHINESE, tmp_path, plan.replace("{GRID}", label)
    )
    assert lines[-1] == "SENT 201"
    while processing.process():
        pass
    assert [(number, people) for number, people, _content in again.kept()] == [("3-101", 2)]
    assert "away" not in again.kept()[0][2][1]  # registered nowhere: not asked
    assert census.coverage.get().areas.exclude(asker=None).count() == 1
