"""The register copied for a job: what stands in it, who may take it, that it is logged, sealed, and gone afterwards."""

import dataclasses
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.people.models import Document, Parentage, Person, SamePerson, Spell
from domicile.apps.snapshots import reading
from domicile.apps.snapshots.folders import home, sweep
from domicile.apps.snapshots.tables import TABLES
from domicile.apps.snapshots.taking import snapshot
from domicile.apps.tenure import actions as tenure
from domicile.apps.vault.sealing import erase
from domicile.apps.vitals.tests import making
from tests import factories
from tests.cast import COMMUNITY, chen_viewer, li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 1)
PHONE = "13800001234"


def everywhere() -> Viewer:
    return dataclasses.replace(sun_viewer(), scopes=("",), user_id=None)


def rows(table: str, actor: Viewer | None = None, **options) -> list[dict]:
    with snapshot(actor or everywhere(), job="test", today=TODAY, tables=[table], **options) as taken:
        return taken.frame(table).to_dicts()


def test_a_person_stands_in_it_with_home_number_phone_and_place_in_the_household() -> None:
    who = factories.person(name="王芳", sex="2", birth_date=dt.date(1985, 3, 4), phone=PHONE, marital="20")
    factories.former_name(of=who, name="王小芳")
    where = factories.dwelling()
    household = factories.household(at=where, members=[(who, "02")])
    (found,) = rows("people")
    assert found["person_id"] == who.pk.hex
    assert (found["name"], found["former_name"], found["sex"]) == ("王芳", "王小芳", "2")
    assert found["birth_date"] == dt.date(1985, 3, 4)
    assert found["number"].startswith("77010119850304")
    assert (found["number_kind"], found["phone"], found["marital"]) == ("resident_id", PHONE, "20")
    assert (found["household_id"], found["relation"]) == (household.pk.hex, "02")
    assert (found["dwelling_id"], found["address"]) == (where.pk.hex, where.address)
    assert (found["area"], found["place_code"]) == (COMMUNITY, where.place_code)
    assert found["registered_at"] == COMMUNITY
    assert found["dead_on"] is None


def test_what_is_missing_is_null() -> None:
    factories.person(name="", sex="9", birth_date=None, number=None, registration="unknown", registered_code="")
    (found,) = rows("people")
    assert {key: value for key, value in found.items() if value is not None} == {
        "person_id": found["person_id"], "birth_precision": "day", "registration": "unknown",
        "registered_text": found["registered_text"],
    }  # fmt: skip


def test_the_resident_number_and_the_own_phone_come_first() -> None:
    who = factories.person(number=None)
    factories.document(of=who, number="E12345678", kind="passport")
    factories.document(of=who, number=factories.number_of(birth_date=dt.date(1980, 5, 6)))
    factories.telephone(of=who, number="13900005678", belongs_to="邻居")
    factories.telephone(of=who, number=PHONE)
    (found,) = rows("people")
    assert (found["number_kind"], found["phone"]) == ("resident_id", PHONE)
    assert {row["kind"] for row in rows("documents")} == {"passport", "resident_id"}
    assert {row["belongs_to"] for row in rows("phones")} == {"邻居", None}


def test_somebody_who_lives_nowhere_stands_where_they_are_registered() -> None:
    factories.person()
    (found,) = rows("people")
    assert (found["area"], found["place_code"], found["dwelling_id"]) == (COMMUNITY, COMMUNITY, None)


def test_the_home_is_that_of_the_day_and_all_stays_are_there() -> None:
    who = factories.person()
    before, now = factories.dwelling(), factories.dwelling()
    factories.spell(of=who, at=before, start=dt.date(2020, 1, 1), end=dt.date(2026, 11, 2))
    Spell.objects.create(person=who, dwelling=now, start=dt.date(2026, 11, 2), kind="usual", source="door")
    assert [row["dwelling_id"] for row in rows("people")] == [before.pk.hex]
    assert {(row["dwelling_id"], row["until"]) for row in rows("spells")} == {
        (before.pk.hex, dt.date(2026, 11, 2)), (now.pk.hex, None),
    }  # fmt: skip


