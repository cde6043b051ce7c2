"""Sheets of the register in the official layouts, to take away."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import areas
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import batches, frame_export
from domicile.apps.exchange.forms import ExportForm
from domicile.apps.exchange.official.exporting import EXPORTS, export, may_export
from domicile.apps.screens.downloads import XLSX
from domicile.core.codes.areas import AreaCode


@requires("export")
@never_cache
def exports(request: ViewerRequest) -> HttpResponseBase:
    """Choose a sheet and take it. What it shows is on record."""
    words = dict(batches.layouts())
    layouts = [(key, words[key]) for key in EXPORTS if may_export(request.viewer, key)]
    form = ExportForm(request.POST or None, layouts=layouts, places=places(request.viewer))
    if request.method == "POST" and form.is_valid():
        return export(request.viewer, **form.cleaned_data)
    context = {
        "heading": _("Export a sheet"),
        "places": places(request.viewer),
        "form": form,
        "submit_label": _("Take the sheet"),
    }
    return render(request, "exchange/exports.html", context, status=422 if form.errors else 200)


@require_POST
@requires("export")
def frame(request: ViewerRequest) -> HttpResponseBase:
    """The file for a census: addresses and expected counts of an area. It names nobody; taking it is on record."""
    place = request.POST.get("place", "")
    content = frame_export.workbook(request.viewer, place)
    response = HttpResponse(content, content_type=XLSX, headers={"Cache-Control": "no-store"})
    response["Content-Disposition"] = f'attachment; filename="census-frame-{place}.xlsx"'
    return response


def places(viewer: Viewer) -> list[tuple[str, str]]:
    """Code prefix and name of the viewer's areas, from the widest down."""
    found = [row for row in areas(viewer) if row.level >= Area.Level.COUNTY] if viewer.may("view_areas") else []
    shown = [(AreaCode(row.code).prefix, "\u3000" * (row.level - Area.Level.COUNTY) + row.name) for row in found]
    known = {code for code, _name in shown}
    return [(scope, scope) for scope in viewer.scopes if scope not in known] + shown
