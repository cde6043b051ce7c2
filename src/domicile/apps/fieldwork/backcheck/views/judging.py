"""What differs: the list, one with both values side by side and its judgement, the correction that follows."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import policies, selectors, words
from domicile.apps.fieldwork.backcheck.actions import judging
from domicile.apps.fieldwork.backcheck.figures import short
from domicile.apps.fieldwork.backcheck.forms import JudgeForm
from domicile.apps.fieldwork.backcheck.models import CheckItem
from domicile.apps.fieldwork.backcheck.questions import QUESTIONS, told
from domicile.apps.fieldwork.backcheck.views.draws import tabs
from domicile.apps.people.selectors.words import name
from domicile.apps.screens.changing import ActionView

PAGE = 50


@require_safe
@requires(policies.JUDGE)
def differences(request: ViewerRequest) -> HttpResponse:
    """What waits to be judged, or was; both values beside each other."""
    judged = request.GET.get("judged") == "1"
    page = Paginator(selectors.differences(request.viewer, judged=judged), PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    record_look(request.viewer, question="differences", persons=[row.person_id for row in rows if row.person_id])
    context = {
        **tabs(request.viewer, "differences"),
        "page": page,
        "judged": judged,
        "rows": _lines(request.viewer, rows),
    }
    return render(request, "backcheck/differences.html", context)


def _lines(viewer: Viewer, rows: Sequence[CheckItem]) -> list[dict[str, Any]]:
    first, answer = selectors.opened(rows, "first"), selectors.opened(rows, "answer")
    return [
        {
            "item": row,
            "label": short(row.key),
            "who": name(row.person.name) if row.person else "",
            "address": row.check_of.dwelling.address if row.check_of.dwelling else "",
            "first": told(QUESTIONS[row.key], first[row.pk]),
            "found": told(QUESTIONS[row.key], answer[row.pk]),
            "verdict": words.VERDICTS.get(row.verdict, ""),
            "may": policies.may_judge(viewer, row),
        }
        for row in rows
    ]


class Judge(ActionView):
    """One difference. Who collected and who checked is not told here: the judgement is about the values."""

    permissions = (policies.JUDGE,)
    submit_label = gettext_lazy("Keep the judgement")
    form_class, template_name = JudgeForm, "backcheck/difference.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> CheckItem:
        return selectors.difference(viewer, kwargs["pk"])

    def form_arguments(self, viewer: Viewer, subject: CheckItem) -> dict[str, Any]:
        return {"initial": {"verdict": subject.verdict, "note": subject.note}}

    def context(self, viewer: Viewer, subject: CheckItem) -> dict[str, Any]:
        record_look(viewer, question="differences", persons=[subject.person_id] if subject.person_id else [])
        line = _lines(viewer, [subject])[0]
        answer = selectors.opened([subject], "answer")[subject.pk]
        wrong = subject.verdict == CheckItem.Verdict.FIRST_WRONG
        return {
            "heading": _("A difference: {item}").format(item=line["label"]),
            "lead": " · ".join(part for part in (line["who"], line["address"]) if part),
            "line": line,
            "item": subject,
            "kind": words.kind(subject.check_of.kind),
            "corrects": wrong and line["may"] and subject.proposal_id is None and judging.can_correct(subject, answer),
            "card": _card(subject) if wrong else "",
        }

    def act(self, viewer: Viewer, subject: CheckItem, values: dict[str, Any]) -> CheckItem:
        judged = judging.judge(actor=viewer, item_id=subject.pk, today=timezone.localdate(), **values)
        messages.success(self.request, _("Judged: {verdict}").format(verdict=words.VERDICTS[judged.verdict]))
        return judged

    def back(self, subject: CheckItem, result: CheckItem | None = None) -> str:
        """To the correction where one follows, else to the next difference."""
        if result is None:
            return reverse("backcheck:differences")
        if result.verdict == CheckItem.Verdict.FIRST_WRONG:
            return reverse("backcheck:difference", args=[result.pk])
        return next_one(self.viewer)


def next_one(viewer: Viewer) -> str:
    """The next difference that the viewer may judge; the list where there is none."""
    rows = selectors.differences(viewer)[:PAGE]
    found = next((row for row in rows if policies.may_judge(viewer, row)), None)
    return reverse("backcheck:difference", args=[found.pk]) if found else reverse("backcheck:differences")


def _card(item: CheckItem) -> str:
    """The card on which the register is corrected by hand."""
    if item.person_id and item.key != "lives_here":
        return reverse("people:person", args=[item.person_id])
    return reverse("people:dwelling", args=[item.check_of.dwelling_id]) if item.check_of.dwelling_id else ""


@require_POST
@requires(policies.JUDGE)
def correct(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose what the check found."""
    selectors.difference(request.viewer, pk)
    try:
        judging.propose_correction(actor=request.viewer, item_id=pk, evidence=request.POST.get("evidence", "")[:200])
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("backcheck:difference", pk)
    messages.success(request, _("Proposed. Nothing changes until somebody else accepts it."))
    return redirect(next_one(request.viewer))
