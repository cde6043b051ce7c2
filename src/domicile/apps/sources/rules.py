"""The dated rules of lists from outside (core/policy/parameters/lists.yaml)."""

import datetime as dt

from domicile.core.policy.parameters import parameter


def share(name: str, today: dt.date) -> float:
    """A share from 0 to 1."""
    return float(parameter(f"lists.{name}", today))


def number(name: str, today: dt.date) -> int:
    """A count of months or rows."""
    return int(parameter(f"lists.{name}", today))