def test_homes_rentals_parents_and_events_are_there() -> None:
    family = making.family()
    making.born(family)
    child, parent = factories.person(name="小"), factories.person(name="老")
    Parentage.objects.create(child=child, parent=parent, kind="birth")
    tenure.add_rental(
        actor=qian_viewer(), reason="看到合同",
        arguments=tenure.AddRental(
            dwelling_id=factories.dwelling().pk, landlord_name="马守仁", tenants={"牛大力": ""}, contract_end=dt.date(2026, 12, 1)
        ),
    )  # fmt: skip
    with snapshot(everywhere(), job="test", today=TODAY) as taken:
        assert [row["kind"] for row in taken.frame("events").to_dicts()] == ["birth"]
        assert {row["side"] for row in taken.frame("households").to_dicts()} >= {"living"}
        assert taken.frame("rentals").to_dicts()[0]["tenants"] == 1
        assert taken.frame("rentals").to_dicts()[0]["contract_end"] == dt.date(2026, 12, 1)
        assert "let" in set(taken.frame("dwellings")["use"])
        assert (child.pk.hex, parent.pk.hex, "birth") in taken.frame("parents").drop("tie_id").rows()


def test_only_the_people_of_the_areas_are_in_it() -> None:
    here, there = (
        factories.person(name="此处"),
        factories.person(name="彼处", registered_code=factories.OTHER_COMMUNITY),
    )
    factories.spell(of=here, at=factories.dwelling())
    factories.spell(of=there, at=factories.dwelling(place_code=factories.FAR_GRID))
    with snapshot(qian_viewer(), job="test", today=TODAY) as taken:
        for table in ("people", "documents", "spells"):
            assert set(taken.frame(table)["person_id"]) == {here.pk.hex}, table
        assert {row["place_code"] for row in taken.frame("dwellings").to_dicts()} == {factories.GRID}


def test_who_has_no_purpose_no_right_or_no_area_takes_none() -> None:
    before = set(home().glob("*/*"))
    for actor, scopes in [
        (dataclasses.replace(sun_viewer(), purpose=""), None),
        (chen_viewer(), None),
        (zhao_viewer(), None),  # sees people, not their numbers
        (li_viewer(), ("770101",)),
        (dataclasses.replace(sun_viewer(), scopes=()), None),
    ]:
        with pytest.raises(NotAllowed), snapshot(actor, job="test", today=TODAY, scopes=scopes):
            pass
    assert not Look.objects.exists()
    assert set(home().glob("*/*")) == before


def test_without_numbers_it_holds_none_and_needs_no_right_to_see_them() -> None:
    who = factories.person(phone=PHONE)
    factories.spell(of=who, at=factories.dwelling())
    (found,) = rows("people", zhao_viewer(), numbers=False)
    assert (found["number"], found["phone"], found["number_kind"]) == (None, None, "resident_id")


def test_it_is_logged_before_it_is_read_with_purpose_and_areas() -> None:
    with snapshot(sun_viewer(), job="test", today=TODAY, scopes=[COMMUNITY]):
        pass
    look = Look.objects.get()
    assert (look.question, look.purpose, look.scopes) == ("snapshot", "register_maintenance", COMMUNITY)
    assert not Seen.objects.exists()


def test_an_erased_number_is_missing_and_the_person_stays() -> None:
    who = factories.person(phone=PHONE)
    erase(who.pk)
    (found,) = rows("people")
    assert (found["number"], found["phone"], found["name"]) == (None, None, who.name)


