"""The search page: one box. What was typed travels in the body of a POST and stands in no address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from domicile.apps.access.decorators import requires
from domicile.apps.people import selectors


@require_http_methods(["GET", "POST"])
@requires("search", "search_places")
def search(request: HttpRequest) -> HttpResponse:
    """Show the box; after a POST also what was found. To htmx only the results are sent."""
    if request.method != "POST":
        return render(request, "people/search.html", {"asked": False})
    text = request.POST.get("q", "")
    page = request.POST.get("page", "1")
    found = selectors.search(
        request.viewer,  # type: ignore[attr-defined]
        text,
        int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        today=timezone.localdate(),
    )
    template = "people/search_results.html" if request.headers.get("HX-Request") == "true" else "people/search.html"
    return render(
        request,
        template,
        {"asked": True, "found": found, "q": text, "previous": found.page - 1, "next": found.page + 1},
    )
