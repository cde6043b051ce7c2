"""Parameters that hold from a date on, in the shape of the OpenFisca country template.

Each file of `parameters/` is a group; each entry has `description`, `unit`, `reference` and `values` by start date. A
value holds on its start date and until the next one starts; null as a value says that the rule ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from domicile.core import declared

#: Files of the folder that are read by modules of their own.
_OTHER_FILES: Final = frozenset({"roles", "census_roles"})


class PolicyError(LookupError):
    """A rule that is not there, or holds nothing on the date asked for; the message names the file to complete."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One dated rule. `values` is sorted by start date."""

    name: str
    description: str
    unit: str
    reference: str
    values: tuple[tuple[date, Any], ...]

    def on(self, day: date) -> Any:
        """Return the value that holds on `day`; raise PolicyError where none does."""
        held = [value for start, value in self.values if start <= day]
        if not held or held[-1] is None:
            group = self.name.partition(".")[0]
            raise PolicyError(
                f"'{self.name}' holds no value on {day.isoformat()}; add one to {group}.yaml with its source."
            )
        return held[-1]


def parameter(name: str, on: date) -> Any:
    """Return the value of the rule `name` (group.entry) on a day; raise PolicyError where there is none.

    `parameter("deadlines.answer_working_days", on=date(2026, 1, 1))` gives 15.
    """
    return describe(name).on(on)


def describe(name: str) -> Parameter:
    """Return the rule `name` with its unit, source and all its values; raise PolicyError when there is none."""
    found = _all().get(name)
    if found is None:
        raise PolicyError(f"There is no rule '{name}' in core/policy/parameters.")
    return found


def parameter_names() -> tuple[str, ...]:
    """Return the names of all rules, sorted."""
    return tuple(sorted(_all()))


def read_yaml(folder: str, name: str) -> Any:
    """Return what stands in `core/policy/FOLDER/NAME.yaml`."""
    path = resources.files("domicile.core.policy") / folder / f"{name}.yaml"
    return declared.read(path.read_text(encoding="utf-8"))


@cache
def _all() -> Mapping[str, Parameter]:
    found: dict[str, Parameter] = {}
    for path in (resources.files("domicile.core.policy") / "parameters").iterdir():
        group = path.name.removesuffix(".yaml")
        if not path.name.endswith(".yaml") or group in _OTHER_FILES:
            continue
        for entry, rule in read_yaml("parameters", group).items():
            found[f"{group}.{entry}"] = _parameter(f"{group}.{entry}", rule)
    return MappingProxyType(found)


def _parameter(name: str, rule: Mapping[str, Any]) -> Parameter:
    missing = [key for key in ("description", "unit", "reference", "values") if not rule.get(key)]
    if missing:
        raise PolicyError(f"'{name}' lacks {', '.join(missing)}; every rule says what it is, in what unit and whence.")
    values = [(start, _frozen(rule["values"][start]["value"])) for start in sorted(rule["values"])]
    return Parameter(name, rule["description"], rule["unit"], rule["reference"], tuple(values))


def _frozen(value: Any) -> Any:
    """Make lists and mappings read-only, since every caller is given the same object."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return value
