"""Pages of local fields: the published list, one field, and what is decided about it."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.localfields import actions, forms, policies, selectors
from domicile.apps.localfields.models import COUNTY, LocalField
from domicile.apps.localfields.registry import area_names
from domicile.apps.localfields.told import line, lines
from domicile.apps.localfields.words import DECIDES
from domicile.apps.screens.changing import ActionView
from domicile.core.policy.parameters import parameter


def _somebody(viewer: Viewer) -> None:
    if viewer.user_id is None or not viewer.role:
        raise NotAllowed("local fields are shown to whoever has signed in")


@require_safe
def fields(request: ViewerRequest) -> HttpResponse:
    """Which fields there are, for which service, who approved them, and until when. Open to whoever has signed in."""
    viewer, today = request.viewer, timezone.localdate()
    _somebody(viewer)
    found = [selectors.published(viewer, today), selectors.undecided(viewer), selectors.past(viewer, today)]
    names = area_names({field.scope for rows in found for field in rows})
    published, undecided, past = (lines(rows, names, today) for rows in found)
    context = {
        "published": published,
        "undecided": undecided,
        "past": past,
        "may_propose": bool(policies.own_scopes(viewer)),
    }
    return render(request, "localfields/fields.html", context)


@require_safe
def field(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One field with its answers, and what this viewer may decide about it."""
    _somebody(request.viewer)
    found = selectors.field(request.viewer, pk)
    context = {
        "line": line(found, area_names({found.scope}), timezone.localdate()),
        "may_decide": policies.may_decide(request.viewer, found),
        "may_record": policies.may_record(request.viewer, found),
        "on_paper": len(found.scope) == COUNTY,
        "may_end": policies.may_end(request.viewer, found),
        "own": found.proposed_by == request.viewer.user_id,
    }
    return render(request, "localfields/field.html", context)


class Propose(ActionView):
    permissions = (policies.PERMISSION,)
    heading, submit_label = gettext_lazy("Propose a local field"), gettext_lazy("Propose")
    lead = gettext_lazy(
        "A field is added for one service and for a time. It is approved a level above, published with the name of whoever"
        " approved it, and erased when it ends."
    )
    form_class, template_name = forms.NewFieldForm, "localfields/propose.html"
    saved = gettext_lazy("Proposed. It can be used as soon as it is approved a level above.")

    def form_arguments(self, viewer: Viewer, subject: None) -> dict[str, Any]:
        scopes = policies.own_scopes(viewer)
        if not scopes:
            raise NotAllowed(policies.PERMISSION)
        return {"scopes": list(area_names(scopes).items())}

    def context(self, viewer: Viewer, subject: None) -> dict[str, Any]:
        today = timezone.localdate()
        levels = sorted({len(scope) for scope in policies.own_scopes(viewer)})
        return {
            "decides": [DECIDES[digits] for digits in levels],
            "longest_days": parameter("local_fields.longest_days", today),
        }

    def act(self, viewer: Viewer, subject: None, values: dict[str, Any]) -> LocalField:
        return actions.propose(actor=viewer, arguments=actions.NewField(**values), today=timezone.localdate())

    def back(self, subject: None, result: LocalField | None = None) -> str:
        return reverse("localfields:field", args=[result.pk]) if result else reverse("localfields:fields")


class DecisionView(ActionView):
    """A decision about one field."""

    permissions = (policies.PERMISSION,)
    form_class = forms.NoteForm
    needs_note: ClassVar[bool] = True

    def subject(self, viewer: Viewer, **kwargs: Any) -> LocalField:
        return selectors.field(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: LocalField) -> dict[str, Any]:
        return {"lead": f"{subject.label} · {area_names({subject.scope})[subject.scope]}"}

    def back(self, subject: LocalField, result: Any = None) -> str:
        return reverse("localfields:field", args=[subject.pk])


class Approve(DecisionView):
    heading, submit_label = gettext_lazy("Approve a local field"), gettext_lazy("Approve")
    saved = gettext_lazy("Approved and published. It can be filled in from its first day.")

    def act(self, viewer: Viewer, subject: LocalField, values: dict[str, Any]) -> LocalField:
        return actions.approve(actor=viewer, field_id=subject.pk, note=values["note"], today=timezone.localdate())


class RecordApproval(DecisionView):
    heading, submit_label = gettext_lazy("Enter the approval from above"), gettext_lazy("Put it in force")
    saved = gettext_lazy("Approved and published. It can be filled in from its first day.")
    form_class, template_name = forms.PaperForm, "localfields/paper.html"

    def act(self, viewer: Viewer, subject: LocalField, values: dict[str, Any]) -> LocalField:
        note = values.pop("note")
        return actions.record_approval(
            actor=viewer, field_id=subject.pk, paper=actions.Paper(**values), note=note, today=timezone.localdate()
        )


class Refuse(DecisionView):
    heading, submit_label = gettext_lazy("Refuse a local field"), gettext_lazy("Refuse")
    saved = gettext_lazy("Refused. The proposer reads your note.")

    def act(self, viewer: Viewer, subject: LocalField, values: dict[str, Any]) -> LocalField:
        return actions.reject(actor=viewer, field_id=subject.pk, note=values["note"])


class End(DecisionView):
    heading, submit_label = gettext_lazy("End a local field now"), gettext_lazy("End it and erase the values")
    saved = gettext_lazy("Ended. What was entered is erased.")
    template_name = "localfields/end.html"

    def act(self, viewer: Viewer, subject: LocalField, values: dict[str, Any]) -> LocalField:
        return actions.end_early(actor=viewer, field_id=subject.pk, reason=values["note"])


def title() -> str:
    """What the published page is called, for those who lead to it."""
    return _("Local fields")
