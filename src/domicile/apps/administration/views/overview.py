"""The start page of administration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from domicile.apps.access.viewers import NOBODY
from domicile.apps.administration.overview import DUTIES, reachable, ways
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.roles import matrix


def start(request: HttpRequest) -> HttpResponse:
    """What this viewer keeps and oversees. It names nobody, so it asks for no purpose."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    rules = matrix(timezone.localdate())
    if not reachable(viewer, DUTIES, rules):
        raise NotAllowed("administration")
    return render(request, "administration/start.html", {"groups": ways(viewer, rules)})
