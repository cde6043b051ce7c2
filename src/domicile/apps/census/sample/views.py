"""Pages of the sample: the draw that holds, how to draw it again, the frame as a file."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.accounts.models import User
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.sample import drawing, forms
from domicile.apps.census.sample.models import SampleDraw
from domicile.apps.census.sample.report import report_data
from domicile.apps.census.shell import shell
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.screens.downloads import harmless
from domicile.core.sampling import start

TAB = "census:sample"
PROGRESS, PLAN = "view_progress", drawing.PERMISSION
HEADER = ("position", "area", "building", "door", "household", "drawn", "weight")


def check_whole(viewer: Viewer, census: Census) -> None:
    """Raise NotAllowed unless the viewer's areas hold all of a census: the frame is of all of it."""
    if not viewer.covers(census.scope):
        raise NotAllowed("the whole of the census")


@require_safe
@requires(PROGRESS, PLAN)
def sample(request: ViewerRequest, code: str) -> HttpResponse:
    """The draw that holds, those before it, and how many were drawn where. It names nobody."""
    census = find_census(request.viewer, code)
    check_whole(request.viewer, census)
    draws = list(SampleDraw.objects.filter(census=census).order_by("-drawn_at"))
    held = next((one for one in draws if one.ended_at is None), None)
    areas = drawing.by_area(held) if held else []
    names = names_of(code for code, _households, _drawn in areas)
    users = dict(User.objects.filter(pk__in={one.drawn_by for one in draws}).values_list("pk", "real_name"))
    digits = drawing.DIGITS[held.strata] if held else 0
    context = {
        **shell(request, census, TAB),
        "draw": held,
        "by": users.get(held.drawn_by, "") if held and held.drawn_by else "",
        "strata": forms.STRATA[held.strata] if held else "",
        "areas": [
            (names.get(place, place), households, drawn, start(held.seed, held.interval, place[:digits]) if held else 0)
            for place, households, drawn in areas
        ],
        "before": [
            (one, users.get(one.drawn_by, "") if one.drawn_by else "") for one in draws if one.ended_at is not None
        ],
        "may_draw": drawing.may_draw(request.viewer, census),
        "same": held is None or drawing.digest(drawing.frame(census)) == held.frame,
    }
    return render(request, "census/sample/sample.html", context)


class Draw(ActionView):
    permissions = (PLAN,)
    heading, submit_label = _("Draw the sample for the long form"), _("Draw")
    saved, form_class = _("Drawn. The report lets anybody draw it again."), forms.DrawForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        census = find_census(viewer, kwargs["code"])
        if not drawing.may_draw(viewer, census):
            raise NotAllowed("draw the sample")
        return census

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        return {"anew": drawing.holding(subject) is not None}

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> SampleDraw:
        return drawing.draw(actor=viewer, census=subject, **values)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:sample", args=[subject.code])


class _Echo(io.StringIO):
    """Gives each line back instead of keeping it."""

    def write(self, value: str) -> str:  # type: ignore[override]
        return value


def _lines(draw: SampleDraw) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(HEADER))
    for row in drawing.report_rows(draw):
        yield str(writer.writerow([harmless(cell) for cell in row]))


@require_safe
@requires(PROGRESS, PLAN)
def frame(request: ViewerRequest, code: str) -> HttpResponseBase:
    """The frame in its order and which households were drawn, as CSV: doors, no names."""
    census = find_census(request.viewer, code)
    check_whole(request.viewer, census)
    held = get_object_or_404(SampleDraw, census=census, ended_at=None)
    record_look(request.viewer, question="sample_frame")
    answer = StreamingHttpResponse(
        _lines(held), content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
    answer["Content-Disposition"] = f'attachment; filename="sample-{census.code}.csv"'
    return answer


@require_safe
@requires(PROGRESS, PLAN)
def report(request: ViewerRequest, code: str) -> HttpResponse:
    """The report on the draw as PDF."""
    census = find_census(request.viewer, code)
    check_whole(request.viewer, census)
    held = get_object_or_404(SampleDraw, census=census, ended_at=None)
    template, data = report_data(request.viewer, census, held)
    return printing.respond(template, data, name=f"{data['frame']['title']}-{census.code}")
