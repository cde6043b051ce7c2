"""Pages of the survey of coverage: the areas drawn and the estimates, the cases of an area, what is done about them."""

import csv
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.answers import numbers
from domicile.apps.census.coverage import (
    asking,
    bringing,
    deciding,
    drawing,
    estimating,
    forms,
    matching,
    selectors,
    words,
)
from domicile.apps.census.coverage.models import CoverageArea, CoverageCase, CoverageSurvey
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView

TAB = "census:coverage"
SEE = ("view_progress", "plan_census")
FIGURES = ("view_statistics", "plan_census")
HEADER = (
    "set", "survey", "matched", "listed", "wrongly counted", "open", "census", "estimate", "low", "high", "net undercount",
    "net undercount %", "omitted", "erroneous", "chapman of the areas", "low", "high", "chandrasekar deming of the areas",
)  # fmt: skip


def check_whole(viewer: Viewer, census: Census) -> None:
    """Raise NotAllowed unless the viewer's areas hold all of a census: so do the estimates."""
    if not viewer.covers(census.scope):
        raise NotAllowed("the whole of the census")


@require_safe
@requires(*SEE)
def coverage(request: ViewerRequest, code: str) -> HttpResponse:
    """The areas that were drawn with how far they are, and the estimates. It names nobody."""
    census = find_census(request.viewer, code)
    held = drawing.holding(census)
    whole = request.viewer.covers(census.scope)
    areas = selectors.areas(request.viewer, held) if held else []
    names, over = names_of({row.place_code for row in areas}), numbers.over(census.pk)
    context = {
        **shell(request, census, TAB),
        "survey": held,
        "areas": [(row, names.get(row.place_code, row.place_code)) for row in areas],
        "told": [_told(one) for one in estimating.estimates(held)]
        if held and held.matched_at and whole and not held.told
        else [],
        "kept": bool(held and held.told and whole),
        "open": sum(row.open for row in areas),  # type: ignore[attr-defined]
        "may_draw": drawing.may_draw(request.viewer, census),
        "over": over,
        "may_bring": held is not None and not over and request.viewer.may(bringing.PERMISSION) and whole,
        "may_match": held is not None and not over and matching.may_match(request.viewer, held),
        "before": list(CoverageSurvey.objects.filter(census=census).exclude(ended_at=None).order_by("-drawn_at")),
    }
    return render(request, "census/coverage/coverage.html", context)


def _told(one: estimating.Told) -> dict[str, Any]:
    whole = one.coverage
    return {
        "name": words.SETS[one.key], "row": one, "whole": whole,
        "net": f"{100 * whole.net_undercount / whole.number:.2f}" if whole else "",
        "omitted": f"{100 * whole.omitted / whole.number:.2f}" if whole else "",
        "erroneous": f"{100 * whole.erroneous / whole.census:.2f}" if whole else "",
    }  # fmt: skip


class Draw(ActionView):
    permissions = (drawing.PERMISSION,)
    heading, submit_label = _("Draw areas to be asked again"), _("Draw")
    saved, form_class = _("Drawn. Send others than those who asked first."), forms.DrawForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        census = find_census(viewer, kwargs["code"])
        if not drawing.may_draw(viewer, census):
            raise NotAllowed("draw areas")
        return census

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        return {"anew": drawing.holding(subject) is not None}

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> CoverageSurvey:
        return drawing.draw(actor=viewer, census=subject, **values)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:coverage", args=[subject.code])


class Give(ActionView):
    permissions = (bringing.PERMISSION,)
    heading, submit_label = _("Who asks this area again"), _("Give the area")
    saved, form_class = _("Given. The form “Coverage survey” stands on their phone from now on."), forms.GiveForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> CoverageArea:
        row = CoverageArea.objects.select_related("survey__census").filter(pk=kwargs["pk"]).first()
        if row is None or not viewer.may(bringing.PERMISSION) or not viewer.covers(row.survey.census.scope):
            raise NotAllowed("an area of the coverage survey")
        return row

    def form_arguments(self, viewer: Viewer, subject: CoverageArea) -> dict[str, Any]:
        return {"workers": asking.candidates(subject), "initial": {"worker": str(subject.asker or "")}}

    def context(self, viewer: Viewer, subject: CoverageArea) -> dict[str, Any]:
        return {"lead": names_of([subject.place_code]).get(subject.place_code, subject.place_code)}

    def act(self, viewer: Viewer, subject: CoverageArea, values: dict[str, Any]) -> CoverageArea:
        key = uuid.UUID(values["worker"]) if values["worker"] else None
        return asking.give(actor=viewer, area_id=subject.pk, worker_id=key)

    def back(self, subject: CoverageArea, result: Any = None) -> str:
        return reverse("census:coverage", args=[subject.survey.census.code])


