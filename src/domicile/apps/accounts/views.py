"""Signing in."""

from django.http import HttpRequest, HttpResponse


def locked_out(request: HttpRequest, credentials: dict[str, object], *args: object) -> HttpResponse:
    """The answer while an account is closed after repeated failures."""
    return HttpResponse(status=429)
