"""The cases in core/policy/tests/*.yaml, one test each, so that who knows the rule can read and add them."""

from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
import yaml

from domicile.core.policy import assessment, honoraria, parameter
from domicile.core.policy.capital_amounts import in_capitals
from domicile.core.policy.corrections import takes_effect
from domicile.core.policy.vitals import is_late
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
    elif "late" in case:
        assert is_late(**case["late"]) is expect["late"]
    elif "assessment" in case:
        given = case["assessment"]
        _assessed(given, expect)
    elif "honoraria" in case:
        given = case["honoraria"]
        own = [honoraria.OwnRate(**row | {"amount": Decimal(row["amount"])}) for row in given.get("own", ())]
        assert str(honoraria.money(given["counts"], given["place"], given["today"], own)) == expect["total"]
    elif "capitals" in case:
        assert in_capitals(Decimal(case["capitals"])) == expect["text"]
    else:
        assert parameter(case["parameter"]["name"], case["parameter"]["today"]) == expect["value"]


def _assessed(given: dict[str, Any], expect: dict[str, Any]) -> None:
    found = assessment.score({name: tuple(share) for name, share in given["shares"].items()}, given["today"])
    parts = {part.measure: part for part in found.parts}
    assert (None if found.value is None else str(found.value)) == expect["score"]
    for attribute in ("points", "weights", "states"):
        for name, value in expect.get(attribute, {}).items():
            assert (
                str(getattr(parts[name], {"weights": "weight", "states": "state"}.get(attribute, attribute))) == value
            )
