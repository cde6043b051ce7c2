"""The indicators of an area and month: all of them, one of them closely, and as a file."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.indicators import jobs, selectors, words
from domicile.apps.indicators.actions import MANAGE
from domicile.apps.indicators.forms import ChooseForm
from domicile.apps.indicators.lines import Line
from domicile.apps.screens import downloads
from domicile.core.indicators import definitions

KINDS = ("xlsx", "pdf", "csv")
SOURCE = gettext_lazy("Source")
SEX_AND_AGE = gettext_lazy("Sex and age")


class Asked:
    """The area and month that an address asks for; the widest area and the latest month where it asks for none."""

    def __init__(self, request: HttpRequest) -> None:
        self.viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        areas, months = selectors.areas_to_choose(self.viewer), selectors.months(self.viewer)
        first = {"area": areas[0][0] if areas else "", "month": f"{months[0]:%Y-%m}" if months else ""}
        self.chose = "area" in request.GET
        self.form = ChooseForm(request.GET if self.chose else first, areas=areas, months=months)
        self.reckoned = bool(areas and months)  # before that there is nothing to choose, and nobody chose wrongly
        self.valid = self.reckoned and self.form.is_valid()
        self.names = dict(areas)
        self.code, self.month = self.form.chosen() if self.valid else ("", dt.date.min)

    @property
    def query(self) -> str:
        """The same area and month in an address."""
        return f"area={self.code}&month={self.month:%Y-%m}"

    @property
    def status(self) -> int:
        return 422 if self.form.errors and self.names and (self.reckoned or self.chose) else 200


def _work(name: str) -> str:
    """The page where the work lies; '' where it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_safe
@requires(selectors.READ)
def overview(request: HttpRequest) -> HttpResponse:
    """Every indicator of an area in a month."""
    asked, language = Asked(request), get_language() or "zh"
    found = selectors.lines(asked.viewer, asked.code, asked.month) if asked.valid else []
    context = {
        "heading": _("Indicators"), "form": asked.form, "area": asked.names.get(asked.code, ""),
        "rows": [words.cells(line, language) | {"work": _work(line.definition.work)} for line in found],
        "asked": asked, "may_manage": asked.viewer.may(MANAGE),
        "kinds": [(kind, downloads.LABELS[kind]) for kind in KINDS] if found and asked.viewer.may("export") else [],
        "going_on": jobs.under_way(), "last": jobs.last(), "may_ask": asked.viewer.may(jobs.MAY_ASK),
    }  # fmt: skip
    return render(request, "indicators/overview.html", context, status=asked.status)


@require_POST
@requires(jobs.MAY_ASK)
def reckon_now(request: HttpRequest) -> HttpResponse:
    """Have the figures reckoned at once."""
    try:
        jobs.ask(actor=request.viewer)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    return redirect("indicators:overview")


@require_safe
@requires(selectors.READ)
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: what it is, the areas below, its sources, and the months before."""
    definition = definitions().get(key)
    if definition is None:
        raise Http404
    asked, language = Asked(request), get_language() or "zh"
    context: dict[str, Any] = {
        "heading": definition.name.of(language), "form": asked.form, "asked": asked, "area": asked.names.get(asked.code, ""),
        "numerator": definition.numerator.of(language),
        "denominator": definition.denominator.of(language), "sources": definition.sources.of(language),
        "work": _work(definition.work), "rates": words.rates(definition),
    }  # fmt: skip
    if asked.valid:
        every = selectors.lines(asked.viewer, asked.code, asked.month)
        context["line"] = words.cells(next(line for line in every if line.definition.key == key), language)
        groups: list[tuple[str, Any, list[Line]]] = [
            (_("Areas below"), _("Area"), selectors.by_area(asked.viewer, key, asked.code, asked.month))
        ]
        if definition.kind != "coverage":
            groups.append(
                (_("Month by month"), _("Month"), selectors.by_month(asked.viewer, key, asked.code, asked.month))
            )
            if definition.sources.en:
                lines = selectors.by_source(asked.viewer, key, asked.code, asked.month)
                by_age = definition.kind == "expected"
                groups.append((_("By sex and age"), SEX_AND_AGE, lines) if by_age else (_("By source"), SOURCE, lines))
        context["groups"] = [
            (title, head, [words.cells(line, language) | {"of": _of(line, head)} for line in lines])
            for title, head, lines in groups
            if lines
        ]
    return render(request, "indicators/indicator.html", context, status=asked.status)


def _of(line: Line, head: Any) -> str:
    """What a line is of: an area by its name, a month, a source in words."""
    if isinstance(line.of, dt.date):
        return f"{line.of:%Y-%m}"
    return words.source(line.of, line.definition) if head in {SOURCE, SEX_AND_AGE} else str(line.of)


@require_safe
@requires(selectors.READ)
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The overview as a file, with the areas below. Raises NotAllowed."""
    asked, language = Asked(request), get_language() or "zh"
    asked.viewer.require("export")
    if kind not in KINDS or not asked.valid:
        raise Http404

    def rows() -> Iterator[list[Any]]:
        for line in selectors.lines(asked.viewer, asked.code, asked.month):
            yield _row(words.cells(line, language), asked.names[asked.code])
            for below in selectors.by_area(asked.viewer, line.definition.key, asked.code, asked.month):
                yield _row(words.cells(below, language), str(below.of))

    header = [
        _("Indicator"), _("Area"), _("Figure"), _("Numerator"), _("Denominator"), _("Interval"), _("Goal"), _("How it stands"),
    ]  # fmt: skip
    file = downloads.File(
        name=f"indicators-{asked.code}-{asked.month:%Y-%m}",
        title=_("Indicators of the register, {area}, {month}").format(
            area=asked.names[asked.code], month=f"{asked.month:%Y-%m}"
        ),
        mark=downloads.mark(asked.viewer), header=header, rows=rows(),
        printed=downloads.Printed(asked.viewer, lambda: sum(1 for _row in rows()), asked.names[asked.code], people=False),
    )  # fmt: skip
    return downloads.WRITERS[kind](file)


def _row(cells: dict[str, Any], area: str) -> list[Any]:
    stands = cells["lacking"] or cells["standing_words"] or (_("says little: few cases") if cells["few"] else "")
    return [
        cells["name"], area, cells["percent"], cells["numerator"], cells["denominator"], cells["span"], cells["goal"], stands,
    ]  # fmt: skip
