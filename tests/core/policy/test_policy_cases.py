"""The cases in core/policy/tests/*.yaml, one test each, so that who knows the rule can read and add them."""

from importlib import resources
from typing import Any

import pytest
import yaml

from domicile.core.policy import parameter
from domicile.core.policy.corrections import takes_effect
from domicile.core.spells import floating


def _cases() -> list[Any]:
    folder = resources.files("domicile.core.policy") / "tests"
    return [
        pytest.param(case, id=f"{path.name.removesuffix('.yaml')}: {case['name']}")
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".yaml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "floating" in case:
        result = floating(**case["floating"])
        assert {key: getattr(result, key) for key in expect} == expect
    elif "correction" in case:
        given = case["correction"]
        assert takes_effect(given["field"], given["scope"], given["today"]) is expect["takes_effect"]
    else:
        assert parameter(case["parameter"]["name"], case["parameter"]["today"]) == expect["value"]
