"""Today's list, one tap for how a task came out, the notice on the door, and what was closed lately."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires, safe_path
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.tasks import actions, daylist, selectors
from domicile.apps.tasks import notice as notices
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.registry import DO, MANAGE, ways

PAGE = 50
CLOSED_DAYS = 7


def _context(request: ViewerRequest, tab: str) -> dict[str, Any]:
    counts = selectors.counts(request.viewer, timezone.localdate())
    return {"tab": tab, "counts": counts, "may_manage": request.viewer.may(MANAGE), "ways": ways(request.viewer)}


@require_safe
@requires(DO, MANAGE)
def today(request: ViewerRequest) -> HttpResponse:
    """What stands before the viewer today, in the order of a walk."""
    context = _context(request, "today")
    context["day"] = daylist.today_list(request.viewer, timezone.localdate())
    return render(request, "tasks/today.html", context)


@require_safe
@requires(DO, MANAGE)
def all_open(request: ViewerRequest) -> HttpResponse:
    """Every open task of the viewer's areas, the most urgent first, whoever has it."""
    return _listed(request, "open", selectors.open_tasks(request.viewer))


@require_safe
@requires(DO, MANAGE)
def closed(request: ViewerRequest) -> HttpResponse:
    """What was closed in the last days, with the way to take it back."""
    since = timezone.localdate() - dt.timedelta(days=CLOSED_DAYS)
    return _listed(request, "closed", selectors.closed_lately(request.viewer, since))


def _listed(request: ViewerRequest, tab: str, rows: Any) -> HttpResponse:
    context = _context(request, tab)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tasks = list(page)
    undoable = selectors.undoable(request.viewer, tasks)
    context |= {"page": page, "lines": daylist.lines(request.viewer, tasks, timezone.localdate(), undoable)}
    return render(request, "tasks/list.html", context)


@require_POST
@requires(DO, MANAGE)
def outcome(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """How a task came out; answers with its line, or the page it stood on."""
    try:
        task = actions.record_outcome(
            actor=request.viewer, task_id=pk, outcome=request.POST.get("outcome", ""), moment=timezone.localtime()
        )
    except Refused as refusal:
        return _answer(request, selectors.task(request.viewer, pk), problem=str(refusal.message))
    return _answer(request, task, said=True)


@require_POST
@requires(DO, MANAGE)
def undo(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what was said last."""
    try:
        task = actions.undo(actor=request.viewer, task_id=pk)
    except Refused as refusal:
        return _answer(request, selectors.task(request.viewer, pk), problem=str(refusal.message))
    return _answer(request, task, said=False)


def _answer(request: ViewerRequest, task: Task, *, said: bool = False, problem: str = "") -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        if problem:
            messages.error(request, problem)
        elif said:
            messages.success(request, _("Noted. A wrong tap is taken back under “All open” or “Closed lately”."))
        else:
            messages.success(request, _("Taken back: the task stands as it did before."))
        back = safe_path(request, request.headers.get("Referer", ""))
        return redirect("tasks:today" if back == "/" else back)
    undoable = {task.pk} if said else set()
    [line] = daylist.lines(request.viewer, [task], timezone.localdate(), undoable)
    today = timezone.localdate()
    here = selectors.of_today(request.viewer, today).filter(place_code=task.place_code, stop_id=task.stop_id)
    context = {
        "line": line,
        "said": said,
        "problem": problem,
        "swapped": True,
        "counts": selectors.counts(request.viewer, today),
        "stop": daylist.stop_key(task.place_code, task.stop_id),
        "left": here.count(),
    }
    return render(request, "tasks/tapped.html", context)


@require_safe
@requires(DO, MANAGE)
def notice(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The notice that is left at a door where nobody was at home."""
    return notices.printed(request.viewer, selectors.task(request.viewer, pk))
