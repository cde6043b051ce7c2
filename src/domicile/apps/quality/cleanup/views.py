"""Pages of clean-ups: rounds, how far one is, a case, a door, sign-off, sheets and forms."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import mapping
from domicile.apps.people.scope import dwelling_in_scope, person_in_scope
from domicile.apps.people.selectors import words as people_words
from domicile.apps.quality.cleanup import actions, facts, forms, jobs, policies, selectors, sheets, summary, ways, words
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupRound
from domicile.apps.screens import downloads
from domicile.apps.screens.changing import ActionView
from domicile.apps.sources.selectors import visible


def areas_of(viewer: Viewer) -> list[tuple[str, str]]:
    """The counties, townships and communities of the viewer's areas, over which a clean-up can be made."""
    found: dict[str, str] = {}
    sizes = {Area.Level.COUNTY: 6, Area.Level.TOWNSHIP: 9, Area.Level.VILLAGE: 12}
    for scope in viewer.scopes:
        rows = Area.objects.filter(prefix_q("code", scope), valid_to=None, level__in=list(sizes))
        for code, name, level in rows.order_by("code").values_list("code", "name", "level"):
            found[code[: sizes[Area.Level(level)]]] = name
    return sorted((code, f"{name} {code}") for code, name in found.items())


@require_safe
@requires(*policies.SEE)
def rounds(request: ViewerRequest) -> HttpResponse:
    """The clean-ups over the viewer's areas."""
    found = list(selectors.rounds(request.viewer))
    names = names_of({one.scope.ljust(selectors.COMMUNITY, "0") for one in found})
    rows = [
        (one, names.get(one.scope.ljust(selectors.COMMUNITY, "0"), one.scope), words.ROUND_STATES[one.state])
        for one in found
    ]
    context = {"rows": rows, "may_begin": request.viewer.may(policies.LEAD)}
    return render(request, "cleanup/rounds.html", context)


class Begin(ActionView):
    """Begin a clean-up."""

    permissions = (policies.LEAD,)
    heading, form_class = gettext_lazy("Begin a registration clean-up"), forms.PlanForm
    submit_label = gettext_lazy("Begin, and make the lists")
    lead = gettext_lazy(
        "The lists are made of what the register, the rules, the duplicates and other offices' lists say. Nothing follows from "
        "standing on one but help and a correction."
    )

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"areas": areas_of(viewer), "initial": {"reference_on": timezone.localdate()}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> CleanupRound:
        made = actions.begin(actor=viewer, plan=actions.Plan(**values), today=timezone.localdate())
        return jobs.ask(actor=viewer, round_id=made.pk)

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("cleanup:round", args=[result.pk]) if result else reverse("cleanup:rounds")


