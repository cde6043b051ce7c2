"""The import wizard: upload, columns, preview, commit with progress, undo."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.exchange import batches, selectors
from domicile.apps.exchange.forms import ColumnMapForm, UploadForm
from domicile.apps.exchange.jobs import commit_in_background
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.models import Batch

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
    "read": gettext_lazy("Reading the rows"),
    "seal": gettext_lazy("Sealing numbers"),
    "write": gettext_lazy("Writing the register"),
    "index": gettext_lazy("Building indexes"),
}
PAGE = 30


@requires("import")
def imports(request: ViewerRequest) -> HttpResponse:
    """Files loaded, or on their way."""
    page = Paginator(selectors.batches(request.viewer), PAGE).get_page(request.GET.get("page"))
    rows = [(batch, STATES[batch.state], _layout(batch.layout)) for batch in page]
    return render(request, "exchange/imports.html", {"heading": _("Imports"), "rows": rows, "page": page})


@requires("import")
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
def batch(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of a batch: what it shows depends on how far it is."""
    row = selectors.batch_in_scope(request.viewer, pk)
    if row.state == Batch.State.UPLOADED or (row.state == Batch.State.CHECKED and "columns" in request.GET):
        return _columns(request, row)
    if row.state == Batch.State.CHECKED:
        return _preview(request, row)
    return render(request, "exchange/batch.html", {**_about(row), **_progress(row), "step": 4})


def _columns(request: ViewerRequest, row: Batch) -> HttpResponse:
    """Step 2: which column is which."""
    detection = batches.detect(row, request.GET.get("layout") or row.layout or None)
    form = ColumnMapForm(request.POST or None, detection=detection)
    issues: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            batches.check(row, form.column_map(), layout=detection.layout)
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
        "step": 2,
    }
    return render(request, "exchange/columns.html", context, status=422 if form.errors or issues else 200)


def _preview(request: ViewerRequest, row: Batch) -> HttpResponse:
    """Step 3: the rows as they would be stored, and what is wrong with them."""
    number = request.GET.get("page", "1")
    only_errors = request.GET.get("rows") == "errors"
    page = batches.preview(row, int(number) if number.isdigit() else 1, only_errors)
    rows = [
        (line, [(name, label, line.cells.get(name, "")) for name, label in page.columns], line.severity)
        for line in page.rows
    ]
    record_look(request.viewer, question="import_preview")
    context = {**_about(row), "page": page, "rows": rows, "only_errors": only_errors, "step": 3}
    return render(request, "exchange/preview.html", context)


@requires("import")
def error_workbook(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The faulty rows as a workbook, to correct and send again."""
    row = selectors.batch_in_scope(request.viewer, pk)
    record_look(request.viewer, question="error_workbook")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(batches.error_workbook(row), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="to-correct-{row.pk.hex[:8]}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires("import")
def commit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Step 4: into the register, in the background."""
    row = selectors.batch_in_scope(request.viewer, pk)
    try:
        commit_in_background(request.viewer, row)
    except ImportRefused as refusal:
        for issue in refusal.issues:
            messages.error(request, f"{issue.message} {issue.cure}")
    return redirect("exchange:batch", row.pk)


@requires("import")
def progress(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The moving part of a batch's page, asked for every second while it is loaded."""
    row = selectors.batch_in_scope(request.viewer, pk)
    if row.state != Batch.State.COMMITTING:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "exchange/partials/progress.html", {"batch": row, **_progress(row)})


@requires("undo_import")
def undo(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a loaded file back; what was changed since is decided first."""
    row = selectors.batch_in_scope(request.viewer, pk)
    found = batches.conflicts(row)
    issues: list[Any] = []
    if request.method == "POST":
        decisions = {
            item.subject_id: request.POST[f"decision_{item.subject_id}"]
            for item in found
            if request.POST.get(f"decision_{item.subject_id}") in {"keep", "overwrite"}
        }
        try:
            batches.undo(request.viewer, row, cast(Any, decisions))
        except ImportRefused as refusal:
            issues = refusal.issues
        else:
            messages.success(request, _("Undone: the register is as it was before this file."))
            return redirect("exchange:batch", row.pk)
    record_look(
        request.viewer, question="import_undo",
        persons=[item.subject_id for item in found if item.subject_kind == "person"],
    )  # fmt: skip
    context = {**_about(row), "conflicts": found, "issues": issues}
    return render(request, "exchange/undo.html", context, status=422 if issues else 200)


@require_POST
@requires("import")
def discard(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw away a file that was not loaded."""
    batches.discard(request.viewer, selectors.batch_in_scope(request.viewer, pk))
    messages.success(request, _("Discarded. The file was deleted here; nothing was loaded."))
    return redirect("exchange:imports")


def _layout(key: str) -> str:
    return dict(batches.layouts()).get(key, "")


def _about(row: Batch) -> dict[str, Any]:
    return {"batch": row, "heading": row.file_name, "state": STATES[row.state], "layout": _layout(row.layout)}


def _progress(row: Batch) -> dict[str, Any]:
    held = selectors.progress_of(row)
    if held is None:
        return {"stage": _("Waiting to begin"), "done": 0, "total": 0}
    return {"stage": STAGES.get(held.stage, held.stage), "done": held.done, "total": held.total}
