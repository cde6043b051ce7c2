"""The figures of all areas as a table: the same as on the pages, whole or not at all, also when an engine breaks off."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.indicators import actions, counting, filing, selectors
from domicile.apps.indicators.measuring import Reckoned, measure, reckon
from domicile.apps.indicators.models import Measure
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vitals.models import VitalEvent
from domicile.core.indicators import definitions
from tests import factories
from tests.cast import sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
YEAR = (dt.date(TODAY.year - 1, 1, 1), dt.date(TODAY.year, 1, 1))
COUNTY, HERE = factories.COUNTY, factories.COMMUNITY


@pytest.fixture(autouse=True)
def register() -> None:
    factories.area_tree()
    for age in range(20, 60, 5):
        person = factories.person(sex="2", birth_date=dt.date(TODAY.year - age, 1, 1))
        factories.spell(of=person, at=factories.dwelling())
        day = dt.date(TODAY.year - 1, 6, 1)
        VitalEvent.objects.create(
            kind="birth", person=factories.person(), code=factories.FAR_GRID, day=day, registered_on=TODAY,
            registered_at=timezone.now(), late=age % 2 == 0, told_by="family",
        )  # fmt: skip
    actions.note(actor=sun_viewer(), arguments=actions.Note(COUNTY, "births", *YEAR, 10, "公报"))
    actions.note(actor=sun_viewer(), arguments=actions.Note(COUNTY, "residents", *YEAR, 10, "公报", 0.02))


def reckoned(engine: str = "register") -> Reckoned:
    return reckon(actor=MACHINE, today=TODAY, engine=engine)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("engine", ["register", "duckdb"])
def test_it_says_what_the_pages_say(tmp_path: Path, engine: str) -> None:
    filing.write(filing.table(reckoned(engine), "en"), tmp_path / "figures.csv")
    found = rows(tmp_path / "figures.csv")
    for code in (COUNTY, HERE):
        shown = {line.definition.key: line for line in selectors.lines(sun_viewer(), code, MONTH) if line.figure}
        told = {row["indicator"]: row for row in found if (row["area"], row["month"]) == (code, f"{MONTH:%Y-%m}")}
        assert set(told) == set(shown)
        for key, line in shown.items():
            figure, row = line.figure, told[key]
            assert figure is not None
            for name in ("numerator", "denominator", "low", "high"):
                value = getattr(figure, name)
                assert row[name] == "" if value is None else float(row[name]) == pytest.approx(value, abs=1e-6)
            assert (row["standing"], row["few"] == "yes") == (line.standing, line.few)
    told = {row["indicator"]: row for row in found if row["area"] == COUNTY}
    assert (told["birth_coverage"]["numerator"], told["birth_coverage"]["denominator"]) == ("8", "10")
    assert (told["resident_coverage"]["numerator"], told["resident_coverage"]["denominator"]) == ("8", "10")
    assert (told["birth_timeliness"]["numerator"], told["birth_timeliness"]["denominator"]) == ("4", "8")


def test_what_was_not_counted_says_why_and_its_figures_stay() -> None:
    known = {"community": HERE, "month": MONTH, "numerator": 1, "denominator": 2, "units": 2}
    Measure.objects.create(key="move_timeliness", **known)
    made = reckoned("duckdb")
    assert Measure.objects.filter(key="move_timeliness").count() == 1
    (told,) = (row for row in filing.table(made, "en") if row[0] == "move_timeliness")
    assert "working days" in str(told[-1])
    assert {row[0] for row in filing.table(made, "zh")} <= set(definitions())


def test_a_table_that_breaks_off_leaves_the_one_before(tmp_path: Path) -> None:
    made, path = reckoned(), tmp_path / "figures.csv"
    count = filing.write(filing.table(made, "en"), path)
    before = path.read_bytes()

    def breaking() -> Iterator[Any]:
        yield next(iter(filing.table(made, "en")))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filing.write(breaking(), path)
    assert path.read_bytes() == before
    assert filing.write(filing.table(made, "en"), path) == count
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_an_engine_that_breaks_off_leaves_the_figures_and_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    from domicile.engines import indicators

    def breaking(*asked: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    measure(actor=MACHINE, today=TODAY)
    before = sorted(Measure.objects.values_list("key", "community", "numerator", "denominator"))
    monkeypatch.setattr(indicators, "count", breaking)
    Person.objects.update(name="")
    with pytest.raises(KeyboardInterrupt):
        reckoned("duckdb")
    assert sorted(Measure.objects.values_list("key", "community", "numerator", "denominator")) == before
    assert Change.objects.filter(action="indicators.measure").count() == 1
    monkeypatch.undo()
    reckoned("duckdb")
    assert sorted(Measure.objects.values_list("key", "community", "numerator", "denominator")) != before


def test_nobody_reckons_who_may_not_run_the_machine() -> None:
    with pytest.raises(NotAllowed):
        reckon(actor=zhao_viewer(), today=TODAY, engine="duckdb")


def test_a_record_that_was_merged_is_counted_as_the_person_it_is() -> None:
    from domicile.apps.people.models import Document, SamePerson, Spell

    stands = Spell.objects.order_by("pk")[0].person
    Document.objects.filter(person=stands).delete()
    other = factories.person()
    counted = counting.here([_accuracy()], counting.given(TODAY))
    SamePerson.objects.create(person=other, into=stands, stands=stands, merged_at=timezone.now())
    again = counting.here([_accuracy()], counting.given(TODAY))
    assert [(one.part, one.whole) for one in counted] == [(7, 8)]
    assert [(one.part, one.whole) for one in again] == [(8, 8)]


def _accuracy() -> Any:
    from domicile.core.indicators.counting import counts

    return counts()["identity_accuracy"]
