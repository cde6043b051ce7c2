"""The import wizard: upload, columns, preview, commit with progress, undo."""

import datetime as dt
import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.administration.words import action_name
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.exchange import batches, jobs, saved_maps, selectors
from domicile.apps.exchange.forms import ColumnMapForm, UploadForm
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.models import Batch, SavedMap
from domicile.apps.exchange.undoing import Conflict, Decision

STATES = {
    "uploaded": gettext_lazy("Columns to choose"),
    "checked": gettext_lazy("Checked"),
    "committing": gettext_lazy("Being loaded"),
    "committed": gettext_lazy("Loaded"),
    "failed": gettext_lazy("Not loaded"),
    "undone": gettext_lazy("Undone"),
    "discarded": gettext_lazy("Discarded"),
}
STAGES = {
    "check": gettext_lazy("Checking the rows"),
    "read": gettext_lazy("Reading the rows"),
    "write": gettext_lazy("Writing the register"),
    "index": gettext_lazy("Building indexes"),
    "done": gettext_lazy("Finishing"),
    "undo": gettext_lazy("Taking it back"),
}
DECISIONS = ("keep", "overwrite")
PAGE = 30
ROWS_A_PAGE = 25
# Files of more rows are checked and undone in the background; a commit always is.
AT_ONCE = 2000


@requires("import")
@never_cache
def imports(request: ViewerRequest) -> HttpResponse:
    """Files loaded, or on their way."""
    page = Paginator(selectors.batches(request.viewer), PAGE).get_page(request.GET.get("page"))
    rows = [(batch, STATES[batch.state], _layout(batch.layout)) for batch in page]
    return render(request, "exchange/imports.html", {"heading": _("Imports"), "rows": rows, "page": page})


@requires("import")
@never_cache
def upload(request: ViewerRequest) -> HttpResponse:
    """Step 1: the file."""
    if request.method != "POST":
        return render(request, "exchange/upload.html", {"heading": _("Import a file"), "form": UploadForm(), "step": 1})
    form = UploadForm(request.POST, request.FILES, too_big=getattr(request, "too_big", 0))
    issues: list[Any] = []
    if form.is_valid():
        file = cast(UploadedFile, form.cleaned_data["file"])
        try:
            batch = batches.upload(
                request.viewer, str(file.name), file.read(),
                layout=form.cleaned_data["layout"] or None, source=form.cleaned_data["source"],
            )  # fmt: skip
        except ImportRefused as refusal:
            issues = refusal.issues
        else:
            return redirect("exchange:batch", batch.pk)
    context = {"heading": _("Import a file"), "form": form, "issues": issues, "step": 1}
    return render(request, "exchange/upload.html", context, status=422)


@requires("import")
@never_cache
def batch(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of a batch: what it shows depends on how far it is."""
    row = selectors.batch_in_scope(request.viewer, pk)
    is_open = row.state in {Batch.State.UPLOADED, Batch.State.CHECKED, Batch.State.FAILED}
    if is_open and "columns" in request.GET:
        return _columns(request, row)
    if selectors.is_worked_on(row):
        step = 3 if row.state == Batch.State.UPLOADED else 4
        return render(request, "exchange/batch.html", {**_about(row), **_progress(row), "working": True, "step": step})
    if row.state == Batch.State.UPLOADED:
        return _columns(request, row)
    if row.state == Batch.State.CHECKED:
        return _preview(request, row)
    return render(request, "exchange/batch.html", {**_about(row), "step": 4})


def _columns(request: ViewerRequest, row: Batch) -> HttpResponse:
    """Step 2: which column is which, as recognised, as saved for these headers, or by the saved map asked for."""
    chosen = _asked_map(request)
    layout = chosen.layout if chosen else request.GET.get("layout") or row.layout or None
    detection = batches.detect(row, layout, chosen.column_map if chosen else None)
    fitting = saved_maps.fitting(request.viewer, detection.headers)
    used = chosen or next((one for one in fitting if one.column_map == detection.column_map), None)
    form = ColumnMapForm(request.POST if request.method == "POST" else None, detection=detection)
    issues: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            _check(request, row, form.column_map(), detection.layout)
        except ImportRefused as refusal:
            issues = refusal.issues
        else:
            return redirect("exchange:batch", row.pk)
    context = {
        **_about(row),
        "form": form,
        "detection": detection,
        "issues": issues,
        "layouts": batches.layouts(),
        "missing": [column.label for column in detection.columns if column.name in detection.missing],
        "failed": selectors.has_failed(row),
        "fitting": fitting,
        "used": used,
        "step": 2,
    }
    return render(request, "exchange/columns.html", context, status=422 if form.errors or issues else 200)


def _asked_map(request: ViewerRequest) -> SavedMap | None:
    """The saved map that the address names, when there is one that the viewer may use."""
    try:
        pk = uuid.UUID(request.GET.get("map", ""))
    except ValueError:
        return None
    return saved_maps.visible(request.viewer).filter(pk=pk).first()


def _check(request: ViewerRequest, row: Batch, column_map: dict[str, str], layout: str) -> None:
    """Check the rows, at once where they are few."""
    if row.report.get("rows", 0) > AT_ONCE:
        jobs.check_in_background(request.viewer, row, column_map, layout=layout)
    else:
        batches.check(row, column_map, layout=layout)
    saved_maps.remember(actor=request.viewer, batch=row)


def _changes_nothing(report: dict[str, Any]) -> bool:
    """Whether all rows stand on file as they are in the file."""
    same = report.get("same_as") or not (report.get("created") or report.get("changed") or report.get("left_out"))
    return bool(report.get("ready") and same)


def _preview(request: ViewerRequest, row: Batch) -> HttpResponse:
    """Step 3: the rows as they would be stored, and what is wrong with them."""
    number = request.GET.get("page", "1")
    wanted = request.GET.get("rows") or ("errors" if row.report.get("faulty_rows") else "all")
    only_errors = wanted == "errors"
    page = batches.preview(row, int(number) if number.isdecimal() else 1, only_errors, ROWS_A_PAGE)
    rows = []
    for line in page.rows:
        worst = {issue.column: issue.severity for issue in reversed(line.issues)}
        cells = [(label, line.cells.get(name, ""), worst.get(name, "")) for name, label in page.columns]
        rows.append((line, [issue for issue in line.issues if issue.severity != "note"], cells))
    record_look(request.viewer, question="import_preview")
    context = {
        **_about(row),
        "page": page,
        "rows": rows,
        "has_findings": any(found for line, found, cells in rows),
        "only_errors": only_errors,
        "wanted": wanted,
        "failed": selectors.has_failed(row),
        "idle": _changes_nothing(row.report),
        "to_load": row.report["created"] if "left_out" in row.report else row.report.get("rows", 0),
        "step": 3,
    }
    return render(request, "exchange/preview.html", context)


@requires("import")
def error_workbook(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The faulty rows as a workbook, to correct and send again."""
    row = selectors.batch_in_scope(request.viewer, pk)
    record_look(request.viewer, question="error_workbook")
    try:
        content = batches.error_workbook(row)
    except ImportRefused as refusal:
        return _told(request, row, refusal)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="to-correct-{row.pk.hex[-8:]}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires("import")
def commit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Step 4: into the register, in the background."""
    row = selectors.batch_in_scope(request.viewer, pk)
    try:
        jobs.commit_in_background(request.viewer, row)
    except ImportRefused as refusal:
        return _told(request, row, refusal)
    return redirect("exchange:batch", row.pk)


@requires("import")
@never_cache
def progress(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The moving part of a batch's page, asked for every second while work is under way."""
    row = selectors.batch_in_scope(request.viewer, pk)
    if not selectors.is_worked_on(row):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "exchange/partials/progress.html", {"batch": row, **_progress(row)})