def test_who_was_merged_stands_there_once_with_what_hangs_on_both() -> None:
    stands, merged = factories.person(name="王芳", number=None), factories.person(name="王方", phone=PHONE)
    factories.spell(of=merged, at=factories.dwelling(), end=dt.date(2020, 1, 1))
    SamePerson.objects.create(person=merged, into=stands, stands=stands, merged_at=timezone.now())
    (found,) = rows("people")
    assert (found["person_id"], found["phone"], found["number_kind"]) == (stands.pk.hex, PHONE, "resident_id")
    assert found["number"].startswith("770101")
    for table, count in (("documents", 1), ("phones", 1), ("spells", 1)):
        assert [row["person_id"] for row in rows(table)] == [stands.pk.hex] * count


def test_on_disk_is_nothing_in_the_clear_and_afterwards_nothing() -> None:
    who = factories.person(name="欧阳靖", phone=PHONE)
    with snapshot(everywhere(), job="test", today=TODAY) as taken:
        assert taken.folder.stat().st_mode & 0o077 == 0
        files = [path for path in taken.folder.iterdir() if path.name != ".lock"]
        assert len(files) > len(TABLES)
        (number,) = {row["number"] for row in taken.frame("documents").to_dicts()}
        for path in files:
            content = path.read_bytes()
            assert not any(word.encode() in content for word in (who.name, number, PHONE))
            assert b"PAR1" not in content
    assert not taken.folder.exists()


def test_it_is_gone_when_the_job_fails() -> None:
    with pytest.raises(RuntimeError), snapshot(everywhere(), job="test", today=TODAY) as taken:
        raise RuntimeError("the job failed")
    assert not taken.folder.exists()


def test_one_that_a_killed_job_left_is_swept_and_that_of_a_running_job_stays(tmp_path: Path) -> None:
    held = tmp_path / "held"
    program = (
        "import django; django.setup()\n"
        "import time, pathlib\n"
        "from domicile.apps.snapshots.folders import folder_of_a_job\n"
        "with folder_of_a_job() as folder:\n"
        f"    pathlib.Path({str(held)!r}).write_text(str(folder))\n"
        "    time.sleep(60)\n"
    )
    job = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "DOMICILE_HOME": str(settings.HOME)})
    try:
        for _ in range(300):
            if held.exists() and held.read_text():
                break
            time.sleep(0.1)
        folder = Path(held.read_text())
        with snapshot(everywhere(), job="test", today=TODAY) as taken:
            assert sweep() == 0
            assert folder.is_dir()
            job.send_signal(signal.SIGKILL)
            job.wait()
            assert sweep() == 1
            assert not folder.exists()
            assert taken.folder.is_dir()
    finally:
        job.kill()
        job.wait()
    assert sweep() == 0


def test_ranges_meet_without_gap_or_double_and_queries_grow_by_range(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {factories.person(name=f"人{place}", phone=PHONE).pk.hex for place in range(7)}
    counts = {}
    for size in (100, 3, 7):
        monkeypatch.setattr(reading, "ROWS_AT_ONCE", size)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = rows("people")
        counts[size] = len(queries)
        assert sorted(row["person_id"] for row in found) == sorted(made)
        assert {row["phone"] for row in found} == {PHONE}
    assert counts[3] - counts[100] <= 2 * 4


def test_a_broken_seal_stops_it() -> None:
    from domicile.apps.vault.sealing import Tampered

    factories.person()
    one, other = Document.objects.get(), factories.person(name="别人")
    Document.objects.filter(pk=one.pk).update(number=Document.objects.get(person=other).number)
    assert Person.objects.count() == 2
    with pytest.raises(Tampered):
        rows("documents")


def test_an_engine_gets_the_columns_that_it_asks_for_in_its_order() -> None:
    factories.person(name="王芳", sex="2")
    with snapshot(everywhere(), job="test", today=TODAY, tables=["people"]) as taken:
        found = taken.reader("people", ["sex", "name", "dead_on"]).read_all()
    assert found.column_names == ["sex", "name", "dead_on"]
    assert found.to_pylist() == [{"sex": "2", "name": "王芳", "dead_on": None}]
