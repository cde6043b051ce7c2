"""Keep, remove and choose views of ledgers."""

import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.models import DefaultView, SavedFilter, SavedView
from domicile.apps.screens.policies import classes_by_origin_sex_and_age, savable
from domicile.apps.screens.selectors import visible

MOST_VIEWS = 30
TITLE = 40


def save_view(
    *,
    actor: Viewer,
    ledger: str,
    title: str,
    columns: Sequence[str] = (),
    sort: str = "",
    filters: Sequence[tuple[str, str]] = (),
    filterset: object = None,
    subjects: Sequence[str] = (),
    scope: str = "",
) -> SavedView:
    """Keep a view under a title; one's own view of that title is written anew. `scope`: shared with that area.

    Raises Refused for a title that is empty or one view too many, for a filter that may not be kept, and for people
    classed by origin, sex and age together; NotAllowed for a scope outside the actor's.
    """
    title = without_numbers(" ".join(title.split()))[:TITLE]
    if actor.user_id is None:
        raise NotAllowed("views are kept by somebody who is signed in")
    if not title:
        raise Refused(_("Give the view a title."), "title")
    if scope and not actor.covers(scope):
        raise NotAllowed("a view is shared inside one's own areas only")
    if {name for name, _value in filters} - set(savable(filterset)):
        raise Refused(_("A view never keeps whom one looked for."))
    if classes_by_origin_sex_and_age(filterset, [name for name, _value in filters], subjects):
        raise Refused(_("No view sorts people by where they come from, their sex and their age together."))
    own = SavedView.objects.filter(owner_id=actor.user_id, ledger=ledger)
    view = own.filter(title=title).first()
    if view is None and own.count() >= MOST_VIEWS:
        raise Refused(_("There are %(most)s views already. Remove one first.") % {"most": MOST_VIEWS})
    fields = {"columns": " ".join(columns), "sort": sort, "scope": scope}
    made = view or SavedView(owner_id=actor.user_id, ledger=ledger, title=title, **fields)
    with recording(
        actor=actor, action="screens.save_view", subject_kind="saved_view", subject_id=made.pk, place_code=scope
    ) as change:
        if view is None:
            change.create(made)
        else:
            change.update(view, **fields)
            for row in SavedFilter.objects.filter(view=view):
                change.delete(row)
        for name, value in dict.fromkeys(filters):
            change.create(SavedFilter(view=made, name=name, value=value[:100]))
    return made


def remove_view(*, actor: Viewer, view_id: uuid.UUID) -> None:
    """Remove one's own view, or one shared with an area that one has. Raises NotAllowed."""
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or not (view.owner_id == actor.user_id or (view.scope and actor.covers(view.scope))):
        raise NotAllowed("no such view to remove")
    with recording(
        actor=actor, action="screens.remove_view", subject_kind="saved_view", subject_id=view.pk, place_code=view.scope
    ) as change:
        for row in [*SavedFilter.objects.filter(view=view), *DefaultView.objects.filter(view=view)]:
            change.delete(row)
        change.delete(view)


def choose_default(*, actor: Viewer, ledger: str, view_id: uuid.UUID | None) -> None:
    """Let a ledger open with a view for this user; None: as it comes. Raises NotAllowed for a view of others."""
    if view_id is not None and not visible(actor).filter(Q(pk=view_id, ledger=ledger)).exists():
        raise NotAllowed("no such view")
    if actor.user_id is None:
        raise NotAllowed("views are chosen by somebody who is signed in")
    held = DefaultView.objects.filter(user_id=actor.user_id, ledger=ledger).first()
    subject = view_id or (held.view_id if held else None)
    if subject is None:
        return
    with recording(actor=actor, action="screens.default_view", subject_kind="saved_view", subject_id=subject) as change:
        if held is None:
            change.create(DefaultView(user_id=actor.user_id, ledger=ledger, view_id=subject))
        elif view_id is None:
            change.delete(held)
        else:
            change.update(held, view_id=view_id)
