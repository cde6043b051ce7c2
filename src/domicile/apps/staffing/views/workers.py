"""One worker: added, corrected, gone; and the sites where the chain works."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import badges, forms, policies, registry, selectors
from domicile.apps.staffing.actions import sites, workers
from domicile.apps.staffing.models import Site, Worker
from domicile.apps.staffing.views.chain import shell
from domicile.apps.staffing.words import ROLES, SITES
from domicile.apps.vault.sealing import open_value


@require_safe
@requires(policies.VIEW)
def worker(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A worker: number, posts then and now, badges, what was changed. The phone is for those who keep the chain."""
    today = timezone.localdate()
    found = selectors.worker(request.viewer, pk)
    code = found.place_code[:12]
    holdings = list(selectors.holdings_of(found))
    earned = badges.lines(found, today)
    manages = policies.may_manage(request.viewer, found.place_code)
    context = {
        **shell(request, code, registry.names([code])[code], ""),
        "worker": found,
        "here": found.at_work(today),
        "phone": open_value(found, "phone") if manages else "",
        "holdings": [(row, ROLES[row.post.role]) for row in holdings],
        "holds": any(row.end is None or row.end > today for row in holdings),
        "badges": earned,
        "valid_badge": any(line.valid for line in earned),
        "account": dict(selectors.accounts(request.viewer, found.place_code, found)).get(found.user_id)
        if found.user_id
        else "",
        "history": selectors.history(request.viewer, found.pk),
    }
    return render(request, "staffing/worker.html", context)


class _CommunityView(ActionView):
    """A form about something new in a community, or in the office of a township."""

    permissions = (policies.MANAGE,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        policies.check_manage(viewer, kwargs["community"])
        return str(kwargs["community"])

    def context(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"lead": registry.names([subject])[subject]}


class AddWorker(_CommunityView):
    heading, submit_label = gettext_lazy("New worker"), gettext_lazy("Add the worker")
    saved, form_class = gettext_lazy("The worker is on file and has a number."), forms.WorkerForm

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"accounts": selectors.accounts(viewer, subject)}

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> Worker:
        return workers.add_worker(actor=viewer, place_code=subject, **values)

    def back(self, subject: str, result: Worker | None = None) -> str:
        if result is None:
            return reverse("staffing:workers", args=[subject])
        asked = forms.given_id(self.request.GET.get("post", ""))
        if asked is not None:  # somebody was on the way to give a post
            return f"{reverse('staffing:give_post', args=[asked])}?worker={result.pk}"
        return reverse("staffing:worker", args=[result.pk])


class _WorkerView(ActionView):
    """A form about one worker."""

    permissions = (policies.MANAGE,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Worker:
        found = selectors.worker(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Worker) -> dict[str, Any]:
        return {"lead": f"{subject.name} {subject.number}"}

    def back(self, subject: Worker, result: Any = None) -> str:
        return reverse("staffing:worker", args=[subject.pk])


class CorrectWorker(_WorkerView):
    heading, submit_label = gettext_lazy("Correct the worker"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.WorkerForm

    def form_arguments(self, viewer: Viewer, subject: Worker) -> dict[str, Any]:
        return {
            "accounts": selectors.accounts(viewer, subject.place_code, subject),
            "has_phone": bool(subject.phone),
            "initial": {"name": subject.name, "since": subject.since, "account": subject.user_id},
        }

    def act(self, viewer: Viewer, subject: Worker, values: dict[str, Any]) -> Worker:
        return workers.correct_worker(actor=viewer, worker_id=subject.pk, **values)


class WorkerLeft(_WorkerView):
    heading, submit_label = gettext_lazy("The worker leaves"), gettext_lazy("Save")
    saved, form_class = (
        gettext_lazy("Noted. Posts still held are listed as gaps until they are handed over."),
        forms.LeftForm,
    )

    def act(self, viewer: Viewer, subject: Worker, values: dict[str, Any]) -> Worker:
        return workers.worker_left(actor=viewer, worker_id=subject.pk, on=values["on"])


class OpenSite(_CommunityView):
    heading, submit_label = gettext_lazy("New office, station or collection point"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.SiteForm

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {}

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> Site:
        return sites.open_site(actor=viewer, place_code=subject, **values)

    def back(self, subject: str, result: Any = None) -> str:
        return reverse("staffing:chain", args=[subject])


class CloseSite(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Close it"), gettext_lazy("Close it")
    saved, form_class = gettext_lazy("Saved."), forms.OnForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Site:
        found = selectors.site(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Site) -> dict[str, Any]:
        return {"lead": f"{SITES[subject.kind]} {subject.name}"}

    def act(self, viewer: Viewer, subject: Site, values: dict[str, Any]) -> Site:
        on: dt.date = values["on"]
        return sites.close_site(actor=viewer, site_id=subject.pk, on=on)

    def back(self, subject: Site, result: Any = None) -> str:
        return reverse("staffing:chain", args=[subject.place_code[:12]])
