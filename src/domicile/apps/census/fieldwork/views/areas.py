"""How far it is, by area and day; who is to be called at again; what stands out."""

import datetime as dt
import secrets
from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import in_one, names_of
from domicile.apps.census.answers import opening
from domicile.apps.census.fieldwork import actions, forms, mapping, selectors, words
from domicile.apps.census.fieldwork.standing_out import door_of, questions
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.shell import shell
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView

TAB = "census:progress"
PROGRESS, SEE, REVIEW = "view_progress", "view_answer", "review_change"
PAGE = 50


@require_safe
@requires(PROGRESS, SEE)
def progress(request: ViewerRequest, code: str) -> HttpResponse:
    """How far the enumeration is, by enumeration area. It names nobody, and asks for itself anew each minute."""
    census = find_census(request.viewer, code)
    rows = selectors.progress(request.viewer, census)
    names = names_of({row.code for row in rows} | {row.code[:12] for row in rows})
    whole = selectors.Progress()
    for row in rows:
        whole.add(row)
    context = {
        **shell(request, census, TAB),
        "rows": [(row, f"{names.get(row.code[:12], '')} {names.get(row.code, row.code)}") for row in rows],
        "whole": whole,
        "at": timezone.localtime(),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"census/fieldwork/{'progress_rows' if part else 'progress'}.html", context)


@require_safe
@requires(PROGRESS, SEE)
def progress_map(request: ViewerRequest, code: str) -> HttpResponse:
    """The same on a map, in one area where ?in= says so, its table first. As many queries for many areas as for one."""
    census = find_census(request.viewer, code)
    within = request.GET.get("in", "")
    within = within if len(within) in mapping.LEVELS and within.isdecimal() else ""
    rows = [row for row in selectors.progress(request.viewer, census) if row.code.startswith(within)]
    units = mapping.units(rows)
    names = names_of(
        {part.ljust(12, "0") for one in units for part in (one.code[:12], one.code)} | {within.ljust(12, "0")}
    )
    whole = selectors.Progress()
    for row in rows:
        whole.add(row)
    drawing = mapping.drawing(census, units)
    told = {one.number: (_called(names, one.code), _leads_to(request.viewer, census, one)) for one in units}
    shapes = drawing.shapes if drawing else []
    drawn = {shape.unit.number for shape in shapes}
    counts = Counter(one.step.percent for one in units)
    context = {
        **shell(request, census, TAB),
        "units": [(one, *told[one.number]) for one in units],
        "whole": whole,
        "within": names.get(within.ljust(12, "0"), ""),
        "drawing": drawing,
        "shapes": [
            (shape, _says(shape.unit, told[shape.unit.number][0]), told[shape.unit.number][1]) for shape in shapes
        ],
        "legend": [(step, counts[step.percent]) for step in mapping.STEPS],
        "missing": [told[one.number][0] for one in units if one.number not in drawn],
        "at": timezone.localtime(),
    }
    return render(request, "census/fieldwork/progress_map.html", context)


def _called(names: dict[str, str], code: str) -> str:
    """What an area is called: of an enumeration area the community as well."""
    return (
        in_one(names[part] for part in dict.fromkeys((code[:12].ljust(12, "0"), code.ljust(12, "0"))) if part in names)
        or code
    )


def _says(one: mapping.Unit, name: str) -> str:
    """An area in words, for whoever hears the map or points at it."""
    text = _("{number} {name}: {answered} of {listed} households have answered ({percent} %)")
    count = one.progress
    return text.format(
        number=one.number, name=name, answered=count.answered, listed=count.listed, percent=count.percent
    )


def _leads_to(viewer: Viewer, census: Census, one: mapping.Unit) -> str:
    """Where an area on the map leads: to its own page, or to the map of a larger one; '' where the viewer may not."""
    if len(one.code) < mapping.LEVELS[0]:
        return f"{reverse('census:progress_map', args=[census.code])}?in={one.code}"
    return reverse("census:progress_area", args=[census.code, one.code]) if viewer.may(REVIEW) else ""


