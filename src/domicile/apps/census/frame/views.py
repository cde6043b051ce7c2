"""Pages of the frame: communities, files, the plans of a community, one plan with its map and its figures."""

import io
import uuid
from typing import Any, cast

import xlsxwriter
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.areas.division import dividing
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.census.frame import actions, forms, jobs, plans, policies, selectors, words
from domicile.apps.census.frame.models import Division, FrameFile
from domicile.apps.census.plan import selectors as censuses
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.screens.downloads import XLSX
from domicile.core.codes import frame_layout as layout
from domicile.core.policy.parameters import parameter

TAB = "census:frame"
MOST_FILES, MOST_FINDINGS = 10, 100
UNDER_WAY = frozenset({FrameFile.State.LOADING, FrameFile.State.UNDOING})


@require_safe
@requires(policies.VIEW)
@never_cache
def frame(request: ViewerRequest, code: str) -> HttpResponse:
    """The communities of the frame, and the files that it came from."""
    row = censuses.census(request.viewer, code)
    rows = selectors.communities(request.viewer, row)
    keeps = _could_keep(request)
    context = {
        **shell(request, row, TAB),
        "rows": rows,
        "people": sum(one.people for one in rows),
        "buildings": sum(one.buildings for one in rows),
        "areas": sum(one.areas for one in rows),
        "waiting": sum(one.plans.get("waiting", 0) for one in rows),
        "new": [one for one in rows if not one.areas and not one.plans],
        "keeps": keeps,
        "files": _files(request, row) if request.viewer.may(KEEP) else [],
        "size": int(parameter("census_areas.people", timezone.localdate())),
    }
    return render(request, "census/frame/frame.html", context)


def _files(request: ViewerRequest, row: Any) -> list[tuple[FrameFile, Any]]:
    return [(one, words.STATES[one.state]) for one in selectors.files(request.viewer, row)[:MOST_FILES]]


def _could_keep(request: ViewerRequest) -> bool:
    """Whether the viewer keeps areas, at once or once a purpose is stated."""
    return reachable(request.viewer, (KEEP,), matrix(timezone.localdate()))


@requires(KEEP)
@never_cache
def add_file(request: ViewerRequest, code: str) -> HttpResponse:
    """Choose a file: it is read and shown, and nothing of the frame changes yet."""
    row = censuses.census(request.viewer, code)
    policies.check_keep(request.viewer, row.scope)
    if request.method == "POST":
        form = forms.FileForm(request.POST, request.FILES, too_big=getattr(request, "too_big", 0))
        if form.is_valid():
            file = cast(UploadedFile, form.cleaned_data["file"])
            read = actions.read_file(actor=request.viewer, census=row, file_name=str(file.name), content=file.read())
            return redirect("census:frame_file", row.code, read.pk)
    else:
        form = forms.FileForm()
    context = {**shell(request, row, TAB), "form": form}
    return render(request, "census/frame/add_file.html", context, status=422 if form.errors else 200)


@require_safe
@requires(policies.VIEW)
def empty_workbook(request: ViewerRequest, code: str) -> HttpResponse:
    """The layout: a workbook with a sheet for each kind of row, its heads, and nothing else."""
    censuses.census(request.viewer, code)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#eef1f4"})
        for sheet in layout.SHEETS:
            page = book.add_worksheet(sheet.titles[0])
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, 18, text)
                page.write(0, place, column.heads[0], head)
            page.freeze_panes(1, 0)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="census-frame.xlsx"'
    return response