@requires("undo_import")
@never_cache
def undo(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a loaded file back; what was changed since is decided first."""
    row = selectors.batch_in_scope(request.viewer, pk)
    if row.state != Batch.State.COMMITTED or selectors.is_worked_on(row):
        if request.method == "POST":
            messages.info(request, _("Somebody was quicker. This is how it stands now."))
        return redirect("exchange:batch", row.pk)
    found = batches.conflicts(row)
    decisions = {
        item.subject_id: request.POST[f"decision_{item.subject_id}"]
        for item in found
        if request.POST.get(f"decision_{item.subject_id}") in DECISIONS
    }
    issues: list[Any] = []
    if request.method == "POST":
        try:
            return _undo(request, row, found, cast(dict[uuid.UUID, Decision], decisions))
        except ImportRefused as refusal:
            issues = refusal.issues
    record_look(
        request.viewer, question="import_undo",
        persons=[item.subject_id for item in found if item.subject_kind == "person"],
    )  # fmt: skip
    conflicts = [_conflict(item, decisions.get(item.subject_id, "")) for item in found]
    context = {**_about(row), "conflicts": conflicts, "issues": issues, "failed": selectors.has_failed(row)}
    return render(request, "exchange/undo.html", context, status=422 if issues else 200)


def _undo(
    request: ViewerRequest, row: Batch, found: list[Conflict], decisions: dict[uuid.UUID, Decision]
) -> HttpResponse:
    """Undo, at once where the rows are few or a decision is missing. Raises ImportRefused."""
    if row.report.get("rows", 0) > AT_ONCE and len(decisions) == len(found):
        jobs.undo_in_background(request.viewer, row, decisions)
    else:
        batches.undo(request.viewer, row, decisions)
        messages.success(request, _("Undone: the register is as it was before this file."))
    return redirect("exchange:batch", row.pk)


def _conflict(item: Conflict, decision: str) -> dict[str, Any]:
    """A conflict in words, with the decision taken so far."""
    at = dt.datetime.fromisoformat(item.at)
    return {"item": item, "at": at, "action": action_name(item.action), "decision": decision}


@require_POST
@requires("import")
def discard(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw away a file that was not loaded."""
    row = selectors.batch_in_scope(request.viewer, pk)
    try:
        batches.discard(request.viewer, row)
    except ImportRefused as refusal:
        return _told(request, row, refusal)
    messages.success(request, _("Discarded. The file was deleted here; nothing was loaded."))
    return redirect("exchange:imports")


def _told(request: ViewerRequest, row: Batch, refusal: ImportRefused) -> HttpResponse:
    """Back to the batch with what was refused; where somebody else was quicker, that."""
    for issue in refusal.issues:
        if issue.code in {"not_ready", "busy"}:
            messages.info(request, _("Somebody was quicker. This is how it stands now."))
        else:
            messages.error(request, f"{issue.message} {issue.cure}")
    return redirect("exchange:batch", row.pk)


def _layout(key: str) -> str:
    return dict(batches.layouts()).get(key, "")


def _about(row: Batch) -> dict[str, Any]:
    return {"batch": row, "heading": row.file_name, "state": STATES[row.state], "layout": _layout(row.layout)}


def _progress(row: Batch) -> dict[str, Any]:
    held = selectors.progress_of(row)
    if held is None:
        return {"stage": _("Waiting to begin"), "done": 0, "total": 0}
    return {"stage": STAGES.get(held.stage, held.stage), "done": held.done, "total": held.total if held.done else 0}
