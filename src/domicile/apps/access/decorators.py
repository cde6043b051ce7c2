"""What a view needs before it runs: a permission, and for reading about people a purpose that still holds."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from domicile.apps.access import purposes
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import NotAllowed

View = Callable[..., Any]


def requires(*permissions: str) -> Callable[[View], View]:
    """Let a view run only for a viewer who has one of `permissions`.

    Where the viewer's role would have one with a purpose not stated or lapsed, the purpose is asked for first and the
    work goes on after it. Otherwise NotAllowed, which becomes the page that says so.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = missing_purpose(request, permissions)
            return view(request, *args, **kwargs) if answer is None else answer

        return checked

    return decorate


def missing_purpose(request: HttpRequest, permissions: tuple[str, ...]) -> HttpResponse | None:
    """None where the viewer has one of `permissions`, else the way to the purpose page. Raises NotAllowed."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if any(viewer.may(permission) for permission in permissions):
        return None
    rules = matrix(timezone.localdate())
    if not any(purposes.that_allow(permission, viewer, rules) for permission in permissions):
        raise NotAllowed(f"{viewer.role or 'nobody'}/{viewer.purpose or '-'} may not: {', '.join(permissions)}")
    return to_purpose_page(request)


def to_purpose_page(request: HttpRequest) -> HttpResponse:
    """Send the browser to state a purpose and then back to where it was."""
    address = f"{reverse('access:purpose')}?{urlencode({'next': came_from(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def came_from(request: HttpRequest) -> str:
    """The path to return to: this page when it was only read, else the page the form stood on. Never another host."""
    if request.headers.get("HX-Request") == "true":
        return safe_path(request, request.headers.get("HX-Current-URL", ""))
    if request.method in {"GET", "HEAD"}:
        return request.path
    return safe_path(request, request.headers.get("Referer", ""))


def safe_path(request: HttpRequest, address: str) -> str:
    """The path of an address on this site; `/` for any other."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    path = urlsplit(address).path or "/"
    return path if path.startswith("/") and not path.startswith("//") else "/"
