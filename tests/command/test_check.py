"""`domicile check` speaks one language at a time; its JSON holds both."""

import json

import pytest
from click.testing import CliRunner, Result

from domicile.cli import check
from domicile.cli.check import command
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run the command in this process, with a building that is in no grid."""
    monkeypatch.setattr(check, "start_django", lambda: None)
    factories.area_tree()
    factories.building(place_code=f"{factories.COMMUNITY}000")

    def invoke(*arguments: str, **environment: str) -> Result:
        unset = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG"))
        return CliRunner().invoke(command, ["places", *arguments], env={**unset, **environment}, standalone_mode=False)

    return invoke


@pytest.mark.parametrize(
    ("arguments", "environment", "said", "unsaid"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, "不在任何网格中", "is in no grid"),
        ([], {"LANG": "C.UTF-8"}, "is in no grid", "不在任何网格中"),
        (["--language", "zh"], {"LANG": "en_GB.UTF-8"}, "不在任何网格中", "is in no grid"),
        (["--language", "en"], {"LANG": "zh_CN.UTF-8"}, "is in no grid", "不在任何网格中"),
    ],
)
def test_the_terminals_language_unless_another_is_asked_for(run, arguments, environment, said, unsaid) -> None:  # type: ignore[no-untyped-def]
    done = run(*arguments, **environment)
    assert said in done.output
    assert unsaid not in done.output
    assert done.return_value == 1


def test_json_holds_both_languages(run) -> None:  # type: ignore[no-untyped-def]
    lines = [json.loads(line) for line in run("--json", LANG="zh_CN.UTF-8").output.splitlines()]
    found = next(line for line in lines if line["code"] == "building_in_no_grid")
    assert "不在任何网格中" in found["message_zh"]
    assert "is in no grid" in found["message_en"]
    assert found["check"] == "places"
