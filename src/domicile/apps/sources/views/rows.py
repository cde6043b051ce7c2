"""The piles of a list, one row with both its sides, and what is decided about it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.purposes import that_allow
from domicile.apps.access.roles import matrix
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import actions, errand, policies, selectors, words
from domicile.apps.sources.forms import AnswerForm, VisitForm
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import source

#: Days that a visit is usually given.
VISIT_DAYS = 14


@requires(*policies.SEE)
@never_cache
def pile(request: ViewerRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """The rows of one pile, those that wait unless all are asked for."""
    viewer, load = request.viewer, selectors.load_in_reach(request.viewer, pk)
    if name not in words.PILES or load.state != Load.State.READY:
        raise Http404
    only_open = name != ListRow.Pile.AGREE and request.GET.get("rows") != "all"
    found = selectors.pile_rows(viewer, load, name, only_open=only_open)
    page = Paginator(found, selectors.PAGE).get_page(request.GET.get("page"))
    kind, counts = source(load.source), selectors.counts(viewer, load)
    context = {
        "load": load, "pile": name, "heading": words.PILES[name], "help": words.PILE_HELP[name], "page": page,
        "only_open": only_open,
        "lead": f"{kind.name(get_language() or 'zh')} · {words.time_of(load, kind)}",
        "lines": selectors.row_lines(viewer, load, list(page.object_list)), "choosable": name != ListRow.Pile.AGREE,
        "tabs": [(key, label, counts[key][1], key == name) for key, label in words.PILES.items()],
    }  # fmt: skip
    return render(request, "sources/pile.html", context)


@requires("view_person")
@never_cache
def row(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One row: both sides, and what can be done."""
    return _case(request, pk)


def _case(request: ViewerRequest, pk: uuid.UUID, **forms: Any) -> HttpResponse:
    viewer, today = request.viewer, timezone.localdate()
    found = selectors.case(viewer, pk, today)
    may_work = viewer.may(policies.WORK)
    open_ = not found.row.outcome and found.row.pile != ListRow.Pile.AGREE
    due = today + dt.timedelta(days=VISIT_DAYS)
    reason = _("Compared with: {source}").format(source=found.source.name(get_language() or "zh"))
    context = {
        "case": found, "row": found.row, "load": found.row.load, "heading": words.PILES[found.row.pile],
        "lead": f"{found.source.name(get_language() or 'zh')} · {found.where}", "step": words.step(found.row.step),
        "outcome": words.OUTCOMES.get(found.row.outcome, ""), "open": open_, "may_work": may_work,
        "ways": errand.ways(viewer, found.row) if may_work and open_ else [],
        "answer_form": forms.get("answer") or AnswerForm(prefix="answer"),
        "visit_form": forms.get("visit") or VisitForm(prefix="visit", initial={"due_on": due, "reason": reason}),
        "may_visit": found.dwelling is not None and viewer.may("manage_tasks"),
        "following": selectors.following(viewer, found.row), "opened": next(iter(forms), ""),
        "purposes": _purposes(viewer, today) if open_ and not may_work else "",
    }  # fmt: skip
    return render(request, "sources/row.html", context, status=422 if forms else 200)


def _purposes(viewer: Viewer, today: dt.date) -> str:
    """With which purposes the viewer's role may answer a row: a list is loaded with another one."""
    rules, language = matrix(today), get_language() or "zh"
    names = [rules.known_purposes[key].label.name(language) for key in that_allow(policies.WORK, viewer, rules)]
    return " / ".join(names)


@require_POST
@requires(policies.WORK)
def answer(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The list is wrong, or it is another county's."""
    form = AnswerForm(request.POST, prefix="answer")

    def act(values: dict[str, Any]) -> object:
        return actions.answer(actor=request.viewer, row_id=pk, outcome=values["outcome"], reason=values["reason"])

    return _acted(request, pk, "answer", form, act)


@require_POST
@requires("manage_tasks")
def visit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody is to look at the door."""
    form = VisitForm(request.POST, prefix="visit")

    def act(values: dict[str, Any]) -> object:
        return actions.visit(actor=request.viewer, row_id=pk, due_on=values["due_on"], reason=values["reason"])

    return _acted(request, pk, "visit", form, act)


@require_POST
@requires(policies.WORK)
def choose(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Who is meant, or that nobody of those is."""
    said = request.POST.get("person", "")
    try:
        if said == "none":
            actions.none_of_them(actor=request.viewer, row_id=pk)
        else:
            actions.choose(actor=request.viewer, row_id=pk, person_id=_key(said))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Noted. The next list of this source knows it."))
    return redirect("sources:row", pk)


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_POST
@requires(policies.WORK)
def done(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """It is registered or corrected."""
    return _plain(request, pk, lambda: actions.done(actor=request.viewer, row_id=pk))


@require_POST
@requires(policies.WORK)
def reopen(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what was decided."""
    return _plain(request, pk, lambda: actions.reopen(actor=request.viewer, row_id=pk))


def _acted(
    request: ViewerRequest, pk: uuid.UUID, name: str, form: Any, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Noted. If it was a mistake, take it back below."))
            return redirect("sources:row", pk)
    return _case(request, pk, **{name: form})


def _plain(request: ViewerRequest, pk: uuid.UUID, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Noted."))
    return redirect("sources:row", pk)
