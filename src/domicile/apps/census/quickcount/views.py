"""Pages of the quick count: ask for it, see how far it is, read the figures, compare them."""

import csv
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.quickcount import comparing, counting, forms
from domicile.apps.census.quickcount.models import QuickCount
from domicile.apps.census.quickcount.reckoning import GROUPS
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.tasks.models import Progress

TAB = "census:quick_count"
SEE = ("plan_census", "view_statistics")
AREA = 12
LEVELS = {"county": (6, _("Counties")), "township": (9, _("Townships")), "community": (12, _("Census areas"))}
COLUMNS = {
    "residents": _("Residents"), "families": _("Family households"), "collectives": _("Collective households"),
    "present": _("Present"), "registered": _("Registered here"), "from_elsewhere": _("Registered elsewhere"),
    "away": _("Registered and away"),
}  # fmt: skip
#: Half of the width of the pyramid, in its own units.
WIDTH = 100


def done(census: Census) -> QuickCount | None:
    """The latest count that ended well."""
    return census.quick_counts.filter(state=QuickCount.State.DONE).order_by("-asked_at").first()


@require_safe
@requires(*SEE)
def quick_count(request: ViewerRequest, code: str) -> HttpResponse:
    """The latest figures, how far a count under way is, and the totals of others. It names nobody."""
    viewer, census = request.viewer, find_census(request.viewer, code)
    going = counting.under_way(census)
    if going is not None and request.headers.get("HX-Request") == "true":
        return render(request, "census/quickcount/going.html", _going(census, going))
    level = request.GET.get("level", "township")
    level = level if level in LEVELS else "township"
    run = done(census)
    rows = comparing.compared(viewer, run, LEVELS[level][0]) if run else []
    names = names_of({row.code.ljust(AREA, "0") for row in rows})
    last = census.quick_counts.order_by("-asked_at").first()
    context = {
        **shell(request, census, TAB),
        **_going(census, going),
        "run": run,
        "failed": last is not None and last.state == QuickCount.State.FAILED,
        "level": level,
        "levels": [(name, label) for name, (_digits, label) in LEVELS.items()],
        "columns": list(COLUMNS.values()),
        "rows": [
            (
                names.get(row.code.ljust(AREA, "0"), row.code),
                [(label, row.counts.get(name, 0)) for name, label in COLUMNS.items()],
                row.sources,
            )
            for row in rows
        ],
        "pyramid": _pyramid(viewer, census, run) if run else None,
        "may_count": viewer.may(counting.MAY) and viewer.covers(census.scope),
    }  # fmt: skip
    if run is not None:
        record_look(viewer, question="quick_figures")
    return render(request, "census/quickcount/figures.html", context)


def _going(census: Census, going: QuickCount | None) -> dict[str, Any]:
    told = Progress.objects.filter(pk=going.pk).first() if going else None
    return {"census": census, "going": going, "done": told.done if told else 0, "total": told.total if told else 0}


def _pyramid(viewer: Viewer, census: Census, run: QuickCount) -> dict[str, Any]:
    """Residents by sex and age group, the oldest first, with the length of each bar."""
    told = comparing.by_age(viewer, run, census.scope)
    most = max(1, int(told[1:, :GROUPS].max()))
    lengths = np.round(WIDTH * told / most, 1)
    bars = [
        {
            "label": f"{5 * group}–{5 * group + 4}" if group < GROUPS - 1 else f"{5 * group}+",
            "male": int(told[1, group]), "female": int(told[2, group]),
            "left": WIDTH - float(lengths[1, group]), "male_width": float(lengths[1, group]),
            "female_width": float(lengths[2, group]), "top": 6 * (GROUPS - 1 - group),
        }
        for group in range(GROUPS - 1, -1, -1)
    ]  # fmt: skip
    unknown = int(told[0].sum() + told[1:, GROUPS].sum())
    return {"bars": bars, "unknown": unknown, "height": 6 * GROUPS}


@require_POST
@requires(counting.MAY)
def ask(request: ViewerRequest, code: str) -> HttpResponse:
    """Put a count into the queue."""
    census = find_census(request.viewer, code)
    try:
        counting.ask(actor=request.viewer, census=census)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _now("The figures are being counted. You may leave this page."))
    return redirect("census:quick_count", code)


@require_safe
@requires(*SEE)
def download(request: ViewerRequest, code: str) -> HttpResponse:
    """The figures by census area as CSV, for work inside: they are not protected for publication, and the file says so."""
    census = find_census(request.viewer, code)
    run = done(census)
    if run is None:
        return redirect("census:quick_count", code)
    record_look(request.viewer, question="quick_figures")
    rows = comparing.figures(request.viewer, run, AREA)
    names = names_of(rows)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = f'attachment; filename="quick-{census.code}.csv"'
    writer = csv.writer(answer)
    writer.writerow([_now("For work inside the census office only; publish through the tables.")])
    writer.writerow([_now("Area code"), _now("Area"), *COLUMNS.values()])
    for area, counts in rows.items():
        writer.writerow([area, names.get(area, ""), *(counts[name] for name in COLUMNS)])
    return answer


class BringTotals(ActionView):
    permissions = (counting.MAY,)
    heading, submit_label = _("Bring in the totals of another source"), _("Bring in")
    saved, form_class = _("The totals stand beside the figures now."), forms.TotalsForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        census = find_census(viewer, kwargs["code"])
        counting.check_may(viewer, census)
        return census

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        """A form with a file."""
        form = self.form_class(request.POST, request.FILES)
        if form.is_valid():
            told = form.cleaned_data
            try:
                comparing.bring(
                    actor=self.viewer, census=self.found, source=told["source"], content=told["file"].read()
                )
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                messages.success(request, str(self.saved))
                return redirect(self.back(self.found))
        return self.shown(request, form)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:quick_count", args=[subject.code])
