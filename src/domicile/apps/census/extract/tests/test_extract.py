"""Records for the tables: every form that counts, whole numbers alone, the same keys each time."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from domicile.apps.access.models import Look
from domicile.apps.census.answers.receiving import receive
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
from domicile.core.tabulation import columns_of, cubes, declared_set
from tests.cast import viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
SECRET = "340000197001011234"


def answered(census: Census) -> None:
    """Three households: one on a long form, one that answered twice, one with a child who was born later."""
    building = make_building(census)
    homes = [make_household(make_dwelling(building, number), census) for number in ("101", "102", "103")]
    drawing.draw(actor=viewer(OFFICE), census=census, seed=1, interval=3, strata="whole")
    told = [
        form(person(name="林某某", id_number=SECRET), person(relation=1, sex=2, birth_month=12)),
        form(person(registered_place="某县某镇")),
        form(person(), person(relation=2, birth_year=2030, birth_month=12)),
    ]
    for at, (home, content) in enumerate(zip(homes, told, strict=True)):
        home.refresh_from_db()
        for again in range(1 + (at == 1)):
            receive(
                census=census, household=home, road="collect", form=home.form, content=content | {"rooms": 3 + again},
                instance=f"{at}-{again}", at=IN,
            )  # fmt: skip


def test_every_form_that_counts_becomes_records_without_names_numbers_or_places(tmp_path: Path) -> None:
    census = make_census()
    answered(census)
    looks = Look.objects.count()
    (tmp_path / "records").mkdir(mode=0o755)  # made by somebody beforehand
    counts = extract(actor=viewer(OFFICE), census=census, folder=tmp_path / "records")
    persons = pq.read_table(tmp_path / "records" / "persons.parquet")
    households = pq.read_table(tmp_path / "records" / "households.parquet")
    assert counts == {"persons": 4, "households": 3} == {"persons": persons.num_rows, "households": households.num_rows}
    assert not {"name", "id_number", "registered_place", "birth_year"} & set(persons.column_names)
    kept = (tmp_path / "records" / "persons.parquet").read_bytes()
    assert not [word for word in ("林某某", SECRET, "某县某镇") if word.encode() in kept]
    assert sorted(persons["age"].to_pylist()) == [44, 45, 45, 45]
    assert sorted(households["form"].to_pylist()) == ["long", "short", "short"]
    assert [weight for weight in households["weight"].to_pylist() if weight] == [3.0]
    assert Look.objects.count() == looks + 1
    assert (tmp_path / "records").stat().st_mode & 0o077 == 0


def test_the_columns_are_those_that_the_declared_tables_read(tmp_path: Path) -> None:
    census = make_census()
    answered(census)
    extract(actor=viewer(OFFICE), census=census, folder=tmp_path)
    found = {of: set(pq.read_schema(tmp_path / f"{of}.parquet").names) for of in ("persons", "households")}
    for cube in cubes(declared_set().tables.values(), {"persons": 4, "households": 3}):
        assert set(columns_of(cube.base)) <= found[cube.of]


def test_the_same_people_have_the_same_keys_each_time_and_others_have_others(tmp_path: Path) -> None:
    census = make_census()
    answered(census)
    for name in ("one", "two"):
        extract(actor=viewer(OFFICE), census=census, folder=tmp_path / name)
    one, two = (pq.read_table(tmp_path / name / "persons.parquet") for name in ("one", "two"))
    assert one.equals(two)
    assert len(set(one["record_key"].to_pylist())) == one.num_rows


def test_nobody_else_extracts_and_nothing_is_written_over(tmp_path: Path) -> None:
    census = make_census()
    with pytest.raises(Refused):
        extract(actor=viewer(OFFICE), census=census, folder=tmp_path)
    answered(census)
    with pytest.raises(NotAllowed):
        extract(actor=viewer(ENUMERATOR), census=census, folder=tmp_path)
    extract(actor=viewer(OFFICE), census=census, folder=tmp_path)
    with pytest.raises(Refused):
        extract(actor=viewer(OFFICE), census=census, folder=tmp_path)
