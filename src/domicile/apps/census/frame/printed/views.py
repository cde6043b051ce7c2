"""The maps of enumerators as one PDF."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.census.frame import forms, plans, policies, selectors
from domicile.apps.census.frame.grounds import ground
from domicile.apps.census.frame.printed import maps as printed
from domicile.apps.census.plan import selectors as censuses
from domicile.apps.common.requests import ViewerRequest


@require_safe
@requires(policies.VIEW)
def maps(request: ViewerRequest, code: str, area: str) -> HttpResponse:
    """All areas of a community that lie in the viewer's; `only` names one of them; the whole comes first where all are seen."""
    row, today = censuses.census(request.viewer, code), timezone.localdate()
    name = selectors.community(request.viewer, row, area)
    grids = [grid for grid, *_counts in selectors.areas(request.viewer, row, area)]
    only = request.GET.get("only", "")
    chosen = [grid for grid in grids if grid.code == only] if only else grids
    usual = plans.usual(today)
    found = ground(row, area, size=usual.size, tolerance=usual.tolerance, today=today)
    if not chosen or found is None:
        raise OutOfReach
    form = forms.PaperForm(request.GET)
    paper = form.cleaned_data["paper"] if form.is_valid() else "a4"
    whole = not only and request.viewer.covers(area)
    data = printed.data(request.viewer, row, found, name, chosen, paper=paper, today=today, whole=whole)
    return printing.respond(printed.TEMPLATE, data, name=str(data["frame"]["title"]))
