"""The ledgers of the register and what can be done with chosen rows of them. Upper apps register theirs at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase

from domicile.apps.common.viewer import Viewer

if TYPE_CHECKING:
    from domicile.apps.screens.ledger import Ledger


@dataclass(frozen=True)
class Entry:
    """A ledger at its address (a named URL without arguments), in a group of the page that lists all of them."""

    url_name: str
    ledger: "type[Ledger]"
    group: Any


@dataclass(frozen=True)
class BulkAction:
    """Something to do with chosen rows of a ledger, for whoever has one of `permissions`.

    `answer(request, rows)` gets the chosen rows as a queryset that keeps to the viewer's areas. What writes answers with
    a page that asks once more; what shows people records its look.
    """

    name: str
    label: Any
    permissions: tuple[str, ...]
    answer: Callable[[HttpRequest, Any], HttpResponseBase]


_entries: dict[str, Entry] = {}
_bulk: dict[str, list[BulkAction]] = {}


def register(url_name: str, ledger: "type[Ledger]", group: Any) -> None:
    """Put a ledger on the page of all ledgers. The same name twice is a programming error."""
    if ledger.name in _entries:
        raise ValueError(f"{ledger.name} is registered already")
    _entries[ledger.name] = Entry(url_name, ledger, group)


def register_bulk(ledger: str, action: BulkAction) -> None:
    """Offer something to do with chosen rows of the ledger of that name."""
    if any(known.name == action.name for known in _bulk.get(ledger, [])):
        raise ValueError(f"{ledger}: {action.name} is registered already")
    _bulk.setdefault(ledger, []).append(action)


def entries() -> list[Entry]:
    """All ledgers, in the order in which they were registered."""
    return list(_entries.values())


def bulk_actions(viewer: Viewer, ledger: str) -> list[BulkAction]:
    """What the viewer may do with chosen rows of a ledger."""
    return [action for action in _bulk.get(ledger, []) if any(viewer.may(one) for one in action.permissions)]
