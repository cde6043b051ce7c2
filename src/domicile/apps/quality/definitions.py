"""The rules over the register, read from rules/*.yaml once (RV-5), and what they are asked with on a day."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from domicile.core import declared
from domicile.core.codes.lists import code_list
from domicile.core.editing import Check, Model, RuleError, Type, Value, read_checks, read_model
from domicile.core.policy.parameters import parameter, parameter_names

GROUP = "rules."
TODAY = "today"
#: Code lists that rules may name by @.
LISTS = ("relation", "marital", "education", "sex")


@cache
def model() -> Model:
    """The records that rules speak of."""
    parameters = {name.removeprefix(GROUP): Type.NUMBER for name in parameter_names() if name.startswith(GROUP)}
    lists = {name: frozenset(code_list(name).codes) for name in LISTS}
    return read_model(_read("register.yaml"), "register.yaml", {**parameters, TODAY: Type.DATE}, lists)


@cache
def checks() -> tuple[Check, ...]:
    """All checks, in the order of their files. Raises RuleError where two have one code."""
    folder = resources.files("domicile.apps.quality") / "rules" / "checks"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yaml"))
    found = [check for name in names for check in read_checks(_read(f"checks/{name}"), name, model())]
    codes = [check.code for check in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise RuleError(f"Two files have a check {', '.join(sorted(twice))}.")
    return tuple(found)


@cache
def by_code() -> Mapping[str, Check]:
    """The checks by their codes."""
    return {check.code: check for check in checks()}


def given(today: dt.date) -> dict[str, Value]:
    """The parameters as they hold on a day, and the day."""
    found: dict[str, Value] = {TODAY: today}
    for name in model().parameters:
        if name != TODAY:
            found[name] = float(parameter(GROUP + name, today))
    return found


def _read(name: str) -> Any:
    path = resources.files("domicile.apps.quality") / "rules" / name
    return declared.read(path.read_text(encoding="utf-8"))