@require_safe
@requires(*policies.SEE)
def round_(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """How far a round is, by list, on the map and by area. Nobody is named."""
    viewer = request.viewer
    of = selectors.round_in_reach(viewer, pk)
    progress = selectors.progress(viewer, of)
    drawn = max((scope for scope in viewer.scopes if scope.startswith(of.scope)), key=len, default=of.scope)
    for line in progress.areas:
        line.may_sign = policies.may_sign(viewer, line.key)  # type: ignore[attr-defined]
    context = {
        "round": of, "area": selectors.area_name(of.scope), "state": words.ROUND_STATES[of.state], "progress": progress,
        "lists": [(lists()[key], words.said(lists()[key].name), line) for key, line in progress.lists.items()],
        "empty": [words.numbered(lists()[key]) for key, line in progress.lists.items() if not line.total],
        "never_asked": [words.NEVER_ASKED[key] for key in selectors.never_asked(of) if not progress.lists[key].total],
        "drawing": mapping.drawing(drawn, progress.grids) if progress.grids else None,
        "grids": selectors.sheet_grids(viewer, progress, drawn),
        "may_lead": policies.may_lead(viewer, of), "making": jobs.under_way(of), "open": of.state == CleanupRound.State.OPEN,
        "may_take": viewer.may("export"), "kinds": sheets.KINDS.items(), "may_print": viewer.may("view_person"),
        "forms": downloads.LABELS.items(),
    }  # fmt: skip
    return render(request, "cleanup/round.html", context)


@require_POST
@requires(policies.LEAD)
def make(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the lists made anew."""
    return _led(request, pk, lambda: jobs.ask(actor=request.viewer, round_id=pk), _("The lists are being made anew."))


@require_POST
@requires(policies.LEAD)
def close(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Close a round."""
    told = _("Closed. It can be opened again.")
    return _led(request, pk, lambda: actions.close(actor=request.viewer, round_id=pk, today=timezone.localdate()), told)


@require_POST
@requires(policies.LEAD)
def reopen(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a closed round again."""
    return _led(request, pk, lambda: actions.reopen(actor=request.viewer, round_id=pk), _("Open again."))


def _led(request: ViewerRequest, pk: uuid.UUID, act: Any, told: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, told)
    return redirect("cleanup:round", pk)


@never_cache
@require_safe
@requires("view_person")
def case(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: why it is here, what the register shows, and what may be said of it."""
    return _case(request, pk)


def _case(request: ViewerRequest, pk: uuid.UUID, form: forms.SayForm | None = None) -> HttpResponse:
    viewer = request.viewer
    found = selectors.case(viewer, pk, timezone.localdate())
    may_work = selectors.may_work(viewer, found.case)
    settled = found.case.state in selectors.SETTLED
    choices = [
        (one.key, words.said(one.name), facts.lacking(found.listed, one, found.facts), one.settles) for one in found.listed.outcomes
    ]  # fmt: skip
    context = {
        "case": found.case, "found": found, "round": found.case.round, "heading": words.said(found.listed.name),
        "explain": words.said(found.listed.why), "todo": words.said(found.listed.todo), "why": words.why(found.case.evidence),
        "state": words.STATES[found.case.state], "badge": words.BADGES[found.case.state],
        "outcome": words.outcome(found.case.outcome), "choices": choices if may_work and not settled else [],
        "ways": ways.ways(viewer, found) if may_work and not settled else [], "may_work": may_work,
        "form": form or forms.SayForm(), "chosen": form["outcome"].value() if form else "",
        "following": selectors.following(viewer, found.case), "said": found.said,
        "said_name": people_words.name(found.said.get("name", "")) if found.said else "",
        "said_sex": people_words.sex(found.said.get("sex", "")) if found.said else "",
    }  # fmt: skip
    return render(request, "cleanup/case.html", context, status=422 if form else 200)


@never_cache
@require_POST
@requires(policies.WORK)
def say(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how a case came out; then the next one."""
    form = forms.SayForm(request.POST)
    if form.is_valid():
        try:
            made = actions.say(actor=request.viewer, case_id=pk, today=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            stays = _("Noted. The case stays open, and is looked at again.")
            done = _("Noted. If it was a mistake, take it back below.")
            messages.success(request, stays if made.state == "waiting" else done)
            return redirect("cleanup:case", pk)
    return _case(request, pk, form)


@require_POST
@requires(policies.WORK)
def take_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what was said of a case last."""
    try:
        actions.take_back(actor=request.viewer, case_id=pk)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("Taken back: it is as it was before."))
    return redirect("cleanup:case", pk)


@never_cache
@require_safe
@requires("view_person")
def at(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What is left to ask about at a door."""
    viewer = request.viewer
    dwelling = dwelling_in_scope(viewer, pk)
    found = list(selectors.at_dwelling(viewer, pk))
    shown = visible(viewer, [one.person_id for one in found if one.person_id])
    record_look(viewer, question="cleanup_door", persons=shown)
    rows = [
        (one, words.list_name(one.listed), people_words.name(one.person.name) if one.person and one.person_id in shown else "—",
         words.why(one.evidence), words.STATES[one.state], words.BADGES[one.state], words.outcome(one.outcome))
        for one in found
    ]  # fmt: skip
    return render(request, "cleanup/door.html", {"dwelling": dwelling, "rows": rows})


class Add(ActionView):
    """Put somebody on a list by hand."""

    permissions = (policies.WORK,)
    heading, form_class = gettext_lazy("Put on a list of the clean-up"), forms.AddForm
    submit_label, saved = gettext_lazy("Put on the list"), gettext_lazy("On the list.")
    template_name = "cleanup/add.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        found = person_in_scope(viewer, kwargs["pk"])
        record_look(viewer, question="cleanup_case", persons=[found.pk])
        return found

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        open_ones = selectors.rounds(viewer).filter(state=CleanupRound.State.OPEN)
        return {"rounds": [(str(one.pk), one.name) for one in open_ones]}

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        none = not selectors.rounds(viewer).filter(state=CleanupRound.State.OPEN).exists()
        return {"lead": people_words.name(subject.name), "none": none}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        return actions.add(
            actor=viewer, round_id=uuid.UUID(values["round"]), person_id=subject.pk, listed=values["listed"],
            note=values["note"], today=timezone.localdate(),
        )  # fmt: skip

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("cleanup:case", args=[result.pk]) if result else reverse("people:person", args=[subject.pk])


class Sign(ActionView):
    """Sign a community off."""

    permissions = (policies.SIGN,)
    heading, form_class = gettext_lazy("Sign a community off"), forms.SignForm
    submit_label, saved = gettext_lazy("Sign this community off"), gettext_lazy("Signed off. It can be taken back.")
    template_name = "cleanup/sign.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[CleanupRound, str]:
        of, area = selectors.round_in_reach(viewer, kwargs["pk"]), kwargs["area"]
        if len(area) != selectors.COMMUNITY or not viewer.covers(area):
            raise OutOfReach
        return of, area

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        of, area = subject
        return {
            "lead": f"{of.name} · {selectors.area_name(area)}", "heads": summary.heads(), "rows": summary.rows(viewer, of, area),
            "round": of,
        }  # fmt: skip

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        of, area = subject
        return actions.sign(actor=viewer, round_id=of.pk, area=area, note=values["note"], today=timezone.localdate())

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("cleanup:round", args=[subject[0].pk])


@require_POST
@requires(policies.SIGN)
def unsign(request: ViewerRequest, pk: uuid.UUID, area: str) -> HttpResponse:
    """Take a sign-off back."""
    told = _("Taken back: the community is worked on again.")
    return _led(request, pk, lambda: actions.unsign(actor=request.viewer, round_id=pk, area=area), told)


@require_safe
@requires(*policies.SEE)
def summary_page(request: ViewerRequest, pk: uuid.UUID, area: str) -> HttpResponse:
    """The summary form of an area."""
    of = selectors.round_in_reach(request.viewer, pk)
    context = {
        "round": of, "area": area, "area_name": selectors.area_name(area), "heads": summary.heads(),
        "rows": summary.rows(request.viewer, of, area), "may_take": request.viewer.may("export"),
        "forms": downloads.LABELS.items(), "kinds": sheets.KINDS.items(), "may_print": request.viewer.may("view_person"),
        "grids": selectors.sheet_grids(request.viewer, selectors.progress(request.viewer, of), area),
    }  # fmt: skip
    return render(request, "cleanup/summary.html", context)


@require_safe
@requires("export")
def summary_file(request: ViewerRequest, pk: uuid.UUID, area: str, file: str) -> HttpResponseBase:
    """The same as a file."""
    if file not in downloads.WRITERS:
        raise Http404
    return summary.form_file(request.viewer, selectors.round_in_reach(request.viewer, pk), area, file)


@require_safe
@requires("export")
def areas_file(request: ViewerRequest, pk: uuid.UUID, file: str) -> HttpResponseBase:
    """The communities of a round as a file."""
    if file not in downloads.WRITERS:
        raise Http404
    return summary.areas_file(request.viewer, selectors.round_in_reach(request.viewer, pk), file)


@never_cache
@require_safe
@requires("view_person")
def sheet(request: ViewerRequest, pk: uuid.UUID, kind: str, area: str) -> HttpResponse:
    """A check sheet as PDF."""
    if kind not in sheets.KINDS:
        raise Http404
    return sheets.printed(request.viewer, selectors.round_in_reach(request.viewer, pk), kind, area)
