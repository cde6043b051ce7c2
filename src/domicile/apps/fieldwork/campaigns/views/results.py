"""The frame, the comparison at the end, and the lists that follow from it; as pages and as files."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import frames, lists, policies, reckoning, selectors, words
from domicile.apps.fieldwork.campaigns.models import Campaign
from domicile.apps.fieldwork.campaigns.views.leading import SEE, shell
from domicile.apps.screens import downloads
from domicile.apps.screens.list import page_number, pages

MOST_LATER = 200
FILES = ("xlsx", "csv")
WITH_FRAME = (Campaign.State.FROZEN, Campaign.State.RUNNING, Campaign.State.CLOSED)


def _framed(viewer: Viewer, pk: uuid.UUID) -> Campaign:
    found = selectors.campaign(viewer, pk)
    if found.state not in WITH_FRAME:
        raise Http404
    return found


@require_safe
@requires(*SEE)
def frame(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Seed and digest of the frozen frame, whether both still agree with it, and the dwellings that came since."""
    found = _framed(request.viewer, pk)
    later = list(frames.later(request.viewer, found)[: MOST_LATER + 1])
    context = shell(request, found, "frame")
    context |= {
        "dwellings": found.doors.count(),
        "people": frames.on_file_count(found),
        "agrees": frames.agrees(found),
        "later": later[:MOST_LATER],
        "more": len(later) > MOST_LATER,
    }
    return render(request, "campaigns/frame.html", context)


@require_safe
@requires(policies.LEAD)
def frame_text(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The text whose SHA-256 is the digest: moment and seed, then the keys of the dwellings. It names nobody."""
    found = _framed(request.viewer, pk)
    policies.check_lead(request.viewer, found)
    headers = {"Content-Disposition": 'attachment; filename="frame.txt"', "Cache-Control": "no-store"}
    return HttpResponse(frames.text_of(found), content_type="text/plain; charset=utf-8", headers=headers)


def compared(viewer: Viewer, found: Campaign) -> list[reckoning.Compared]:
    """The comparison by grid, as it stands or as it was signed off."""
    if found.state == Campaign.State.CLOSED:
        grids = reckoning.signed(viewer, found)[1]
    else:
        grids = reckoning.comparison(viewer, found)
    names = names_of(grids)
    for code, part in grids.items():
        part.name = names.get(code, code)
    return list(grids.values())


@require_safe
@requires(*SEE)
def comparison(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Found, on file, and both, by grid, with the lists that follow. The figures are a look, and noted."""
    found = _framed(request.viewer, pk)
    parts = compared(request.viewer, found)
    record_look(request.viewer, question="campaign_list")
    total, heads = reckoning.together(parts), list(words.FIGURES.values())
    for part in (*parts, total):
        part.labelled = list(zip(heads, part.cells, strict=True))
    context = shell(request, found, "comparison")
    context |= {
        "heads": heads,
        "parts": parts,
        "total": total,
        "lists": [(key, title, lists.HELP[key]) for key, title in lists.TITLES.items()],
        "may_name": request.viewer.may("view_person"),
        "may_take": request.viewer.may("export"),
    }
    return render(request, "campaigns/comparison.html", context)


@require_safe
@requires("export")
def comparison_file(request: ViewerRequest, pk: uuid.UUID, file: str) -> HttpResponseBase:
    """The comparison as a file."""
    if file not in FILES:
        raise Http404
    found = _framed(request.viewer, pk)
    parts = compared(request.viewer, found)
    record_look(request.viewer, question="download_campaign")
    rows = [[part.key, part.name, *part.cells] for part in parts]
    rows.append(["", _("Together"), *reckoning.together(parts).cells])
    header = [_("Code"), _("Grid"), *(str(label) for label in words.FIGURES.values())]
    return _file(request.viewer, found, "comparison", _("Comparison"), file, header, iter(rows))


@require_safe
@requires(*SEE)
def listed(request: ViewerRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """One of the lists that follow, page by page; each line leads to the record or the proposal."""
    found = _list_of(request.viewer, pk, name)
    number = page_number(request.GET.get("page", "1"))
    start = (number - 1) * lists.PAGE
    rows = lists.rows(request.viewer, found, name, start, start + lists.PAGE + 1)
    context = shell(request, found, "comparison")
    context |= {
        "heading": lists.TITLES[name],
        "help": lists.HELP[name],
        "name": name,
        "header": lists.header(name),
        "rows": rows[: lists.PAGE],
        "may_take": request.viewer.may("export"),
        **pages(request.GET, number, start, min(len(rows), lists.PAGE), len(rows) > lists.PAGE),
    }
    return render(request, "campaigns/listed.html", context)


@require_safe
@requires("export")
def list_file(request: ViewerRequest, pk: uuid.UUID, name: str, file: str) -> HttpResponseBase:
    """One of the lists as a file; its lines carry the address of the record or the proposal."""
    if file not in FILES:
        raise Http404
    found = _list_of(request.viewer, pk, name)
    record_look(request.viewer, question="download_campaign")
    rows = lists.rows(request.viewer, found, name)
    header = [*lists.header(name), _("Leads to")]
    told = (
        [row.grid, row.address, row.name, row.state, request.build_absolute_uri(row.state_url or row.url)]
        for row in rows
    )
    return _file(request.viewer, found, name, str(lists.TITLES[name]), file, header, told)


def _list_of(viewer: Viewer, pk: uuid.UUID, name: str) -> Campaign:
    """The campaign of a list. Raises Http404 for no such list, NotAllowed where it names people and the viewer may not."""
    if name not in lists.TITLES:
        raise Http404
    if name in lists.NAMED:
        viewer.require("view_person")
    return _framed(viewer, pk)


def _file(
    viewer: Viewer, found: Campaign, name: str, title: str, kind: str, header: list[str], rows: Iterator[Sequence[Any]]
) -> HttpResponseBase:
    made = downloads.File(
        name=f"campaign-{name}", title=f"{found.name} · {title}", mark=downloads.mark(viewer), header=header, rows=rows
    )
    return downloads.WRITERS[kind](made)
