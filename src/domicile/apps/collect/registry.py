"""Upper apps register here what can be proposed; this app knows none of them."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from domicile.apps.administration.words import ACTIONS
from domicile.apps.tasks.naming import Named, Namer, names, register_namer

__all__ = [
    "Handler", "Line", "Named", "Namer", "handler", "handlers", "known", "label", "labels", "names", "register",
    "register_namer",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of what a proposal would change."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Handler:
    """A kind of change. `apply(actor=, reason=, evidence=, arguments=)` makes it; `describe(arguments)` shows it."""

    name: str
    label: Any
    arguments: type[Any]
    apply: Callable[..., Any]
    describe: Callable[[Any], list[Line]]
    # The lowest level that may decide (grid, community, township, county …), asked at the time of the change.
    level: Callable[[], str]
    # The named URL of a subject's page, by kind of subject; it takes the subject's id.
    pages: Mapping[str, str]
    # Whom `describe` names besides the subject, for the log of looks.
    persons: Callable[[Any], Collection[uuid.UUID]] = lambda arguments: ()


_handlers: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Make a kind of change known. Registering the same name twice is a programming error."""
    if handler.name in _handlers:
        raise ValueError(f"{handler.name} is registered already")
    _handlers[handler.name] = handler
    ACTIONS.setdefault(handler.name, handler.label)  # the log of changes says it in the same words


def handler(name: str) -> Handler:
    """The handler of a kind of change. Raises KeyError for an unknown name."""
    return _handlers[name]


def known(name: str) -> Handler | None:
    """The handler of a kind of change, if there is one."""
    return _handlers.get(name)


def handlers() -> list[Handler]:
    """Every kind of change that is registered, by name."""
    return [_handlers[name] for name in sorted(_handlers)]


def label(name: str) -> Any:
    """The name of a kind of change for people to read."""
    known = _handlers.get(name)
    return known.label if known else name


def labels() -> list[tuple[str, Any]]:
    """All kinds of change, as (name, label), in the order of their registration."""
    return [(known.name, known.label) for known in _handlers.values()]