@require_safe
@requires(KEEP)
@never_cache
def file(request: ViewerRequest, code: str, pk: uuid.UUID) -> HttpResponse:
    """A file: what it would write and what is wrong with it; how far its loading is; what it wrote."""
    row = selectors.file(request.viewer, pk)
    if row.census.code != code:
        return redirect("census:frame_file", row.census.code, pk)
    found = [words.finding(one) for one in row.report["findings"][:MOST_FINDINGS]]
    figures = row.report.get("written") or row.report["figures"]
    done, total = selectors.progress(row)
    stopped = jobs.stuck(row)
    context = {
        **shell(request, row.census, TAB),
        "file": row,
        "state": words.STATES[row.state],
        "findings": found,
        "more": max(0, len(row.report["findings"]) - MOST_FINDINGS),
        "figures": [
            (label, row.report["rows"].get(name, 0), figures[name])
            for name, label in words.KINDS.items()
            if name in figures and (row.report["rows"].get(name) or name == "buildings")
        ],
        "idle": bool(figures) and not any(one["new"] or one["changed"] for one in figures.values()),
        "working": row.state in UNDER_WAY and not stopped,
        "stopped": stopped,
        "done": done,
        "total": total,
        "may_load": (row.state in jobs.BEFORE[FrameFile.State.LOADING] or (stopped and row.state == FrameFile.State.LOADING))
        and not row.report["errors"],
    }  # fmt: skip
    if request.headers.get("HX-Request") == "true":
        if row.state not in UNDER_WAY or stopped:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "census/frame/progress.html", context)
    return render(request, "census/frame/file.html", context)


@require_POST
@requires(KEEP)
def act_on_file(request: ViewerRequest, code: str, pk: uuid.UUID) -> HttpResponse:
    """Load a file, take it back, or throw it away."""
    row = selectors.file(request.viewer, pk)
    wanted = request.POST.get("act", "")
    try:
        if wanted == "load":
            jobs.load_in_background(actor=request.viewer, file_id=pk)
        elif wanted == "undo":
            jobs.undo_in_background(actor=request.viewer, file_id=pk)
        elif wanted == "discard":
            actions.discard_file(actor=request.viewer, file_id=pk)
            messages.success(request, _("Thrown away. Nothing of it was loaded."))
            return redirect(TAB, row.census.code)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("census:frame_file", row.census.code, pk)


@require_POST
@requires(KEEP)
def divide_all(request: ViewerRequest, code: str) -> HttpResponse:
    """Ask for a plan of each community that has neither areas nor a plan."""
    row = censuses.census(request.viewer, code)
    new = [one.code for one in selectors.communities(request.viewer, row) if not one.areas and not one.plans]
    own = [one for one in new if request.viewer.covers(one)]
    made = jobs.divide_in_background(
        actor=request.viewer, census=row, communities=own, wanted=plans.usual(timezone.localdate())
    )
    messages.success(request, _("{count} plans are being made. You may leave this page.").format(count=len(made)))
    return redirect(TAB, row.code)


@requires(policies.VIEW)
@never_cache
def community(request: ViewerRequest, code: str, area: str) -> HttpResponse:
    """A community: its areas of today, its plans side by side in figures, and a form for another plan."""
    row, today = censuses.census(request.viewer, code), timezone.localdate()
    name = selectors.community(request.viewer, row, area)
    held = selectors.areas(request.viewer, row, area)
    keeps = request.viewer.may(KEEP) and request.viewer.covers(area)
    usual = plans.usual(today)
    form = forms.WantedForm(
        request.POST if request.method == "POST" else None, initial={"size": int(usual.size), "keep": bool(held)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            _asked(request, row, area, form.cleaned_data, usual)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("census:frame_community", row.code, area)
    shown = selectors.plans(row, area) if request.viewer.covers(area) else []
    context = {
        **shell(request, row, TAB),
        "name": name,
        "area": area,
        "areas": held,
        "plans": [(one, words.PLANS[one.state], len(one.worth.get("areas", []))) for one in shown],
        "waiting": any(one.state == Division.State.WAITING for one in shown),
        "form": form,
        "keeps": keeps,
        "could_keep": _could_keep(request) and request.viewer.covers(area),
        "paper": forms.PaperForm(),
    }
    return render(request, "census/frame/community.html", context, status=422 if form.errors else 200)


def _asked(request: ViewerRequest, row: Any, area: str, values: dict[str, Any], usual: dividing.Wanted) -> None:
    today = timezone.localdate()
    wanted = dividing.Wanted(
        size=float(values["size"]), tolerance=usual.tolerance, areas=values["areas"], objective=values["objective"],
        given=dividing.TODAY if values["keep"] else "", seed=values["seed"],
        stability=float(parameter("census_areas.stability", today)) if values["keep"] else 0.0,
    )  # fmt: skip
    jobs.divide_in_background(actor=request.viewer, census=row, communities=[area], wanted=wanted)
