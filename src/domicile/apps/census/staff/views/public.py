"""What everybody may open without signing in: the page that checks a badge."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from domicile.apps.census.staff import badge

LONGEST = 40


@require_safe
@login_not_required
def check(request: HttpRequest) -> HttpResponse:
    """Whether a badge is real and holds today; it is told only to whoever has the number and the code of it."""
    number, code = (request.GET.get(name, "").strip()[:LONGEST] for name in ("number", "code"))
    found = badge.check(number, code, timezone.localdate()) if number and code else None
    context = {"number": number, "code": code, "asked": bool(number or code), "found": found}
    response = render(request, "census/staff/check.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
