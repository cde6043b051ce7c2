"""Error rates of an area and period: on a page, as a spreadsheet, on paper."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import figures, places, policies
from domicile.apps.fieldwork.backcheck.forms import PeriodForm
from domicile.apps.fieldwork.backcheck.views.draws import tabs
from domicile.apps.screens import downloads

YEAR = dt.timedelta(days=365)
KINDS = ("xlsx", "pdf", "csv")


def _asked(request: ViewerRequest) -> tuple[PeriodForm, Viewer, dt.date, dt.date]:
    """The form, the viewer narrowed to the area asked for, and the period [begin, end); the last year without any."""
    today = timezone.localdate()
    offered = places.choices(request.viewer)
    first = offered[0][0] if offered else ""
    given = request.GET if "place" in request.GET else {"place": first, "begin": today - YEAR, "last": today}
    form = PeriodForm(given, places=offered)
    if not form.is_valid():
        return form, request.viewer, today - YEAR, today + dt.timedelta(days=1)
    narrowed = replace(request.viewer, scopes=(form.cleaned_data["place"],))
    return form, narrowed, form.cleaned_data["begin"], form.end()


def _figures(viewer: Viewer, begin: dt.date, end: dt.date) -> figures.Figures:
    return figures.of_area(viewer, begin, end, timezone.localdate())


@require_safe
@requires(policies.JUDGE)
def rates(request: ViewerRequest) -> HttpResponse:
    """The rates with their uncertainty, in the order of names."""
    form, viewer, begin, end = _asked(request)
    held = policies.rules(timezone.localdate())
    context = {
        **tabs(request.viewer, "rates"),
        "form": form,
        "figures": _figures(viewer, begin, end),
        "target": figures.percent(held.target).replace(".0%", "%"),
        "level": round(held.level * 100),
        "few": held.few,
        "query": request.GET.urlencode(),
        "kinds": [(kind, downloads.LABELS[kind]) for kind in KINDS],
    }
    return render(request, "backcheck/rates.html", context, status=422 if form.errors else 200)


@require_safe
@requires(policies.JUDGE)
def download(request: ViewerRequest, kind: str) -> HttpResponseBase:
    """The same as a file."""
    if kind not in KINDS:
        raise Http404
    _form, viewer, begin, end = _asked(request)
    found = _figures(viewer, begin, end)
    lines = [("", found.all), *((title, line) for title, group in found.groups() for line in group)]
    last = end - dt.timedelta(days=1)
    file = downloads.File(
        name=f"back-check-{begin}-{last}",
        title=_("Error rates of back-checks, records accepted from {begin} to {last}").format(begin=begin, last=last),
        mark=downloads.mark(request.viewer),
        header=[
            _("Group"), _("Of what"), _("Records checked"), _("Items checked"), _("Errors found"), _("Error rate (weighted)"),
            _("Interval from"), _("to"), _("To be judged"), _("Cannot be told"), _("Target"),
        ],
        rows=_rows(lines),
        printed=downloads.Printed(viewer, lambda: len(lines), downloads.area_names(viewer), people=False),
    )  # fmt: skip
    return downloads.WRITERS[kind](file)


def _rows(lines: list[tuple[str, figures.Line]]) -> Iterator[tuple[Any, ...]]:
    for title, line in lines:
        found = line.estimate
        known = bool(found.records)
        span = (figures.percent(found.interval.low), figures.percent(found.interval.high)) if known else ("", "")
        yield (
            title, line.label, found.records, found.checked, found.wrong, line.rate if known else "", *span,
            line.pending, line.unclear, line.told,
        )  # fmt: skip
