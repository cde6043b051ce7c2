"""The reconciliation report: on a page with the way to each list of moves, as a spreadsheet, on paper."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.models import Side
from domicile.apps.moves.reports.figures import Pair, Report, report
from domicile.apps.moves.tabs import tabs
from domicile.apps.people.forms.base import DayInput, not_in_future
from domicile.apps.screens import downloads

PERMISSION = "view_ledger"
KINDS = ("xlsx", "pdf", "csv")
YEAR = dt.timedelta(days=365)
COUNTY, TOWNSHIP, COMMUNITY = 6, 9, 12
LEVELS = [(COMMUNITY, _("communities")), (TOWNSHIP, _("townships")), (COUNTY, _("counties"))]
#: Pairs on a page; a file has all of them.
MOST = 100
#: The code of an area that is not known, or beyond any.
NOWHERE = "-"


class ReportForm(forms.Form):
    """The level of the areas, and the days in which the questions were put, both counted in."""

    level = forms.TypedChoiceField(label=_("Pairs of"), choices=LEVELS, coerce=int)
    begin = forms.DateField(label=_("Questions put from"), widget=DayInput)
    last = forms.DateField(label=_("to"), widget=DayInput)

    def clean_last(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["last"])


@dataclass(frozen=True)
class Column:
    """A figure of a pair: its head, its text, and which moves lie behind it (a ledger and what is asked of it)."""

    label: str | Promise
    text: Callable[[Pair], Any]
    behind: Callable[[Pair], int] | None = None
    url: str = ""
    asks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """A figure as the page shows it; `url` and `fields` lead to its moves."""

    label: str | Promise
    text: Any
    url: str
    fields: list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """A pair of areas by name, and its figures."""

    left: str
    to: str
    cells: list[Cell]


def _open(side: str, label: Any) -> list[Column]:
    late, asks = _("{end}: overdue"), ("acts", side)
    return [
        Column(format_lazy(_("{end}: to act"), end=label), lambda pair: pair.open[side].all, lambda pair: pair.open[side].all,
               "moves:waiting", (asks, ("late", "all"))),
        Column(format_lazy(late, end=label), lambda pair: pair.open[side].late, lambda pair: pair.open[side].late,
               "moves:waiting", (asks, ("late", "late"))),
    ]  # fmt: skip


def _differ(matter: str, label: Any) -> Column:
    asks = () if matter == "all" else (("matter", matter),)
    return Column(
        label, lambda pair: pair.differing[matter], lambda pair: pair.differing[matter], "moves:differing", asks
    )


def _share(label: Any, of: Callable[[Pair], Any]) -> Column:
    return Column(label, lambda pair: shown(of(pair)))


def shown(share: Any) -> str:
    """So many of so many, with the share in per cent; a line where there was nothing to be done."""
    return f"{share.part}/{share.whole} · {share.percent}" if share.whole else "—"


OPEN = [
    *_open(Side.ORIGIN, _("place left")), *_open(Side.DESTINATION, _("destination")),
    _differ("all", _("Moves on which the ends differ")), _differ("destination", _("on where to")),
    _differ("day", _("on the day")), _differ("people", _("on who")),
    Column(_("Lapsed in the period"), lambda pair: pair.lapsed),
]  # fmt: skip
RATES = [
    _share(_("Asked in time"), lambda pair: pair.asked),
    _share(_("Answered in time: place left"), lambda pair: pair.answered[Side.ORIGIN]),
    _share(_("Answered in time: destination"), lambda pair: pair.answered[Side.DESTINATION]),
    _share(_("Arrivals told in time"), lambda pair: pair.told[Side.DESTINATION]),
    _share(_("Returns told in time"), lambda pair: pair.told[Side.ORIGIN]),
    _share(_("Both said the same at once"), lambda pair: pair.agreed),
]


def _asked(request: ViewerRequest) -> tuple[ReportForm, Report | None, int]:
    """The form, the report where it is filled in, and the digits of its areas."""
    today, viewer = timezone.localdate(), request.viewer
    widest = min((len(scope) for scope in viewer.scopes), default=COMMUNITY)
    first = {"level": TOWNSHIP if widest <= COUNTY else COMMUNITY, "begin": today - YEAR, "last": today}
    form = ReportForm(request.GET if "level" in request.GET else first)
    if not form.is_valid():
        return form, None, COMMUNITY
    level, end = form.cleaned_data["level"], form.cleaned_data["last"] + dt.timedelta(days=1)
    return form, report(viewer, digits=level, begin=form.cleaned_data["begin"], end=end, today=today), level


@require_safe
@requires(PERMISSION)
def reconciliation(request: ViewerRequest) -> HttpResponse:
    """The pairs in the order of their codes. It names nobody."""
    form, found, _level = _asked(request)
    context: dict[str, Any] = {
        "form": form, "found": found, "tabs": tabs("reconciliation", request.viewer), "query": request.GET.urlencode(),
        "kinds": [(kind, downloads.LABELS[kind]) for kind in KINDS] if request.viewer.may("export") else [],
    }  # fmt: skip
    if found is not None:
        named = names(found)
        context |= {
            "open": _lines(found, OPEN, named),
            "rates": _lines(found, RATES, named),
            "heads": [column.label for column in OPEN],
            "rate_heads": [column.label for column in RATES],
            "more": max(0, len(found.pairs) - MOST),
        }
    return render(request, "moves/reconciliation.html", context, status=422 if form.errors else 200)


@require_safe
@requires(PERMISSION)
def download(request: ViewerRequest, kind: str) -> HttpResponseBase:
    """The same as a file, all pairs. Raises NotAllowed."""
    request.viewer.require("export")
    form, found, _level = _asked(request)
    if kind not in KINDS or found is None:
        raise Http404
    begin, last = form.cleaned_data["begin"], form.cleaned_data["last"]
    named = names(found)
    file = downloads.File(
        name=f"moves-{begin}-{last}",
        title=_now("Reconciliation of moves, questions put from {begin} to {last}").format(begin=begin, last=last),
        mark=downloads.mark(request.viewer),
        header=[str(head) for head in (_("Place left"), _("Where to"), *(column.label for column in (*OPEN, *RATES)))],
        rows=_rows([found.all, *found.pairs], named),
        printed=_printed(request.viewer, len(found.pairs) + 1),
    )
    return downloads.WRITERS[kind](file)


def _printed(viewer: Viewer, count: int) -> downloads.Printed:
    return downloads.Printed(viewer, lambda: count, downloads.area_names(viewer), people=False)


def _rows(pairs: list[Pair], named: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for place, pair in enumerate(pairs):
        ends = (_now("All pairs"), "") if place == 0 else (named[pair.left], named[pair.to])
        yield (*ends, *(column.text(pair) for column in (*OPEN, *RATES)))


def names(found: Report) -> dict[str, str]:
    """What the areas of a report are called, the code where none is on file; their county only where they are of several."""
    codes = {code for pair in found.pairs for code in (pair.left, pair.to) if code}
    several = len({code[:COUNTY] for code in codes}) > 1 or any(len(code) <= COUNTY for code in codes)
    steps = trails((code.ljust(COMMUNITY, "0") for code in codes), from_level=3 if several else 4)
    known = {code: in_one(steps.get(code.ljust(COMMUNITY, "0"), [])) or code for code in codes}
    return {"": _now("beyond this register, or not known"), **known}


def _lines(found: Report, columns: list[Column], named: dict[str, str]) -> list[Line]:
    pairs = [
        Line(named[one.left], named[one.to], [_cell(column, one) for column in columns]) for one in found.pairs[:MOST]
    ]
    return [
        *pairs,
        Line(_now("All pairs"), "", [Cell(column.label, column.text(found.all), "", []) for column in columns]),
    ]


def _cell(column: Column, pair: Pair) -> Cell:
    linked = column.behind is not None and column.behind(pair) > 0
    fields = [("left", pair.left or NOWHERE), ("going", pair.to or NOWHERE), *column.asks] if linked else []
    return Cell(column.label, column.text(pair), reverse(column.url) if linked else "", fields)
