"""Texts of the long forms are coded once each, by the list where it is sure and by people else; whose they are, is not kept."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.audit.models import Change
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coding import actions
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.extract.writing import extract
from domicile.apps.census.plan.models import Census
from domicile.apps.census.sample import drawing
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
)
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.core.coding import lists
from tests.cast import COUNTY, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
CODER = Actor("shao", "邵编码", "processor", COUNTY, "processing")
RAILWAYS = "铁路运输业"
ODD = "在滨河路给人修磨剪子戗菜刀"


def answered(*texts: str) -> Census:
    """A census in which every household has the long form, with these occupations; the industry is the name of one on the list."""
    census = make_census()
    building = make_building(census)
    homes = [make_household(make_dwelling(building, str(101 + at)), census) for at in range(2 * len(texts))]
    drawing.draw(actor=viewer(OFFICE), census=census, seed=2, interval=2, strata="whole")
    long = [home for home in homes if type(home).objects.get(pk=home.pk).form == "long"]
    for at, (home, text) in enumerate(zip(long, texts, strict=True)):
        told = person(name=f"某{at}", worked=1, occupation_text=text, industry_text=RAILWAYS)
        receive(
            census=census, household=home, road="collect", form="long", content=form(told), instance=f"i{at}", at=IN
        )
    return census


def test_the_same_text_is_one_however_it_is_written_and_the_list_codes_what_it_is_sure_of() -> None:
    entry = lists()["occupation"][-1]
    census = answered(ODD, f" {ODD} ", entry.name)
    told = actions.gather(actor=viewer(CODER), census=census)
    rows = {row.count: row for row in Wording.objects.filter(listed="occupation")}
    assert sorted(rows) == [1, 2]
    assert (rows[1].code, rows[1].how, rows[2].code) == (entry.code, "list", "")
    assert told.texts == 3  # two occupations, one industry
    assert ODD.encode() not in bytes(rows[2].text)


def test_what_people_decide_stays_feeds_suggestions_and_reaches_the_records(tmp_path: Path) -> None:
    census = answered(ODD, "磨剪子戗菜刀")
    actions.gather(actor=viewer(CODER), census=census)
    first = Wording.objects.get(listed="occupation", count=1, digest=actions.digest(census.pk, "occupation", ODD))
    code = lists()["occupation"][0].code
    actions.decide(actor=viewer(CODER), wording_id=first.pk, code=code)
    found = actions.coder_of(census, "occupation").suggestions("磨剪子戗菜刀")
    assert found[0].code == code
    assert actions.gather(actor=viewer(CODER), census=census).new == 0
    first.refresh_from_db()
    assert (first.code, first.how) == (code, "person")
    extract(actor=viewer(OFFICE), census=census, folder=tmp_path)
    kept = pq.read_table(tmp_path / "persons.parquet")
    assert sorted(kept["occupation"].to_pylist(), key=str) == sorted([code, None], key=str)
    assert set(kept["industry"].to_pylist()) == {next(one.code for one in lists()["industry"] if one.name == RAILWAYS)}


def test_a_text_may_tell_no_code_and_a_code_is_one_of_the_list() -> None:
    census = answered(ODD)
    actions.gather(actor=viewer(CODER), census=census)
    row = Wording.objects.get(listed="occupation")
    with pytest.raises(Refused):
        actions.decide(actor=viewer(CODER), wording_id=row.pk, code="zz")
    assert actions.decide(actor=viewer(CODER), wording_id=row.pk, code="").unclear


def test_only_who_codes_the_whole_sees_texts_and_no_name_is_shown(client: Client) -> None:
    census = answered(ODD)
    with pytest.raises(NotAllowed):
        actions.gather(actor=viewer(ENUMERATOR), census=census)
    sign_in(client, CODER)
    client.post(reverse("census:gather_wordings", args=[census.code]))
    page = reverse("census:coding_text", args=[census.code, "occupation"])
    shown = client.get(page).text
    assert ODD in shown
    assert "某0" not in shown
    row = Wording.objects.get(listed="occupation")
    code = lists()["occupation"][0].code
    client.post(reverse("census:code_wording", args=[row.pk]), {"code": code})
    row.refresh_from_db()
    assert row.code == code
    change = Change.objects.filter(action=actions.DECIDE).latest("pk")
    assert ODD not in change.values
    client.post(reverse("census:undo_coding", args=[change.pk]))
    row.refresh_from_db()
    assert (row.code, row.how) == ("", "")
    sign_in(client, ENUMERATOR)
    assert client.get(page).status_code == 403
    assert client.post(reverse("census:code_wording", args=[row.pk]), {"code": code}).status_code == 403


def test_pages_of_nothing_say_what_to_do(client: Client) -> None:
    census = make_census()
    sign_in(client, CODER)
    assert client.get(reverse("census:coding", args=[census.code])).status_code == 200
    client.post(reverse("census:gather_wordings", args=[census.code]))
    assert not Wording.objects.exists()
    assert client.get(reverse("census:coding_text", args=[census.code, "industry"])).status_code == 200
