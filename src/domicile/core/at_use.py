"""Packages whose names stand in one place, while each module is loaded when something of it is first used.

Commands and web workers start often; NumPy and what it brings along is loaded where it is reckoned with.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def loader(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """A package's `__getattr__`: `homes` names what stands in each module. No module may be called as what it holds.

    The function raises AttributeError for other names.
    """
    modules = {name: module for module, names in homes.items() for name in names}

    def found(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return found
