"""Editing the records of a census: what is found, what it becomes, what is kept, and that it is the same each time."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from domicile.engines.census_edit_files import read_summary, save, undo
from domicile.engines.census_edit_records import EditRefused, changes, read
from domicile.engines.census_edits import Edited, edit
from tests.census import answered


def edited(folder: Path, people: dict, homes: dict, seed: int = 1) -> Edited:
    answered.write(folder, people, homes)
    return edit(read(folder), seed=seed)


def by_code(done: Edited, when: str) -> dict[str, int]:
    rows = getattr(done, when).rows
    return {code: len(some) for code, some in rows.items() if len(some)}


def test_answers_that_go_together_stay_as_they_are(tmp_path: Path) -> None:
    done = edited(tmp_path / "raw", *answered.answers(200))

    assert by_code(done, "before") == {}
    assert changes(done.work).num_rows == 0


def test_planted_errors_are_found_and_nothing_else_is_touched(tmp_path: Path) -> None:
    people, homes = answered.answers(600)
    true = answered.planted(people, 0.2)

    done = edited(tmp_path / "raw", people, homes)

    told = changes(done.work).to_pylist()
    assert {(one["row"], one["item"]) for one in told} == set(true)
    assert by_code(done, "after") == {}
    assert all(one["rule"] and one["method"] for one in told)


def test_a_value_comes_from_a_donor_who_has_it(tmp_path: Path) -> None:
    people, homes = answered.answers(400)
    answered.planted(people, 0.2)
    done = edited(tmp_path / "raw", people, homes)
    rows = {(h, p): at for at, (h, p) in enumerate(zip(people["household"], people["person"], strict=True))}

    told = [one for one in changes(done.work).to_pylist() if one["donor_household"]]

    assert told
    for one in told:
        assert people[one["item"]][rows[one["donor_household"], one["donor_person"]]] == one["after"]


def test_no_donor_gives_one_item_more_than_five_times(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    for at in range(0, len(people["sex"]), 2):
        people["sex"][at] = None
    done = edited(tmp_path / "raw", people, homes)

    given: dict[tuple[str, int], int] = {}
    for one in changes(done.work).to_pylist():
        if one["item"] == "sex" and one["donor_household"]:
            key = one["donor_household"], one["donor_person"]
            given[key] = given.get(key, 0) + 1
    assert given
    assert max(given.values()) <= 5


def test_a_family_without_a_head_gets_the_first_listed_grown_up_and_of_two_heads_one_stays(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    first = [people["household"].index(f"h{number:07d}") for number in (5, 6)]
    assert people["household"][first[1] + 1] == people["household"][first[1]]
    people["relation"][first[0]] = 9
    people["relation"][first[1] + 1] = 0

    done = edited(tmp_path / "raw", people, homes)

    told = {(one["row"], one["item"]): one for one in changes(done.work).to_pylist()}
    assert told[first[0], "relation"]["after"] == 0
    assert told[first[0], "relation"]["rule"] == "C301"
    assert told[first[1] + 1, "relation"]["after"] != 0
    assert (first[1], "relation") not in told
    assert by_code(done, "after") == {}


def test_somebody_of_127_years_and_40_people_in_a_home_stay_and_are_questions(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    eldest = next(at for at, row in enumerate(people["relation"]) if row == 3)
    people["age"][eldest] = 127
    for name, values in people.items():
        values += [_lodger(people, name, place) for place in range(40)]
    homes["present_count"][0] += 40
    homes["household_size"][0] += 40

    done = edited(tmp_path / "raw", people, homes)

    assert by_code(done, "after") == {"C102": 1, "C313": 1}
    assert changes(done.work).num_rows == 0


def _lodger(people: dict, name: str, place: int) -> object:
    own = {"household": "h0000000", "person": 100 + place, "relation": 9, "sex": 1 + place % 2, "age": 30 + place, "marital": 1,
           "area": people["area"][0], "form": people["form"][0], "worked": 1, "livelihood": 1, "birth_place": 1,
           "lived_5_years_ago": 1, "present": 1, "registered": 1, "away": 1, "education": 4, "literate": 1,
           "health": 1 if 30 + place >= 60 else None}  # fmt: skip
    return own.get(name)


def test_somebody_who_answered_nothing_gets_everything_that_is_asked(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    for name in set(people) - {"household", "person", "area", "form"}:
        people[name][7] = None

    done = edited(tmp_path / "raw", people, homes)

    assert {code: count for code, count in by_code(done, "after").items() if not code.startswith("C")} == {}
    side = done.work.sides["person"]
    assert not any(
        side.columns[name][7] != side.columns[name][7] for name in ("relation", "sex", "age", "present", "registered")
    )


def test_the_same_records_and_seed_give_the_same_bytes_and_the_way_back_leads_home(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    answered.planted(people, 0.2)
    for number in (1, 2):
        save(edited(tmp_path / "raw", people, homes), tmp_path / f"out{number}", seed=1)

    files = sorted(path.name for path in (tmp_path / "out1").iterdir())
    assert "changes.parquet" in files
    for name in files:
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes(), name
    undo(tmp_path / "out1", tmp_path / "back")
    for name in ("persons.parquet", "households.parquet"):
        assert pq.read_table(tmp_path / "back" / name).equals(pq.read_table(tmp_path / "raw" / name))


def test_the_rates_of_rules_and_items_add_up_over_areas(tmp_path: Path) -> None:
    people, homes = answered.answers(900)
    true = answered.planted(people, 0.2)
    save(edited(tmp_path / "raw", people, homes), tmp_path / "out", seed=1)

    with (tmp_path / "out" / "items.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    whole = {row["item"]: int(row["changed"]) for row in rows if not row["area"]}
    parts = {item: sum(int(row["changed"]) for row in rows if row["area"] and row["item"] == item) for item in whole}
    assert whole == parts
    assert sum(whole.values()) == len(true) == read_summary(tmp_path / "out")["changes"]
    assert len({row["area"] for row in rows}) > 2


def test_what_cannot_be_edited_is_refused_in_words(tmp_path: Path) -> None:
    people, homes = answered.answers(20)
    del people["relation"]
    answered.write(tmp_path / "raw", people, homes)

    with pytest.raises(EditRefused, match=r"persons\.parquet has no column relation"):
        read(tmp_path / "raw")

    people, homes = answered.answers(20)
    homes["household"][1] = homes["household"][0]
    answered.write(tmp_path / "raw", people, homes)
    with pytest.raises(EditRefused, match="twice"):
        read(tmp_path / "raw")


def test_an_edit_that_is_killed_leaves_nothing_and_is_done_anew(tmp_path: Path) -> None:
    people, homes = answered.answers(300)
    answered.planted(people, 0.2)
    answered.write(tmp_path / "raw", people, homes)
    command = [sys.executable, "-c", _HELD, str(tmp_path / "raw"), str(tmp_path / "out")]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.1)
    assert not (tmp_path / "out").exists()

    save(edit(read(tmp_path / "raw")), tmp_path / "out", seed=1)
    save(edit(read(tmp_path / "raw")), tmp_path / "again", seed=1)

    assert (tmp_path / "out" / "persons.parquet").read_bytes() == (tmp_path / "again" / "persons.parquet").read_bytes()
    assert not list(tmp_path.glob(".edit-?*/"))


_HELD = """
import sys, time
from pathlib import Path
from domicile.engines import census_edit_files
from domicile.engines.census_edit_records import read
from domicile.engines.census_edits import edit

def held(done):
    print("writing", flush=True)
    time.sleep(600)

done = edit(read(Path(sys.argv[1])))
census_edit_files.questions = held
census_edit_files.save(done, Path(sys.argv[2]), seed=1)
"""


def test_the_command_says_what_it_did_and_refuses_to_write_over(tmp_path: Path) -> None:
    from domicile.cli.census_edit import command

    people, homes = answered.answers(200)
    true = answered.planted(people, 0.2)
    answered.write(tmp_path / "raw", people, homes)
    arguments = ["--from", str(tmp_path / "raw"), "--to", str(tmp_path / "out")]

    first = CliRunner().invoke(command, arguments, standalone_mode=False)
    second = CliRunner().invoke(command, arguments, standalone_mode=False)

    assert first.return_value == 0
    assert f"{len(true)} cells changed" in first.output
    assert "is there already" in str(second.exception)
