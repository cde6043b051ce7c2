"""The page in the browser judges an answer as the server does: the same people asked, the same faults, the same questions back."""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.core.enumeration import Form, Item, definition, forms, judged

MOMENT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
JUDGING = Path(__file__).resolve().parents[3] / "frontend" / "src" / "selfenum" / "judging.js"
READER = """
import { doubts, faults, rows } from '%s'
import { createInterface } from 'node:readline'
for await (const line of createInterface({ input: process.stdin })) {
  const { form, content, moment } = JSON.parse(line)
  const { household, people } = rows(content, moment)
  const given = Object.fromEntries(Object.entries(content).filter(([name]) => name !== 'persons'))
  const found = Object.entries(faults(form.household, given, household)).map(([item, code]) => [code, item, null])
  content.persons.forEach((person, position) => found.push(
    ...Object.entries(faults(form.persons, person, people[position])).map(([item, code]) => [code, item, position])))
  const back = doubts(form, content, moment).map(([one, position]) => [one.name, position])
  console.log(JSON.stringify({ faults: found, doubts: back }))
}
"""


def value_of(item: Item) -> st.SearchStrategy[Any]:
    """Values of an item, most of them sound, near the ends of what is."""
    if item.kind == "choice":
        return st.sampled_from([*sorted(item.values), 99])
    if item.kind == "count":
        if item.name == "birth_year":
            return st.sampled_from([1889, 1890, 1912, 1966, 1985, 2011, 2012, 2021, 2023, 2024, 2025, 2026, 2027])
        return st.sampled_from([item.least - 1, item.least, 1, 2, 3, 9, 10, 11, item.most, item.most + 1])
    if item.kind == "id":
        return st.sampled_from(["11010119850401001X", "110101198504010019", "110101198505010018", "1"])
    return st.sampled_from(["林", "a" * item.most, "a" * (item.most + 1)])


def part(items: tuple[Item, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={one.name: value_of(one) for one in items})


def answers(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    people = st.lists(part(form.person_items), min_size=1, max_size=3)
    return st.builds(lambda home, persons: {**home, "persons": persons}, part(form.household_items), people)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The page's own judging, in Node: a function of a form and a content."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("no node here: the front end is built with it")
    script = tmp_path_factory.mktemp("judging") / "reader.mjs"
    module = script.with_name("judging.mjs")
    module.write_text(JUDGING.read_text("utf-8"), "utf-8")
    script.write_text(READER % module.as_uri(), "utf-8")
    with subprocess.Popen([node, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(form: Form, content: dict[str, Any]) -> dict[str, Any]:
            assert process.stdin is not None
            assert process.stdout is not None
            letter = {"form": definition(form), "content": content, "moment": [MOMENT.year, MOMENT.month, 1, 0]}
            process.stdin.write(json.dumps(letter) + "\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield ask
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)


@pytest.mark.parametrize("name", sorted(forms()))
def test_the_browser_and_the_server_judge_alike(name: str, browser: Any) -> None:
    form = forms()[name]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(answers(form))
    def alike(content: dict[str, Any]) -> None:
        here, there = judged(form, content, MOMENT), browser(form, content)
        assert sorted(map(str, there["faults"])) == sorted(str([one.code, one.item, one.person]) for one in here.faults)
        assert sorted(map(str, there["doubts"])) == sorted(str([one.question, one.person]) for one in here.doubts)

    alike()
