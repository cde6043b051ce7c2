"""The map itself, its data, and the panels and lists beside it."""

import gzip
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domicile.apps.access import purposes
from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.roles import matrix
from domicile.apps.areas import policies as area_policies
from domicile.apps.areas import tree
from domicile.apps.areas.actions import boundaries
from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import checks, counting, drawing, kept, policies, selectors, words
from domicile.apps.screens.downloads import File, csv_file

NOTHING = "00000000-0000-0000-0000-000000000000"


@require_safe
@requires(policies.VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """The frame of the map; the data comes by a request of its own."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    may_keep = viewer.may(policies.KEEP)
    addresses = {
        name: reverse(f"maps:{name}", args=[NOTHING])
        for name in ("building", "people", "place", "grid", "border", "split", "merge")
    }
    setup = {
        "data": reverse("maps:data"),
        "checks": reverse("maps:checks_data"),
        "draw": reverse("maps:draw"),
        "nothing": NOTHING,
        "addresses": addresses,
        "style": settings.MAP_STYLE,
        "mayKeep": may_keep,
        "language": get_language() or "zh-hans",
        "texts": words.page_texts(),
    }
    return render(
        request,
        "maps/map.html",
        {
            "setup": setup,
            "may_keep": may_keep,
            "could_keep": area_policies.could_keep(viewer, viewer.scopes[0].ljust(12, "0")[:12], timezone.localdate())
            if viewer.scopes
            else False,
            "exact": policies.sees_exact(viewer),
            "below": policies.rule(timezone.localdate()).below,
        },
    )


@require_safe
@requires(policies.VIEW)
def data(request: HttpRequest) -> HttpResponse:
    """All that the first paint needs, in one answer. Counts as they are are a look at people, and noted."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = kept.document(viewer, now=timezone.localtime())
    if policies.sees_exact(viewer):
        record_look(viewer, question="map")
    return answer(request, found)


def answer(request: HttpRequest, found: kept.Kept) -> HttpResponse:
    """The document, or that it is the one that the browser holds."""
    # Compressed, so the tag is a weak one: it names the content, not the bytes of the answer.
    tag = f'W/"{found.tag}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(
            found.body, content_type="application/json", headers={**headers, "Content-Encoding": "gzip"}
        )
    return HttpResponse(gzip.decompress(found.body), content_type="application/json", headers=headers)


@require_safe
@requires(policies.VIEW)
def counts(request: HttpRequest) -> HttpResponseBase:
    """The counts of the map as a table: areas, grids, buildings."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = drawing.document(viewer, now=timezone.localtime())
    if policies.sees_exact(viewer):
        record_look(viewer, question="map")
    below = found["below"]

    def rows() -> Any:
        for kind, label in (("areas", _("area")), ("grids", _("grid"))):
            part = found[kind]
            for place, code in enumerate(part["code"]):
                yield [label, code, part["name"][place], *_figures(part, place, below)]
        part, grids, areas = found["buildings"], found["grids"], found["areas"]
        for place, written in enumerate(part["label"]):
            grid, area = part["grid"][place], part["area"][place]
            code = grids["code"][grid] if grid >= 0 else (areas["code"][area] if area >= 0 else "")
            yield [_("building"), code, written, *_figures(part, place, below)]

    mark = _("{name}, {time}").format(name=viewer.name, time=found["as_of"])
    header = [
        _("Kind"),
        _("Code"),
        _("Name"),
        pgettext("count", "People"),
        pgettext("count", "Households"),
        _("Dwellings"),
    ]
    return csv_file(File("map", _("Counts of grids and buildings"), mark, header, rows()))


def _figures(part: dict[str, Any], place: int, below: int) -> list[str]:
    return [words.count(part[kind][place], below, grouped=False) for kind in counting.KINDS]


@require_safe
@requires(policies.VIEW)
def building(request: HttpRequest, pk: Any) -> HttpResponse:
    """A building with its dwellings: beside the map, or as a page of its own."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    panel = selectors.building_panel(viewer, pk, today=today)
    below = policies.rule(today).below
    context = {
        "panel": panel,
        "counts": [words.count(count, below) for count in panel.counts],
        "may_see_dwellings": viewer.may("view_dwelling"),
        "may_see_people": viewer.may(policies.PEOPLE),
        "may_keep": area_policies.may_keep(viewer, panel.building.place_code),
        "could_see_people": not viewer.may(policies.PEOPLE)
        and purposes.reachable(viewer, (policies.PEOPLE,), matrix(today)),
    }
    return _shown(request, "building", context, panel.label)


@require_safe
@requires(policies.PEOPLE)
def people(request: HttpRequest, pk: Any) -> HttpResponse:
    """Who lives in a building. The look is noted."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found, homes, cut = selectors.building_people(viewer, pk, today=timezone.localdate())
    return _shown(request, "people", {"homes": homes, "cut": cut, "building": found}, selectors.label(found))


@require_safe
@requires(policies.VIEW)
def grid(request: HttpRequest, pk: Any) -> HttpResponse:
    """A grid: its figures, its buildings, what can be done with it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    found = tree.grid(viewer, pk)
    figures, rows = selectors.grid_panel(viewer, found, today=today)
    below = policies.rule(today).below
    done = Change.objects.filter(subject_id=found.pk, action__in=boundaries.ACTIONS).order_by("-pk")[:5]
    context = {
        "grid": found,
        "counts": [words.count(count, below) for count in figures],
        "rows": [(row, selectors.label(row), words.people_and_dwellings(own, below)) for row, own in rows],
        "may_keep": area_policies.may_keep(viewer, found.code) and found.valid_to is None,
        "done": [(change, words.done(change.action)) for change in done if boundaries.undoable(viewer, change)],
    }
    return _shown(request, "grid", context, found.name)


@require_safe
@requires(policies.VIEW)
def checks_page(request: HttpRequest) -> HttpResponse:
    """What does not fit, as a list."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found, more = checks.findings(viewer)
    english = (get_language() or "").startswith("en")
    rows = [
        (finding, finding.message_en if english else finding.message_zh, selectors.middle(finding.geometry))
        for finding in found
    ]
    return render(request, "maps/checks.html", {"rows": rows, "more": more, "most": checks.MOST})


@require_safe
@requires(policies.VIEW)
def checks_data(request: HttpRequest) -> HttpResponse:
    """The same for the map."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found, more = checks.findings(viewer)
    english = (get_language() or "").startswith("en")
    rows = [
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message_en if english else finding.message_zh,
            "geometry": finding.geometry,
        }
        for finding in found
    ]
    return JsonResponse({"findings": rows, "more": more}, headers={"Cache-Control": "no-store"})


def _shown(request: HttpRequest, name: str, context: dict[str, Any], heading: str) -> HttpResponse:
    """A panel alone for the map, or inside a page. It may name people: nobody keeps it."""
    inside = request.headers.get("X-Map") == "1" or request.headers.get("HX-Request") == "true"
    part = f"maps/{name}_panel.html"
    context = {**context, "part": part, "heading": heading, "inside": inside}
    response = render(request, part if inside else "maps/panel_page.html", context)
    response["Vary"] = "X-Map, HX-Request, Cookie"
    response["Cache-Control"] = "no-store"
    return response
