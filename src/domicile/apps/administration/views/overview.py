"""The start page of administration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.access.viewers import NOBODY
from domicile.apps.administration import granting
from domicile.apps.administration.overview import DUTIES, ways
from domicile.apps.common.viewer import NotAllowed, Viewer


def start(request: HttpRequest) -> HttpResponse:
    """What this viewer keeps and oversees. It names nobody, so it asks for no purpose."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    rules = matrix(timezone.localdate())
    if not reachable(viewer, DUTIES, rules):
        raise NotAllowed("administration")
    today = timezone.localdate()
    context = {
        "groups": ways(viewer, rules),
        "to_decide": granting.to_decide(viewer, today),
        "given_alone": granting.own_unconfirmed(viewer, today),
    }
    return render(request, "administration/start.html", context)
