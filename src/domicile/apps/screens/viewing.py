"""Views of a ledger: which one it opens with, what is kept of what stands on the page, and by whom it is shared."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_filters import FilterSet

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens import actions, downloads, policies, selectors
from domicile.apps.screens.list import Column
from domicile.apps.screens.selectors import ViewLine

if TYPE_CHECKING:
    from domicile.apps.screens.ledger import Ledger

#: Digits of a township: the whole of a ledger of scopes so small is counted without being asked.
TOWNSHIP = 9
PLAIN = "plain"


@dataclass(frozen=True)
class Opened:
    """What is asked, by the page itself or by a view; `forgiving` where a view asks it."""

    asked: QueryDict
    lines: list[ViewLine] = field(default_factory=list)
    current: ViewLine | None = None
    forgiving: bool = False


def without_people(asked: QueryDict) -> QueryDict:
    """Of an address only the view: nothing else that stands there is read where people are shown."""
    found = QueryDict(mutable=True)
    if "view" in asked:
        found["view"] = asked.get("view", "")
    return found


def opened(ledger: "Ledger", viewer: Viewer, asked: QueryDict) -> Opened:
    """What is asked; where nothing is but a view, what that view holds, and the viewer's default view at first."""
    if asked.get("part") or asked.get("format") or asked.get("bulk"):
        return Opened(asked)
    lines = selectors.views(viewer, ledger.name)
    named = asked.get("view", "")
    current = next((line for line in lines if str(line.id) == named), None)
    if any(name != "view" for name in asked):
        return Opened(asked, lines, current)
    if current is None and named != PLAIN:
        current = next((line for line in lines if line.is_default), None)
    if current is None:
        return Opened(asked, lines)
    held = QueryDict(mutable=True)
    held["view"] = str(current.id)
    held["sort"] = current.sort
    held.setlist("columns", current.columns)
    allowed = policies.savable(ledger.filterset)
    for name, value in selectors.filters_of(current.id):
        if name in allowed:
            held.appendlist(name, value)
    return Opened(held, lines, current, forgiving=True)


def filters_asked(filterset: FilterSet | None, asked: QueryDict) -> tuple[tuple[str, ...], ...]:
    """What the filter is set to, to tell one list from another."""
    names = sorted(filterset.base_filters) if filterset is not None else []
    return tuple((name, *asked.getlist(name)) for name in names if asked.get(name))


def context(
    ledger: "Ledger",
    viewer: Viewer,
    view: Opened,
    filterset: FilterSet | None,
    chosen: Mapping[str, Column],
    offered: Mapping[str, Column],
    sort: str,
) -> dict[str, Any]:
    """What the page shows of views and columns."""
    others = {key: column for key, column in offered.items() if key not in chosen}
    asked = filterset.data if filterset is not None else view.asked
    kept = policies.kept(ledger.filterset, asked)
    names = downloads.named_areas(viewer)
    return {
        "views": view.lines,
        "current_view": view.current,
        "column_choices": [
            {"key": key, "label": column.label, "note": column.note, "chosen": key in chosen}
            for key, column in {**chosen, **others}.items()
        ],
        "view_state": [*kept, ("sort", sort), *(("columns", key) for key in chosen)],
        "view_leaves_out": policies.left_out(ledger.filterset, asked),
        "active_filters": len(filters_asked(filterset, asked)),
        "share_scopes": [(scope, names.get(scope, scope)) for scope in viewer.scopes],
    }


def keep(ledger: "Ledger", request: HttpRequest) -> HttpResponseBase:
    """Save, remove or choose a view, then show the ledger with it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    asked, do = request.POST, request.POST.get("do", "")
    try:
        shown = _done(ledger, viewer, asked, do)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(request.path)
    messages.success(request, _("The view was removed.") if do == "remove" else _("The view is kept."))
    return redirect(f"{request.path}?view={shown}" if shown else request.path)


def _done(ledger: "Ledger", viewer: Viewer, asked: QueryDict, do: str) -> str:
    """Do it; the view that is shown after it."""
    if do == "save":
        view = actions.save_view(
            actor=viewer,
            ledger=ledger.name,
            title=asked.get("title", ""),
            columns=list(
                ledger.table.pick(asked.getlist("columns"), ledger.table.offered(viewer, asked.get("place", "")))
            ),
            sort=asked.get("sort", "")[:64],
            filters=policies.kept(ledger.filterset, asked),
            filterset=ledger.filterset,
            subjects=ledger.subjects,
            scope=asked.get("scope", ""),
        )
        if asked.get("default"):
            actions.choose_default(actor=viewer, ledger=ledger.name, view_id=view.pk)
        return str(view.pk)
    view_id = _view_id(asked)
    if do == "remove" and view_id is not None:
        actions.remove_view(actor=viewer, view_id=view_id)
        return ""
    if do == "default":
        actions.choose_default(actor=viewer, ledger=ledger.name, view_id=view_id)
        return str(view_id or PLAIN)
    raise NotAllowed(f"there is nothing to do called {do}")


def _view_id(asked: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(asked.get("view", ""))
    except ValueError:
        return None
