"""Tasks made, cancelled and given by hand."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.tasks import actions, forms, naming, registry, selectors
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.registry import DO, MANAGE

FIRST_DAYS = 7


@requires(DO, MANAGE)
def add(request: ViewerRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Make a task about a place, from its card."""
    where = registry.door(request.viewer, kind, pk)
    kinds = [(found.name, found.label) for found in registry.kinds_by_hand(kind)]
    if where is None or not kinds:
        raise Http404
    today = timezone.localdate()
    initial = {"kind": kinds[0][0], "due_on": today + dt.timedelta(days=FIRST_DAYS)}
    form = forms.NewTaskForm(request.POST or None, kinds=kinds, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        new = actions.NewTask(
            subject_kind=kind, subject_id=pk, place_code=where.place_code, stop_id=where.stop_id, walk=where.walk,
            **form.cleaned_data,
        )  # fmt: skip
        try:
            actions.add_task(actor=request.viewer, new=new, today=today)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _now("The task is on the list."))
            return redirect(where.url)
    context = {
        "heading": _now("Add a task"),
        "lead": where.label,
        "form": form,
        "submit_label": _now("Add"),
        "cancel_url": where.url,
    }
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


class OfTask(ActionView):
    """A change of one task."""

    permissions = (MANAGE,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Task:
        return selectors.task(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Task) -> dict[str, Any]:
        named = naming.names(viewer, [(subject.subject_kind, subject.subject_id)]).get(subject.subject_id)
        text = named.text if named and not named.persons else ""
        return {"lead": " · ".join(filter(None, [str(registry.label(subject.kind)), text]))}

    def back(self, subject: Task, result: Any = None) -> str:
        return reverse("tasks:open")


class Cancel(OfTask):
    """Take a task off the list."""

    heading, form_class, submit_label = _("Cancel a task"), forms.ReasonForm, _("Cancel the task")
    saved = _("The task is off the list.")

    def act(self, viewer: Viewer, subject: Task, values: dict[str, Any]) -> Task:
        return actions.cancel(actor=viewer, task_id=subject.pk, reason=values["reason"], today=timezone.localdate())


class Give(OfTask):
    """Give a task to somebody who works there."""

    heading, form_class, submit_label = _("Give a task to somebody"), forms.GiveForm, _("Give")
    saved = _("The task is given.")

    def form_arguments(self, viewer: Viewer, subject: Task) -> dict[str, Any]:
        rows = selectors.workers(viewer, subject.place_code, timezone.localdate())
        workers = [(str(key), name) for key, name in rows.values_list("pk", "real_name")]
        return {"workers": workers, "initial": {"worker": str(subject.worker or "")}}

    def act(self, viewer: Viewer, subject: Task, values: dict[str, Any]) -> Task:
        worker = uuid.UUID(values["worker"]) if values["worker"] else None
        return actions.give(actor=viewer, task_id=subject.pk, worker=worker, today=timezone.localdate())
