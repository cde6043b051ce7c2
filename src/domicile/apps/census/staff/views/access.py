"""What accounts may see of their areas: for administrators, who give it and take it away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.census.plan import selectors as plans
from domicile.apps.census.shell import shell
from domicile.apps.census.staff import granting, policies
from domicile.apps.common.requests import ViewerRequest


@require_safe
@requires(policies.GRANT)
def access(request: ViewerRequest, code: str) -> HttpResponse:
    """What follows from the posts, what waits for a second administrator, and what is beyond the posts."""
    row = plans.census(request.viewer, code)
    today = timezone.localdate()
    context = {
        **shell(request, row, "census:access"),
        "standing": granting.standing(request.viewer, row, today),
        "until": granting.last_day(row),
    }
    return render(request, "census/staff/access.html", context)


@require_POST
@requires(policies.GRANT)
def give(request: ViewerRequest, code: str) -> HttpResponse:
    """Give, or ask for, all that follows from the posts."""
    row = plans.census(request.viewer, code)
    count, refused = granting.give(actor=request.viewer, census=row, today=timezone.localdate())
    if count:
        messages.success(
            request,
            ngettext("{count} access is given or asked for.", "{count} are given or asked for.", count).format(
                count=count
            ),
        )
    for one in refused[:5]:
        messages.error(request, one)
    if not count and not refused:
        messages.info(request, _("There is nothing to give."))
    return redirect("census:access", row.code)


@require_POST
@requires(policies.GRANT)
def take(request: ViewerRequest, code: str) -> HttpResponse:
    """Take away what accounts have beyond their posts."""
    row = plans.census(request.viewer, code)
    count = granting.take(actor=request.viewer, census=row, today=timezone.localdate())
    messages.success(
        request, ngettext("{count} access is taken away.", "{count} are taken away.", count).format(count=count)
    )
    return redirect("census:access", row.code)
