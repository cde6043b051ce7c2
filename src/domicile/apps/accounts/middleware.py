"""Nobody goes further than signing in without an account that is open and a second factor."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from domicile.apps.accounts import sessions

# Views that anybody may see; others say so with django.contrib.auth.decorators.login_not_required.
OPEN = frozenset({"account_login", "account_logout", "mfa_authenticate", "set_language"})
SETTING_UP = frozenset({"second_factor", "account_logout", "set_language"})
# Views for whoever has still the password that an administrator gave.
CHOOSING = SETTING_UP | {"recovery_codes", "change_password"}


class SignedInMiddleware:
    """Sends whoever has not signed in, or has no second factor yet, to the page where that is done.

    The account is read once a request in any case: a leaver's sessions end with the account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # An office shares its machines: what stood on the screen is not kept for whoever comes next.
        if getattr(request, "for_signed_in", False):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None where the request may go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or not getattr(view, "login_required", True):
            return None
        request.for_signed_in = True  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.sign_in(request)
        now = sessions.now()
        closed_on = request.user.closed_on
        if (closed_on and closed_on <= timezone.localdate()) or sessions.has_ended(request.session, now=now):
            logout(request)
            return self.sign_in(request)
        if not sessions.has_second_factor(request.session) and name not in SETTING_UP:
            return go(request, reverse("second_factor"))
        if request.user.password_given_by is not None and name not in CHOOSING:
            return go(request, reverse("change_password"))
        sessions.touch(request.session, now=now)
        return None

    def sign_in(self, request: HttpRequest) -> HttpResponse:
        """To the sign-in page, and back here afterwards when this page is only read."""
        address = reverse("account_login")
        readable = request.method in {"GET", "HEAD"} and request.headers.get("HX-Request") != "true"
        if readable and request.path != "/":
            address = f"{address}?{urlencode({'next': request.path})}"
        return go(request, address)


def go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect of the whole page, also for a partial request."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
