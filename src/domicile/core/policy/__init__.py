"""Dated rules as data: parameters, the matrix of roles, and who may correct what.

No number of a law or a manual stands in Python; it stands in `parameters/*.yaml` with its unit, its source and the date
from which it holds. Cases that a non-programmer can read stand in `tests/*.yaml`.
"""

from domicile.core.policy.parameters import Parameter, PolicyError, describe, parameter, parameter_names

__all__ = ["Parameter", "PolicyError", "describe", "parameter", "parameter_names"]
