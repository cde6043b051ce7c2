"""A page with a form whose sending makes a change at once, or leaves it for review, and says which; and the way back."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Outcome
from domicile.apps.collect.telling import effect, reason_known
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView


class ChangeView(ActionView):
    """Subclasses give `change`, which submits. `back` gets the result of a change made at once, None else.

    `kind` is the registered kind of change: with the place of its subject the page says what becomes of it.
    """

    kind: ClassVar[str] = ""

    permissions = ("propose_change", "apply_change")

    def change(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Outcome:
        """Submit the change. Raises Refused."""
        raise NotImplementedError

    def place(self, subject: Any) -> str:
        """The place code of what is changed; '' where it is not known before the form is sent."""
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The empty form; at the door the reason is known."""
        form = self.form_class(**self.form_arguments(self.viewer, self.found))
        field = form.fields.get("reason")
        if field is not None and not form.get_initial_for_field(field, "reason"):
            form.initial["reason"] = reason_known(self.viewer)
        return self.shown(request, form)

    def effect(self, viewer: Viewer, subject: Any) -> str:
        place = self.place(subject) if self.kind else ""
        return effect(viewer, self.kind, place) if place else ""

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        outcome = self.change(viewer, subject, values)
        if outcome.waiting:
            messages.info(self.request, _("Sent for review. Nothing changes until somebody accepts it."))
        else:
            messages.success(self.request, _("Saved. If it was a mistake, undo it in the history."))
        return outcome.result


def take_back(
    request: ViewerRequest, change_id: int, kinds: Collection[str], page_of: Callable[[Change], str]
) -> HttpResponse:
    """Undo a change of these kinds, say what became of it, and go to the page of its subject. Raises NotAllowed."""
    try:
        change = undo(actor=request.viewer, change_id=change_id, kinds=kinds)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        change = Change.objects.get(pk=change_id)
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    return redirect(page_of(change))
