"""Both sides of a proposal: what is on file and what was found, where it came from, and what else waits about it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext_lazy

from domicile.apps.collect import registry
from domicile.apps.collect.arguments import unpack
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.openrosa.models import Attachment, Result
from domicile.apps.collect.openrosa.receipts import label as label_of_result
from domicile.apps.collect.openrosa.views.submissions import form_name
from domicile.apps.collect.openrosa.words import OUTCOMES
from domicile.apps.collect.registry import Handler, Line, Named
from domicile.apps.collect.review.late import WORDS
from domicile.apps.collect.rules import LEVELS, WAITS_FOR, levels_in_words
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault.sealing import open_value

STATES = {
    "waiting": gettext_lazy("Waiting for review"),
    "accepted": gettext_lazy("Accepted"),
    "returned": gettext_lazy("Returned"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
#: Beyond so many people of a collective household, only the changes about the dwelling and the household itself are told.
MOST_KIN = 300


@dataclass(frozen=True)
class Word:
    """One word that was said about a proposal, for people to read."""

    what: Any
    level: Any
    row: Decision


@dataclass(frozen=True)
class Other:
    """Another change that waits about the same person, household or dwelling."""

    row: Proposal
    label: Any
    about: str


@dataclass(frozen=True)
class Found:
    """The form that a proposal came by: who sent it and when, its photos, and what its other answers became."""

    form: str
    worker: str
    received_at: Any
    url: str
    photos: list[str]
    others: list[tuple[Any, Any, str]]


@dataclass
class Sides:
    """All that is shown of one proposal."""

    row: Proposal
    handler: Handler
    arguments: Any
    lines: list[Line]
    subject: Named | None
    subject_url: str
    words: list[Word]
    named: list[uuid.UUID]
    near: set[uuid.UUID]
    others: list[Other] = field(default_factory=list)
    found: Found | None = None

    @property
    def state(self) -> Any:
        return STATES[self.row.state]

    @property
    def level(self) -> Any:
        """The level that it waits for."""
        return WAITS_FOR.get(self.row.level, self.row.level)

    @property
    def later(self) -> str:
        """The levels after that."""
        return levels_in_words(self.row.later.split())

    @property
    def persons(self) -> list[uuid.UUID]:
        """Everybody who is named, for the log of looks."""
        own = [self.row.subject_id] if self.row.subject_kind == "person" else []
        return [*own, *self.named, *(self.subject.persons if self.subject else ())]


def sides(viewer: Viewer, row: Proposal) -> Sides:
    """Both sides of a proposal that the viewer may see, with what else waits about it while it waits itself."""
    handler, arguments = opened(row)
    named = registry.names(viewer, [(row.subject_kind, row.subject_id)]).get(row.subject_id)
    shown = put_together(
        row, handler, arguments, named, found=found_by(row, may_see_form=viewer.may("manage_collection"))
    )
    if row.state == Proposal.State.WAITING:
        shown.others = others_about(viewer, shown)
    return shown


def opened(row: Proposal) -> tuple[Handler, Any]:
    """The kind of change, and its arguments as they were found."""
    handler = registry.handler(row.action)
    return handler, unpack(handler.arguments, open_value(row, "arguments"))


def put_together(
    row: Proposal, handler: Handler, arguments: Any, subject: Named | None, *, found: Found | None
) -> Sides:
    """The sides of what was read."""
    named = list(handler.persons(arguments))
    words = [
        Word(WORDS[Decision.Verdict(one.verdict)], LEVELS.get(one.level, ""), one)
        for one in Decision.objects.filter(proposal=row).order_by("version")
    ]
    url = reverse(handler.pages[row.subject_kind], args=[row.subject_id])
    return Sides(
        row,
        handler,
        arguments,
        lines_of(handler, arguments),
        subject,
        url,
        words,
        named,
        near_to(row, named),
        found=found,
    )


def lines_of(handler: Handler, arguments: Any) -> list[Line]:
    """What would change; nothing when a later undo took away what the proposal is about."""
    try:
        return handler.describe(arguments)
    except ObjectDoesNotExist:
        return []


def near_to(row: Proposal, named: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The subjects whose waiting changes may stand against this one: its own, those near it, those whom it names."""
    kin = registry.kin(row.subject_kind, [row.subject_id]).get(row.subject_id, ())
    near = set(kin) if len(kin) <= MOST_KIN else set()
    return {row.subject_id, *near, *named}


def others_about(viewer: Viewer, shown: Sides) -> list[Other]:
    """Other changes that wait about the same, the oldest first; whom they are about is named where the viewer may know."""
    rows = [one for one in waiting_about(viewer, sorted(shown.near)) if one.pk != shown.row.pk]
    names = registry.names(viewer, [(one.subject_kind, one.subject_id) for one in rows]) if rows else {}
    return [Other(one, registry.label(one.action), _text(names, one.subject_id)) for one in rows]


def _text(names: Mapping[uuid.UUID, Named], key: uuid.UUID) -> str:
    return names[key].text if key in names else ""


def found_by(row: Proposal, *, may_see_form: bool) -> Found | None:
    """The form by which it came, where it came from a phone."""
    result = Result.objects.select_related("submission__app_user__worker").filter(proposal=row).first()
    if result is None:
        return None
    sent = result.submission
    photos = Attachment.objects.filter(submission=sent, state=Attachment.State.KEPT).order_by("name")
    siblings = Result.objects.filter(submission=sent).exclude(pk=result.pk).order_by("position")
    return Found(
        form=form_name(sent.form_id),
        worker=sent.app_user.worker.real_name,
        received_at=sent.received_at,
        url=reverse("openrosa:submission_page", args=[sent.pk]) if may_see_form else "",
        photos=[reverse("openrosa:photo", args=[one.pk]) for one in photos] if sent.erased_at is None else [],
        others=[
            (label_of_result(one.action), OUTCOMES[Result.Outcome(one.outcome)], _page_of(one)) for one in siblings
        ],
    )


def _page_of(result: Result) -> str:
    return reverse("collect:proposal", args=[result.proposal_id]) if result.proposal_id else ""


def shared(all_sides: Collection[Sides]) -> dict[uuid.UUID, list[Any]]:
    """Which of these proposals concern the same person, household or dwelling: by id, what the others are called."""
    by_subject: dict[uuid.UUID, list[Sides]] = {}
    for one in all_sides:
        for subject in one.near:
            by_subject.setdefault(subject, []).append(one)
    found: dict[uuid.UUID, list[Any]] = {}
    for together in by_subject.values():
        for one in together:
            named = found.setdefault(one.row.pk, [])
            named += [
                other.handler.label for other in together if other is not one and other.handler.label not in named
            ]
    return {key: labels for key, labels in found.items() if labels}
