"""Pages of staff: slips for an area, a fresh code for one household."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.census.plan import selectors as plan
from domicile.apps.census.selfenum import actions, prints, selectors
from domicile.apps.census.selfenum.actions import PERMISSION, SEAL
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest


@require_safe
@requires(PERMISSION)
def areas(request: ViewerRequest, code: str) -> HttpResponse:
    """The enumeration areas of the viewer, with how many slips are out and how many households answered by them."""
    census = plan.census(request.viewer, code)
    lines = selectors.areas(request.viewer, census)
    more, may_seal = len(lines) == selectors.MOST, request.viewer.may(SEAL)
    context = shell(request, census, "census:slips") | {"lines": lines, "more": more, "may_seal": may_seal}
    return render(request, "census/selfenum/areas.html", context)


@never_cache
@require_POST
@requires(SEAL)
def print_slips(request: ViewerRequest, code: str) -> HttpResponse:
    """Give codes to the households of an area that have none, and print their slips, this once."""
    census = plan.census(request.viewer, code)
    given = actions.give_to_all(
        actor=request.viewer, census_id=census.pk, place_code=request.POST.get("place_code", "")[:15]
    )
    if not given:
        messages.info(request, _("Every household of this area has a slip or has answered."))
        return redirect("census:slips", code)
    return prints.print_slips(request, request.viewer, given)


@never_cache
@requires(PERMISSION)
def give(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A fresh code for one household, shown this once; asked first, since the one before is stopped.

    Whoever asks at doors holds out the picture to be scanned; the text of the code is for those who seal slips.
    """
    household = selectors.household(request.viewer, pk)
    back = reverse("census:slips", args=[household.census.code])
    if request.method == "POST":
        try:
            given = actions.give(actor=request.viewer, household_id=pk)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect(back)
        context = {
            "text": "" if given.code.at_door else given.text, "picture": prints.picture(request, given.text),
            "page": prints.page_url(request), "where": prints.address_of(household), "back": back,
        }  # fmt: skip
        return render(request, "census/selfenum/code.html", context)
    context = {
        "heading": _("Fresh code for a household"),
        "lead": prints.address_of(household),
        "effect": _(
            "The household answers with it by itself, once. A code that it was given before opens nothing any more."
        ),
        "submit_label": _("Show the code of the household"),
        "cancel_url": back,
    }
    return render(request, "screens/form.html", context)


@never_cache
@require_POST
@sensitive_post_parameters("code")
@requires(SEAL)
def slip(request: ViewerRequest) -> HttpResponse:
    """The slip of a code just shown. The text comes from that page; it is kept nowhere."""
    text = request.POST.get("code", "")
    code = selectors.just_given(request.viewer, text)
    if code is None:
        messages.error(request, _("This code was used or stopped meanwhile."))
        return redirect("web:home")
    return prints.print_slips(request, request.viewer, [actions.Given(code, text)])
