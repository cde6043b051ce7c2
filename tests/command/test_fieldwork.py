"""domicile fieldwork simulate: what a phone reads, and what the seed decides; tests/javarosa sends it to a server."""

import datetime as dt

import pytest
from click.testing import CliRunner

from domicile.cli.fieldwork import command
from domicile.cli.running import Unable
from domicile.cli.simulating.phone import address_of
from domicile.core.messages.openrosa import settings_code
from domicile.core.messages.submissions import read_submission
from domicile.core.synth.fieldwork import doors

TODAY = dt.date(2026, 11, 22)
BASE = "http://127.0.0.1:8000/v1/key/abc/projects/1"


def lists(homes: int = 6, people: int = 3) -> dict[str, list[dict[str, str]]]:
    rows = [{"name": f"d{at}", "label": f"人民路{at}号"} for at in range(homes)]
    return {
        "dwellings": [*rows, {"name": "empty", "label": "空房"}],
        "persons": [
            {"name": f"{row['name']}p{at}", "label": "", "dwelling": row["name"]}
            for row in rows
            for at in range(people)
        ],
        "households": [{"name": f"h{row['name']}", "dwelling": row["name"]} for row in rows],
    }


def test_the_code_of_a_phone_and_its_address_lead_to_the_same_server() -> None:
    assert address_of(settings_code(BASE, "赵网格")) == address_of(f" {BASE}/ ") == BASE
    for wrong in ("", "nonsense", "e30="):
        with pytest.raises(Unable, match="neither"):
            address_of(wrong)


def test_the_seed_decides_which_doors_and_what_is_told() -> None:
    first = doors(lists(), 5, 3, TODAY)
    assert first == doors(lists(), 5, 3, TODAY)
    assert first != doors(lists(), 5, 4, TODAY)
    assert len({door.address for door in first}) == 5
    assert "空房" not in {door.address for door in first}
    told = {path for door in first[:3] for path, _value in door.answers}
    assert {"home/newcomer/name", "home/correction/new_phone", "home/left_on"} <= told
    instance = "uuid:00000000-0000-4000-8000-000000000000"
    read = read_submission(first[0].xml("dwelling_visit", "1", instance).encode())
    assert (read.form_id, read.instance_id) == ("dwelling_visit", instance)
    assert read.answers.group("home").rows("newcomer")[0].text("registered") == "elsewhere"
    assert read.answers.text("home/corrections") == "0"


def test_fewer_doors_than_asked_for_are_all_there_are() -> None:
    assert len(doors(lists(homes=2, people=1), 9, 1, TODAY)) == 2
    assert doors({"dwellings": [], "persons": []}, 3, 1, TODAY) == []


def test_without_a_code_and_without_a_demonstration_it_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DOMICILE_HOME", str(tmp_path))
    done = CliRunner().invoke(command, ["simulate"])
    assert done.exit_code == 3
    assert "--code" in done.output


def test_a_server_that_is_not_there_is_told(tmp_path) -> None:
    done = CliRunner().invoke(command, ["simulate", "--code", "http://127.0.0.1:9/v1/key/x/projects/1"])
    assert done.exit_code == 3
    assert "is it running there?" in done.output
