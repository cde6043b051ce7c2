"""The page of the figures, and the same as a file."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.moves.population import policies, words
from domicile.apps.moves.population.forms import PopulationForm
from domicile.apps.moves.population.selectors import FIGURES, Asked, Figures, floating_population
from domicile.apps.moves.tabs import tabs
from domicile.apps.screens.downloads import File, csv_file, mark, xlsx_file

WRITERS = {"csv": csv_file, "xlsx": xlsx_file}


@require_safe
@requires(*policies.READ)
def page(request: HttpRequest) -> HttpResponseBase:
    """The floating population of the viewer's communities; counts as they are are a look at people, and noted."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form = PopulationForm(_asked(request, viewer))
    figures = _figures(viewer, form) if form.is_valid() else None
    if figures is not None and figures.exact:
        record_look(viewer, question="population")
    if figures is not None and request.GET.get("format") in WRITERS:
        if not policies.may_take(viewer):
            raise NotAllowed("export")
        return WRITERS[request.GET["format"]](_file(viewer, figures))
    context = {
        "heading": _("Floating population"),
        "form": form,
        "figures": figures,
        "told": words.told(figures) if figures else "",
        "heads": words.heads(),
        "groups": words.groups(),
        "lines": [(line, words.cells(line.figures, figures.below)) for line in figures.lines] if figures else [],
        "total": words.cells(figures.total, figures.below) if figures else [],
        "tabs": tabs("population", viewer),
        "may_take": policies.may_take(viewer),
        "may_see_moves": viewer.may("view_ledger"),
    }
    return render(request, "moves/population.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, viewer: Viewer) -> Mapping[str, Any]:
    """What the address asks for; the last month end where it asks for no date."""
    if request.GET.get("on"):
        return request.GET
    return {"on": policies.last_month_end(timezone.localdate()).isoformat()}


def _figures(viewer: Viewer, form: PopulationForm) -> Figures | None:
    today = timezone.localdate()
    on, known_on, definition = form.asked(today if policies.sees_exact(viewer) else policies.last_month_end(today))
    try:
        return floating_population(viewer, [Asked(on, known_on)], definition=definition)[0]
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal.message))
    except IndexError:  # no area at all
        return None
    return None


def _file(viewer: Viewer, figures: Figures) -> File:
    """Two rows of what it is, then the figures; the definition stands in every file."""
    day: dt.date = figures.asked.on
    header = [_("Code"), _("Community"), *words.flat_heads()]

    def rows() -> Iterator[list[Any]]:
        for line in figures.lines:
            yield [line.code, line.name, *_values(line.figures, figures.below)]
        yield ["", _("Together"), *_values(figures.total, figures.below)]

    title = _("Floating population, {day}").format(day=day.isoformat())
    return File(f"population-{day.isoformat()}", title, mark(viewer, words.told(figures)), header, rows())


def _values(found: Mapping[str, int], below: int) -> list[Any]:
    """Numbers as numbers, what is not shown exactly as text."""
    return [found[name] if found[name] >= 0 else words.count(found[name], below) for name in FIGURES]
