"""The readiness board as a page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.ending.models import MatchingEnd
from domicile.apps.census.plan import policies, readiness, selectors
from domicile.apps.census.shell import shell
from domicile.apps.common.requests import ViewerRequest

TOWNSHIP = 9


@require_safe
@requires(policies.PROGRESS, policies.PLAN)
def readiness_page(request: ViewerRequest, code: str) -> HttpResponse:
    """By township, or of one township by census area."""
    row = selectors.census(request.viewer, code)
    asked = request.GET.get("township", "")
    township = asked if len(asked) == TOWNSHIP and asked.isascii() and asked.isdigit() else ""
    rows = readiness.board(request.viewer, row, timezone.localdate(), township=township)
    context = {
        **shell(request, row, "census:readiness"),
        "heads": readiness.HEADS.values(),
        "rows": rows,
        "ready": sum(one.ready for one in rows),
        "township": names_of([f"{township}000"]).get(f"{township}000", township) if township else "",
        "numbers": MatchingEnd.objects.filter(census=row).first(),
        "by_township": bool(rows) and len(rows[0].code) == TOWNSHIP,
    }
    return render(request, "census/plan/readiness.html", context)
