"""Recorded changes in words: who changed what, when and why, for the history on a card."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts.models import User
from domicile.apps.administration.words import action_name
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import Entry, entries
from domicile.apps.collect.registry import known
from domicile.apps.collect.undoing import UNDOS, may_undo, undone
from domicile.apps.common.viewer import Viewer

#: (table, column, plain value) → (label, text); None for what is not told.
Words = Callable[[str, str, Any], tuple[Any, str] | None]


@dataclass(frozen=True, slots=True)
class ToldField:
    """One field before and after, in words; '' where there was or is nothing."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change: when, who, what, why, on which paper, and whether this viewer may take it back."""

    id: int
    at: dt.datetime
    actor: str
    action: Any
    reason: str
    evidence: str
    fields: list[ToldField]
    may_undo: bool


def changes_of(subject_ids: Collection[Any], kinds: Collection[str]) -> list[Change]:
    """Changes of these kinds, imports and undoings about the subjects, the latest first. One query."""
    rows = Change.objects.filter(subject_id__in=subject_ids, action__in=[*kinds, *UNDOS, "import", "import.undo"])
    return list(rows.order_by("-pk"))


OTHERS: dict[str, Any] = {
    **dict.fromkeys(UNDOS, _("Change undone")),
    "import": _("Imported"),
    "import.undo": _("Import undone"),
}


def told(viewer: Viewer, changes: Sequence[Change], words: Words) -> list[ToldChange]:
    """The changes in words, column by column. One query, for the names of those who made them."""
    return told_by(viewer, changes, lambda change: told_fields(entries(change), words))


def told_by(viewer: Viewer, changes: Sequence[Change], fields: Callable[[Change], list[ToldField]]) -> list[ToldChange]:
    """The changes, with what `fields` tells of each. One query, for the names of those who made them."""
    actors = dict(User.objects.filter(pk__in={row.actor_id for row in changes}).values_list("pk", "real_name"))
    back = undone(changes)
    return [
        ToldChange(
            id=row.pk,
            at=row.at,
            actor=actors.get(row.actor_id, "") if row.actor_id else "",
            action=_action(row.action),
            reason="" if row.action in UNDOS else row.reason,
            evidence=row.evidence,
            fields=fields(row),
            may_undo=row.pk not in back and may_undo(viewer, row),
        )
        for row in changes
    ]


def _action(key: str) -> Any:
    if key in OTHERS:
        return OTHERS[key]
    kind = known(key)
    return kind.label if kind else action_name(key)


def told_fields(written: Iterable[Entry], words: Words) -> list[ToldField]:
    """What entries of the log say, column by column, in words."""
    found = []
    for entry in written:
        for column, (before, after) in entry.fields.items():
            old, new = words(entry.table, column, before), words(entry.table, column, after)
            if old is not None and new is not None and (old[1] or new[1]):
                found.append(ToldField(new[0], old[1], new[1]))
    return found
