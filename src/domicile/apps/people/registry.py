"""What upper apps add to the cards of a dwelling, a household and a person; this app knows none of them.

In `AppConfig.ready`:

    registry.card_section("dwelling", rentals_of)   # rentals_of(viewer, dwelling) -> Section | None
    registry.card_action("dwelling", changes_of)    # changes_of(viewer, dwelling) -> iterable of Action
    registry.undo_on_cards(["vitals.marry"])         # kinds of change that the history of a card can take back
    registry.after_correction("birth_date", follow)  # follow(person, change), inside the recorded correction
    registry.after_entry(look)                       # look(viewer, change) -> what is to be looked at, in words
    registry.before_merging(check)                   # check(persons) raises Refused where their ids are in use

A provider is asked each time a card is shown, after the card itself was found inside the viewer's areas. It checks the
viewer's permissions and areas for what it adds, and makes a number of queries that does not grow with the rows.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer

KINDS = ("dwelling", "household", "person")


@dataclass(frozen=True)
class Section:
    """A part of a card: the template is shown with `section` (this context), `card` and the rights of the viewer.

    `persons` are all who are named in it: they go into the same look as the card.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    persons: Collection[uuid.UUID] = ()


@dataclass(frozen=True)
class Action:
    """An entry of the card's menu of changes."""

    label: Any
    url: str
    help: Any = ""


Follow = Callable[[Any, Recorder], None]
Check = Callable[[Collection[uuid.UUID]], None]
Look = Callable[[Viewer, Change], Iterable[str]]
Provider = Callable[[Viewer, Any], Section | None]
Actions = Callable[[Viewer, Any], Iterable[Action]]

_sections: dict[str, list[Provider]] = {kind: [] for kind in KINDS}
_actions: dict[str, list[Actions]] = {kind: [] for kind in KINDS}
_undone: set[str] = set()
_follow: dict[str, list[Follow]] = {}
_looks: list[Look] = []
_before_merging: list[Check] = []


def card_section(kind: str, provider: Provider) -> None:
    """Add a section to a card; `provider` gets the viewer and the Dwelling, Household or Person. Twice adds once."""
    if provider not in _sections[kind]:
        _sections[kind].append(provider)


def card_action(kind: str, provider: Actions) -> None:
    """Add entries to a card's menu of changes. Twice adds once."""
    if provider not in _actions[kind]:
        _actions[kind].append(provider)


def sections(kind: str, viewer: Viewer, subject: Any) -> list[Section]:
    """The sections that upper apps add to this card, in the order of the apps."""
    found = (provider(viewer, subject) for provider in _sections[kind])
    return [section for section in found if section is not None]


def card_actions(kind: str, viewer: Viewer, subject: Any) -> list[Action]:
    """The entries that upper apps add to this card's menu of changes."""
    return [action for provider in _actions[kind] for action in provider(viewer, subject)]


def named_in(added: Iterable[Section]) -> list[uuid.UUID]:
    """Everybody whom the sections name."""
    return [person for section in added for person in section.persons]


def undo_on_cards(kinds: Iterable[str]) -> None:
    """Let the history of a card take back changes of these kinds too."""
    _undone.update(kinds)


def undone_on_cards() -> set[str]:
    """The kinds of change of upper apps that the history of a card can take back."""
    return set(_undone)


def after_correction(item: str, follow: Follow) -> None:
    """Have `follow(person, change)` called inside the recorded correction of an item of a person. Twice adds once."""
    if follow not in _follow.setdefault(item, []):
        _follow[item].append(follow)


def follow_correction(item: str, person: Any, change: Recorder) -> None:
    """What upper apps write when an item was corrected."""
    for follow in _follow.get(item, []):
        follow(person, change)


def before_merging(check: Check) -> None:
    """Have `check(persons)` called before ids of these persons cease to stand; it raises Refused. Twice adds once."""
    if check not in _before_merging:
        _before_merging.append(check)


def check_merging(persons: Collection[uuid.UUID]) -> None:
    """Whether upper apps let these ids be linked to another. Raises Refused."""
    for check in _before_merging:
        check(persons)


def after_entry(look: Look) -> None:
    """Have `look(viewer, change)` say, after a change on the pages was made, what is to be looked at. Twice adds once."""
    if look not in _looks:
        _looks.append(look)


def to_look_at(viewer: Viewer, change: Change) -> list[str]:
    """What upper apps say of a change that was made: warnings, which hold nothing up."""
    return [text for look in _looks for text in look(viewer, change)]
