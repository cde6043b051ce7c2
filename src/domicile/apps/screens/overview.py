"""The page of all ledgers: what each is for, and how many rows it has where that costs little."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens import registry

#: Digits of a community: rows of scopes so small are counted for the page.
NARROW = 12
MOST = 9999


@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """Every ledger that the viewer may open, by group. Names nobody: no look is recorded, no purpose is needed."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rules = matrix(timezone.localdate())
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in registry.entries():
        if reachable(viewer, entry.ledger.permissions, rules):
            line = {
                "url": reverse(entry.url_name),
                "title": entry.ledger.heading,
                "about": entry.ledger.about,
                "count": counted(viewer, entry.ledger),
            }
            groups.setdefault(str(entry.group), []).append(line)
    if not groups:
        raise NotAllowed(f"{viewer.role or 'nobody'} has no ledgers")
    return render(request, "screens/ledgers.html", {"groups": groups, "most": MOST})


def counted(viewer: Viewer, ledger: Any) -> int | None:
    """How many rows, up to one more than MOST; None where the viewer's areas are large or no purpose is stated."""
    small = bool(viewer.scopes) and all(len(scope) >= NARROW for scope in viewer.scopes)
    if not small or not any(viewer.may(permission) for permission in ledger.permissions):
        return None
    return int(ledger.source(viewer).order_by()[: MOST + 1].count())
