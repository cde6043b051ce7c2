"""The source keeps the rules of the house, and each rule catches a fault that is planted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.repository import source_rules as rules

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "domicile"
Rule = Callable[[Path], list[str]]

RULES: list[tuple[Rule, str]] = [
    (rules.long_files, ""),
    (rules.asserts, ""),
    (rules.signals, ""),
    (rules.hidden_inputs, "core"),
    (rules.loose_actions, "apps"),
    (rules.people_in_views, "apps"),
    (rules.bare_writes, "apps"),
]

FAULTS: list[tuple[Rule, str, str]] = [
    (rules.long_files, "apps/people/models.py", "x = 1\n" * 401),
    (rules.asserts, "apps/people/actions.py", "def f(x):\n    assert x\n"),
    (rules.signals, "apps/people/apps.py", "from django.db.models.signals import post_save\n"),
    (rules.hidden_inputs, "spells.py", "import datetime as dt\nTODAY = dt.date.today()\n"),
    (rules.hidden_inputs, "spells.py", "import datetime\nNOW = datetime.datetime.now()\n"),
    (rules.hidden_inputs, "synth/names.py", "import random\n"),
    (rules.hidden_inputs, "synth/names.py", "import numpy as np\nrng = np.random.default_rng()\n"),
    (
        rules.loose_actions,
        "people/actions.py",
        "def move(person, *, actor):\n    with recording():\n        pass\n",
    ),
    (rules.loose_actions, "people/actions/moves.py", "def move(*, person):\n    with recording():\n        pass\n"),
    (rules.people_in_views, "people/views.py", "def show(request):\n    return Person.objects.all()\n"),
    (rules.people_in_views, "web/views/cards.py", "def show(request):\n    return models.Spell.objects.first()\n"),
    (rules.people_in_views, "people/forms.py", "QUERY = Household._default_manager\n"),
    (rules.bare_writes, "people/views.py", "def add(request):\n    Note.objects.create()\n"),
]


@pytest.mark.parametrize(("rule", "folder"), RULES, ids=lambda value: getattr(value, "__name__", value))
def test_the_source_keeps_the_rule(rule: Rule, folder: str) -> None:
    assert rule(PACKAGE / folder) == []


@pytest.mark.parametrize(("rule", "module", "fault"), FAULTS)
def test_a_planted_fault_is_caught(rule: Rule, module: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(fault, "utf-8")
    [found] = rule(tmp_path)
    assert found.startswith(module)


def test_what_keeps_the_rules_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "actions.py").write_text("def move(*, actor):\n    with recording():\n        pass\n")
    (tmp_path / "selectors.py").write_text("def people(viewer):\n    return Person.objects.all()\n")
    (tmp_path / "seeded.py").write_text("import numpy as np\nrng = np.random.default_rng(7)\n")
    assert [rule(tmp_path) for rule, _ in RULES] == [[] for _ in RULES]
