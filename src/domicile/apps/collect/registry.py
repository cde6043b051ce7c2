"""Upper apps register here what can be proposed; this app knows none of them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.words import ACTIONS
from domicile.apps.collect.review.parts import Part, Parts
from domicile.apps.tasks.naming import Named, Namer, names, register_namer

if TYPE_CHECKING:
    from domicile.apps.collect.drafts import Draft, Verdict

__all__ = [
    "GROUPS", "Handler", "Line", "Named", "Namer", "Part", "Parts", "handler", "handlers", "kin", "kinds_of", "known", "label",
    "labels", "labels_in_groups", "names", "register", "register_kin", "register_namer",
    "register_resolver", "up_to_date",
]  # fmt: skip

#: What kinds of change belong together, in the order in which they are met at a door.
GROUPS = {
    "homes": _("Who lives where"),
    "person": _("Corrections of a person"),
    "numbers": _("Documents, phones and registration"),
    "life": _("Births, names and deaths"),
    "places": _("Buildings and dwellings"),
    "tenure": _("Rentals and owners"),
    "units": _("Firms and other units"),
    "other": _("Other"),
}

#: How the log of changes calls what is said about proposals, beside those that it knows.
ACTIONS.update(
    {
        "collect.passed": _("proposal passed on to the next level"),
        "collect.sent_again": _("returned proposal sent again"),
        "collect.undone": _("acceptance of a proposal undone"),
        "collect.taken_back": _("decision on a proposal taken back"),
    }
)


@dataclass(frozen=True)
class Line:
    """One line of what a proposal would change."""

    label: Any
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the sides differ; a line that is the same on both tells what it is about."""
        return str(self.before) != str(self.after)


@dataclass(frozen=True)
class Handler:
    """A kind of change. `apply(actor=, reason=, evidence=, arguments=)` makes it; `describe(arguments)` shows it.

    `judge` says of many drafts at once, in a number of queries that does not grow with theirs, whether each could be made;
    without it, and where it is not sure, each is rehearsed alone.
    """

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
    judge: "Callable[[Sequence[Draft]], Sequence[Verdict]] | None" = None
    # Among which kinds of change it is listed: a key of GROUPS.
    group: str = "other"
    # What of the arguments may be corrected before it is accepted or sent again.
    parts: Callable[[Any], Parts] = lambda arguments: {}


#: The other subjects whose waiting changes concern this one: a person's household and dwelling, a household's members.
Kin = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Collection[uuid.UUID]]]

_handlers: dict[str, Handler] = {}
_kin: dict[str, Kin] = {}
_resolvers: list[Callable[[Any], Any]] = []


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


def labels_in_groups() -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """All kinds of change as (group, its name, its kinds), the groups in their order."""
    found: dict[str, list[tuple[str, Any]]] = {group: [] for group in GROUPS}
    for known in _handlers.values():
        found[known.group].append((known.name, known.label))
    return [(group, GROUPS[group], kinds) for group, kinds in found.items() if kinds]


def kinds_of(group: str) -> list[str]:
    """The names of a group's kinds of change."""
    return [known.name for known in _handlers.values() if known.group == group]


def register_resolver(resolve: Callable[[Any], Any]) -> None:
    """Have `resolve(arguments)` bring what was proposed up to date when it is accepted: an id may stand for another by then."""
    if resolve not in _resolvers:
        _resolvers.append(resolve)


def up_to_date(arguments: Any) -> Any:
    """The arguments as the apps above say them now."""
    for resolve in _resolvers:
        arguments = resolve(arguments)
    return arguments


def register_kin(kind: str, kin: Kin) -> None:
    """Tell what else concerns subjects of a kind: `kin(ids)` by a fixed number of queries."""
    if kind in _kin:
        raise ValueError(f"{kind} has kin already")
    _kin[kind] = kin


def kin(kind: str, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[uuid.UUID]]:
    """What else concerns these subjects of one kind; nothing where no app says."""
    return _kin[kind](ids) if kind in _kin and ids else {}
