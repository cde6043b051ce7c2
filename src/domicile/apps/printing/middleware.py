"""Answers what could not be printed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from domicile.apps.printing.pages import NotPrinted


class NotPrintedMiddleware:
    """Turns a NotPrinted, raised anywhere in a view, into the page that says why and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotPrinted):
            return None
        context = {"cause": exception.cause, "cure": exception.cure}
        return render(request, "printing/not_printed.html", context, status=exception.status)