class Bring(ActionView):
    permissions = (bringing.PERMISSION,)
    heading, submit_label = _("Bring in what the survey found"), _("Bring in")
    form_class = forms.BringForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> CoverageSurvey:
        census = find_census(viewer, kwargs["code"])
        check_whole(viewer, census)
        return get_object_or_404(CoverageSurvey.objects.select_related("census"), census=census, ended_at=None)

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        """A form with a file."""
        form = self.form_class(request.POST, request.FILES)
        if form.is_valid():
            try:
                count = bringing.bring(actor=self.viewer, survey=self.found, content=form.cleaned_data["file"].read())
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                messages.success(
                    request, _now("{count} people came in. Compare them with the census now.").format(count=count)
                )
                return redirect(self.back(self.found))
        return self.shown(request, form)

    def back(self, subject: CoverageSurvey, result: Any = None) -> str:
        return reverse("census:coverage", args=[subject.census.code])


@require_POST
@requires(matching.PERMISSION)
def compare(request: ViewerRequest, code: str) -> HttpResponse:
    """Compare the survey with the census; what people decided stays."""
    census = find_census(request.viewer, code)
    held = get_object_or_404(CoverageSurvey.objects.select_related("census"), census=census, ended_at=None)
    try:
        told = matching.match(actor=request.viewer, survey=held)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = _now("{matched} of {cases} found on both sides; {open} are to be decided.")
        messages.success(request, text.format(matched=told.matched, cases=told.cases, open=told.open))
    return redirect("census:coverage", code)


@require_safe
@requires(deciding.PERMISSION)
def area(request: ViewerRequest, code: str, place: str) -> HttpResponse:
    """The cases of an area, those to be decided first: for who decides on the whole, not for who asked there."""
    census = find_census(request.viewer, code)
    check_whole(request.viewer, census)
    held = get_object_or_404(CoverageSurvey, census=census, ended_at=None)
    drawn = selectors.area(request.viewer, held, place)
    only_open = request.GET.get("all") != "1"
    rows = selectors.cases(request.viewer, drawn, only_open=only_open)
    context = {
        **shell(request, census, TAB),
        "place": place,
        "name": names_of([place]).get(place, place),
        "only_open": only_open,
        "rows": [(one, words.SIDES[one.case.side], words.OUTCOMES[one.case.outcome]) for one in rows],
        "sexes": words.SEXES,
    }
    return render(request, "census/coverage/area.html", context)


class Decide(ActionView):
    permissions = (deciding.PERMISSION,)
    heading, submit_label = _("What became of this person?"), _("Save")
    saved, form_class = _("Noted."), forms.DecideForm
    template_name = "census/coverage/decide.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> CoverageCase:
        row = CoverageCase.objects.select_related("area__survey__census").filter(pk=kwargs["pk"]).first()
        if row is None or not deciding.may_decide(viewer, row.area.survey.census):
            raise NotAllowed("a case of the coverage survey")
        return row

    def form_arguments(self, viewer: Viewer, subject: CoverageCase) -> dict[str, Any]:
        offered = deciding.OUTCOMES[subject.side]
        if subject.partner_household is None:
            offered = tuple(one for one in offered if one != "matched")
        return {"outcomes": offered}

    def context(self, viewer: Viewer, subject: CoverageCase) -> dict[str, Any]:
        shown = next(one for one in selectors.cases(viewer, subject.area, only_open=False) if one.case.pk == subject.pk)
        return {"shown": shown, "sexes": words.SEXES, "lead": words.SIDES[subject.side]}

    def act(self, viewer: Viewer, subject: CoverageCase, values: dict[str, Any]) -> CoverageCase:
        return deciding.decide(actor=viewer, case_id=subject.pk, outcome=values["outcome"], note=values["note"])

    def back(self, subject: CoverageCase, result: Any = None) -> str:
        area = subject.area
        return reverse("census:coverage_area", args=[area.survey.census.code, area.place_code])


@require_safe
@requires(*FIGURES)
def report(request: ViewerRequest, code: str) -> HttpResponse:
    """The estimates as CSV: a row a set."""
    census = find_census(request.viewer, code)
    check_whole(request.viewer, census)
    held = get_object_or_404(CoverageSurvey, census=census, ended_at=None)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = f'attachment; filename="coverage-{census.code}.csv"'
    writer = csv.writer(answer)
    writer.writerow(HEADER)
    for one in held.told or [estimating.told_row(one) for one in estimating.estimates(held)]:
        writer.writerow([str(words.SETS[one[0]]), *one[1:]])
    return answer