@require_safe
@requires(PROGRESS, SEE)
def daily(request: ViewerRequest, code: str) -> HttpResponse:
    """The report of each day."""
    census = find_census(request.viewer, code)
    context = {**shell(request, census, TAB), "rows": selectors.daily(request.viewer, census)}
    return render(request, "census/fieldwork/daily.html", context)


@require_safe
@requires(SEE)
def call_backs(request: ViewerRequest, code: str) -> HttpResponse:
    """Households where somebody is to come again, with the name of the head."""
    census, today = find_census(request.viewer, code), timezone.localdate()
    page = Paginator(selectors.call_backs(request.viewer, census), PAGE).get_page(request.GET.get("page"))
    rows: list[Any] = list(page)
    names = opening.household_names(request.viewer, rows, "call_backs") if rows else {}
    context = {
        **shell(request, census, TAB),
        "page": page,
        "today": today,
        "rows": [
            (row, door_of(row), names[row.pk], words.OUTCOMES[row.latest], words.PARTS.get(row.part, "")) for row in rows
        ],
    }  # fmt: skip
    return render(request, "census/fieldwork/call_backs.html", context)


@require_safe
@requires(REVIEW)
def area(request: ViewerRequest, code: str, place: str) -> HttpResponse:
    """What stands out in an enumeration area, and which forms came in twice."""
    census = find_census(request.viewer, code)
    found = questions(request.viewer, census, place)
    double = list(selectors.doubled(request.viewer, census).filter(place_code=place))
    context = {
        **shell(request, census, TAB),
        "name": names_of([place]).get(place, place),
        "place": place,
        "questions": [(one, door_of(one.household) if one.household else "") for one in found],
        "double": [(row, door_of(row.household), words.ROADS[row.road], words.WHYS[row.why]) for row in double],
    }
    return render(request, "census/fieldwork/area.html", context)


@require_safe
@requires(REVIEW)
def doubled(request: ViewerRequest, code: str) -> HttpResponse:
    """Forms kept beside another, about which somebody is to decide."""
    census = find_census(request.viewer, code)
    page = Paginator(selectors.doubled(request.viewer, census), PAGE).get_page(request.GET.get("page"))
    context = {
        **shell(request, census, TAB),
        "page": page,
        "rows": [(row, door_of(row.household), words.ROADS[row.road], words.WHYS[row.why]) for row in page],
    }
    return render(request, "census/fieldwork/doubled.html", context)


@require_safe
@requires(REVIEW)
def reinterviews(request: ViewerRequest, code: str) -> HttpResponse:
    """Interviews held again, and those to be held."""
    census = find_census(request.viewer, code)
    page = Paginator(selectors.reinterviews(request.viewer, census), PAGE).get_page(request.GET.get("page"))
    told = selectors.outcome_of_reinterviews(request.viewer, census)
    context = {
        **shell(request, census, TAB),
        "page": page,
        "rows": [(row, door_of(row.household)) for row in page],
        "told": told,
        "rate": round(100 * told["differing"] / told["items"], 1) if told["items"] else None,
    }
    return render(request, "census/fieldwork/reinterviews.html", context)


class DrawReinterviews(ActionView):
    permissions = (REVIEW,)
    heading, submit_label = _("Ask some households again"), _("Draw")
    saved, form_class = _("Drawn. Ask them without the form in hand, and note how many items differ."), forms.DrawForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Census, str]:
        return find_census(viewer, kwargs["code"]), kwargs["place"]

    def context(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        return {"lead": names_of([subject[1]]).get(subject[1], subject[1])}

    def act(self, viewer: Viewer, subject: tuple[Census, str], values: dict[str, Any]) -> Any:
        today: dt.date = timezone.localdate()
        return actions.draw_reinterviews(
            actor=viewer, census=subject[0], place_code=subject[1], seed=secrets.randbits(40), today=today, **values
        )

    def back(self, subject: tuple[Census, str], result: Any = None) -> str:
        if result is None:
            return reverse("census:progress_area", args=[subject[0].code, subject[1]])
        return reverse("census:reinterviews", args=[subject[0].code])
