"""Puts a Viewer on every request, and answers refusals."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from domicile.apps.access import purposes
from domicile.apps.access.refusals import refuse
from domicile.apps.access.roles import matrix
from domicile.apps.access.viewers import NOBODY, viewer_for
from domicile.apps.common.viewer import NotAllowed, Viewer


class ViewerMiddleware:
    """Sets request.viewer from the signed-in user's grants and the purpose kept in the session.

    Grants are read at each request: a role that was taken away is gone at the next click.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = viewer_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn NotAllowed, raised anywhere in a view, into the page that says so."""
        if isinstance(exception, NotAllowed):
            return refuse(request, request.viewer, exception)  # type: ignore[attr-defined]
        return None


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking: the signed-in user in the role and with the purpose that the session keeps."""
    if not request.user.is_authenticated:
        return NOBODY
    today = timezone.localdate()
    purpose = purposes.held(request.session, matrix(today), now=time.time())
    return viewer_for(request.user, purpose, today, request.session.get(purposes.ROLE, ""))
